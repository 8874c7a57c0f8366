// SPDX-License-Identifier: GPL-2.0-only
/*
 * PTRACE_SYSEMU and PTRACE_SYSEMU_SINGLESTEP: every system call stops once, at
 * its entry, and is not made.
 *
 * Whether a call is emulated is settled before its stop, and neither what the
 * tracer writes nor how it resumes the tracee there changes that. The step over
 * an emulated call ends with one step exception, the PC behind the svc, before
 * any instruction of the tracee has run.
 *
 * For the logs of stops see syscall_exit_reports.c. The fixtures "step" and
 * "stepped", and "step_into_handler", fail on a kernel that reports a step at
 * the exit from an emulated call; all others pass on either.
 */
#include "syscall_exit.h"

#include <sys/mman.h>
#include <sys/wait.h>

#define ARG		0x1111L
#define TRACER_RESULT	4242
/* Stands for the parent of the tracee, which getppid() returns */
#define RESULT_DONE	0x888L

/* What the tracer writes in the first syscall-enter-stop */
enum change {
	CHANGE_NOTHING,
	CHANGE_X0,
	CHANGE_NR,
	CHANGE_NR_SKIP,
	CHANGE_INFO,
	CHANGE_INFO_NR,
	CHANGE_PSTATE,
	CHANGE_PC,
};

/* Where CHANGE_PC leads to, behind the store of the result */
#define NEW_PC		((unsigned long)body_exit_svc - 8)

static void set_x0(struct __test_metadata *_metadata, struct tracee *t,
		   long value)
{
	t->regs.r[0] = value;
	set_regs(_metadata, t->pid, &t->regs);
}

static void set_info(struct __test_metadata *_metadata, struct tracee *t,
		     enum change change)
{
	struct ptrace_syscall_info info = {};

	ASSERT_LT(0, sys_ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info),
				(unsigned long)&info));
	ASSERT_EQ(PTRACE_SYSCALL_INFO_ENTRY, info.op);
	if (change == CHANGE_INFO_NR)
		info.entry.nr = __NR_getpid;
	else
		info.entry.args[0] = TRACER_RESULT;
	ASSERT_EQ(0, sys_ptrace(PTRACE_SET_SYSCALL_INFO, t->pid, sizeof(info),
				(unsigned long)&info)) {
		TH_LOG("PTRACE_SET_SYSCALL_INFO: %s", strerror(errno));
	}
}

static void make_change(struct __test_metadata *_metadata, struct tracee *t,
			enum change change)
{
	switch (change) {
	case CHANGE_NOTHING:
		break;
	case CHANGE_X0:
		set_x0(_metadata, t, TRACER_RESULT);
		break;
	case CHANGE_NR:
		set_syscall_nr(_metadata, t->pid, __NR_getpid);
		break;
	case CHANGE_NR_SKIP:
		set_syscall_nr(_metadata, t->pid, -1);
		break;
	case CHANGE_INFO:
	case CHANGE_INFO_NR:
		set_info(_metadata, t, change);
		break;
	case CHANGE_PSTATE:
		t->regs.r[R_PSTATE] ^= PSR_N_BIT;
		set_regs(_metadata, t->pid, &t->regs);
		break;
	case CHANGE_PC:
		t->regs.r[R_PC] = NEW_PC;
		set_regs(_metadata, t->pid, &t->regs);
		break;
	}
}

struct test_case {
	/* for run_tracee() */
	int requests[6];
	int filters;
	/* __NR_getppid unless told */
	long nr;
	enum change change;
	long result;
	const char *stops;
};

struct watch {
	const struct test_case *tc;
	bool changed;
};

static void watch_stop(struct __test_metadata *_metadata, struct tracee *t)
{
	struct watch *watch = t->arg;

	if (t->stop == STOP_ENTRY && !watch->changed) {
		watch->changed = true;
		make_change(_metadata, t, watch->tc->change);
	}
}

static void run_test_case(struct __test_metadata *_metadata,
			  const struct test_case *tc, void (*body)(void *))
{
	struct call *call = new_call(_metadata, tc->nr ?: __NR_getppid);
	struct watch watch = { .tc = tc };
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
		.at_stop = watch_stop,
		.arg = &watch,
	};

	fork_tracee(_metadata, &t, tc->filters, call->nr, body, call);
	run_tracee(_metadata, &t, tc->requests);
	EXPECT_STREQ(tc->stops, t.log);
	if (tc->result != UNSET)
		check_result(_metadata, call,
			     tc->result == RESULT_DONE ? getpid() : tc->result);
	else
		EXPECT_EQ(UNSET, (long)call->result);
}

/*
 * Calls that are emulated, and calls that just aren't
 */
FIXTURE(emulated)
{
};

FIXTURE_VARIANT(emulated)
{
	struct test_case tc;
};

/* The result is what the tracer leaves in x0 */
FIXTURE_VARIANT_ADD(emulated, cont) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_CONT },
	.tc.result = ARG,
	.tc.stops = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(emulated, result) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.change = CHANGE_X0,
	.tc.result = TRACER_RESULT,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, result_by_info) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.change = CHANGE_INFO,
	.tc.result = TRACER_RESULT,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, result_exit_stop) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSCALL, PTRACE_CONT },
	.tc.change = CHANGE_X0,
	.tc.result = TRACER_RESULT,
	.tc.stops = "entry:getppid exit:getppid exited:0",
};

FIXTURE_VARIANT_ADD(emulated, pc) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.change = CHANGE_PC,
	.tc.result = UNSET,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

/* The number means nothing any more */
FIXTURE_VARIANT_ADD(emulated, other_nr) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.change = CHANGE_NR,
	.tc.result = ARG,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, other_nr_by_info) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.change = CHANGE_INFO_NR,
	.tc.result = ARG,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, skip) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.change = CHANGE_NR_SKIP,
	.tc.result = ARG,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

/* The task's own -1 has its result before the stop */
FIXTURE_VARIANT_ADD(emulated, minus_one) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.nr = -1,
	.tc.result = -ENOSYS,
	.tc.stops = "entry:-1 entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, minus_one_result) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.nr = -1,
	.tc.change = CHANGE_X0,
	.tc.result = TRACER_RESULT,
	.tc.stops = "entry:-1 entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, minus_one_to_nr) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.nr = -1,
	.tc.change = CHANGE_NR,
	.tc.result = -ENOSYS,
	.tc.stops = "entry:-1 entry:exit_group exited:0",
};

/* Filters don't run, the tracer is not asked by one either */
FIXTURE_VARIANT_ADD(emulated, filter_errno) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.filters = FILTER_ERRNO,
	.tc.result = ARG,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, filter_errno_cont) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_CONT },
	.tc.filters = FILTER_ERRNO,
	.tc.result = ARG,
	.tc.stops = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(emulated, filter_trace) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
	.tc.change = CHANGE_X0,
	.tc.result = TRACER_RESULT,
	.tc.stops = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(emulated, detach) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_DETACH },
	.tc.result = ARG,
	.tc.stops = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(emulated, detach_result) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_DETACH },
	.tc.change = CHANGE_X0,
	.tc.result = TRACER_RESULT,
	.tc.stops = "entry:getppid exited:0",
};

/* Emulation that is asked for in a later stop than that of PTRACE_SYSEMU */
FIXTURE_VARIANT_ADD(emulated, not_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.change = CHANGE_NR_SKIP,
	.tc.result = ARG,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, not_at_entry_filter_errno) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.filters = FILTER_ERRNO,
	.tc.result = -FILTER_ERRNO_VALUE,
	.tc.stops = "entry:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, not_at_entry_filter_trace) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU, PTRACE_SYSEMU,
			    PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
	.tc.result = RESULT_DONE,
	.tc.stops = "entry:getppid seccomp entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, not_at_seccomp) {
	.tc.requests = { PTRACE_CONT, PTRACE_SYSEMU, PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
	.tc.result = RESULT_DONE,
	.tc.stops = "seccomp entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(emulated, not_at_exit) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_SYSEMU,
			    PTRACE_CONT },
	.tc.result = RESULT_DONE,
	.tc.stops = "entry:getppid exit:getppid entry:exit_group exited:0",
};

/* Stepping begins at an exit: the next instruction is stepped */
FIXTURE_VARIANT_ADD(emulated, step_at_exit) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL,
			    PTRACE_SYSEMU_SINGLESTEP, PTRACE_CONT },
	.tc.result = RESULT_DONE,
	.tc.stops = "entry:getppid exit:getppid step:+2 exited:0",
};

FIXTURE_SETUP(emulated)
{
	const char *reason = filters_missing(variant->tc.filters);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(emulated)
{
}

TEST_F(emulated, call)
{
	run_test_case(_metadata, &variant->tc, call_body);
}

static void killing_filter_body(void *arg)
{
	struct call *call = arg;

	if (install_filter(call->nr, SECCOMP_RET_KILL_PROCESS, 0))
		_exit(105);
	call_body(call);
}

/* A filter that kills does so only if the call is made */
TEST(filter_kill)
{
	static const struct test_case emulated = {
		.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU, PTRACE_CONT },
		.result = ARG,
		.stops = "entry:getppid entry:exit_group exited:0",
	};
	static const struct test_case made = {
		.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU },
		.result = UNSET,
		.stops = "entry:getppid killed:SIGSYS",
	};
	const char *reason = filters_missing(FILTER_ERRNO);

	if (reason)
		SKIP(return, "%s", reason);
	run_test_case(_metadata, &emulated, killing_filter_body);
	run_test_case(_metadata, &made, killing_filter_body);
}

/* An emulator at work: each call has the result it is given, and stops once */
#define EMULATED_CALLS	5

static void many_calls_body(void *arg)
{
	unsigned long *results = arg;
	int i;

	stop_self();
	for (i = 0; i < EMULATED_CALLS; i++)
		results[i] = syscall(i & 1 ? __NR_getppid : __NR_read, -1);
	syscall(__NR_exit_group, 0);
}

TEST(many_calls)
{
	unsigned long *results = shared_page(_metadata);
	struct tracee t = { .traced = true };
	int i;

	fork_tracee(_metadata, &t, 0, 0, many_calls_body, results);
	for (i = 0; i < EMULATED_CALLS; i++) {
		ASSERT_EQ(0, sys_ptrace(PTRACE_SYSEMU, t.pid, 0, 0));
		ASSERT_EQ(STOP_ENTRY, note_stop(_metadata, &t));
		EXPECT_EQ(i & 1 ? __NR_getppid : __NR_read, t.regs.r[R_NR]);
		set_x0(_metadata, &t, 100 + i);
	}
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSEMU, t.pid, 0, 0));
	ASSERT_EQ(STOP_ENTRY, note_stop(_metadata, &t));
	EXPECT_EQ(__NR_exit_group, t.regs.r[R_NR]);
	for (i = 0; i < EMULATED_CALLS; i++)
		EXPECT_EQ(100 + i, results[i]);
	ASSERT_EQ(0, kill(t.pid, SIGKILL));
	ASSERT_EQ(STOP_END, note_stop(_metadata, &t));
}

/*
 * Stepping. Fails on a kernel that reports a step at the exit from an emulated
 * call: each of these has a "report:+1" there, or a SI_USER in place of the
 * TRAP_TRACE.
 */
FIXTURE(stepped)
{
};

FIXTURE_VARIANT(stepped)
{
	struct test_case tc;
};

FIXTURE_VARIANT_ADD(stepped, emulated) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_SYSEMU_SINGLESTEP, PTRACE_CONT },
	.tc.result = ARG,
	.tc.stops = "entry:getppid step:+1 step:+2 exited:0",
};

FIXTURE_VARIANT_ADD(stepped, filters) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_CONT },
	.tc.filters = FILTER_ERRNO | FILTER_TRACE,
	.tc.change = CHANGE_X0,
	.tc.result = TRACER_RESULT,
	.tc.stops = "entry:getppid step:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stepped, detach_at_step) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_DETACH },
	.tc.result = ARG,
	.tc.stops = "entry:getppid step:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stepped, sysemu_at_step) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_SYSEMU, PTRACE_CONT },
	.tc.result = ARG,
	.tc.stops = "entry:getppid step:+1 entry:exit_group exited:0",
};

/* The call is made in these: no report at its exit either */
FIXTURE_VARIANT_ADD(stepped, made) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_SYSEMU_SINGLESTEP, PTRACE_CONT },
	.tc.result = RESULT_DONE,
	.tc.stops = "entry:getppid step:+1 step:+2 exited:0",
};

FIXTURE_VARIANT_ADD(stepped, made_filter_errno) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_CONT },
	.tc.filters = FILTER_ERRNO,
	.tc.result = -FILTER_ERRNO_VALUE,
	.tc.stops = "entry:getppid step:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stepped, made_filter_trace) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_SYSEMU_SINGLESTEP, PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
	.tc.result = RESULT_DONE,
	.tc.stops = "entry:getppid seccomp step:+1 exited:0",
};

/* Stepping begins later than the entry: the next instruction is stepped */
FIXTURE_VARIANT_ADD(stepped, from_seccomp) {
	.tc.requests = { PTRACE_CONT, PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_CONT },
	.tc.filters = FILTER_TRACE,
	.tc.result = RESULT_DONE,
	.tc.stops = "seccomp step:+2 exited:0",
};

FIXTURE_SETUP(stepped)
{
	const char *reason = filters_missing(variant->tc.filters);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(stepped)
{
}

TEST_F(stepped, call)
{
	run_test_case(_metadata, &variant->tc, call_body);
}

/* Resume a tracee, and step until it has entered a call, if not before */
static void resume_to_entry(struct __test_metadata *_metadata,
			    struct tracee *t, int request)
{
	do {
		ASSERT_EQ(0, sys_ptrace(request, t->pid, 0, 0));
		ASSERT_NE(STOP_END, note_stop(_metadata, t));
	} while (t->stop == STOP_STEP);
	ASSERT_EQ(STOP_ENTRY, t->stop);
	t->log[0] = 0;
}

static int trap_code(struct __test_metadata *_metadata, struct tracee *t)
{
	siginfo_t info;

	ASSERT_EQ(0, sys_ptrace(PTRACE_GETSIGINFO, t->pid, 0,
				(unsigned long)&info));
	return info.si_code;
}

/*
 * The step over the svc, whatever the tracer writes in the stop. As writes of
 * registers begin a step anew, they could let an instruction run unseen.
 */
FIXTURE(step)
{
};

FIXTURE_VARIANT(step)
{
	/* how the tracee got into the stop */
	int request;
	long nr;
	enum change change;
};

FIXTURE_VARIANT_ADD(step, nothing) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
};

FIXTURE_VARIANT_ADD(step, x0) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.change = CHANGE_X0,
};

FIXTURE_VARIANT_ADD(step, nr) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.change = CHANGE_NR,
};

FIXTURE_VARIANT_ADD(step, nr_skip) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.change = CHANGE_NR_SKIP,
};

FIXTURE_VARIANT_ADD(step, info) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.change = CHANGE_INFO,
};

FIXTURE_VARIANT_ADD(step, info_nr) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.change = CHANGE_INFO_NR,
};

FIXTURE_VARIANT_ADD(step, pstate) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.change = CHANGE_PSTATE,
};

FIXTURE_VARIANT_ADD(step, pc) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.change = CHANGE_PC,
};

FIXTURE_VARIANT_ADD(step, minus_one) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.nr = -1,
};

/* Stepping begins in the stop */
FIXTURE_VARIANT_ADD(step, begins) {
	.request = PTRACE_SYSEMU,
};

FIXTURE_VARIANT_ADD(step, begins_x0) {
	.request = PTRACE_SYSEMU,
	.change = CHANGE_X0,
};

FIXTURE_VARIANT_ADD(step, begins_nr_skip) {
	.request = PTRACE_SYSEMU,
	.change = CHANGE_NR_SKIP,
};

FIXTURE_VARIANT_ADD(step, begins_info) {
	.request = PTRACE_SYSEMU,
	.change = CHANGE_INFO,
};

FIXTURE_VARIANT_ADD(step, begins_pstate) {
	.request = PTRACE_SYSEMU,
	.change = CHANGE_PSTATE,
};

FIXTURE_VARIANT_ADD(step, begins_pc) {
	.request = PTRACE_SYSEMU,
	.change = CHANGE_PC,
};

/* and in the stop of a call that is made */
FIXTURE_VARIANT_ADD(step, made) {
	.request = PTRACE_SYSCALL,
};

FIXTURE_VARIANT_ADD(step, made_x0) {
	.request = PTRACE_SYSCALL,
	.change = CHANGE_X0,
};

FIXTURE_VARIANT_ADD(step, made_nr) {
	.request = PTRACE_SYSCALL,
	.change = CHANGE_NR,
};

FIXTURE_VARIANT_ADD(step, made_nr_skip) {
	.request = PTRACE_SYSCALL,
	.change = CHANGE_NR_SKIP,
};

FIXTURE_VARIANT_ADD(step, made_pc) {
	.request = PTRACE_SYSCALL,
	.change = CHANGE_PC,
};

FIXTURE_SETUP(step)
{
}

FIXTURE_TEARDOWN(step)
{
}

TEST_F(step, over_svc)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct call *call = new_call(_metadata, variant->nr ?: __NR_getppid);
	bool made = variant->request == PTRACE_SYSCALL;
	enum change change = variant->change;
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};
	long pc = t.svc + 4, x0 = ARG, stored;
	unsigned long flag;

	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	resume_to_entry(_metadata, &t, variant->request);
	ASSERT_EQ(t.svc + 4, t.regs.r[R_PC]);
	flag = t.regs.r[R_PSTATE] & PSR_N_BIT;
	make_change(_metadata, &t, change);

	if (change == CHANGE_PC)
		pc = NEW_PC;
	if (change == CHANGE_PSTATE)
		flag ^= PSR_N_BIT;
	if (made && change == CHANGE_NR)
		x0 = t.pid;
	else if (made && change != CHANGE_NR_SKIP)
		x0 = getpid();
	else if (change == CHANGE_X0 || change == CHANGE_INFO)
		x0 = TRACER_RESULT;
	else if (variant->nr == -1)
		x0 = -ENOSYS;
	stored = change == CHANGE_PC ? UNSET : x0;

	/* One trap behind the svc, before any other instruction */
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSEMU_SINGLESTEP, t.pid, 0, 0));
	ASSERT_EQ(STOP_STEP, note_stop(_metadata, &t));
	EXPECT_EQ(TRAP_TRACE, trap_code(_metadata, &t));
	EXPECT_EQ(pc, t.regs.r[R_PC]);
	EXPECT_EQ(x0, (long)t.regs.r[0]);
	EXPECT_EQ(flag, t.regs.r[R_PSTATE] & PSR_N_BIT);
	EXPECT_EQ(UNSET, (long)call->result);

	/* then the next, which stores the result unless the PC is another */
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSEMU_SINGLESTEP, t.pid, 0, 0));
	ASSERT_EQ(STOP_STEP, note_stop(_metadata, &t));
	EXPECT_EQ(TRAP_TRACE, trap_code(_metadata, &t));
	EXPECT_EQ(pc + 4, t.regs.r[R_PC]) {
		TH_LOG("stops: %s", t.log);
	}
	EXPECT_EQ(stored, (long)call->result);

	run_tracee(_metadata, &t, cont);
	EXPECT_EQ(STOP_END, t.stop);
	EXPECT_EQ(stored, (long)call->result);
}

/*
 * A tracer that has stepped to the call does something else in its stop. Passes
 * on either kernel: PTRACE_SINGLESTEP is the one that has a report.
 */
FIXTURE(stepped_then)
{
};

FIXTURE_VARIANT(stepped_then)
{
	int requests[4];
	const char *stops;
};

FIXTURE_VARIANT_ADD(stepped_then, cont) {
	.requests = { PTRACE_CONT },
	.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(stepped_then, detach) {
	.requests = { PTRACE_DETACH },
	.stops = "exited:0",
};

FIXTURE_VARIANT_ADD(stepped_then, syscall) {
	.requests = { PTRACE_SYSCALL },
	.stops = "exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stepped_then, sysemu) {
	.requests = { PTRACE_SYSEMU, PTRACE_CONT },
	.stops = "entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(stepped_then, step) {
	.requests = { PTRACE_SINGLESTEP, PTRACE_CONT },
	.stops = "report:+1 exited:0",
};

FIXTURE_VARIANT_ADD(stepped_then, step_on) {
	.requests = { PTRACE_SINGLESTEP, PTRACE_SINGLESTEP, PTRACE_SINGLESTEP,
		      PTRACE_CONT },
	.stops = "report:+1 step:+1 step:+2 exited:0",
};

FIXTURE_SETUP(stepped_then)
{
}

FIXTURE_TEARDOWN(stepped_then)
{
}

TEST_F(stepped_then, resume)
{
	int requests[ARRAY_SIZE(variant->requests) + 1] = {};
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	memcpy(requests, variant->requests, sizeof(variant->requests));
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	resume_to_entry(_metadata, &t, PTRACE_SYSEMU_SINGLESTEP);
	run_tracee(_metadata, &t, requests);
	EXPECT_STREQ(variant->stops, t.log);
	check_result(_metadata, call, ARG);
}

/*
 * Signals at the stop of an emulated call
 */
struct handled {
	struct call call;
	unsigned long runs;
	/* what the handler has found */
	unsigned long result;
};

static struct handled *handled;

static void handler(int sig, siginfo_t *info, void *context)
{
	handled->runs++;
	handled->result = handled->call.result;
}

static void handler_body(void *arg)
{
	struct sigaction action = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO,
	};

	handled = arg;
	if (sigaction(SIGUSR1, &action, NULL))
		_exit(105);
	call_body(&handled->call);
}

static struct handled *new_handled(struct __test_metadata *_metadata)
{
	struct call *call = new_call(_metadata, __NR_getppid);

	return (struct handled *)call;
}

/* Go on with a signal, if any, to a stop of that kind */
static void go_on(struct __test_metadata *_metadata, struct tracee *t,
		  int request, int sig, enum stop_kind want)
{
	ASSERT_EQ(0, sys_ptrace(request, t->pid, 0, sig));
	ASSERT_EQ(want, note_stop(_metadata, t)) {
		TH_LOG("stops: %s", t->log);
	}
}

/* Let the tracee make the call again that it has stopped for */
static void rewind_call(struct __test_metadata *_metadata, struct tracee *t)
{
	unsigned long size = 4;

#ifndef __aarch64__
	if (t->regs.r[R_PSTATE] & PSR_T_BIT)
		size = 2;
#endif
	t->regs.r[R_PC] -= size;
	set_regs(_metadata, t->pid, &t->regs);
}

FIXTURE(signal)
{
};

FIXTURE_VARIANT(signal)
{
	/* the tracer's signal comes with the request, or by tkill() */
	bool inject;
	/* sigreturn is emulated first */
	bool emulate_return;
};

FIXTURE_VARIANT_ADD(signal, injected) {
	.inject = true,
};

FIXTURE_VARIANT_ADD(signal, injected_emulate_return) {
	.inject = true,
	.emulate_return = true,
};

FIXTURE_VARIANT_ADD(signal, sent) {
};

FIXTURE_VARIANT_ADD(signal, sent_emulate_return) {
	.emulate_return = true,
};

FIXTURE_SETUP(signal)
{
}

FIXTURE_TEARDOWN(signal)
{
}

/* The handler runs after the call and before the instruction behind it */
TEST_F(signal, at_stop)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct handled *page = new_handled(_metadata);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	fork_tracee(_metadata, &t, 0, 0, handler_body, page);
	resume_to_entry(_metadata, &t, PTRACE_SYSEMU);
	set_x0(_metadata, &t, TRACER_RESULT);
	if (!variant->inject)
		ASSERT_EQ(0, syscall(__NR_tkill, t.pid, SIGUSR1));
	go_on(_metadata, &t, PTRACE_SYSEMU, variant->inject ? SIGUSR1 : 0,
	      STOP_SIGNAL);
	EXPECT_EQ(SIGUSR1, t.sig);
	EXPECT_EQ(t.svc + 4, t.regs.r[R_PC]);
	EXPECT_EQ(TRACER_RESULT, t.regs.r[0]);
	EXPECT_EQ(0, page->runs);
	EXPECT_EQ(UNSET, (long)page->call.result);

	go_on(_metadata, &t, variant->emulate_return ? PTRACE_SYSEMU :
						       PTRACE_SYSCALL,
	      SIGUSR1, STOP_ENTRY);
	EXPECT_EQ(__NR_rt_sigreturn, t.regs.r[R_NR]);
	EXPECT_EQ(1, page->runs);
	EXPECT_EQ(UNSET, (long)page->result);
	if (variant->emulate_return) {
		rewind_call(_metadata, &t);
		go_on(_metadata, &t, PTRACE_SYSCALL, 0, STOP_EXIT);
		go_on(_metadata, &t, PTRACE_SYSCALL, 0, STOP_ENTRY);
		EXPECT_EQ(__NR_rt_sigreturn, t.regs.r[R_NR]);
	}
	go_on(_metadata, &t, PTRACE_SYSCALL, 0, STOP_EXIT);
	EXPECT_EQ(t.svc + 4, t.regs.r[R_PC]);
	EXPECT_EQ(TRACER_RESULT, t.regs.r[0]);
	EXPECT_EQ(UNSET, (long)page->call.result);

	run_tracee(_metadata, &t, cont);
	EXPECT_EQ(1, page->runs);
	check_result(_metadata, &page->call, TRACER_RESULT);
}

/*
 * A step into the handler takes the place of the step over the svc: one trap,
 * at the handler. Fails on a kernel that reports a step at the exit, which
 * comes before the signal.
 */
TEST(step_into_handler)
{
	unsigned long start = (unsigned long)handler & ~1UL;
	static const int cont[] = { PTRACE_CONT, 0 };
	struct handled *page = new_handled(_metadata);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	fork_tracee(_metadata, &t, 0, 0, handler_body, page);
	resume_to_entry(_metadata, &t, PTRACE_SYSEMU_SINGLESTEP);
	set_x0(_metadata, &t, TRACER_RESULT);
	go_on(_metadata, &t, PTRACE_SYSEMU_SINGLESTEP, SIGUSR1, STOP_SIGNAL);
	EXPECT_EQ(SIGUSR1, t.sig);
	EXPECT_EQ(t.svc + 4, t.regs.r[R_PC]);
	go_on(_metadata, &t, PTRACE_SYSEMU_SINGLESTEP, SIGUSR1, STOP_STEP);
	/* in Thumb code, bit 0 may be there or not */
	EXPECT_EQ(start, t.regs.r[R_PC] & ~1UL);
	/* one instruction of the handler, not two, whatever its size */
	go_on(_metadata, &t, PTRACE_SYSEMU_SINGLESTEP, 0, STOP_STEP);
	EXPECT_LT(start, t.regs.r[R_PC]);
	EXPECT_GE(start + 4, t.regs.r[R_PC]);
	EXPECT_EQ(0, page->runs);

	run_tracee(_metadata, &t, cont);
	EXPECT_EQ(1, page->runs);
	EXPECT_EQ(UNSET, (long)page->result);
	check_result(_metadata, &page->call, TRACER_RESULT);
}

/*
 * A tracer may leave an error in x0 that means a restart. It is acted upon as
 * in any call, that is, if there is a signal.
 */
TEST(restart_without_signal)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct handled *page = new_handled(_metadata);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	fork_tracee(_metadata, &t, 0, 0, handler_body, page);
	resume_to_entry(_metadata, &t, PTRACE_SYSEMU);
	set_x0(_metadata, &t, -ERESTARTNOINTR);
	run_tracee(_metadata, &t, cont);
	EXPECT_STREQ("exited:0", t.log);
	check_result(_metadata, &page->call, -ERESTARTNOINTR);
}

/* The call is emulated again */
TEST(restart_with_signal)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct handled *page = new_handled(_metadata);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	fork_tracee(_metadata, &t, 0, 0, handler_body, page);
	resume_to_entry(_metadata, &t, PTRACE_SYSEMU);
	set_x0(_metadata, &t, -ERESTARTNOINTR);
	go_on(_metadata, &t, PTRACE_SYSEMU, SIGUSR1, STOP_SIGNAL);
	EXPECT_EQ(t.svc, t.regs.r[R_PC]);
#ifdef __aarch64__
	/* x0, written at the entry, has become the first argument */
	EXPECT_EQ(-ERESTARTNOINTR, (long)t.regs.r[0]);
#else
	EXPECT_EQ(ARG, (long)t.regs.r[0]);
#endif
	/* without the signal, so that the handler is not in the way */
	go_on(_metadata, &t, PTRACE_SYSEMU, 0, STOP_ENTRY);
	EXPECT_EQ(__NR_getppid, t.regs.r[R_NR]);
	EXPECT_EQ(t.svc + 4, t.regs.r[R_PC]);
	EXPECT_EQ(UNSET, (long)page->call.result);
	set_x0(_metadata, &t, TRACER_RESULT);
	run_tracee(_metadata, &t, cont);
	EXPECT_EQ(0, page->runs);
	check_result(_metadata, &page->call, TRACER_RESULT);
}

/* A handler without SA_RESTART ends the call that could be restarted */
TEST(restart_with_handler)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct handled *page = new_handled(_metadata);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	fork_tracee(_metadata, &t, 0, 0, handler_body, page);
	resume_to_entry(_metadata, &t, PTRACE_SYSEMU);
	set_x0(_metadata, &t, -ERESTARTSYS);
	go_on(_metadata, &t, PTRACE_SYSEMU, SIGUSR1, STOP_SIGNAL);
	run_tracee(_metadata, &t, cont);
	EXPECT_EQ(1, page->runs);
	EXPECT_EQ(UNSET, (long)page->result);
	check_result(_metadata, &page->call, -EINTR);
}

/* Nothing is restarted where there is no call any more */
TEST(restart_skipped)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct handled *page = new_handled(_metadata);
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};

	fork_tracee(_metadata, &t, 0, 0, handler_body, page);
	resume_to_entry(_metadata, &t, PTRACE_SYSEMU);
	set_x0(_metadata, &t, -ERESTARTNOINTR);
	set_syscall_nr(_metadata, t.pid, -1);
	go_on(_metadata, &t, PTRACE_SYSEMU, SIGUSR1, STOP_SIGNAL);
	EXPECT_EQ(t.svc + 4, t.regs.r[R_PC]);
	EXPECT_EQ(-ERESTARTNOINTR, (long)t.regs.r[0]);
	t.sig = 0;
	run_tracee(_metadata, &t, cont);
	EXPECT_EQ(0, page->runs);
	check_result(_metadata, &page->call, -ERESTARTNOINTR);
}

/*
 * The child of an emulated task, which nobody traces, makes its calls, and runs
 * without steps.
 */
struct family {
	pid_t parent;
	pid_t child;
	pid_t child_ppid;
	int child_status;
};

static void family_body(void *arg)
{
	/* ends a child that can't end itself, as it is emulated for ever */
	static const struct rlimit cpu = { 2, 3 };
	struct family *family = arg;
	sigset_t set;
	pid_t child;

	if (setrlimit(RLIMIT_CPU, &cpu))
		_exit(105);
	/* No stop for the end of the child */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		_exit(106);
	family->parent = getpid();
	family->child_status = -1;
	stop_self();
	child = syscall(__NR_clone, SIGCHLD, 0, 0, 0, 0);
	if (!child) {
		family->child_ppid = syscall(__NR_getppid);
		for (;;)
			syscall(__NR_exit_group, 0);
	}
	family->child = child;
	/* one of these may be emulated */
	while (family->child_status == -1)
		syscall(__NR_wait4, child, &family->child_status, 0, NULL);
	syscall(__NR_exit_group, 0);
}

FIXTURE(child)
{
};

FIXTURE_VARIANT(child)
{
	/* in the stop of the clone() */
	int request;
	enum stop_kind next;
};

FIXTURE_VARIANT_ADD(child, sysemu) {
	.request = PTRACE_SYSEMU,
	.next = STOP_ENTRY,
};

FIXTURE_VARIANT_ADD(child, sysemu_step) {
	.request = PTRACE_SYSEMU_SINGLESTEP,
	.next = STOP_STEP,
};

FIXTURE_SETUP(child)
{
}

FIXTURE_TEARDOWN(child)
{
}

TEST_F(child, not_emulated)
{
	static const int cont[] = { PTRACE_CONT, 0 };
	struct family *family = shared_page(_metadata);
	struct tracee t = { .traced = true };

	fork_tracee(_metadata, &t, 0, 0, family_body, family);
	/* without PTRACE_O_TRACEFORK */
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, t.pid, 0,
				PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD));
	resume_to_entry(_metadata, &t, PTRACE_SYSCALL);
	ASSERT_EQ(__NR_clone, t.regs.r[R_NR]);
	go_on(_metadata, &t, variant->request, 0, variant->next);
	run_tracee(_metadata, &t, cont);
	EXPECT_EQ(STOP_END, t.stop);
	EXPECT_LT(0, family->child);
	EXPECT_EQ(family->parent, family->child_ppid);
	EXPECT_EQ(0, family->child_status);
}

/*
 * The tracer dies at the stop, without PTRACE_O_EXITKILL: the call is not made,
 * all later ones are. Its tracee must outlive it.
 */
struct orphan {
	struct call call;
	pid_t pid;
};

static void orphan_body(void *arg)
{
	static const struct rlimit cpu = { 2, 3 };
	struct orphan *orphan = arg;

	/* if its calls are never made again */
	if (setrlimit(RLIMIT_CPU, &cpu))
		_exit(105);
	if (prctl(PR_SET_PDEATHSIG, 0))
		_exit(106);
	orphan->pid = getpid();
	call_body(&orphan->call);
}

FIXTURE(tracer_death)
{
};

FIXTURE_VARIANT(tracer_death)
{
	enum change change;
	long result;
};

FIXTURE_VARIANT_ADD(tracer_death, untouched) {
	.result = ARG,
};

FIXTURE_VARIANT_ADD(tracer_death, result) {
	.change = CHANGE_X0,
	.result = TRACER_RESULT,
};

FIXTURE_SETUP(tracer_death)
{
}

FIXTURE_TEARDOWN(tracer_death)
{
}

TEST_F(tracer_death, at_stop)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	struct orphan *orphan = (struct orphan *)call;
	struct tracee t = {
		.traced = true,
		.svc = (unsigned long)body_svc,
	};
	int status;
	pid_t tracer;

	/* so that the tracee is this task's child when its parent is dead */
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	tracer = fork();
	ASSERT_LE(0, tracer);
	if (!tracer) {
		ASSERT_EQ(0, prctl(PR_SET_PDEATHSIG, SIGKILL));
		fork_tracee(_metadata, &t, 0, 0, orphan_body, orphan);
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, t.pid, 0,
					PTRACE_O_TRACESYSGOOD));
		resume_to_entry(_metadata, &t, PTRACE_SYSEMU);
		make_change(_metadata, &t, variant->change);
		_exit(0);
	}
	ASSERT_EQ(tracer, waitpid(tracer, &status, 0));
	ASSERT_EQ(0, status);
	ASSERT_EQ(orphan->pid, waitpid(orphan->pid, &status, 0));
	EXPECT_EQ(0, status);
	check_result(_metadata, call, variant->result);
}

TEST_HARNESS_MAIN
