// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task has flags that decide what the entry and the exit of its system calls
 * have to do. Others than the task itself change them: what does a child have of
 * its parent's, what does exec keep, what is left when a tracer comes late or
 * goes, and what if a uprobe steps the task in between? And no flag of Syscall
 * User Dispatch is ever set.
 *
 * All of it is the same whatever code the kernel has for the entry and the exit
 * of system calls. For the logs of stops see syscall_exit_reports.c.
 */
#include "syscall_exit.h"
#include "uprobe.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH	59
#define PR_SYS_DISPATCH_OFF		0
#define PR_SYS_DISPATCH_ON		1
#define SYSCALL_DISPATCH_FILTER_BLOCK	1
#endif

/* What makes this program, after exec, report on its filter and end */
#define AFTER_EXEC	"SYSCALL_WORK_AFTER_EXEC"

/*
 * Syscall User Dispatch needs more than the generic entry code, and arm64 does
 * not have it.
 */
static char selector = SYSCALL_DISPATCH_FILTER_BLOCK;

TEST(no_user_dispatch)
{
	errno = 0;
	EXPECT_EQ(-1, prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON,
			    0, 0, &selector));
	EXPECT_EQ(EINVAL, errno);
	errno = 0;
	EXPECT_EQ(-1, prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON,
			    0, 0, NULL));
	EXPECT_EQ(EINVAL, errno);
	errno = 0;
	EXPECT_EQ(-1, prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF,
			    0, 0, NULL));
	EXPECT_EQ(EINVAL, errno);
	/* and no call is dispatched, which would end this with a SIGSYS */
	EXPECT_LT(0, syscall(__NR_getppid));
}

/*
 * The child of a tracee, without PTRACE_O_TRACEFORK, is traced by nobody. A
 * step would end it with a SIGTRAP. With the flag of PTRACE_SYSCALL it would
 * stop for its own parent as soon as it lets that one trace it, although that
 * one has not asked for it.
 */
struct family {
	pid_t parent;
	pid_t child_ppid;
	long child_traceme;
	/* the wait status of the child, at its first stop or its end */
	int child_status;
};

static void family_body(void *arg)
{
	struct family *family = arg;
	sigset_t set;
	pid_t child;

	/* No stop for the end of the child */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		_exit(105);
	family->parent = getpid();
	family->child_status = -1;
	stop_self();
	child = syscall(__NR_clone, SIGCHLD, 0, 0, 0, 0);
	if (!child) {
		family->child_traceme = sys_ptrace(PTRACE_TRACEME, 0, 0, 0);
		family->child_ppid = syscall(__NR_getppid);
		syscall(__NR_exit_group, 0);
	}
	if (syscall(__NR_wait4, child, &family->child_status, 0, NULL) != child)
		_exit(106);
	/* if it has stopped */
	syscall(__NR_kill, child, SIGKILL);
	syscall(__NR_exit_group, 0);
}

FIXTURE(child)
{
};

FIXTURE_VARIANT(child)
{
	/* in the stop of the clone(), and from there on */
	int requests[3];
};

FIXTURE_VARIANT_ADD(child, syscall) {
	.requests = { PTRACE_SYSCALL },
};

FIXTURE_VARIANT_ADD(child, step) {
	.requests = { PTRACE_SINGLESTEP, PTRACE_CONT },
};

/* with the step that is pending at the exit from the clone() */
FIXTURE_VARIANT_ADD(child, step_on) {
	.requests = { PTRACE_SINGLESTEP, PTRACE_SINGLESTEP, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(child, step_then_syscall) {
	.requests = { PTRACE_SINGLESTEP, PTRACE_SYSCALL },
};

FIXTURE_SETUP(child)
{
}

FIXTURE_TEARDOWN(child)
{
}

TEST_F(child, untraced)
{
	int requests[ARRAY_SIZE(variant->requests) + 1] = {};
	struct family *family = shared_page(_metadata);
	struct tracee t = { .traced = true };

	memcpy(requests, variant->requests, sizeof(variant->requests));
	fork_tracee(_metadata, &t, 0, 0, family_body, family);
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, t.pid, 0,
				PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, t.pid, 0, 0));
	ASSERT_EQ(STOP_ENTRY, note_stop(_metadata, &t));
	ASSERT_EQ(__NR_clone, t.regs.r[R_NR]);
	run_tracee(_metadata, &t, requests);
	EXPECT_EQ(0, family->child_traceme);
	EXPECT_EQ(family->parent, family->child_ppid);
	EXPECT_EQ(0, family->child_status);
}

/*
 * A filter is for the children too, and outlives exec, in the program itself and
 * in its children.
 */
static int filtered_errno(void)
{
	errno = 0;
	if (syscall(__NR_getppid) >= 0)
		return 0;
	return errno;
}

/* What a child has, or 255 if that can't be learnt */
static int filtered_errno_of_child(void)
{
	int status;
	pid_t child;

	child = fork();
	if (!child)
		_exit(filtered_errno());
	if (child < 0 || waitpid(child, &status, 0) != child ||
	    !WIFEXITED(status))
		return 255;
	return WEXITSTATUS(status);
}

enum who {
	WHO_SELF,
	WHO_CHILD,
	WHO_EXEC,
	WHO_EXEC_CHILD,
	WHO_CHILD_EXEC,
};

FIXTURE(filter)
{
};

FIXTURE_VARIANT(filter)
{
	enum who who;
};

FIXTURE_VARIANT_ADD(filter, self) {
	.who = WHO_SELF,
};

FIXTURE_VARIANT_ADD(filter, child) {
	.who = WHO_CHILD,
};

FIXTURE_VARIANT_ADD(filter, exec) {
	.who = WHO_EXEC,
};

FIXTURE_VARIANT_ADD(filter, child_after_exec) {
	.who = WHO_EXEC_CHILD,
};

FIXTURE_VARIANT_ADD(filter, exec_of_child) {
	.who = WHO_CHILD_EXEC,
};

FIXTURE_SETUP(filter)
{
	const char *reason = filters_missing(FILTER_ERRNO);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(filter)
{
}

static __noreturn void exec_self(char *what)
{
	char *const argv[] = { "syscall_work", NULL };
	char *const envp[] = { what, NULL };

	execve("/proc/self/exe", argv, envp);
	_exit(253);
}

static void filter_who(enum who who)
{
	int status;
	pid_t child;

	switch (who) {
	case WHO_SELF:
		_exit(filtered_errno());
	case WHO_CHILD:
		_exit(filtered_errno_of_child());
	case WHO_EXEC:
		exec_self(AFTER_EXEC "=self");
	case WHO_EXEC_CHILD:
		exec_self(AFTER_EXEC "=child");
	case WHO_CHILD_EXEC:
		child = fork();
		if (!child)
			exec_self(AFTER_EXEC "=self");
		if (child < 0 || waitpid(child, &status, 0) != child ||
		    !WIFEXITED(status))
			_exit(252);
		_exit(WEXITSTATUS(status));
	}
}

TEST_F(filter, applies)
{
	int status;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (install_filters(__NR_getppid, FILTER_ERRNO))
			_exit(254);
		filter_who(variant->who);
		_exit(251);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFEXITED(status));
	EXPECT_EQ(FILTER_ERRNO_VALUE, WEXITSTATUS(status));
}

/*
 * A traced task stays so over exec. What the tracer asks for in the stop of the
 * exec event is for the exit of the execve() and for the new program.
 */
FIXTURE(exec)
{
};

FIXTURE_VARIANT(exec)
{
	/* at the entry of execve(), in the stop of the event, and the next */
	int requests[3];
	enum stop_kind stops[2];
	/* the first stop is a report and the second a step at the same place */
	bool steps;
};

FIXTURE_VARIANT_ADD(exec, cont) {
	.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.stops = { STOP_END },
};

FIXTURE_VARIANT_ADD(exec, syscall) {
	.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_SYSCALL },
	.stops = { STOP_EXIT, STOP_ENTRY },
};

FIXTURE_VARIANT_ADD(exec, syscall_at_event) {
	.requests = { PTRACE_CONT, PTRACE_SYSCALL, PTRACE_SYSCALL },
	.stops = { STOP_EXIT, STOP_ENTRY },
};

FIXTURE_VARIANT_ADD(exec, cont_at_exit) {
	.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_CONT },
	.stops = { STOP_EXIT, STOP_END },
};

FIXTURE_VARIANT_ADD(exec, sysemu) {
	.requests = { PTRACE_CONT, PTRACE_SYSEMU, PTRACE_SYSEMU },
	.stops = { STOP_ENTRY, STOP_ENTRY },
};

FIXTURE_VARIANT_ADD(exec, step) {
	.requests = { PTRACE_SINGLESTEP, PTRACE_SINGLESTEP, PTRACE_SINGLESTEP },
	.stops = { STOP_STEP, STOP_STEP },
	.steps = true,
};

FIXTURE_VARIANT_ADD(exec, step_at_exit) {
	.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_SINGLESTEP },
	.stops = { STOP_EXIT, STOP_STEP },
};

FIXTURE_SETUP(exec)
{
}

FIXTURE_TEARDOWN(exec)
{
}

static char *const exec_argv[] = { "syscall_work", NULL };
static char *const exec_envp[] = { AFTER_EXEC "=self", NULL };

TEST_F(exec, stays_traced)
{
	struct call *call = new_call(_metadata, __NR_execve);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};
	unsigned long pc;
	int i;

	call->args[0] = (unsigned long)"/proc/self/exe";
	call->args[1] = (unsigned long)exec_argv;
	call->args[2] = (unsigned long)exec_envp;
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, t.pid, 0,
				PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD |
				PTRACE_O_TRACEEXEC));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, t.pid, 0, 0));
	ASSERT_EQ(STOP_ENTRY, note_stop(_metadata, &t));
	ASSERT_EQ(0, sys_ptrace(variant->requests[0], t.pid, 0, 0));
	ASSERT_EQ(STOP_EVENT, note_stop(_metadata, &t));
	ASSERT_STREQ("entry:execve exec", t.log);
	pc = t.regs.r[R_PC];

	for (i = 0; i < 2 && t.stop != STOP_END; i++) {
		ASSERT_EQ(0, sys_ptrace(variant->requests[i + 1], t.pid, 0, 0));
		ASSERT_EQ(variant->stops[i], note_stop(_metadata, &t));
		if (variant->steps) {
			/* bit 0 of the PC, for Thumb, is gone after a while */
			EXPECT_EQ(pc & ~1UL, t.regs.r[R_PC] & ~1UL);
			EXPECT_TRUE(!!strstr(t.log, i ? "step:" : "report:"));
		}
		if (t.stop == STOP_EXIT)
			EXPECT_EQ(pc, t.regs.r[R_PC]);
	}
	if (t.stop != STOP_END) {
		ASSERT_EQ(0, kill(t.pid, SIGKILL));
		ASSERT_EQ(STOP_END, note_stop(_metadata, &t));
	}
}

/*
 * A tracer leaves: the call under way has its own result, and nothing stops or
 * kills the task any more.
 */
FIXTURE(detach)
{
};

FIXTURE_VARIANT(detach)
{
	int requests[5];
	int filters;
	const char *stops;
};

FIXTURE_VARIANT_ADD(detach, first_stop) {
	.requests = { PTRACE_DETACH },
	.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(detach, entry_filter_allow) {
	.requests = { PTRACE_SYSCALL, PTRACE_DETACH },
	.filters = FILTER_ALLOW,
	.stops = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(detach, exit) {
	.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_DETACH },
	.stops = "entry:getppid exit:getppid exited:0",
};

/* The SIGTRAP in place of the step over the svc, and that of a true step */
FIXTURE_VARIANT_ADD(detach, report) {
	.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_DETACH },
	.stops = "entry:getppid report:+1 exited:0",
};

FIXTURE_VARIANT_ADD(detach, step) {
	.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_SINGLESTEP,
		      PTRACE_DETACH },
	.stops = "entry:getppid report:+1 step:+2 exited:0",
};

/* With a step begun that is not over yet */
FIXTURE_VARIANT_ADD(detach, exit_after_step) {
	.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_SINGLESTEP,
		      PTRACE_DETACH },
	.stops = "entry:getppid exit:getppid step:+2 exited:0",
};

FIXTURE_VARIANT_ADD(detach, seccomp_after_step) {
	.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_DETACH },
	.filters = FILTER_TRACE,
	.stops = "entry:getppid seccomp exited:0",
};

FIXTURE_VARIANT_ADD(detach, seccomp_after_syscall) {
	.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_DETACH },
	.filters = FILTER_TRACE,
	.stops = "entry:getppid seccomp exited:0",
};

FIXTURE_SETUP(detach)
{
	const char *reason = filters_missing(variant->filters);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(detach)
{
}

TEST_F(detach, stop)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	long want = getpid();
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	fork_tracee(_metadata, &t, variant->filters, call->nr, call_body, call);
	run_tracee(_metadata, &t, variant->requests);
	EXPECT_STREQ(variant->stops, t.log);
	check_result(_metadata, call, want);
}

/* A filter that has asked the tracer: the call is made, as with PTRACE_CONT */
TEST(detach_at_seccomp)
{
	static const int requests[] = { PTRACE_CONT, PTRACE_DETACH, 0 };
	const char *reason = filters_missing(FILTER_TRACE);
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	if (reason)
		SKIP(return, "%s", reason);
	fork_tracee(_metadata, &t, FILTER_TRACE, call->nr, call_body, call);
	run_tracee(_metadata, &t, requests);
	EXPECT_STREQ("seccomp exited:0", t.log);
	check_result(_metadata, call, getpid());
}

/* The filter comes too late to ask one: ENOSYS, as for any untraced task */
TEST(detach_before_seccomp)
{
	static const int requests[] = { PTRACE_SYSCALL, PTRACE_DETACH, 0 };
	const char *reason = filters_missing(FILTER_TRACE);
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	if (reason)
		SKIP(return, "%s", reason);
	fork_tracee(_metadata, &t, FILTER_TRACE, call->nr, call_body, call);
	run_tracee(_metadata, &t, requests);
	EXPECT_STREQ("entry:getppid exited:0", t.log);
	check_result(_metadata, call, -ENOSYS);
}

/*
 * A tracer comes while the task is in a call that waits. The call is broken off
 * and made again: its stops are those of a call that begins. The task can't get
 * out of the call before that, since there is nothing to read, so that it makes
 * no difference if it sleeps already.
 */
FIXTURE(attach)
{
	struct call *call;
	struct tracee t;
	int pipe_fds[2];
};

FIXTURE_VARIANT(attach)
{
	enum attach_mode attach_mode;
	int filters;
	int requests[5];
	const char *stops;
	/* the bytes are there before the tracee goes on */
	bool feed_early;
};

FIXTURE_VARIANT_ADD(attach, syscall_attached) {
	.attach_mode = ATTACH,
	.requests = { PTRACE_SYSCALL },
	.stops = "SIGSTOP entry:read exit:read entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(attach, filter_allow_syscall_attached) {
	.attach_mode = ATTACH,
	.filters = FILTER_ALLOW,
	.requests = { PTRACE_SYSCALL },
	.stops = "SIGSTOP entry:read exit:read entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(attach, cont_attached) {
	.attach_mode = ATTACH,
	.requests = { PTRACE_CONT },
	.feed_early = true,
	.stops = "SIGSTOP exited:0",
};

FIXTURE_VARIANT_ADD(attach, detach_attached) {
	.attach_mode = ATTACH,
	.requests = { PTRACE_DETACH },
	.feed_early = true,
	.stops = "SIGSTOP exited:0",
};

FIXTURE_VARIANT_ADD(attach, step_attached) {
	.attach_mode = ATTACH,
	.requests = { PTRACE_SINGLESTEP, PTRACE_SINGLESTEP, PTRACE_SINGLESTEP,
		      PTRACE_CONT },
	.feed_early = true,
	.stops = "SIGSTOP report:+1 step:+1 step:+2 exited:0",
};

FIXTURE_VARIANT_ADD(attach, sysemu_attached) {
	.attach_mode = ATTACH,
	.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.stops = "SIGSTOP entry:read entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(attach, filter_allow_syscall_seized) {
	.attach_mode = SEIZE,
	.filters = FILTER_ALLOW,
	.requests = { PTRACE_SYSCALL },
	.stops = "stop entry:read exit:read entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(attach, detach_seized) {
	.attach_mode = SEIZE,
	.requests = { PTRACE_DETACH },
	.feed_early = true,
	.stops = "stop exited:0",
};

FIXTURE_VARIANT_ADD(attach, step_seized) {
	.attach_mode = SEIZE,
	.requests = { PTRACE_SINGLESTEP, PTRACE_SINGLESTEP, PTRACE_SINGLESTEP,
		      PTRACE_CONT },
	.feed_early = true,
	.stops = "stop report:+1 step:+1 step:+2 exited:0",
};

FIXTURE_VARIANT_ADD(attach, sysemu_seized) {
	.attach_mode = SEIZE,
	.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.stops = "stop entry:read entry:exit_group exited:0",
};

FIXTURE_SETUP(attach)
{
	const char *reason = filters_missing(variant->filters);

	if (reason)
		SKIP(return, "%s", reason);
	ASSERT_EQ(0, pipe2(self->pipe_fds, O_CLOEXEC));
	self->call = new_read_call(_metadata, self->pipe_fds[0]);
	self->t.svc = (unsigned long)body_svc;
	self->t.traced = true;
	self->t.arg = &self->pipe_fds[1];
}

FIXTURE_TEARDOWN(attach)
{
}

TEST_F(attach, in_call)
{
	const unsigned long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD;
	bool emulated = variant->requests[0] == PTRACE_SYSEMU;
	struct tracee *t = &self->t;

	fork_tracee(_metadata, t, variant->filters, __NR_read, call_body,
		    self->call);
	/* See it into the call, and leave it alone there */
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, t->pid, 0, 0));
	ASSERT_EQ(STOP_ENTRY, note_stop(_metadata, t));
	ASSERT_EQ(__NR_read, t->regs.r[R_NR]);
	ASSERT_EQ(0, sys_ptrace(PTRACE_DETACH, t->pid, 0, 0));
	t->log[0] = 0;

	if (variant->attach_mode == SEIZE) {
		ASSERT_EQ(0, sys_ptrace(PTRACE_SEIZE, t->pid, 0, options));
		ASSERT_EQ(0, sys_ptrace(PTRACE_INTERRUPT, t->pid, 0, 0));
		ASSERT_EQ(STOP_EVENT, note_stop(_metadata, t));
	} else {
		ASSERT_EQ(0, sys_ptrace(PTRACE_ATTACH, t->pid, 0, 0));
		ASSERT_EQ(STOP_SIGNAL, note_stop(_metadata, t));
		ASSERT_EQ(SIGSTOP, t->sig);
		/* which was the tracer's own, and not for the task */
		t->sig = 0;
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, t->pid, 0, options));
	}
	/* back at the svc, so that the call is made again */
	EXPECT_EQ(t->svc, t->regs.r[R_PC]);
	EXPECT_EQ(self->call->args[0], t->regs.r[0]);

	if (variant->feed_early)
		ASSERT_EQ(1, write(self->pipe_fds[1], "x", 1));
	t->at_stop = variant->feed_early ? NULL : feed_pipe;
	run_tracee(_metadata, t, variant->requests);
	EXPECT_STREQ(variant->stops, t->log);
	check_result(_metadata, self->call, emulated ? self->pipe_fds[0] : 1);
}

#ifdef __aarch64__
/*
 * A uprobe steps its task over a copy of the instruction, and uses the same flag
 * for that as a tracer. There are none for compat tasks.
 */
FIXTURE(uprobe)
{
	int type;
};

FIXTURE_VARIANT(uprobe)
{
	int requests[6];
	int filters;
	const char *stops;
};

FIXTURE_VARIANT_ADD(uprobe, untraced) {
	.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(uprobe, cont) {
	.requests = { PTRACE_CONT },
	.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(uprobe, syscall) {
	.requests = { PTRACE_SYSCALL },
	.stops = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(uprobe, filter_trace_syscall) {
	.requests = { PTRACE_SYSCALL },
	.filters = FILTER_TRACE,
	.stops =
		"entry:getppid seccomp exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(uprobe, sysemu) {
	.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.stops = "entry:getppid entry:exit_group exited:0",
};

/* stepping begins in the stop behind the probe */
FIXTURE_VARIANT_ADD(uprobe, step_at_entry) {
	.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
	.stops = "entry:getppid report:+1 exited:0",
};

FIXTURE_SETUP(uprobe)
{
	const char *reason = filters_missing(variant->filters);

	if (reason)
		SKIP(return, "%s", reason);
	self->type = uprobe_type(_metadata);
	if (self->type < 0)
		SKIP(return, NO_UPROBES);
}

FIXTURE_TEARDOWN(uprobe)
{
}

static void run_probed(struct __test_metadata *_metadata, int type,
		       const int *requests, int filters, const char *stops,
		       unsigned long insn, bool refused)
{
	bool emulated = requests[0] == PTRACE_SYSEMU;
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = {
		.traced = requests[0],
		.svc = (unsigned long)body_svc,
	};
	__u64 count = 0;
	int fd;

	fork_tracee(_metadata, &t, filters, call->nr, call_body, call);
	fd = open_uprobe(_metadata, type, t.pid, insn);
	if (fd == -EACCES || fd == -EPERM)
		SKIP(return, "uprobes are not permitted: not root?");
	if (!refused)
		ASSERT_LE(0, fd);
	run_tracee(_metadata, &t, requests);
	EXPECT_STREQ(stops, t.log);
	check_result(_metadata, call,
		     emulated ? call->args[0] : (unsigned long)getpid());
	if (fd >= 0) {
		ASSERT_EQ(sizeof(count), read(fd, &count, sizeof(count)));
		ASSERT_EQ(0, close(fd));
	}
	EXPECT_EQ(refused ? 0 : 1, count);
}

/* The load of x7, which the call has to leave as it is */
TEST_F(uprobe, before_svc)
{
	run_probed(_metadata, self->type, variant->requests, variant->filters,
		   variant->stops, (unsigned long)body_svc - 4, false);
}

/* The store of the result */
TEST_F(uprobe, behind_svc)
{
	run_probed(_metadata, self->type, variant->requests, variant->filters,
		   variant->stops, (unsigned long)body_svc + 4, false);
}

/* A svc can't be probed, and whoever tries does no harm to the call */
TEST_F(uprobe, on_svc)
{
	run_probed(_metadata, self->type, variant->requests, variant->filters,
		   variant->stops, (unsigned long)body_svc, true);
}

/*
 * A tracer steps over a probed instruction. The probe's own step ends that of
 * the tracer, and takes the flag away, so that the tracee runs on; a kernel
 * that does better stops at the svc. In no case is there a report at the exit
 * from the next call of a task that isn't stepped any more.
 */
TEST(uprobe_step_over)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct call *call = new_call(_metadata, __NR_getppid);
	int fd, type = uprobe_type(_metadata);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	if (type < 0)
		SKIP(return, NO_UPROBES);
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	fd = open_uprobe(_metadata, type, t.pid, t.svc - 4);
	if (fd == -EACCES || fd == -EPERM)
		SKIP(return, "uprobes are not permitted: not root?");
	ASSERT_LE(0, fd);
	do {
		ASSERT_EQ(0, sys_ptrace(PTRACE_SINGLESTEP, t.pid, 0, 0));
		ASSERT_EQ(STOP_STEP, note_stop(_metadata, &t));
	} while (t.regs.r[R_PC] != t.svc - 4);
	t.log[0] = 0;
	ASSERT_EQ(0, sys_ptrace(PTRACE_SINGLESTEP, t.pid, 0, 0));
	if (note_stop(_metadata, &t) != STOP_END) {
		EXPECT_STREQ("step:+0", t.log);
		run_tracee(_metadata, &t, cont);
	}
	EXPECT_EQ(STOP_END, t.stop);
	check_result(_metadata, call, getpid());
}
#endif /* __aarch64__ */

/* What a test executes is this program again, and is told so. */
int main(int argc, char **argv)
{
	const char *what = getenv(AFTER_EXEC);

	if (what)
		return *what == 'c' ? filtered_errno_of_child() :
				      filtered_errno();
	return test_harness_run(argc, argv);
}
