/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * make_call() of syscall_info.h for each architecture: the number and the
 * arguments of a struct call go to the registers of a system call.
 */

/* struct call */
#define WORD		__SIZEOF_LONG__
#define NR		0
#define ARG(n)		((1 + (n)) * WORD)
#define SP		(7 * WORD)
#define RESULT		(8 * WORD)

	.text
	.balign	4

#if defined(__aarch64__)

	.type	make_call, %function
	.global	make_call, call_insn, call_next
make_call:
	mov	x9, x0
	mov	x10, sp
	str	x10, [x9, #SP]
	ldr	x8, [x9, #NR]
	ldp	x0, x1, [x9, #ARG(0)]
	ldp	x2, x3, [x9, #ARG(2)]
	ldp	x4, x5, [x9, #ARG(4)]
call_insn:
	svc	#0
call_next:
	str	x0, [x9, #RESULT]
	ret
	.size	make_call, . - make_call

#elif defined(__arm__)

	.syntax	unified
	.arm
	.type	make_call, %function
	.global	make_call, call_insn, call_next
make_call:
	push	{r4, r5, r7, r8}
	mov	r8, r0
	str	sp, [r8, #SP]
	ldr	r7, [r8, #NR]
	ldr	r0, [r8, #ARG(0)]
	ldr	r1, [r8, #ARG(1)]
	ldr	r2, [r8, #ARG(2)]
	ldr	r3, [r8, #ARG(3)]
	ldr	r4, [r8, #ARG(4)]
	ldr	r5, [r8, #ARG(5)]
call_insn:
	svc	#0
call_next:
	str	r0, [r8, #RESULT]
	pop	{r4, r5, r7, r8}
	bx	lr
	.size	make_call, . - make_call

#elif defined(__x86_64__)

	.type	make_call, %function
	.global	make_call, call_insn, call_next
make_call:
	push	%rbx
	mov	%rdi, %rbx
	mov	%rsp, SP(%rbx)
	mov	NR(%rbx), %rax
	mov	ARG(0)(%rbx), %rdi
	mov	ARG(1)(%rbx), %rsi
	mov	ARG(2)(%rbx), %rdx
	mov	ARG(3)(%rbx), %r10
	mov	ARG(4)(%rbx), %r8
	mov	ARG(5)(%rbx), %r9
call_insn:
	syscall
call_next:
	mov	%rax, RESULT(%rbx)
	pop	%rbx
	ret
	.size	make_call, . - make_call

/*
 * make_int80_call() of syscall_info_x86.c: a 32-bit call by int $0x80, and then
 * a 64-bit one with the same registers
 */
	.macro	set_64bit_args
	mov	$0x64000003, %r10d
	mov	$0x64000004, %r8d
	mov	$0x64000005, %r9d
	.endm

	.type	make_int80_call, %function
	.global	make_int80_call, int80_next, int80_syscall_next
make_int80_call:
	push	%rbx
	push	%rbp
	push	%r12
	mov	%rdi, %r12
	mov	%rsp, SP(%r12)
	set_64bit_args
	mov	NR(%r12), %rax
	mov	ARG(0)(%r12), %rbx
	mov	ARG(1)(%r12), %rcx
	mov	ARG(2)(%r12), %rdx
	mov	ARG(3)(%r12), %rsi
	mov	ARG(4)(%r12), %rdi
	mov	ARG(5)(%r12), %rbp
	int	$0x80
int80_next:
	mov	%rax, RESULT(%r12)
	set_64bit_args
	mov	NR(%r12), %rax
	syscall
int80_syscall_next:
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.size	make_int80_call, . - make_int80_call

#elif defined(__i386__)

	.type	make_call, %function
	.global	make_call, call_insn, call_next
make_call:
	push	%ebx
	push	%esi
	push	%edi
	push	%ebp
	mov	20(%esp), %esi
	push	%esi		/* no register is left for it */
	mov	%esp, SP(%esi)
	mov	NR(%esi), %eax
	mov	ARG(0)(%esi), %ebx
	mov	ARG(1)(%esi), %ecx
	mov	ARG(2)(%esi), %edx
	mov	ARG(4)(%esi), %edi
	mov	ARG(5)(%esi), %ebp
	mov	ARG(3)(%esi), %esi
call_insn:
	int	$0x80
call_next:
	pop	%ecx
	mov	%eax, RESULT(%ecx)
	pop	%ebp
	pop	%edi
	pop	%esi
	pop	%ebx
	ret
	.size	make_call, . - make_call

#endif

	.section .note.GNU-stack, "", %progbits
