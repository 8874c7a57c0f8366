/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracee of record.c: what it shares with the tracer, and its
 * code.
 */
#ifndef RECORD_H
#define RECORD_H

#include <assert.h>
#include <stddef.h>
#include <linux/types.h>

/*
 * Memory at a place of its own, shared with the tracee. The offsets are known to
 * the assembly below.
 */
#define PAGE		0x20000000UL
#define PAGE_SIZE	0x40000UL
/* for signal handlers, so that the addresses of their frames are known */
#define STACK		0x10000UL

struct taken {
	long sig;
	long code;
	unsigned long call_addr;
	long nr;
	unsigned long pc;
	unsigned long x0;
	unsigned long mark;
	unsigned long unused;
};

struct shared_data {
	unsigned long nr;
	unsigned long args[6];
	unsigned long mark;
	unsigned long forks;
	unsigned long result;
	unsigned long mark_after;
	/* 0x1, 0x10, 0x100: one for each of the instructions after the svc */
	unsigned long after;
	/* where to store something before the call, if anywhere */
	unsigned long wrong_tag;
	/* code to run right before and after it, and where to go before, or 0 */
	unsigned long fill;
	unsigned long look;
	unsigned long landing;
	/* the file descriptor for notifications in the tracee */
	int listener;
	char gap[0x200 - 16 * sizeof(long) - sizeof(int)];
	unsigned long nr_taken;
	char gap2[0x40 - sizeof(long)];
	struct taken taken[64];
	/* what calls point to */
	struct {
		__s64 sec;
		__s64 nsec;
	} timeout;
	__u64 sigset;
	int futex;
	char buffer[16];
	char path[64];
	/* and the end of both it and the environment */
	char *argv[2];
};

/*
 * The vector registers that the tracee has found after the call, one of each
 * kind: in the longest, z31 has 256 bytes, and so has the first row of ZA.
 */
struct vectors {
	unsigned char z[256];
	unsigned char za[256];
	unsigned char p[32];
	unsigned char ffr[32];
	unsigned long svcr;
};

#define shared	((struct shared_data *)PAGE)
#define VECTORS		0x2000UL
#define vectors	((struct vectors *)(PAGE + VECTORS))
/* What they are filled with, but for predicates */
#define VECTOR_BYTE	0x5a

#define FD_READ		200
#define MTE_PAGE	0x28000000UL

static_assert(offsetof(struct shared_data, nr_taken) == 0x200, "nr_taken");
static_assert(offsetof(struct shared_data, taken) == 0x240, "taken");
static_assert(sizeof(struct taken) == 8 * sizeof(long), "taken size");
static_assert(sizeof(struct shared_data) <= VECTORS, "shared size");

void record_body(void *page);
void record_sigreturn(void *page);
void record_stop(void);
void record_handler(void);
void record_restorer(void);
extern char record_svc[], record_exit[], record_resumed[], record_end[];
extern char record_elf[], record_elf_end[];

#ifdef __aarch64__
#include <asm/hwcap.h>

/* <sys/auxv.h> has structures that <linux/elf.h> has too. */
unsigned long getauxval(unsigned long type);

#define CODE_PAGE	4096

extern char record_code[], record_landing[];
extern char record_fill_sve[], record_look_sve[];
extern char record_fill_sme[], record_look_sme[];

/*
 * In pages of its own, which can be guarded (PROT_BTI): what is branched to has a
 * landing pad, which is written as the hint that it is.
 */
asm("	.pushsection .text\n"
"	.arch_extension	sve\n"
"	.balign	4096\n"
"	.global	record_code\n"
"record_code:\n"
/* Make a signal, to be taken here; the call returns from it */
"	.global	record_sigreturn\n"
"record_sigreturn:\n"
"	mov	x19, x0\n"
"	mov	x20, #0\n"
"	mov	x21, #0\n"
"	mov	x23, #0\n"
"	mov	x2, #0\n"
"	mov	x3, #0\n"
"	mov	x4, #0\n"
"	mov	x5, #0\n"
"	mov	x8, #178\n"		/* gettid */
"	svc	#0\n"
"	ldr	x7, [x19, #56]\n"
"	add	x7, x7, #1\n"
"	mov	x1, #12\n"		/* SIGUSR2 */
"	mov	x8, #130\n"		/* tkill */
"	svc	#0\n"
"	.global	record_resumed\n"
"record_resumed:\n"
"	b	record_after\n"
"	.global	record_body\n"
"record_body:\n"
"	mov	x19, x0\n"
"	.global	record_stop\n"
"record_stop:\n"
"	hint	#34\n"			/* bti c */
"	ldr	x7, [x19, #56]\n"
"	mov	x8, #178\n"		/* gettid */
"	svc	#0\n"
"	mov	x1, #19\n"		/* SIGSTOP */
"	mov	x8, #130\n"		/* tkill */
"	svc	#0\n"
"	mov	x20, #0\n"
"	ldr	x21, [x19, #64]\n"
"	ldr	x8, [x19]\n"
"	ldp	x0, x1, [x19, #8]\n"
"	ldp	x2, x3, [x19, #24]\n"
"	ldp	x4, x5, [x19, #40]\n"
"	ldr	x22, [x19, #96]\n"
"	cbz	x22, 1f\n"
"	str	xzr, [x22]\n"
"1:	ldp	x22, x23, [x19, #104]\n"
"	ldr	x24, [x19, #120]\n"
"	cbz	x22, 1f\n"
"	blr	x22\n"
"1:	cbz	x24, record_svc\n"
"	br	x24\n"
"	.global	record_landing\n"
"record_landing:\n"
"	hint	#36\n"			/* bti j */
"	.global	record_svc\n"
"record_svc:\n"
"	svc	#0\n"
"record_after:\n"
"	add	x20, x20, #0x1\n"
"	add	x20, x20, #0x10\n"
"	add	x20, x20, #0x100\n"
"	cbz	x21, 1f\n"
"	cbz	x0, record_exit\n"	/* the child of a fork */
"1:	stp	x0, x7, [x19, #72]\n"
"	str	x20, [x19, #88]\n"
"	cbz	x23, record_exit\n"
"	blr	x23\n"
"	.global	record_exit\n"
"record_exit:\n"
"	mov	x0, #0\n"
"	mov	x8, #94\n"		/* exit_group */
"	svc	#0\n"
"	b	record_exit\n"
"	.global	record_handler\n"
"record_handler:\n"
"	hint	#34\n"
"	mov	x9, #0x20000000\n"
"	ldr	x10, [x9, #0x200]\n"
"	add	x11, x9, x10, lsl #6\n"
"	add	x10, x10, #1\n"
"	str	x10, [x9, #0x200]\n"
"	add	x11, x11, #0x240\n"
"	ldrsw	x12, [x1]\n"
"	ldrsw	x13, [x1, #8]\n"	/* si_code */
"	stp	x12, x13, [x11]\n"
"	ldr	x12, [x1, #16]\n"	/* si_call_addr */
"	ldrsw	x13, [x1, #24]\n"	/* si_syscall */
"	stp	x12, x13, [x11, #16]\n"
"	ldr	x12, [x2, #440]\n"	/* uc_mcontext.pc */
"	ldr	x13, [x2, #184]\n"	/* uc_mcontext.regs[0] */
"	stp	x12, x13, [x11, #32]\n"
"	ldr	x12, [x2, #240]\n"	/* uc_mcontext.regs[7] */
"	str	x12, [x11, #48]\n"
"	ret\n"
"	.global	record_restorer\n"
"record_restorer:\n"
"	mov	x8, #139\n"		/* rt_sigreturn */
"	svc	#0\n"
"	b	record_restorer\n"
/* SVE: z31, p15 and FFR of all bits; the lowest 16 bytes of z31 are v31 */
"	.global	record_fill_sve\n"
"record_fill_sve:\n"
"	hint	#34\n"
"	setffr\n"
"	ptrue	p15.b\n"
"	mov	z31.b, #0x5a\n"
"	ret\n"
"	.global	record_look_sve\n"
"record_look_sve:\n"
"	hint	#34\n"
"	add	x9, x19, #0x2000\n"
"	str	z31, [x9]\n"
"	add	x9, x9, #0x200\n"
"	str	p15, [x9]\n"
"	rdffr	p0.b\n"
"	add	x9, x9, #0x20\n"
"	str	p0, [x9]\n"
"	ret\n"
/* SME: the same in streaming mode, where FFR need not be, and a row of ZA */
"	.global	record_fill_sme\n"
"record_fill_sme:\n"
"	hint	#34\n"
"	msr	s0_3_c4_c7_3, xzr\n"	/* smstart */
"	ptrue	p15.b\n"
"	mov	z31.b, #0x5a\n"
"	add	x9, x19, #0x2000\n"
"	add	x9, x9, #0x100\n"
"	str	z31, [x9]\n"
"	mov	w12, #0\n"
"	.inst	0xe1000120\n"		/* ldr za[w12, 0], [x9] */
"	ret\n"
"	.global	record_look_sme\n"
"record_look_sme:\n"
"	hint	#34\n"
"	add	x9, x19, #0x2000\n"
"	mrs	x10, s3_3_c4_c2_2\n"	/* SVCR */
"	str	x10, [x9, #0x240]\n"
"	tbz	x10, #1, 1f\n"
"	add	x9, x9, #0x100\n"
"	mov	w12, #0\n"
"	.inst	0xe1200120\n"		/* str za[w12, 0], [x9] */
"	msr	s0_3_c4_c4_3, xzr\n"	/* smstop za */
"1:	b	record_look_sve\n"
"	.global	record_end\n"
"record_end:\n"
/* The program for execve() */
"	.global	record_elf\n"
"record_elf:\n"
"1:	mov	x0, #9\n"
"	mov	x8, #94\n"
"	svc	#0\n"
"	b	1b\n"
"	.global	record_elf_end\n"
"record_elf_end:\n"
"	.balign	4096\n"
"	.arch_extension	nosve\n"
"	.popsection\n"
);
#else
asm("	.pushsection .text\n"
"	.syntax	unified\n"
"	.arm\n"
"	.balign	4\n"
"	.type	record_sigreturn, %function\n"
"	.global	record_sigreturn\n"
"record_sigreturn:\n"
"	mov	r8, r0\n"
"	mov	r9, #0\n"
"	mov	r10, #0\n"
"	mov	r2, #0\n"
"	mov	r3, #0\n"
"	mov	r4, #0\n"
"	mov	r5, #0\n"
"	mov	r7, #224\n"		/* gettid */
"	svc	#0\n"
"	ldr	ip, [r8, #28]\n"
"	add	ip, ip, #1\n"
"	mov	r1, #12\n"		/* SIGUSR2 */
"	mov	r7, #238\n"		/* tkill */
"	svc	#0\n"
"	.global	record_resumed\n"
"record_resumed:\n"
"	b	record_after\n"
"	.type	record_body, %function\n"
"	.global	record_body\n"
"record_body:\n"
"	mov	r8, r0\n"
"	.type	record_stop, %function\n"
"	.global	record_stop\n"
"record_stop:\n"
"	ldr	ip, [r8, #28]\n"
"	mov	r7, #224\n"		/* gettid */
"	svc	#0\n"
"	mov	r1, #19\n"		/* SIGSTOP */
"	mov	r7, #238\n"		/* tkill */
"	svc	#0\n"
"	mov	r9, #0\n"
"	ldr	r10, [r8, #32]\n"
"	ldr	r7, [r8]\n"
"	ldr	r0, [r8, #4]\n"
"	ldr	r1, [r8, #8]\n"
"	ldr	r2, [r8, #12]\n"
"	ldr	r3, [r8, #16]\n"
"	ldr	r4, [r8, #20]\n"
"	ldr	r5, [r8, #24]\n"
"	.global	record_svc\n"
"record_svc:\n"
"	svc	#0\n"
"record_after:\n"
"	add	r9, r9, #0x1\n"
"	add	r9, r9, #0x10\n"
"	add	r9, r9, #0x100\n"
"	cmp	r10, #0\n"
"	beq	1f\n"
"	cmp	r0, #0\n"
"	beq	record_exit\n"		/* the child of a fork */
"1:	str	r0, [r8, #36]\n"
"	str	ip, [r8, #40]\n"
"	str	r9, [r8, #44]\n"
"	.global	record_exit\n"
"record_exit:\n"
"	mov	r0, #0\n"
"	mov	r7, #248\n"		/* exit_group */
"	svc	#0\n"
"	b	record_exit\n"
/* ip, which is looked at in each step, never has an address in the code */
"	.type	record_handler, %function\n"
"	.global	record_handler\n"
"record_handler:\n"
"	mov	r3, #0x20000000\n"
"	ldr	ip, [r3, #0x200]\n"
"	add	r0, r3, ip, lsl #5\n"
"	add	ip, ip, #1\n"
"	str	ip, [r3, #0x200]\n"
"	add	r0, r0, #0x240\n"
"	ldr	r3, [r1]\n"
"	str	r3, [r0]\n"
"	ldr	r3, [r1, #8]\n"		/* si_code */
"	str	r3, [r0, #4]\n"
"	ldr	r3, [r1, #12]\n"	/* si_call_addr */
"	str	r3, [r0, #8]\n"
"	ldr	r3, [r1, #16]\n"	/* si_syscall */
"	str	r3, [r0, #12]\n"
"	ldr	r3, [r2, #92]\n"	/* uc_mcontext.arm_pc */
"	str	r3, [r0, #16]\n"
"	ldr	r3, [r2, #32]\n"	/* uc_mcontext.arm_r0 */
"	str	r3, [r0, #20]\n"
"	ldr	r3, [r2, #80]\n"	/* uc_mcontext.arm_ip */
"	str	r3, [r0, #24]\n"
"	bx	lr\n"
"	.type	record_restorer, %function\n"
"	.global	record_restorer\n"
"record_restorer:\n"
"	mov	r7, #173\n"		/* rt_sigreturn */
"	svc	#0\n"
"	b	record_restorer\n"
"	.global	record_end\n"
"record_end:\n"
"	.global	record_elf\n"
"record_elf:\n"
"1:	mov	r0, #9\n"
"	mov	r7, #248\n"
"	svc	#0\n"
"	b	1b\n"
"	.global	record_elf_end\n"
"record_elf_end:\n"
"	.popsection\n"
);
#endif

#endif /* RECORD_H */
