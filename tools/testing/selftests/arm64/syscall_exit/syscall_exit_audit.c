// SPDX-License-Identifier: GPL-2.0-only
/*
 * With auditing enabled, each system call that a rule asks for has one record,
 * with the number, the arguments and the result that the call really had,
 * traced or not, whatever a tracer changes before and after.
 *
 * Whether a task is audited at all is settled when it is created: if auditing
 * has been enabled at any time until then, and no rule of the task filter is
 * against it, the task has an audit context for life, else it has none for
 * life. Enabling and disabling in mid-life then decides about each call as it
 * begins, never in the middle of it.
 *
 * The test takes the place of the audit daemon and reads its records up to an
 * end marker that it has sent itself. A failure shows as a wrong number of
 * records, or as a wrong value in one.
 */
#include "syscall_exit.h"

#define END_MARKER	AUDIT_FIRST_USER_MSG2

struct record {
	int nr;
	char success[4];
	long result;
	unsigned long args[4];
};

/* Ask for records of the calls under test of one task */
static void audit_task(struct __test_metadata *_metadata, struct audit *audit,
		       pid_t pid)
{
	static const int nrs[] = {
		__NR_getppid, __NR_fcntl, __NR_getpid, __NR_clone,
	};
	struct audit_rule_data rule = {
		.flags = AUDIT_FILTER_EXIT,
		.action = AUDIT_ALWAYS,
		.field_count = 1,
		.fields = { AUDIT_PID },
		.values = { pid },
		.fieldflags = { AUDIT_EQUAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nrs); i++)
		rule.mask[AUDIT_WORD(nrs[i])] |= AUDIT_BIT(nrs[i]);
	ASSERT_EQ(0, audit_add_rule(audit, &rule));
}

/* The value of a field, or an empty string */
static const char *field(const char *text, const char *name)
{
	char key[16];
	const char *pos;

	snprintf(key, sizeof(key), " %s=", name);
	pos = strstr(text, key);
	return pos ? pos + strlen(key) : "";
}

/*
 * Read up to here: the number of records of a task, and the last one. The
 * records come in the order in which they were made, the end marker after all.
 */
static int audit_records(struct __test_metadata *_metadata,
			 struct audit *audit, pid_t pid, struct record *record)
{
	static int nr_markers;
	struct audit_msg msg;
	const char *text;
	char marker[48];
	int type, records = 0;

	snprintf(marker, sizeof(marker), "syscall_exit %d end %d", getpid(),
		 ++nr_markers);
	ASSERT_EQ(0, audit_command(audit->fd, END_MARKER, marker,
				   strlen(marker) + 1));
	for (;;) {
		type = audit_receive(audit->daemon_fd, 0, &msg);
		ASSERT_LT(0, type) {
			TH_LOG("no end marker: %s", strerror(-type));
		}
		if (type == END_MARKER && strstr(msg.data, marker))
			return records;
		if (type != AUDIT_SYSCALL ||
		    atoi(field(msg.data, "pid")) != pid)
			continue;
		records++;
		record->nr = atoi(field(msg.data, "syscall"));
		text = field(msg.data, "success");
		snprintf(record->success, sizeof(record->success), "%.*s",
			 (int)strcspn(text, " "), text);
		record->result = atol(field(msg.data, "exit"));
		record->args[0] = strtoul(field(msg.data, "a0"), NULL, 16);
		record->args[1] = strtoul(field(msg.data, "a1"), NULL, 16);
		record->args[2] = strtoul(field(msg.data, "a2"), NULL, 16);
		record->args[3] = strtoul(field(msg.data, "a3"), NULL, 16);
	}
}

/* When tasks get their audit context, and what that means for their calls */
FIXTURE(life)
{
	struct audit audit;
};

/* Auditing is not enabled yet: tests want to create tasks before that. */
FIXTURE_SETUP(life)
{
	const char *reason = audit_begin(&self->audit, AUDIT_ASK_RECORDS);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(life)
{
	EXPECT_EQ(0, audit_end(&self->audit));
}

/*
 * One task for each of the ways out of a call that go by the thread flags. Where
 * there are no filters, the third is like the first.
 */
#define LIFE_TASKS	3

struct life_task {
	struct tracee t;
	struct call *call;
	int requests[2];
	int filters;
};

static void create_tasks(struct __test_metadata *_metadata,
			 struct life_task tasks[LIFE_TASKS])
{
	int i;

	memset(tasks, 0, LIFE_TASKS * sizeof(tasks[0]));
	tasks[1].requests[0] = PTRACE_SYSCALL;
	if (!filters_missing(FILTER_ALLOW))
		tasks[2].filters = FILTER_ALLOW;
	for (i = 0; i < LIFE_TASKS; i++) {
		tasks[i].call = new_call(_metadata, __NR_getppid);
		tasks[i].t.traced = tasks[i].requests[0];
		fork_tracee(_metadata, &tasks[i].t, tasks[i].filters,
			    __NR_getppid, call_body, tasks[i].call);
	}
}

static int task_records(struct __test_metadata *_metadata, struct audit *audit,
			struct life_task *task)
{
	struct record record;

	audit_task(_metadata, audit, task->t.pid);
	run_tracee(_metadata, &task->t, task->requests);
	EXPECT_EQ(X7_VALUE, task->call->x7_after);
	return audit_records(_metadata, audit, task->t.pid, &record);
}

/* This one has to be the first of all, as it is the one to enable auditing */
TEST_F(life, created_before)
{
	struct life_task tasks[LIFE_TASKS];
	int records;

	create_tasks(_metadata, tasks);
	ASSERT_EQ(0, audit_set_enabled(self->audit.fd, 1));

	/* No one can tell whether auditing has been enabled since the boot */
	records = task_records(_metadata, &self->audit, &tasks[0]);
	TH_LOG("tasks from before auditing was enabled %s an audit context",
	       records ? "have" : "don't have");
	EXPECT_LE(records, 1);
	EXPECT_EQ(records, task_records(_metadata, &self->audit, &tasks[1]));
	EXPECT_EQ(records, task_records(_metadata, &self->audit, &tasks[2]));
}

TEST_F(life, created_while_on)
{
	struct life_task tasks[LIFE_TASKS];

	ASSERT_EQ(0, audit_set_enabled(self->audit.fd, 1));
	create_tasks(_metadata, tasks);

	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[0]));
	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[1]));
	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[2]));
}

TEST_F(life, created_while_off)
{
	struct life_task tasks[LIFE_TASKS];

	ASSERT_EQ(0, audit_set_enabled(self->audit.fd, 1));
	ASSERT_EQ(0, audit_set_enabled(self->audit.fd, 0));
	create_tasks(_metadata, tasks);
	ASSERT_EQ(0, audit_set_enabled(self->audit.fd, 1));

	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[0]));
	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[1]));
	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[2]));
}

/* Without audit context, as before auditing was ever enabled */
TEST_F(life, created_unaudited)
{
	struct life_task tasks[LIFE_TASKS];

	ASSERT_EQ(0, audit_set_enabled(self->audit.fd, 1));
	ASSERT_EQ(0, audit_add_never_rule(&self->audit));
	create_tasks(_metadata, tasks);
	ASSERT_EQ(0, audit_del_rule(&self->audit));

	EXPECT_EQ(0, task_records(_metadata, &self->audit, &tasks[0]));
	EXPECT_EQ(0, task_records(_metadata, &self->audit, &tasks[1]));
	EXPECT_EQ(0, task_records(_metadata, &self->audit, &tasks[2]));
}

/* A process of its own, and a task that it creates, which is not this test's */
struct stranger {
	struct call call;
	pid_t created;
};

static void stranger_body(void *arg)
{
	struct stranger *stranger = arg;
	pid_t pid;

	stop_self();
	pid = syscall(__NR_clone, SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL))
			_exit(105);
		call_body(&stranger->call);
	}
	if (syscall(__NR_wait4, pid, NULL, WUNTRACED, NULL) != pid)
		_exit(106);
	stranger->created = pid;
	/* and now the test adds a rule for it */
	stop_self();
	kill(pid, SIGCONT);
	if (syscall(__NR_wait4, pid, NULL, 0, NULL) != pid)
		_exit(107);
	_exit(0);
}

/* The rule for the tasks of this test means nothing for any other task. */
TEST_F(life, created_by_others)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	struct stranger *stranger = (struct stranger *)call;
	struct record record;
	struct tracee t = {};
	int status;

	ASSERT_EQ(0, audit_set_enabled(self->audit.fd, 1));
	ASSERT_EQ(0, audit_add_never_rule(&self->audit));
	fork_tracee(_metadata, &t, 0, 0, stranger_body, stranger);
	ASSERT_EQ(0, kill(t.pid, SIGCONT));
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, t.pid));
	ASSERT_EQ(0, audit_del_rule(&self->audit));

	audit_task(_metadata, &self->audit, stranger->created);
	ASSERT_EQ(0, kill(t.pid, SIGCONT));
	ASSERT_EQ(t.pid, waitpid(t.pid, &status, 0));
	ASSERT_EQ(0, status);
	EXPECT_EQ(X7_VALUE, call->x7_after);
	EXPECT_EQ(1, audit_records(_metadata, &self->audit, stranger->created,
				   &record));
}

struct audit_switch {
	struct audit *audit;
	enum stop_kind stop;
	int enabled;
};

static void switch_audit(struct __test_metadata *_metadata, struct tracee *t)
{
	struct audit_switch *sw = t->arg;

	if (t->stop == sw->stop)
		ASSERT_EQ(0, audit_set_enabled(sw->audit->fd, sw->enabled));
}

/* The records of a call in the middle of which auditing is set to @enabled */
static int switched_records(struct __test_metadata *_metadata,
			    struct audit *audit, enum stop_kind stop,
			    int enabled)
{
	static const int requests[] = { PTRACE_SYSCALL, 0 };
	struct audit_switch sw = { audit, stop, enabled };
	struct tracee t = {
		.traced = true,
		.at_stop = switch_audit,
		.arg = &sw,
	};
	struct call *call = new_call(_metadata, __NR_getppid);
	struct record record;

	ASSERT_EQ(0, audit_set_enabled(audit->fd, 1));
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	audit_task(_metadata, audit, t.pid);
	ASSERT_EQ(0, audit_set_enabled(audit->fd, !enabled));
	run_tracee(_metadata, &t, requests);
	EXPECT_EQ(X7_VALUE, call->x7_after);
	/* or the kernel would not take the end marker */
	ASSERT_EQ(0, audit_set_enabled(audit->fd, 1));
	return audit_records(_metadata, audit, t.pid, &record);
}

/* For audit, a call begins after the entry stop and ends before the other */
TEST_F(life, enabled_at_entry)
{
	EXPECT_EQ(1, switched_records(_metadata, &self->audit, STOP_ENTRY, 1));
}

TEST_F(life, enabled_at_exit)
{
	EXPECT_EQ(0, switched_records(_metadata, &self->audit, STOP_EXIT, 1));
}

TEST_F(life, disabled_at_entry)
{
	EXPECT_EQ(0, switched_records(_metadata, &self->audit, STOP_ENTRY, 0));
}

TEST_F(life, disabled_at_exit)
{
	EXPECT_EQ(1, switched_records(_metadata, &self->audit, STOP_EXIT, 0));
}

/* One record, and the right one */
struct test_case {
	/* for run_tracee() */
	int requests[4];
	int filters;
	/* what the tracer does: to the number, arguments, result of the call */
	int new_nr;
	bool new_args;
	bool new_result;
	/* the call is not made, so that there is no record */
	bool not_made;
};

FIXTURE(record)
{
	struct audit audit;
};

FIXTURE_VARIANT(record)
{
	struct test_case tc;
};

FIXTURE_VARIANT_ADD(record, untraced) {
};

FIXTURE_VARIANT_ADD(record, filter_allow) {
	.tc.filters = FILTER_ALLOW,
};

FIXTURE_VARIANT_ADD(record, cont) {
	.tc.requests = { PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(record, syscall) {
	.tc.requests = { PTRACE_SYSCALL },
};

FIXTURE_VARIANT_ADD(record, filter_allow_syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.filters = FILTER_ALLOW,
};

FIXTURE_VARIANT_ADD(record, cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(record, detach_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_DETACH },
};

FIXTURE_VARIANT_ADD(record, step_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(record, seccomp_syscall) {
	.tc.requests = { PTRACE_CONT, PTRACE_SYSCALL },
	.tc.filters = FILTER_TRACE,
};

FIXTURE_VARIANT_ADD(record, new_nr) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.new_nr = __NR_getpid,
};

FIXTURE_VARIANT_ADD(record, new_nr_cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.new_nr = __NR_getpid,
};

FIXTURE_VARIANT_ADD(record, new_args) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.new_args = true,
};

FIXTURE_VARIANT_ADD(record, new_args_cont_at_entry) {
	.tc.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.tc.new_args = true,
};

FIXTURE_VARIANT_ADD(record, new_result) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.new_result = true,
};

FIXTURE_VARIANT_ADD(record, skip) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.new_nr = -1,
	.tc.not_made = true,
};

FIXTURE_VARIANT_ADD(record, sysemu) {
	.tc.requests = { PTRACE_SYSEMU, PTRACE_CONT },
	.tc.not_made = true,
};

FIXTURE_VARIANT_ADD(record, filter_errno) {
	.tc.filters = FILTER_ERRNO,
	.tc.not_made = true,
};

FIXTURE_VARIANT_ADD(record, filter_errno_syscall) {
	.tc.requests = { PTRACE_SYSCALL },
	.tc.filters = FILTER_ERRNO,
	.tc.not_made = true,
};

FIXTURE_SETUP(record)
{
	const char *reason = filters_missing(variant->tc.filters);

	if (reason)
		SKIP(return, "%s", reason);
	reason = audit_begin(&self->audit, AUDIT_ASK_RECORDS |
					   AUDIT_ASK_ENABLED);
	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(record)
{
	EXPECT_EQ(0, audit_end(&self->audit));
}

#define TRACER_RESULT	4242

static const unsigned long tracer_args[4] = {
	/* as a file descriptor, no better than that of the call itself */
	0x7ffffff2, 0x1, 0x7777, 0x8888,
};

struct change {
	const struct test_case *tc;
	unsigned long nr;
};

static void change_call(struct __test_metadata *_metadata, struct tracee *t)
{
	const struct change *change = t->arg;

	if (t->regs.r[R_NR] != change->nr)
		return;
	if (t->stop == STOP_ENTRY && change->tc->new_nr)
		set_syscall_nr(_metadata, t->pid, change->tc->new_nr);
	if (t->stop == STOP_ENTRY && change->tc->new_args) {
		memcpy(t->regs.r, tracer_args, sizeof(tracer_args));
#ifdef R_ORIG_R0
		/* For the tracers of compat tasks, a register of its own */
		t->regs.r[R_ORIG_R0] = tracer_args[0];
#endif
		set_regs(_metadata, t->pid, &t->regs);
	}
	if (t->stop == STOP_EXIT && change->tc->new_result) {
		t->regs.r[0] = TRACER_RESULT;
		set_regs(_metadata, t->pid, &t->regs);
	}
}

static void check_record(struct __test_metadata *_metadata,
			 struct audit *audit,
			 const struct test_case *tc,
			 const struct call *want, bool success)
{
	struct change change = { tc, want->nr };
	struct tracee t = {
		.traced = tc->requests[0],
		.at_stop = change_call,
		.arg = &change,
	};
	struct call *call = new_call(_metadata, __NR_getppid);
	const unsigned long *args = tc->new_args ? tracer_args : want->args;
	int nr = want->nr, records, i;
	long result = want->result;
	struct record record = {};

	*call = *want;
	fork_tracee(_metadata, &t, tc->filters, want->nr, call_body, call);
	audit_task(_metadata, audit, t.pid);
	run_tracee(_metadata, &t, tc->requests);
	/* The tracee has come through the call and to its end */
	EXPECT_EQ(X7_VALUE, call->x7_after);

	records = audit_records(_metadata, audit, t.pid, &record);
	EXPECT_EQ(!tc->not_made, records) {
		TH_LOG("stops: %s", t.log);
	}
	if (!records || tc->not_made)
		return;

	if (tc->new_nr) {
		nr = tc->new_nr;
		result = t.pid;
		success = true;
	}
	EXPECT_EQ(nr, record.nr);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(args[i], record.args[i]);
	EXPECT_STREQ(success ? "yes" : "no", record.success);
	EXPECT_EQ(result, record.result);
	EXPECT_EQ(tc->new_result ? TRACER_RESULT : result,
		  (long)call->result);
}

TEST_F(record, success)
{
	const struct call want = {
		.nr = __NR_getppid,
		.args = { 0x1111, 0x2222, 0x3333, 0x4444 },
		.x7 = X7_VALUE,
		.result = getpid(),
	};

	check_record(_metadata, &self->audit, &variant->tc, &want, true);
}

TEST_F(record, failure)
{
	const struct call want = {
		.nr = __NR_fcntl,
		.args = { 0x7ffffff1, F_GETFD, 0x5555, 0x6666 },
		.x7 = X7_VALUE,
		.result = -EBADF,
	};

	check_record(_metadata, &self->audit, &variant->tc, &want, false);
}

/*
 * What the tests leave behind: of what they change, nothing. While any of it is
 * there, auditing is in use, and no test begins.
 */
FIXTURE(changes)
{
	struct audit audit;
	/* of the guard, and of the process that dies */
	pid_t *pids;
};

FIXTURE_VARIANT(changes)
{
	int ask;
	const char *in_use;
};

FIXTURE_VARIANT_ADD(changes, daemon) {
	.ask = AUDIT_ASK_RECORDS,
	.in_use = "auditing is in use: there is an audit daemon",
};

FIXTURE_VARIANT_ADD(changes, enabled) {
	.ask = AUDIT_ASK_ENABLED,
	.in_use = "auditing is in use: it is enabled",
};

FIXTURE_VARIANT_ADD(changes, rule) {
	.ask = AUDIT_ASK_NEVER,
	.in_use = "auditing is in use: there are rules",
};

FIXTURE_VARIANT_ADD(changes, all) {
	.ask = AUDIT_ASK_RECORDS | AUDIT_ASK_ENABLED | AUDIT_ASK_NEVER,
	.in_use = "auditing is in use: there is an audit daemon",
};

FIXTURE_SETUP(changes)
{
	const char *reason = audit_begin(&self->audit, 0);

	if (reason)
		SKIP(return, "%s", reason);
	ASSERT_EQ(0, guard_end(&self->audit.guard));
	/* the guard of a process that dies is one for this test to wait for */
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	self->pids = shared_page(_metadata);
}

FIXTURE_TEARDOWN(changes)
{
	EXPECT_EQ(0, audit_end(&self->audit));
}

static const char *in_use_now(void)
{
	int fd = audit_open();
	const char *reason = audit_in_use(fd);

	close(fd);
	return reason;
}

/* Change what the variant asks for, and go on until killed */
static void change_until_killed(struct __test_metadata *_metadata, int ask,
				pid_t *pids, int ready)
{
	struct audit audit;

	ASSERT_TRUE(!audit_begin(&audit, ask));
	pids[0] = audit.guard.pid;
	pids[1] = getpid();
	ASSERT_EQ(1, write(ready, "x", 1));
	for (;;)
		pause();
}

static void expect_all_undone(struct __test_metadata *_metadata, pid_t guard)
{
	const char *reason;
	int status;

	ASSERT_LT(0, guard);
	ASSERT_EQ(guard, waitpid(guard, &status, 0));
	EXPECT_EQ(0, status);
	reason = in_use_now();
	EXPECT_TRUE(!reason) {
		TH_LOG("%s", reason);
	}
}

TEST_F(changes, ended)
{
	const char *reason;

	ASSERT_EQ(0, audit_end(&self->audit));
	ASSERT_TRUE(!audit_begin(&self->audit, variant->ask));
	reason = in_use_now();
	ASSERT_TRUE(!!reason);
	EXPECT_STREQ(variant->in_use, reason);
	ASSERT_EQ(0, audit_end(&self->audit));
	EXPECT_TRUE(!in_use_now());
}

/* As a time-out of the test does it */
TEST_F(changes, test_killed)
{
	int ready[2], status;
	const char *reason;
	pid_t pid;
	char c;

	ASSERT_EQ(0, pipe2(ready, O_CLOEXEC));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		change_until_killed(_metadata, variant->ask, self->pids,
				    ready[1]);
	close(ready[1]);
	ASSERT_EQ(1, read(ready[0], &c, 1));
	reason = in_use_now();
	ASSERT_TRUE(!!reason);
	EXPECT_STREQ(variant->in_use, reason);
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	expect_all_undone(_metadata, self->pids[0]);
}

/* As a time-out of the program does it, which leaves its tests alone */
TEST_F(changes, program_killed)
{
	pid_t program, test;
	int ready[2], status;
	char c;

	ASSERT_EQ(0, pipe2(ready, O_CLOEXEC));
	program = fork();
	ASSERT_LE(0, program);
	if (!program) {
		save_program_pid();
		if (!fork())
			change_until_killed(_metadata, variant->ask,
					    self->pids, ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	ASSERT_EQ(1, read(ready[0], &c, 1));
	test = self->pids[1];
	ASSERT_EQ(0, kill(program, SIGTERM));
	ASSERT_EQ(program, waitpid(program, &status, 0));
	ASSERT_EQ(test, waitpid(test, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	expect_all_undone(_metadata, self->pids[0]);
}

int main(int argc, char **argv)
{
	save_program_pid();
	return test_harness_run(argc, argv);
}
