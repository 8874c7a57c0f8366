/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * long make_call(long nr, long arg, long arg2);
 *
 * Make the system call nr with these two arguments; all others are 0. Its svc is
 * at call_svc, and the next instruction, a nop, at call_next. For compat tasks,
 * make_call_thumb() is the same in Thumb code.
 */
	.text

#ifdef __aarch64__

	.balign	4
	.globl	make_call, call_svc, call_next
	.type	make_call, %function
make_call:
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, #0
	mov	x3, #0
call_svc:
	svc	#0
call_next:
	nop
	ret
	.size	make_call, . - make_call

#else

	.syntax	unified

	.macro	make_call_in mode, suffix
	.\mode
	.balign	4
	.globl	make_call\suffix, call_svc\suffix, call_next\suffix
	.type	make_call\suffix, %function
make_call\suffix:
	push	{r7, lr}
	mov	r7, r0
	mov	r0, r1
	mov	r1, r2
	movs	r2, #0
	movs	r3, #0
call_svc\suffix:
	svc	#0
call_next\suffix:
	nop
	pop	{r7, pc}
	.size	make_call\suffix, . - make_call\suffix
	.endm

	make_call_in arm
	make_call_in thumb, _thumb

#endif

	.section .note.GNU-stack, "", %progbits
