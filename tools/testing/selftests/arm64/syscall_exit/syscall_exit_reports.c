// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tracer sees each stop of a system call that it has asked for once, in
 * order, and none besides, also if it changes its mind while the call is under
 * way; and each call fires the two tracepoints once. Neither a seccomp filter
 * nor a tracepoint nor auditing changes anything about that.
 *
 * Tests write down the stops, such as "entry:getppid exit:getppid", and compare
 * with what is expected; a failure shows both. "report:+1" is the SIGTRAP that
 * the exit of a system call reports in place of a step, and "step:+2" that of a
 * step, with the PC so many instructions behind the svc. In all stops, the
 * register that tells entry from exit (x7, ip for compat tasks) is looked at,
 * and after the call it has to be what it was, and the result in place.
 */
#include "syscall_exit.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

/* What the tracee finds in x0 after the call */
enum outcome {
	/* the result of the call that was asked for */
	OUTCOME_DONE,
	/* what was there before: no one has written a result */
	OUTCOME_UNTOUCHED,
	/* what the tracer has written at the entry */
	OUTCOME_TRACER,
	OUTCOME_ENOSYS,
	OUTCOME_FILTER,
};

#define TRACER_RESULT	4242

struct test_case {
	/* for run_tracee() */
	int requests[5];
	int filters;
	/* __NR_getppid unless told */
	long nr;
	/* set the number to -1 and x0 to TRACER_RESULT at the first stop */
	bool skip;
	enum outcome outcome;
	const char *stops;
};

struct watch {
	const struct test_case *tc;
	struct call *call;
	/* the child, if the call is a clone() */
	pid_t child;
};

static struct call *new_test_call(struct __test_metadata *_metadata,
				  const struct test_case *tc)
{
	static const unsigned long fork_args[4] = { SIGCHLD };
	struct call *call = new_call(_metadata, tc->nr ?: __NR_getppid);

	/* As fork() does it. The child never runs, see end_child(). */
	if (tc->nr == __NR_clone)
		memcpy(call->args, fork_args, sizeof(fork_args));
	return call;
}

static void call_tracee(void *call)
{
	sigset_t set;

	/* No stop for the end of a child */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		_exit(105);
	call_body(call);
}

static void check_dir(struct __test_metadata *_metadata, struct tracee *t)
{
	switch (t->stop) {
	case STOP_ENTRY:
		EXPECT_EQ(DIR_ENTRY, t->regs.r[R_DIR]);
		break;
	case STOP_EXIT:
		EXPECT_EQ(DIR_EXIT, t->regs.r[R_DIR]);
		break;
	default:
		/* before the call, the value may not be there yet */
		if (t->regs.r[R_PC] > t->svc)
			EXPECT_EQ(X7_VALUE, t->regs.r[R_DIR]);
	}
}

/*
 * The child is stopped at its beginning. It must not get any further, since it
 * would write to the same page as its parent.
 */
static void end_child(struct __test_metadata *_metadata, struct tracee *t,
		      struct watch *watch)
{
	unsigned long child;
	int status;

	ASSERT_EQ(0, sys_ptrace(PTRACE_GETEVENTMSG, t->pid, 0,
				(unsigned long)&child));
	watch->child = child;
	ASSERT_EQ(watch->child, waitpid(watch->child, &status, __WALL));
	ASSERT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(0, kill(watch->child, SIGKILL));
	ASSERT_EQ(watch->child, waitpid(watch->child, &status, __WALL));
	ASSERT_TRUE(WIFSIGNALED(status));
}

static void watch_stop(struct __test_metadata *_metadata, struct tracee *t)
{
	struct watch *watch = t->arg;

	check_dir(_metadata, t);
	if (t->stop == STOP_EVENT && watch->call->nr == __NR_clone)
		end_child(_metadata, t, watch);
	if (watch->tc->skip && t->regs.r[R_NR] == watch->call->nr &&
	    (t->stop == STOP_ENTRY || t->stop == STOP_EVENT)) {
		t->regs.r[0] = TRACER_RESULT;
		set_regs(_metadata, t->pid, &t->regs);
		set_syscall_nr(_metadata, t->pid, -1);
	}
}

static void check_outcome(struct __test_metadata *_metadata,
			  const struct watch *watch)
{
	const struct call *call = watch->call;
	long want = 0;

	switch (watch->tc->outcome) {
	case OUTCOME_DONE:
		want = call->nr == __NR_clone ? watch->child : getpid();
		break;
	case OUTCOME_UNTOUCHED:
		want = call->args[0];
		break;
	case OUTCOME_TRACER:
		want = TRACER_RESULT;
		break;
	case OUTCOME_ENOSYS:
		want = -ENOSYS;
		break;
	case OUTCOME_FILTER:
		want = -FILTER_ERRNO_VALUE;
		break;
	}
	check_result(_metadata, call, want);
}

static void run_test_case(struct __test_metadata *_metadata,
			  const struct test_case *tc, int filters)
{
	struct watch watch = {
		.tc = tc,
		.call = new_test_call(_metadata, tc),
	};
	struct tracee t = {
		.traced = tc->requests[0],
		.svc = (unsigned long)body_svc,
		.at_stop = watch_stop,
		.arg = &watch,
	};

	fork_tracee(_metadata, &t, tc->filters | filters, watch.call->nr,
		    call_tracee, watch.call);
	run_tracee(_metadata, &t, tc->requests);
	EXPECT_STREQ(tc->stops, t.log);
	check_outcome(_metadata, &watch);
}

FIXTURE(stops)
{
	struct env env;
};

FIXTURE_VARIANT(stops)
{
	struct test_case tc;
};

FIXTURE_VARIANT_ADD(stops, untraced) {
	.tc.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(stops, cont) {
	.tc.requests = { PTRACE_CONT },
	.tc.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(stops, syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.stops = "entry:getppid exit:getppid entry:exit_group exited:0",
};

/* Tracing ends between entry and exit */
FIXTURE_VARIANT_ADD(stops, cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.stops = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(stops, detach_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_DETACH },
	.tc.stops = "entry:getppid exited:0",
};

/* Tracing changes between entry and exit */
FIXTURE_VARIANT_ADD(stops, step_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
	.tc.stops = "entry:getppid report:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stops, step_then_syscall) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_SYSCALL },
	.tc.stops = "entry:getppid report:+1 entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, sysemu_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

/* Calls that are not carried out; the exit_group() is made anew */
FIXTURE_VARIANT_ADD(stops, sysemu) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.outcome = OUTCOME_UNTOUCHED,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, sysemu_then_syscall) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSCALL },
	.tc.outcome = OUTCOME_UNTOUCHED,
	.tc.stops = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, sysemu_then_step) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SINGLESTEP, PTRACE_CONT },
	.tc.outcome = OUTCOME_UNTOUCHED,
	.tc.stops = "entry:getppid report:+1 exited:0",
};

/* With the generic entry code, there would be no step at the exit */
FIXTURE_VARIANT_ADD(stops, sysemu_step) {
	.tc.requests = {
		PTRACE_SYSEMU, PTRACE_SYSEMU_SINGLESTEP, PTRACE_CONT,
	},
	.tc.outcome = OUTCOME_UNTOUCHED,
	.tc.stops = "entry:getppid report:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stops, skip) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.skip = true,
	.tc.outcome = OUTCOME_TRACER,
	.tc.stops = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, skip_cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.skip = true,
	.tc.outcome = OUTCOME_TRACER,
	.tc.stops = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(stops, skip_step_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
	.tc.skip = true,
	.tc.outcome = OUTCOME_TRACER,
	.tc.stops = "entry:getppid report:+1 exited:0",
};

/* Calls with the number that a tracer has for "skip" */
FIXTURE_VARIANT_ADD(stops, minus_one_untraced) {
	.tc.nr = -1,
	.tc.outcome = OUTCOME_ENOSYS,
	.tc.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(stops, minus_one_syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.nr = -1,
	.tc.outcome = OUTCOME_ENOSYS,
	.tc.stops = "entry:-1 exit:-1 entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, minus_one_cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.nr = -1,
	.tc.outcome = OUTCOME_ENOSYS,
	.tc.stops = "entry:-1 exited:0",
};

/* Calls that a filter refuses */
FIXTURE_VARIANT_ADD(stops, filter_errno) {
	.tc.filters = FILTER_ERRNO,
	.tc.outcome = OUTCOME_FILTER,
	.tc.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(stops, filter_errno_syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.filters = FILTER_ERRNO,
	.tc.outcome = OUTCOME_FILTER,
	.tc.stops = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, filter_errno_cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.filters = FILTER_ERRNO,
	.tc.outcome = OUTCOME_FILTER,
	.tc.stops = "entry:getppid exited:0",
};

/* Tracing begins in the middle of a call */
FIXTURE_VARIANT_ADD(stops, fork_cont) {
	.tc.requests = { PTRACE_CONT },
	.tc.nr = __NR_clone,
	.tc.stops = "fork exited:0",
};

FIXTURE_VARIANT_ADD(stops, fork_detach) {
	.tc.requests = { PTRACE_CONT, PTRACE_DETACH },
	.tc.nr = __NR_clone,
	.tc.stops = "fork exited:0",
};

FIXTURE_VARIANT_ADD(stops, fork_syscall) {
	.tc.requests = { PTRACE_CONT, PTRACE_SYSCALL },
	.tc.nr = __NR_clone,
	.tc.stops = "fork exit:clone entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, fork_step) {
	.tc.requests = { PTRACE_CONT, PTRACE_SINGLESTEP, PTRACE_CONT },
	.tc.nr = __NR_clone,
	.tc.stops = "fork report:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stops, fork_sysemu) {
	.tc.requests = { PTRACE_CONT, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.nr = __NR_clone,
	.tc.stops = "fork entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, syscall_fork_syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.nr = __NR_clone,
	.tc.stops = "entry:clone fork exit:clone entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, syscall_fork_cont) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_CONT },
	.tc.nr = __NR_clone,
	.tc.stops = "entry:clone fork exited:0",
};

/* The same, but before the call is carried out */
FIXTURE_VARIANT_ADD(stops, seccomp_cont) {
	.tc.requests = { PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
	.tc.stops = "seccomp exited:0",
};

FIXTURE_VARIANT_ADD(stops, seccomp_syscall) {
	.tc.requests = { PTRACE_CONT, PTRACE_SYSCALL },
	.tc.filters = FILTER_TRACE,
	.tc.stops = "seccomp exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, seccomp_step) {
	.tc.requests = { PTRACE_CONT, PTRACE_SINGLESTEP, PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
	.tc.stops = "seccomp report:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stops, seccomp_skip_syscall) {
	.tc.requests = { PTRACE_CONT, PTRACE_SYSCALL },
	.tc.filters = FILTER_TRACE,
	.tc.skip = true,
	.tc.outcome = OUTCOME_TRACER,
	.tc.stops = "seccomp exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stops, syscall_seccomp_syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.filters = FILTER_TRACE,
	.tc.stops =
		"entry:getppid seccomp exit:getppid entry:exit_group exited:0",
};

FIXTURE_SETUP(stops)
{
	const char *reason = filters_missing(variant->tc.filters);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(stops)
{
	env_teardown(_metadata, &self->env);
}

TEST_F(stops, alone)
{
	const char *reason = env_setup(&self->env, WITH_NOTHING);

	ASSERT_TRUE(!reason);
	run_test_case(_metadata, &variant->tc, 0);
}

TEST_F(stops, with_filter)
{
	const char *reason = filters_missing(FILTER_ALLOW);

	if (reason)
		SKIP(return, "%s", reason);
	reason = env_setup(&self->env, WITH_NOTHING);
	ASSERT_TRUE(!reason);
	run_test_case(_metadata, &variant->tc, FILTER_ALLOW);
}

TEST_F(stops, with_tracepoint)
{
	const char *reason = env_setup(&self->env, WITH_TRACEPOINT);

	if (reason)
		SKIP(return, "%s", reason);
	run_test_case(_metadata, &variant->tc, 0);
}

TEST_F(stops, with_audit)
{
	const char *reason = env_setup(&self->env, WITH_AUDIT);

	if (reason)
		SKIP(return, "%s", reason);
	run_test_case(_metadata, &variant->tc, 0);
}

/*
 * A tracer that steps all the way sees each instruction once, with one
 * exception: the svc, having been stepped over, leaves a step pending, which is
 * taken when the tracee comes back from the call and after the exit has made
 * its own report.
 */
static void run_steps(struct __test_metadata *_metadata, int request)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	bool emulated = request == PTRACE_SYSEMU_SINGLESTEP;
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};
	struct tracee want = {};
	unsigned long pc;

	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	get_regs(_metadata, t.pid, &t.regs);
	for (pc = t.regs.r[R_PC] + 4; pc <= (unsigned long)body_exit_svc;
	     pc += 4) {
		if (emulated && pc == t.svc + 4)
			log_stop(&want, "entry:getppid");
		if (pc == t.svc + 4)
			log_stop(&want, "report:+1");
		log_stop(&want, "step:%+ld", (long)(pc - t.svc) / 4);
	}
	if (emulated)
		log_stop(&want, "entry:exit_group");
	log_stop(&want, "exited:0");

	do {
		ASSERT_EQ(0, sys_ptrace(request, t.pid, 0, t.sig));
		if (note_stop(_metadata, &t) == STOP_END)
			break;
		check_dir(_metadata, &t);
		/* The call that is to end the tracee was skipped */
		if (t.stop == STOP_ENTRY && t.regs.r[R_NR] == __NR_exit_group)
			request = PTRACE_CONT;
	} while (strlen(t.log) < sizeof(t.log) - 16);
	EXPECT_STREQ(want.log, t.log);
	check_result(_metadata, call,
		     emulated ? (long)call->args[0] : getpid());
}

TEST(step_all)
{
	run_steps(_metadata, PTRACE_SINGLESTEP);
}

/* As sysemu_step: the report is one of arm64's own code */
TEST(sysemu_step_all)
{
	run_steps(_metadata, PTRACE_SYSEMU_SINGLESTEP);
}

/* Wait until a task that has nothing else to do sleeps in its call */
static void wait_asleep(struct __test_metadata *_metadata, pid_t pid)
{
	char path[32], line[256], *state;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	do {
		sched_yield();
		fd = open(path, O_RDONLY | O_CLOEXEC);
		ASSERT_LE(0, fd);
		len = read(fd, line, sizeof(line) - 1);
		ASSERT_LT(0, len);
		ASSERT_EQ(0, close(fd));
		line[len] = 0;
		state = strrchr(line, ')');
		ASSERT_TRUE(!!state);
		ASSERT_FALSE(state[2] == 'Z' || state[2] == 'X');
	} while (state[2] != 'S');
}

static void watch_read(struct __test_metadata *_metadata, struct tracee *t)
{
	check_dir(_metadata, t);
	feed_pipe(_metadata, t);
}

/*
 * A tracer comes while the tracee sleeps in a call. It must not see the exit
 * of a call that it hasn't seen begin, only that of the restarted call.
 */
TEST(seize_asleep)
{
	static const int requests[] = { PTRACE_SYSCALL, 0 };
	int pipe_fds[2];
	struct tracee t = {
		.svc = (unsigned long)body_svc,
		.at_stop = watch_read,
		.arg = &pipe_fds[1],
	};
	struct call *call;

	ASSERT_EQ(0, pipe2(pipe_fds, O_CLOEXEC));
	call = new_read_call(_metadata, pipe_fds[0]);
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	ASSERT_EQ(0, kill(t.pid, SIGCONT));
	wait_asleep(_metadata, t.pid);
	ASSERT_EQ(0, sys_ptrace(PTRACE_SEIZE, t.pid, 0,
				PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD));
	t.traced = true;
	ASSERT_EQ(0, sys_ptrace(PTRACE_INTERRUPT, t.pid, 0, 0));
	ASSERT_EQ(STOP_EVENT, note_stop(_metadata, &t));
	/* back at the svc, so that the call is made again */
	EXPECT_EQ(t.svc, t.regs.r[R_PC]);
	run_tracee(_metadata, &t, requests);
	EXPECT_STREQ("stop entry:read exit:read entry:exit_group exited:0",
		     t.log);
	check_result(_metadata, call, 1);
}

struct tsync {
	struct call *call;
	/* the tracer lets the thread go on, and the thread says when it has */
	int go[2];
	int done[2];
};

static void *tsync_thread(void *arg)
{
	struct tsync *tsync = arg;
	char c;

	if (read(tsync->go[0], &c, 1) != 1)
		_exit(106);
	if (install_filter(__NR_getppid, SECCOMP_RET_ERRNO | FILTER_ERRNO_VALUE,
			   SECCOMP_FILTER_FLAG_TSYNC))
		_exit(107);
	if (write(tsync->done[1], "x", 1) != 1)
		_exit(108);
	/* until the other thread ends both */
	for (;;)
		pause();
	return NULL;
}

static void tsync_tracee(void *arg)
{
	struct tsync *tsync = arg;
	pthread_t thread;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(105);
	if (pthread_create(&thread, NULL, tsync_thread, tsync))
		_exit(106);
	call_body(tsync->call);
}

static void install_at_entry(struct __test_metadata *_metadata,
			     struct tracee *t)
{
	struct tsync *tsync = t->arg;
	char c;

	if (t->stop != STOP_ENTRY)
		return;
	ASSERT_EQ(1, write(tsync->go[1], "x", 1));
	ASSERT_EQ(1, read(tsync->done[0], &c, 1));
}

/*
 * While a task with no filter is in its entry stop, another thread gives it one.
 * The filter has to apply to the call that is about to be made.
 */
TEST(filter_tsync_at_entry)
{
	static const int requests[] = { PTRACE_SYSCALL, PTRACE_CONT, 0 };
	struct tsync tsync = { .call = new_call(_metadata, __NR_getppid) };
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
		.at_stop = install_at_entry,
		.arg = &tsync,
	};
	const char *reason = filters_missing(FILTER_ERRNO);

	if (reason)
		SKIP(return, "%s", reason);
	ASSERT_EQ(0, pipe2(tsync.go, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(tsync.done, O_CLOEXEC));
	fork_tracee(_metadata, &t, 0, 0, tsync_tracee, &tsync);
	/* Else a tracee that ends early would leave this test waiting. */
	ASSERT_EQ(0, close(tsync.done[1]));
	run_tracee(_metadata, &t, requests);
	EXPECT_STREQ("entry:getppid exited:0", t.log);
	EXPECT_EQ(-FILTER_ERRNO_VALUE, (long)tsync.call->result);
}

/* How often the tracepoints fire, counted from one stop on to the end */
FIXTURE(count)
{
	struct env env;
};

FIXTURE_VARIANT(count)
{
	struct test_case tc;
	/* the stop in which counting begins; STOP_SIGNAL: the first of all */
	enum stop_kind begin;
	__u64 enter;
	__u64 exit;
};

struct counters {
	struct watch watch;
	const struct env *env;
	enum stop_kind begin;
	bool counting;
};

/* exit_group() enters, but does not exit */
FIXTURE_VARIANT_ADD(count, untraced) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
};

FIXTURE_VARIANT_ADD(count, filter_allow) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
	.tc.filters = FILTER_ALLOW,
};

FIXTURE_VARIANT_ADD(count, cont) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(count, syscall) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL },
};

FIXTURE_VARIANT_ADD(count, filter_allow_syscall) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL },
	.tc.filters = FILTER_ALLOW,
};

FIXTURE_VARIANT_ADD(count, cont_at_entry) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(count, step_at_entry) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(count, skip) {
	.begin = STOP_SIGNAL,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL },
	.tc.skip = true,
};

/* these two end before the tracepoint of the entry */
FIXTURE_VARIANT_ADD(count, sysemu) {
	.begin = STOP_SIGNAL,
	.enter = 1,
	.exit = 1,
	.tc.requests = { PTRACE_SYSEMU, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(count, filter_errno) {
	.begin = STOP_SIGNAL,
	.enter = 1,
	.exit = 1,
	.tc.filters = FILTER_ERRNO,
};

/* switched on at the entry stop, which comes before the tracepoint */
FIXTURE_VARIANT_ADD(count, from_entry) {
	.begin = STOP_ENTRY,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(count, from_entry_filter_allow) {
	.begin = STOP_ENTRY,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.filters = FILTER_ALLOW,
};

/* switched on at the seccomp stop, which comes before the tracepoint too */
FIXTURE_VARIANT_ADD(count, from_seccomp) {
	.begin = STOP_EVENT,
	.enter = 2,
	.exit = 1,
	.tc.requests = { PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
};

/* switched on between the two tracepoints */
FIXTURE_VARIANT_ADD(count, from_fork) {
	.begin = STOP_EVENT,
	.enter = 1,
	.exit = 1,
	.tc.requests = { PTRACE_CONT },
	.tc.nr = __NR_clone,
};

FIXTURE_VARIANT_ADD(count, from_fork_syscall) {
	.begin = STOP_EVENT,
	.enter = 1,
	.exit = 1,
	.tc.requests = { PTRACE_SYSCALL },
	.tc.nr = __NR_clone,
};

/* switched on at the exit stop, which comes after the tracepoint */
FIXTURE_VARIANT_ADD(count, from_exit) {
	.begin = STOP_EXIT,
	.enter = 1,
	.exit = 0,
	.tc.requests = { PTRACE_SYSCALL },
};

/*
 * A ring buffer of its own that takes only what the tracee does. The filter
 * looks at each event; nothing depends on a task being switched to.
 */
#define ENTER_DIR	"events/raw_syscalls/sys_enter"
#define EXIT_DIR	"events/raw_syscalls/sys_exit"

static void instance_path(const struct env *env, const char *name,
			  char path[128])
{
	snprintf(path, 128, "%s/%s", env->instance, name);
}

static int write_file(const struct env *env, const char *name, const char *text)
{
	char path[128];
	int fd, ret;

	instance_path(env, name, path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	ret = write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	return ret;
}

static void start_counting(struct __test_metadata *_metadata, struct tracee *t,
			   const struct env *env)
{
	char filter[32];

	snprintf(filter, sizeof(filter), "common_pid == %d", t->pid);
	ASSERT_EQ(0, write_file(env, ENTER_DIR "/filter", filter));
	ASSERT_EQ(0, write_file(env, EXIT_DIR "/filter", filter));
	ASSERT_EQ(0, write_file(env, ENTER_DIR "/enable", "1"));
	ASSERT_EQ(0, write_file(env, EXIT_DIR "/enable", "1"));
}

static void watch_counted(struct __test_metadata *_metadata, struct tracee *t)
{
	struct counters *counters = t->arg;

	watch_stop(_metadata, t);
	if (t->stop == counters->begin && !counters->counting) {
		counters->counting = true;
		start_counting(_metadata, t, counters->env);
	}
}

FIXTURE_SETUP(count)
{
	const char *reason = filters_missing(variant->tc.filters);
	char path[128];

	if (!reason)
		reason = env_setup(&self->env, WITH_INSTANCE);
	if (reason)
		SKIP(return, "%s", reason);
	instance_path(&self->env, EXIT_DIR "/filter", path);
	if (access(path, W_OK)) {
		env_teardown(_metadata, &self->env);
		SKIP(return, "no tracepoints: kernel without CONFIG_FTRACE_SYSCALLS?");
	}
}

FIXTURE_TEARDOWN(count)
{
	env_teardown(_metadata, &self->env);
}

TEST_F(count, tracepoints)
{
	struct counters counters = {
		.watch = {
			.tc = &variant->tc,
			.call = new_test_call(_metadata, &variant->tc),
		},
		.env = &self->env,
		.begin = variant->begin,
	};
	struct tracee t = {
		.traced = variant->tc.requests[0],
		.svc = (unsigned long)body_svc,
		.at_stop = watch_counted,
		/* the watch comes first in it, for watch_stop() */
		.arg = &counters,
	};
	__u64 enter = 0, exit = 0;
	char line[512];
	FILE *file;

	fork_tracee(_metadata, &t, variant->tc.filters,
		    counters.watch.call->nr, call_tracee, counters.watch.call);
	if (variant->begin == STOP_SIGNAL) {
		counters.counting = true;
		start_counting(_metadata, &t, &self->env);
	}
	run_tracee(_metadata, &t, variant->tc.requests);
	ASSERT_TRUE(counters.counting);

	instance_path(&self->env, "trace", line);
	file = fopen(line, "re");
	ASSERT_TRUE(!!file);
	while (fgets(line, sizeof(line), file)) {
		enter += line[0] != '#' && strstr(line, ": sys_enter: ");
		exit += line[0] != '#' && strstr(line, ": sys_exit: ");
	}
	ASSERT_EQ(0, fclose(file));
	EXPECT_EQ(variant->enter, enter) {
		TH_LOG("sys_enter; stops: %s", t.log);
	}
	EXPECT_EQ(variant->exit, exit) {
		TH_LOG("sys_exit; stops: %s", t.log);
	}
}

int main(int argc, char **argv)
{
	save_program_pid();
	return test_harness_run(argc, argv);
}
