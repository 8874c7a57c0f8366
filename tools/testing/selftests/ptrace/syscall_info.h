/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tracee that makes one known system call, at a known place, for the tests of
 * PTRACE_GET_SYSCALL_INFO and PTRACE_SET_SYSCALL_INFO.
 *
 * For arm64, arm, x86_64 and i386: make_call() is in assembly, so that every
 * register is known.
 */
#ifndef SYSCALL_INFO_H
#define SYSCALL_INFO_H

#include <limits.h>
#include <sys/utsname.h>

#include "ptrace_syscall_info.h"

#ifndef OWN_ARCH
#error "no make_call() for this architecture"
#endif

#define TRACE_OPTIONS	(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | \
			 PTRACE_O_TRACESECCOMP)

/* What to call, and what came of it. The offsets are known to the assembly. */
struct call {
	unsigned long nr;
	unsigned long args[6];
	/* the stack pointer at the call */
	unsigned long sp;
	unsigned long result;
};

static_assert(offsetof(struct call, sp) == 7 * sizeof(long), "call.sp");
static_assert(offsetof(struct call, result) == 8 * sizeof(long), "call.result");

/* In syscall_info_call.S: make the call, and note its result */
void make_call(struct call *call);
/* the instruction of the call, and the one after it */
extern char call_insn[], call_next[];

/* A tracee: there is no system call but these four. */
static inline void call_body(struct call *call)
{
	stop_self();
	make_call(call);
	syscall(__NR_exit_group, 0);
}

static inline bool kernel_is_64bit(void)
{
	struct utsname uts;

	if (sizeof(long) == 8)
		return true;
	/* a 32-bit task may get to see the name of the 32-bit machine */
	return !uname(&uts) && (!strcmp(uts.machine, "x86_64") ||
				!strcmp(uts.machine, "aarch64") ||
				!strncmp(uts.machine, "armv8", 5));
}

/* The tracee does its last call and exits, unless it does something else */
static inline void run_to_exit(struct __test_metadata *_metadata, pid_t pid)
{
	int status;

	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
	ASSERT_EQ(0, status);
}

/*
 * Kill a tracee and wait until it is gone, with all of its threads: its leader
 * is not, until they are. No test has another child by then.
 */
static inline void kill_and_reap(pid_t pid)
{
	int status;
	pid_t child;

	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	do {
		child = waitpid(-1, &status, __WALL);
		/* PTRACE_EVENT_EXIT may come first */
		if (child > 0 && WIFSTOPPED(status))
			sys_ptrace(PTRACE_CONT, child, 0, SIGKILL);
	} while (child > 0);
}

#define NO_FILTER	(-1L)

/*
 * A tracee that has stopped itself, as the body has to do first. Seccomp stops
 * at calls with the number @filter.
 */
static inline pid_t start_body(struct __test_metadata *_metadata,
			       void (*body)(struct call *call),
			       struct call *call, long filter, __u16 ret_data)
{
	pid_t pid, parent = getpid();

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) ||
		    getppid() != parent ||
		    sys_ptrace(PTRACE_TRACEME, 0, 0, 0) ||
		    (filter != NO_FILTER &&
		     install_filter(filter, SECCOMP_RET_TRACE | ret_data, 0)))
			_exit(1);
		body(call);
		_exit(2);
	}
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, pid));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0, TRACE_OPTIONS));
	return pid;
}

/* A tracee before its call. With @filter, seccomp stops at that call too. */
static inline pid_t start_call(struct __test_metadata *_metadata,
			       struct call *call, bool filter, __u16 ret_data)
{
	return start_body(_metadata, call_body, call,
			  filter ? (long)call->nr : NO_FILTER, ret_data);
}

#endif /* SYSCALL_INFO_H */
