/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task that makes one system call after another at a known place, and what its
 * tracer needs. Built for arm64 and, for tasks in compat mode, for arm.
 */
#ifndef SYSCALL_TRACEE_H
#define SYSCALL_TRACEE_H

#include <sys/resource.h>

#include "tracee_regs.h"

/*
 * make_call() makes a system call with two arguments. Its svc is at call_svc,
 * and the next instruction, a nop, at call_next. make_call_thumb() is the same in
 * Thumb code.
 */
long make_call(long nr, long arg, long arg2);
extern char call_svc[], call_next[];

typedef long (*call_fn)(long nr, long arg, long arg2);

#ifndef __aarch64__
long make_call_thumb(long nr, long arg, long arg2);
extern char call_svc_thumb[], call_next_thumb[];
#endif

/* In a child: become traced if asked to, and stop */
static inline void stop_child(bool traced)
{
	static const struct rlimit no_core;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) ||
	    setrlimit(RLIMIT_CORE, &no_core) ||
	    (traced && sys_ptrace(PTRACE_TRACEME, 0, 0, 0)))
		_exit(100);
	stop_self();
}

/* Wait for the stop of stop_child(). An untraced child goes on. */
static inline void wait_for_child(struct __test_metadata *_metadata, pid_t pid,
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

/*
 * Resume a tracee, and wait for its next stop, or its end. Returns the wait
 * status: W_STOPCODE() makes one of what next_stop() returns.
 */
static inline int resume(struct __test_metadata *_metadata, pid_t pid,
			 int request, int sig)
{
	int status;

	ASSERT_EQ(0, sys_ptrace(request, pid, 0, sig));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	return status;
}

#endif /* SYSCALL_TRACEE_H */
