/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * void rseq_body(struct tokens *tokens);
 *
 * Stop as stop_self() does, make a getppid() inside the sequence from section_start to
 * section_end or right before it, as tokens->inside says, and exit.
 *
 * The check of the kernel looks at the PC after the call, so one more
 * instruction has to follow on it on the same side of the limits of the sequence.
 *
 * A task that is preempted after the sequence is set up, but before it begins,
 * loses it, so nothing is between the two where the call is to be inside.
 */
#include <asm/unistd.h>

#include "rseq_body.h"

/* <asm/signal.h> is for C alone */
#define SIGSTOP	19

	.text
	.balign	4
	.globl	rseq_body, outside_svc, section_start, inside_svc
	.globl	section_inside, section_end, section_abort
	.type	rseq_body, %function

#ifdef __aarch64__

rseq_body:
	mov	x19, x0
	ldr	x20, [x19, #TOKENS_RSEQ_CS]
	ldr	x21, [x19, #TOKENS_CS]
	ldr	x22, [x19, #TOKENS_INSIDE]
	mov	x23, #1
	mov	x8, #__NR_gettid
	svc	#0
	mov	x1, #SIGSTOP
	mov	x8, #__NR_tkill
	svc	#0
1:	mov	x8, #__NR_getppid
	cbnz	x22, 2f
	str	x21, [x20]
outside_svc:
	svc	#0
	nop
	b	section_start
2:	str	x21, [x20]
section_start:
	str	x23, [x19, #TOKENS_BEGUN]
	cbz	x22, 3f
inside_svc:
	svc	#0
3:	nop
section_inside:
	nop
section_end:
	str	xzr, [x20]
	str	x23, [x19, #TOKENS_DONE]
4:	mov	x0, #0
	mov	x8, #__NR_exit_group
	svc	#0
	b	4b
	.word	RSEQ_SIG
section_abort:
	ldr	x0, [x19, #TOKENS_ABORTED]
	add	x0, x0, #1
	str	x0, [x19, #TOKENS_ABORTED]
	b	1b

#else

	.syntax	unified
	.arm
rseq_body:
	mov	r4, r0
	ldr	r5, [r4, #TOKENS_RSEQ_CS]
	ldr	r6, [r4, #TOKENS_CS]
	ldr	r8, [r4, #TOKENS_INSIDE]
	mov	r9, #1
	mov	r10, #0
	mov	r7, #__NR_gettid
	svc	#0
	mov	r1, #SIGSTOP
	mov	r7, #__NR_tkill
	svc	#0
1:	mov	r7, #__NR_getppid
	cmp	r8, #0
	bne	2f
	str	r6, [r5]
outside_svc:
	svc	#0
	nop
	b	section_start
2:	str	r6, [r5]
section_start:
	str	r9, [r4, #TOKENS_BEGUN]
	beq	3f
inside_svc:
	svc	#0
3:	nop
section_inside:
	nop
section_end:
	str	r10, [r5]
	str	r9, [r4, #TOKENS_DONE]
4:	mov	r0, #0
	mov	r7, #__NR_exit_group
	svc	#0
	b	4b
	.word	RSEQ_SIG
section_abort:
	ldr	r0, [r4, #TOKENS_ABORTED]
	add	r0, r0, #1
	str	r0, [r4, #TOKENS_ABORTED]
	b	1b

#endif

	.size	rseq_body, . - rseq_body

	.section .note.GNU-stack, "", %progbits
