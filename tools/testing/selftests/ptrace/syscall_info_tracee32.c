// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit program for syscall_info_values to trace. It makes the system calls
 * of a table, the last of which ends it. There is no C library, so that it can
 * be built wherever the compiler knows the instructions.
 */
#include "syscall_info_tracee32.h"

/* the next one; i386 has no register left for it */
const unsigned int *next_call = calls32[0];

#if defined(__arm__)
__asm__("	.pushsection .text\n"
"	.syntax	unified\n"
"	.arm\n"
"	.balign	4\n"
"	.type	_start, %function\n"
"	.global	_start\n"
"_start:\n"
"	ldr	r8, =next_call\n"
"	ldr	r8, [r8]\n"
"1:	ldr	r7, [r8], #4\n"
"	ldm	r8!, {r0 - r5}\n"
"	svc	#0\n"
"	b	1b\n"
"	.ltorg\n"
"	.popsection\n"
);
#elif defined(__i386__)
__asm__("	.pushsection .text\n"
"	.type	_start, @function\n"
"	.global	_start\n"
"_start:\n"
"	mov	next_call, %ebp\n"
"	addl	$28, next_call\n"
"	mov	(%ebp), %eax\n"
"	mov	4(%ebp), %ebx\n"
"	mov	8(%ebp), %ecx\n"
"	mov	12(%ebp), %edx\n"
"	mov	16(%ebp), %esi\n"
"	mov	20(%ebp), %edi\n"
"	mov	24(%ebp), %ebp\n"
"	int	$0x80\n"
"	jmp	_start\n"
"	.popsection\n"
);
#else
#error "not a 32-bit architecture that a test traces"
#endif
