/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * void call_body(struct call *call);
 *
 * Stop as stop_self() does, make the call, note what is in the registers after
 * it, exit.
 */
#include <asm/unistd.h>

#include "call_body.h"

/* <asm/signal.h> is for C alone */
#define SIGSTOP	19

	.text
	.balign	4
	.globl	call_body, body_svc, body_exit_svc
	.type	call_body, %function

#ifdef __aarch64__

call_body:
	mov	x19, x0
	mov	x8, #__NR_gettid
	svc	#0
	mov	x1, #SIGSTOP
	mov	x8, #__NR_tkill
	svc	#0
	ldr	x8, [x19, #CALL_NR]
	ldp	x0, x1, [x19, #CALL_ARGS]
	ldp	x2, x3, [x19, #CALL_ARGS + 16]
	ldr	x7, [x19, #CALL_X7]
body_svc:
	svc	#0
	stp	x0, x7, [x19, #CALL_RESULT]
1:	mov	x0, #0
	mov	x8, #__NR_exit_group
body_exit_svc:
	svc	#0
	b	1b

#else

	.syntax	unified
	.arm
call_body:
	mov	r4, r0
	mov	r7, #__NR_gettid
	svc	#0
	mov	r1, #SIGSTOP
	mov	r7, #__NR_tkill
	svc	#0
	ldr	r7, [r4, #CALL_NR]
	ldr	r0, [r4, #CALL_ARGS]
	ldr	r1, [r4, #CALL_ARGS + 4]
	ldr	r2, [r4, #CALL_ARGS + 8]
	ldr	r3, [r4, #CALL_ARGS + 12]
	ldr	ip, [r4, #CALL_X7]
body_svc:
	svc	#0
	str	r0, [r4, #CALL_RESULT]
	str	ip, [r4, #CALL_X7_AFTER]
1:	mov	r0, #0
	mov	r7, #__NR_exit_group
body_exit_svc:
	svc	#0
	b	1b

#endif

	.size	call_body, . - call_body

	.section .note.GNU-stack, "", %progbits
