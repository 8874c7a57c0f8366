/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task that makes one system call after another at a known place, and what its
 * tracer needs. Built for arm64 and, for tasks in compat mode, for arm.
 */
#ifndef SYSCALL_TRACEE_H
#define SYSCALL_TRACEE_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <linux/elf.h>

#include "../../ptrace/ptrace_helpers.h"

#ifdef __aarch64__
#define NR_REGS		34
#define R_PC		32
#define R_PSTATE	33
#else
#define NR_REGS		18
#define R_PC		15
#define R_PSTATE	16
#endif

struct regs {
	unsigned long r[NR_REGS];
};

/*
 * make_call() makes a system call with two arguments. Its svc is at call_svc,
 * and the next instruction, a nop, at call_next. make_call_thumb() is the same in
 * Thumb code.
 */
long make_call(long nr, long arg, long arg2);
extern char call_svc[], call_next[];

typedef long (*call_fn)(long nr, long arg, long arg2);

#ifdef __aarch64__
asm("	.pushsection .text\n"
"	.balign	4\n"
"	.global	make_call, call_svc, call_next\n"
"	.type	make_call, %function\n"
"make_call:\n"
"	mov	x8, x0\n"
"	mov	x0, x1\n"
"	mov	x1, x2\n"
"	mov	x2, #0\n"
"	mov	x3, #0\n"
"call_svc:\n"
"	svc	#0\n"
"call_next:\n"
"	nop\n"
"	ret\n"
"	.size	make_call, . - make_call\n"
"	.popsection\n"
);
#else
long make_call_thumb(long nr, long arg, long arg2);
extern char call_svc_thumb[], call_next_thumb[];

#define MAKE_CALL(suffix, mode)						\
asm("	.pushsection .text\n"						\
"	.syntax	unified\n"						\
"	." #mode "\n"							\
"	.balign	4\n"							\
"	.global	make_call" #suffix ", call_svc" #suffix ", call_next" #suffix "\n" \
"	.type	make_call" #suffix ", %function\n"			\
"make_call" #suffix ":\n"						\
"	push	{r7, lr}\n"						\
"	mov	r7, r0\n"						\
"	mov	r0, r1\n"						\
"	mov	r1, r2\n"						\
"	movs	r2, #0\n"						\
"	movs	r3, #0\n"						\
"call_svc" #suffix ":\n"						\
"	svc	#0\n"							\
"call_next" #suffix ":\n"						\
"	nop\n"								\
"	pop	{r7, pc}\n"						\
"	.size	make_call" #suffix ", . - make_call" #suffix "\n"	\
"	.popsection\n"							\
)
MAKE_CALL(, arm);
MAKE_CALL(_thumb, thumb);
#endif

static inline void get_regs(struct __test_metadata *_metadata, pid_t pid,
			    struct regs *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	ASSERT_EQ(0, sys_ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS,
				(unsigned long)&iov));
	ASSERT_EQ(sizeof(*regs), iov.iov_len);
}

static inline void set_regs(struct __test_metadata *_metadata, pid_t pid,
			    struct regs *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	ASSERT_EQ(0, sys_ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS,
				(unsigned long)&iov));
}

/*
 * In a child: become traced if asked to, and stop. The next system call is that
 * of the caller, since this makes none but by inlined code.
 */
static inline void stop_child(bool traced)
{
	static const struct rlimit no_core;
	pid_t tid = syscall(__NR_gettid);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) ||
	    setrlimit(RLIMIT_CORE, &no_core) ||
	    (traced && sys_ptrace(PTRACE_TRACEME, 0, 0, 0)))
		_exit(100);
	syscall(__NR_tkill, tid, SIGSTOP);
}

/* Wait for a child that is about to stop itself */
static inline void wait_for_stop(struct __test_metadata *_metadata, pid_t pid,
				 bool traced)
{
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, pid));
	if (!traced) {
		ASSERT_EQ(0, kill(pid, SIGCONT));
		return;
	}
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0,
				PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD));
}

/* Resume a tracee, and wait for its next stop, or its end */
static inline int resume(struct __test_metadata *_metadata, pid_t pid,
			 int request, int sig)
{
	int status;

	ASSERT_EQ(0, sys_ptrace(request, pid, 0, sig));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	return status;
}

/* The wait status of a stop, from the part that next_stop() returns */
#define STOPPED(stop)	((stop) << 8 | 0x7f)

#endif
