// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kind of ptrace stop, of tracees that were attached to or seized, with
 * and without PTRACE_O_TRACESYSGOOD: what do the wait status and the requests
 * say that depend on the kind of the stop?
 *
 * "answers" takes the stops as they come. "siginfo_replaced" has the tracer
 * change si_code in them first, by PTRACE_SETSIGINFO, which must not change any
 * of the answers.
 */

#include "stop_identity.h"

#include <sys/uio.h>
#include <linux/elf.h>
#include <linux/sched.h>

#if defined(__x86_64__) || defined(__i386__)
#define X86
#include <sys/user.h>
#endif

/* Headers for arm may have no names for these */
#if defined(__arm__) && !defined(PTRACE_GETHBPREGS)
#define PTRACE_GETHBPREGS	29
#define PTRACE_SETHBPREGS	30
#endif

/* arm has no name for it either, but an arm64 kernel takes it from arm tasks. */
#if defined(__arm__) && !defined(PTRACE_SYSEMU)
#define PTRACE_SYSEMU		31
#endif

/* Where there is no such request, it fails, and the test is skipped. */
#ifdef PTRACE_SYSEMU
#define SYSEMU		PTRACE_SYSEMU
#else
#define SYSEMU		(-1)
#endif

#define EXIT_CODE	7

/* Shared with the tracee: the child it has, once there is one */
static pid_t *child_tid;

enum msg {
	MSG_NONE,
	MSG_ENTRY,
	MSG_EXIT,
	MSG_SECCOMP,
	MSG_CHILD,
	MSG_SELF,
	MSG_EXIT_CODE,
};

/* How to get to a stop; with 0 it is the tracer's requests that do all */
enum how {
	HOW_CHILD = 1,		/* the stop is that of the tracee's child */
	HOW_INTERRUPT,
	HOW_BREAKPOINT,
};

/* --- what the tracees do --- */

static void call_getppid(void *arg)
{
	syscall(__NR_getppid);
}

static void call_clone(void *flags)
{
	struct clone_args args = {
		.flags = CLONE_PARENT_SETTID | (unsigned long)flags,
		.parent_tid = (unsigned long)child_tid,
		.exit_signal = flags ? 0 : SIGCHLD,
	};

	if (!syscall(__NR_clone3, &args, CLONE_ARGS_SIZE_VER0))
		syscall(__NR_exit, 0);
}

static void call_exec(void *arg)
{
	char name[] = "exec", *argv[2] = { name };

	syscall(__NR_execve, "/proc/self/exe", argv, NULL);
}

static void call_exit(void *arg)
{
	syscall(__NR_exit_group, EXIT_CODE);
}

static void call_kill(void *sig)
{
	syscall(__NR_kill, getpid(), (int)(long)sig);
}

static void call_tkill(void *sig)
{
	syscall(__NR_tkill, syscall(__NR_gettid), (int)(long)sig);
}

/* A place for a breakpoint. In Thumb code the address would not do for one. */
#ifdef __arm__
__attribute__((target("arm")))
#endif
static void breakpoint(void *arg)
{
	*child_tid = 0;
}

/* 0, or a negative error if there are no breakpoints here */
static int set_breakpoint(pid_t pid)
{
#if defined(__aarch64__)
	struct user_hwdebug_state state = {};
	struct iovec iov = {
		&state, offsetof(struct user_hwdebug_state, dbg_regs[1])
	};
	long err = try_ptrace(PTRACE_GETREGSET, pid, NT_ARM_HW_BREAK, &iov);

	if (err)
		return err;
	if (!(state.dbg_info & 0xff))
		return -ENOSPC;
	state.dbg_regs[0].addr = (unsigned long)breakpoint;
	/* four bytes, user mode, enabled */
	state.dbg_regs[0].ctrl = 0xf << 5 | 2 << 1 | 1;
	return try_ptrace(PTRACE_SETREGSET, pid, NT_ARM_HW_BREAK, &iov);
#elif defined(__arm__)
	unsigned int info = 0, addr = (unsigned long)breakpoint;
	unsigned int ctrl = 0xf << 5 | 2 << 1 | 1;
	long err = try_ptrace(PTRACE_GETHBPREGS, pid, 0, &info);

	if (!err && !(info & 0xff))
		err = -ENOSPC;
	if (!err)
		err = try_ptrace(PTRACE_SETHBPREGS, pid, 1, &addr);
	if (!err)
		err = try_ptrace(PTRACE_SETHBPREGS, pid, 2, &ctrl);
	return err;
#elif defined(X86)
	long err = try_ptrace(PTRACE_POKEUSR, pid,
			      offsetof(struct user, u_debugreg[0]), breakpoint);

	/* for execution, local, enabled */
	if (!err)
		err = try_ptrace(PTRACE_POKEUSR, pid,
				 offsetof(struct user, u_debugreg[7]),
				 (void *)1);
	return err;
#else
	return -EOPNOTSUPP;
#endif
}

/* --- the stops --- */

FIXTURE(stop) {
	pid_t pid;
	/* the one that is looked at: the tracee, or its child */
	pid_t stopped;
	int status;
	struct answers want;
};

FIXTURE_VARIANT(stop) {
	enum attach_mode attach_mode;
	bool sysgood;
	void (*body)(void *arg);
	unsigned long arg;
	/* the system call that has a seccomp stop */
	long filter;
	unsigned long options;
	enum how how;
	/* what to resume the tracee with, once or twice; 0: PTRACE_CONT */
	int request;
	int request2;
	/* what comes of it, status2 being that of a seized tracee */
	int status;
	int status2;
	bool syscall_stop;
	bool no_siginfo;
	__u8 op;
	enum msg msg;
};

#define STOPPED(...) TRACEE_VARIANTS(stop, __VA_ARGS__)

STOPPED(entry,
	.body = call_getppid,
	.request = PTRACE_SYSCALL,
	.status = SIGTRAP,
	.syscall_stop = true,
	.op = PTRACE_SYSCALL_INFO_ENTRY,
	.msg = MSG_ENTRY,
);

STOPPED(exit,
	.body = call_getppid,
	.request = PTRACE_SYSCALL,
	.request2 = PTRACE_SYSCALL,
	.status = SIGTRAP,
	.syscall_stop = true,
	.op = PTRACE_SYSCALL_INFO_EXIT,
	.msg = MSG_EXIT,
);

STOPPED(sysemu,
	.body = call_getppid,
	.request = SYSEMU,
	.status = SIGTRAP,
	.syscall_stop = true,
	.op = PTRACE_SYSCALL_INFO_ENTRY,
	.msg = MSG_ENTRY,
);

STOPPED(seccomp,
	.body = call_getppid,
	.filter = __NR_getppid,
	.options = PTRACE_O_TRACESECCOMP,
	.status = EVENT_STOP(PTRACE_EVENT_SECCOMP),
	.op = PTRACE_SYSCALL_INFO_SECCOMP,
	.msg = MSG_SECCOMP,
);

STOPPED(fork,
	.body = call_clone,
	.options = PTRACE_O_TRACEFORK,
	.status = EVENT_STOP(PTRACE_EVENT_FORK),
	.msg = MSG_CHILD,
);

STOPPED(vfork,
	.body = call_clone,
	.arg = CLONE_VFORK,
	.options = PTRACE_O_TRACEVFORK,
	.status = EVENT_STOP(PTRACE_EVENT_VFORK),
	.msg = MSG_CHILD,
);

/* What makes this a clone is that the child has no signal to exit with. */
STOPPED(clone,
	.body = call_clone,
	.arg = CLONE_FILES,
	.options = PTRACE_O_TRACECLONE,
	.status = EVENT_STOP(PTRACE_EVENT_CLONE),
	.msg = MSG_CHILD,
);

STOPPED(vfork_done,
	.body = call_clone,
	.arg = CLONE_VFORK,
	.options = PTRACE_O_TRACEVFORKDONE,
	.status = EVENT_STOP(PTRACE_EVENT_VFORK_DONE),
	.msg = MSG_CHILD,
);

STOPPED(exec,
	.body = call_exec,
	.options = PTRACE_O_TRACEEXEC,
	.status = EVENT_STOP(PTRACE_EVENT_EXEC),
	.msg = MSG_SELF,
);

STOPPED(exit_event,
	.body = call_exit,
	.options = PTRACE_O_TRACEEXIT,
	.status = EVENT_STOP(PTRACE_EVENT_EXIT),
	.msg = MSG_EXIT_CODE,
);

STOPPED(new_child,
	.body = call_clone,
	.options = PTRACE_O_TRACEFORK,
	.how = HOW_CHILD,
	.status = SIGSTOP,
	.status2 = EVENT_STOP(PTRACE_EVENT_STOP),
);

STOPPED(signal,
	.body = call_tkill,
	.arg = SIGUSR1,
	.status = SIGUSR1,
);

/* The signal-delivery-stop comes first, and its signal is passed on. */
STOPPED(group_stop,
	.body = call_tkill,
	.arg = SIGSTOP,
	.request2 = PTRACE_CONT,
	.status = SIGSTOP,
	.status2 = GROUP_STOP(SIGSTOP),
	.no_siginfo = true,
);

STOPPED(interrupt,
	.body = call_getppid,
	.how = HOW_INTERRUPT,
	.status2 = EVENT_STOP(PTRACE_EVENT_STOP),
);

STOPPED(step,
	.body = call_getppid,
	.request = PTRACE_SINGLESTEP,
	.status = SIGTRAP,
);

STOPPED(breakpoint,
	.body = breakpoint,
	.how = HOW_BREAKPOINT,
	.status = SIGTRAP,
);

/* These look like a syscall stop without PTRACE_O_TRACESYSGOOD. */
STOPPED(sigtrap_kill,
	.body = call_kill,
	.arg = SIGTRAP,
	.status = SIGTRAP,
);

STOPPED(sigtrap_tkill,
	.body = call_tkill,
	.arg = SIGTRAP,
	.status = SIGTRAP,
);

FIXTURE_SETUP(stop)
{
	struct setup setup = {
		.attach_mode = variant->attach_mode,
		.sysgood = variant->sysgood,
		.options = variant->options,
		.filter = variant->filter,
		.body = variant->body,
		.arg = (void *)variant->arg,
	};
	bool seized = variant->attach_mode == SEIZED;
	int request = variant->request ?: PTRACE_CONT;
	int err, status;

	if (variant->filter && !have_filters())
		SKIP(return, NO_FILTERS);
	child_tid = shared_page(_metadata);

	self->pid = start_tracee(_metadata, &setup);
	self->stopped = self->pid;

	if (variant->how == HOW_INTERRUPT) {
		err = try_ptrace(PTRACE_INTERRUPT, self->pid, 0, NULL);
		ASSERT_EQ(seized ? 0 : -EIO, err);
		/* The stop that is left is that of the first SIGUSR1. */
		if (err) {
			self->status = SIGUSR1;
			self->want.has_siginfo = true;
			return;
		}
	}
	if (variant->how == HOW_BREAKPOINT) {
		err = set_breakpoint(self->pid);
		if (err)
			SKIP(return, "no hardware breakpoint: %s",
			     strerror(-err));
	}

	err = try_ptrace(request, self->pid, 0, NULL);
	if (err == -EIO && request != PTRACE_CONT && request != PTRACE_SYSCALL)
		SKIP(return, "no such request on this machine");
	ASSERT_EQ(0, err);
	self->status = next_stop(_metadata, self->pid);

	if (variant->request2) {
		int sig = self->status & 0x7f;

		ASSERT_EQ(0, sys_ptrace(variant->request2, self->pid, 0,
					sig == SIGTRAP ? 0 : sig));
		self->status = next_stop(_metadata, self->pid);
	}

	if (variant->how == HOW_CHILD) {
		ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_FORK), self->status);
		self->stopped = *child_tid;
		self->status = next_stop(_metadata, self->stopped);
	}

	self->want.op = variant->op;
	self->want.event_stop = seized && variant->status2;
	self->want.has_siginfo = seized || !variant->no_siginfo;
	switch (variant->msg) {
	case MSG_NONE:
		break;
	case MSG_ENTRY:
		self->want.msg = PTRACE_EVENTMSG_SYSCALL_ENTRY;
		break;
	case MSG_EXIT:
		self->want.msg = PTRACE_EVENTMSG_SYSCALL_EXIT;
		break;
	case MSG_SECCOMP:
		self->want.msg = SECCOMP_DATA;
		break;
	case MSG_CHILD:
		ASSERT_LT(0, *child_tid);
		self->want.msg = *child_tid;
		break;
	case MSG_SELF:
		self->want.msg = self->pid;
		break;
	case MSG_EXIT_CODE:
		self->want.msg = EXIT_CODE << 8;
		break;
	}

	status = self->want.event_stop ? variant->status2 : variant->status;
	if (variant->syscall_stop)
		status = syscall_stop(variant->sysgood);
	ASSERT_EQ(status, self->status);
	if (variant->how == HOW_BREAKPOINT) {
		siginfo_t si;

		ASSERT_EQ(0, try_ptrace(PTRACE_GETSIGINFO, self->pid, 0, &si));
		ASSERT_EQ(TRAP_HWBKPT, si.si_code);
	}
}

FIXTURE_TEARDOWN(stop)
{
	/* The test's process ends with this, and all its tracees with it. */
}

TEST_F(stop, answers)
{
	check_answers(_metadata, self->stopped, &self->want);
	if (self->want.event_stop) {
		check_listen(_metadata, self->stopped, self->status);
		check_answers(_metadata, self->stopped, &self->want);
	}
}

TEST_F(stop, siginfo_replaced)
{
	/* a syscall stop, with and without TRACESYSGOOD, two events, a kill */
	static const int codes[] = {
		SYSCALL_STOP, SIGTRAP, EVENT_STOP(PTRACE_EVENT_SECCOMP),
		EVENT_STOP(PTRACE_EVENT_STOP), SI_USER,
	};
	siginfo_t si = {};
	unsigned int i;

	if (!self->want.has_siginfo) {
		si.si_signo = SIGTRAP;
		ASSERT_EQ(-EINVAL, try_ptrace(PTRACE_SETSIGINFO, self->stopped,
					      0, &si));
		check_answers(_metadata, self->stopped, &self->want);
		return;
	}

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		set_si_code(_metadata, self->stopped, codes[i]);
		check_answers(_metadata, self->stopped, &self->want);
		/* This makes a new stop, with a siginfo of its own. */
		if (self->want.event_stop)
			check_listen(_metadata, self->stopped, self->status);
	}
}

TEST_HARNESS_MAIN
