/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of a tracee, as NT_PRSTATUS has them, and what the kernel and a
 * tracer leave in them. Built for arm64 and, for tasks in compat mode, for arm.
 */
#ifndef TRACEE_REGS_H
#define TRACEE_REGS_H

#include <sys/uio.h>
#include <linux/elf.h>

#include "../../ptrace/ptrace_helpers.h"

/*
 * R_NR is the system call number. R_DIR is the register that shows the direction
 * of the call in the two system call stops: x7, or ip of a compat task.
 */
#ifdef __aarch64__
#define NR_REGS		34
#define R_DIR		7
#define R_NR		8
#define R_PC		32
#define R_PSTATE	33
#else
#define NR_REGS		18
#define R_NR		7
#define R_DIR		12
#define R_PC		15
#define R_PSTATE	16
#define R_ORIG_R0	17
#endif

struct regs {
	unsigned long r[NR_REGS];
};

/*
 * <asm/ptrace.h> of arm has no names for these requests, but an arm64 kernel
 * takes them from compat tasks. To an arm kernel, 31 is PTRACE_GETFDPIC.
 */
#if defined(__arm__) && !defined(PTRACE_SYSEMU)
#define PTRACE_SYSEMU			31
#define PTRACE_SYSEMU_SINGLESTEP	32
#endif

/*
 * Results that mean a restart of the call. <errno.h> does not have them, since
 * only a tracer gets to see them.
 */
#define ERESTARTSYS		512
#define ERESTARTNOINTR		513
#define ERESTARTNOHAND		514
#define ERESTART_RESTARTBLOCK	516

static inline void get_regs(struct __test_metadata *_metadata, pid_t pid,
			    struct regs *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	ASSERT_EQ(0, sys_ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS,
				(unsigned long)&iov));
	ASSERT_EQ(sizeof(*regs), iov.iov_len);
}

static inline void set_regs(struct __test_metadata *_metadata, pid_t pid,
			    const struct regs *regs)
{
	struct iovec iov = { (void *)regs, sizeof(*regs) };

	ASSERT_EQ(0, sys_ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS,
				(unsigned long)&iov));
}

/* Change the number of the call that a tracee is about to make */
static inline void set_syscall_nr(struct __test_metadata *_metadata, pid_t pid,
				  int nr)
{
#ifdef __aarch64__
	struct iovec iov = { &nr, sizeof(nr) };

	ASSERT_EQ(0, sys_ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL,
				(unsigned long)&iov));
#else
	ASSERT_EQ(0, sys_ptrace(PTRACE_SET_SYSCALL, pid, 0, nr));
#endif
}

#endif /* TRACEE_REGS_H */
