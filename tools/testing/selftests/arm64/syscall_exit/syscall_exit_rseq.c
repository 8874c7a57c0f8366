// SPDX-License-Identifier: GPL-2.0-only
/*
 * With CONFIG_DEBUG_RSEQ, or rseq_debug=1 where the architecture uses the generic
 * entry code, a system call inside a restartable sequence kills the task, whatever
 * way the task takes out of the call, and whatever its tracer does at the
 * syscall-exit-stop. A call outside of the sequence does not.
 *
 * In each way, a tracee makes a call inside (call_inside_is_killed) or, as the
 * control, right before the sequence (call_outside_lives). A token written in
 * the sequence, and one that is not reached, show that a SIGSEGV is the one of
 * the check. In case of a failure the stops that were seen differ from those
 * that are expected: without the check the task ends with "exited:0".
 *
 * If a call inside the sequence kills neither a task that has nothing to do with
 * tracing nor one with a seccomp filter, rseq/debug of debugfs is switched on, and
 * off again at the end. If that is not enough, the kernel is taken to be one
 * without the check, and all tests are skipped.
 */
#include "syscall_exit.h"

#include <linux/rseq.h>

#define DEBUG_SWITCH	"/sys/kernel/debug/rseq/debug"

/* From this version on, the C library may have registered an area of its own */
#ifdef __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 35)
#define LIBC_HAS_RSEQ
#endif
#endif

#ifdef LIBC_HAS_RSEQ
#include <sys/rseq.h>
#else
static const unsigned int __rseq_size;
static const ptrdiff_t __rseq_offset;
#endif

#include "rseq_body.h"

static bool libc_has_area(void)
{
	return __rseq_size;
}

static void rseq_tracee(void *arg)
{
	static struct rseq own_area;
	static struct rseq_cs cs;
	struct rseq *area = &own_area;
	struct tokens *tokens = arg;

	if (libc_has_area())
		area = __builtin_thread_pointer() + __rseq_offset;
	else if (syscall(__NR_rseq, area, 32, 0, RSEQ_SIG))
		_exit(105);

	cs.start_ip = (unsigned long)section_start;
	cs.post_commit_offset = section_end - section_start;
	cs.abort_ip = (unsigned long)section_abort;
	tokens->cs = &cs;
	tokens->rseq_cs = (unsigned long *)&area->rseq_cs;
	rseq_body(tokens);
}

struct test_case {
	enum with with;
	int filters;
	/* for run_tracee() */
	int requests[4];
	void (*at_stop)(struct __test_metadata *_metadata, struct tracee *t);
	/* the stops, if the call is inside, and if it is outside */
	const char *killed;
	const char *lives;
};

static void run_test_case(struct __test_metadata *_metadata,
			  const struct test_case *tc, bool inside,
			  struct tracee *t, struct tokens *tokens)
{
	memset(tokens, 0, sizeof(*tokens));
	tokens->inside = inside;
	t->traced = tc->requests[0];
	t->svc = (unsigned long)(inside ? inside_svc : outside_svc);
	t->at_stop = tc->at_stop;
	fork_tracee(_metadata, t, tc->filters, __NR_getppid, rseq_tracee,
		    tokens);
	run_tracee(_metadata, t, tc->requests);
}

/* '0' or '1', or 0 if there is no such switch */
static char read_switch(void)
{
	char is = 0;
	int fd = open(DEBUG_SWITCH, O_RDONLY);

	if (fd < 0 || read(fd, &is, 1) != 1)
		is = 0;
	close(fd);
	return is;
}

static bool write_switch(char to)
{
	int fd = open(DEBUG_SWITCH, O_WRONLY);
	bool ok = fd >= 0 && write(fd, &to, 1) == 1;

	close(fd);
	return ok;
}

/* In a guard, around all tests: for them, the switch is on most of the time. */
static char switch_was;

static const char *save_switch(void *arg)
{
	switch_was = read_switch();
	return NULL;
}

static int restore_switch(void *arg)
{
	return switch_was && switch_was != read_switch() &&
	       !write_switch(switch_was);
}

/*
 * Whether a call inside the sequence kills the task. Two ways, so that a kernel
 * that has lost the check on one of them fails and is not skipped. Not traced,
 * since a task that stops in a sequence may get killed for other reasons.
 */
static bool call_inside_kills(struct __test_metadata *_metadata)
{
	static const struct test_case probes[] = {
		{ .filters = 0 },
		{ .filters = FILTER_ALLOW },
	};
	struct tokens *tokens = shared_page(_metadata);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		struct tracee t = {};

		if (filters_missing(probes[i].filters))
			continue;
		run_test_case(_metadata, &probes[i], true, &t, tokens);
		if (strcmp(t.log, "exited:0"))
			return true;
	}
	return false;
}

/* NULL, or the reason why the check can't be tested */
static const char *rseq_missing(struct __test_metadata *_metadata)
{
	if (!libc_has_area() && syscall(__NR_rseq, 0, 0, 0, 0) &&
	    errno == ENOSYS)
		return "no rseq(): kernel without CONFIG_RSEQ";

	if (call_inside_kills(_metadata) ||
	    (write_switch('1') && call_inside_kills(_metadata)))
		return NULL;
	return "call inside lives: kernel without CONFIG_DEBUG_RSEQ, and nothing in " DEBUG_SWITCH;
}

static void skip_call(struct __test_metadata *_metadata, struct tracee *t)
{
	if (t->stop == STOP_ENTRY &&
	    t->regs.r[R_NR] == __NR_getppid)
		set_syscall_nr(_metadata, t->pid, -1);
}

FIXTURE(way)
{
	struct env env;
	struct tokens *tokens;
};

FIXTURE_VARIANT(way)
{
	struct test_case tc;
};

FIXTURE_VARIANT_ADD(way, untraced) {
	.tc.killed = "killed:SIGSEGV",
	.tc.lives = "exited:0",
};

FIXTURE_VARIANT_ADD(way, filter_allow) {
	.tc.filters = FILTER_ALLOW,
	.tc.killed = "killed:SIGSEGV",
	.tc.lives = "exited:0",
};

FIXTURE_VARIANT_ADD(way, filter_errno) {
	.tc.filters = FILTER_ERRNO,
	.tc.killed = "killed:SIGSEGV",
	.tc.lives = "exited:0",
};

FIXTURE_VARIANT_ADD(way, tracepoint) {
	.tc.with = WITH_TRACEPOINT,
	.tc.killed = "killed:SIGSEGV",
	.tc.lives = "exited:0",
};

FIXTURE_VARIANT_ADD(way, audit) {
	.tc.with = WITH_AUDIT,
	.tc.killed = "killed:SIGSEGV",
	.tc.lives = "exited:0",
};

FIXTURE_VARIANT_ADD(way, syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.killed = "entry:getppid exit:getppid SIGSEGV killed:SIGSEGV",
	.tc.lives = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(way, filter_allow_syscall) {
	.tc.filters = FILTER_ALLOW,
	.tc.requests = { PTRACE_SYSCALL },
	.tc.killed = "entry:getppid exit:getppid SIGSEGV killed:SIGSEGV",
	.tc.lives = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(way, filter_errno_syscall) {
	.tc.filters = FILTER_ERRNO,
	.tc.requests = { PTRACE_SYSCALL },
	.tc.killed = "entry:getppid exit:getppid SIGSEGV killed:SIGSEGV",
	.tc.lives = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(way, skip) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.at_stop = skip_call,
	.tc.killed = "entry:getppid exit:getppid SIGSEGV killed:SIGSEGV",
	.tc.lives = "entry:getppid exit:getppid entry:exit_group exited:0",
};

FIXTURE_VARIANT_ADD(way, cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.killed = "entry:getppid SIGSEGV killed:SIGSEGV",
	.tc.lives = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(way, sysemu) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_CONT },
	.tc.killed = "entry:getppid SIGSEGV killed:SIGSEGV",
	.tc.lives = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(way, detach_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_DETACH },
	.tc.killed = "entry:getppid killed:SIGSEGV",
	.tc.lives = "entry:getppid exited:0",
};

FIXTURE_VARIANT_ADD(way, step_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
	.tc.killed = "entry:getppid SIGSEGV killed:SIGSEGV",
	.tc.lives = "entry:getppid report:+1 exited:0",
};

FIXTURE_SETUP(way)
{
	const char *reason = filters_missing(variant->tc.filters);

	if (!reason)
		reason = rseq_missing(_metadata);
	if (reason)
		SKIP(return, "%s", reason);
	self->tokens = shared_page(_metadata);
	reason = env_setup(&self->env, variant->tc.with);
	if (reason) {
		env_teardown(_metadata, &self->env);
		SKIP(return, "%s", reason);
	}
}

FIXTURE_TEARDOWN(way)
{
	env_teardown(_metadata, &self->env);
}

TEST_F(way, call_inside_is_killed)
{
	struct tracee t = {};

	run_test_case(_metadata, &variant->tc, true, &t, self->tokens);
	EXPECT_STREQ(variant->tc.killed, t.log);
	EXPECT_EQ(1, self->tokens->begun);
	EXPECT_EQ(0, self->tokens->done);
}

TEST_F(way, call_outside_lives)
{
	struct tracee t = {};

	run_test_case(_metadata, &variant->tc, false, &t, self->tokens);
	EXPECT_STREQ(variant->tc.lives, t.log);
	EXPECT_EQ(1, self->tokens->begun);
	EXPECT_EQ(1, self->tokens->done);
}

static void move_pc(struct __test_metadata *_metadata, struct tracee *t)
{
	if (t->stop == STOP_EXIT) {
		t->regs.r[R_PC] = (unsigned long)t->arg;
		set_regs(_metadata, t->pid, &t->regs);
	}
}

/*
 * The tracer sets the PC at the syscall-exit-stop. What counts is where the
 * call was made.
 */
static const struct test_case pc_moved = {
	.requests = { PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_CONT },
	.at_stop = move_pc,
	.killed = "entry:getppid exit:getppid SIGSEGV killed:SIGSEGV",
	.lives = "entry:getppid exit:getppid exited:0",
};

TEST(pc_moved_out)
{
	struct tracee t = { .arg = section_end };
	struct tokens *tokens = shared_page(_metadata);
	const char *reason = rseq_missing(_metadata);

	if (reason)
		SKIP(return, "%s", reason);
	run_test_case(_metadata, &pc_moved, true, &t, tokens);
	EXPECT_STREQ(pc_moved.killed, t.log);
	EXPECT_EQ(1, tokens->begun);
	EXPECT_EQ(0, tokens->done);
}

/*
 * Moves the PC into the sequence, which is set up again, as a task that was
 * preempted before its call has lost it. With rseq/debug on, there is a check on
 * the way to user space as well, which kills a task that goes on in a sequence
 * after a call. It is not what is tested.
 */
static void move_pc_in(struct __test_metadata *_metadata, struct tracee *t)
{
	const struct tokens *tokens = t->arg;

	if (t->stop != STOP_EXIT)
		return;
	t->regs.r[R_PC] = (unsigned long)section_inside;
	set_regs(_metadata, t->pid, &t->regs);
	ASSERT_EQ(0, sys_ptrace(PTRACE_POKEDATA, t->pid,
				(unsigned long)tokens->rseq_cs,
				(unsigned long)tokens->cs));
	if (read_switch() == '1')
		ASSERT_TRUE(write_switch('0'));
}

TEST(pc_moved_in)
{
	struct tokens *tokens = shared_page(_metadata);
	struct tracee t = { .arg = tokens };
	struct test_case tc = pc_moved;
	const char *reason = rseq_missing(_metadata);

	if (reason)
		SKIP(return, "%s", reason);
	tc.at_stop = move_pc_in;
	run_test_case(_metadata, &tc, false, &t, tokens);
	EXPECT_STREQ(tc.lives, t.log);
	EXPECT_EQ(1, tokens->done);
}

/* At the syscall-exit-stop, the critical section is there no longer. */
static void clear_rseq_cs(struct __test_metadata *_metadata, struct tracee *t)
{
	const struct tokens *tokens = t->arg;

	if (t->stop == STOP_EXIT)
		ASSERT_EQ(0, sys_ptrace(PTRACE_POKEDATA, t->pid,
					(unsigned long)tokens->rseq_cs, 0));
}

TEST(rseq_cs_cleared)
{
	struct tokens *tokens = shared_page(_metadata);
	struct tracee t = { .arg = tokens };
	struct test_case tc = pc_moved;
	const char *reason = rseq_missing(_metadata);

	if (reason)
		SKIP(return, "%s", reason);
	tc.at_stop = clear_rseq_cs;
	run_test_case(_metadata, &tc, true, &t, tokens);
	EXPECT_STREQ(tc.killed, t.log);
	EXPECT_EQ(1, tokens->begun);
	EXPECT_EQ(0, tokens->done);
}

/* At the syscall-exit-stop, the SIGSEGV is pending. */
static void look_at_pending(struct __test_metadata *_metadata,
			    struct tracee *t)
{
	struct ptrace_peeksiginfo_args args = { .nr = 1 };
	siginfo_t info = {};

	if (t->stop != STOP_EXIT)
		return;
	EXPECT_EQ(1, sys_ptrace(PTRACE_PEEKSIGINFO, t->pid,
				(unsigned long)&args, (unsigned long)&info));
	EXPECT_EQ(SIGSEGV, info.si_signo);
}

TEST(pending_at_exit)
{
	struct tracee t = {};
	struct tokens *tokens = shared_page(_metadata);
	struct test_case tc = pc_moved;
	const char *reason = rseq_missing(_metadata);

	if (reason)
		SKIP(return, "%s", reason);
	tc.at_stop = look_at_pending;
	run_test_case(_metadata, &tc, true, &t, tokens);
	EXPECT_STREQ(tc.killed, t.log);
}

static struct guard switch_guard;

/* Tests end by _exit(), the program does not. */
static void end_switch_guard(void)
{
	if (!guard_end(&switch_guard))
		return;
	ksft_print_msg("%s is not what it was\n", DEBUG_SWITCH);
	fflush(stdout);
	_exit(KSFT_FAIL);
}

int main(int argc, char **argv)
{
	const char *reason;

	save_program_pid();
	reason = guard_begin(&switch_guard, save_switch, restore_switch, NULL);
	if (reason)
		ksft_exit_skip("%s\n", reason);
	atexit(end_switch_guard);
	return test_harness_run(argc, argv);
}
