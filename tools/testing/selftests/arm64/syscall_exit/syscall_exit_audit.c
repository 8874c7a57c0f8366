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

#include <sys/time.h>

#define END_MARKER	AUDIT_FIRST_USER_MSG2
#define MAX_RULES	4

struct audit {
	/* for commands */
	int fd;
	/* for records; its owner is the audit daemon */
	int daemon_fd;
	struct audit_status before;
	struct audit_rule_data rules[MAX_RULES];
	int nr_rules;
};

struct record {
	int nr;
	char success[4];
	long result;
	unsigned long args[4];
};

/* Is there a rule that keeps new tasks from being audited? */
static bool has_task_rule(struct __test_metadata *_metadata, int fd)
{
	struct audit_rule_data rule;
	struct audit_msg answer;
	bool found = false;
	int seq, type;

	seq = audit_send(fd, AUDIT_LIST_RULES, 0, NULL, 0);
	ASSERT_LT(0, seq);
	for (;;) {
		type = audit_receive(fd, seq, &answer);
		ASSERT_LT(0, type);
		if (type == NLMSG_DONE)
			return found;
		ASSERT_EQ(AUDIT_LIST_RULES, type);
		memcpy(&rule, answer.data, sizeof(rule));
		if (rule.flags == AUDIT_FILTER_TASK)
			found = true;
	}
}

/* Nothing is changed yet: tests want to create tasks before that */
static const char *audit_check(struct __test_metadata *_metadata,
			       struct audit *audit)
{
	const char *reason = audit_start(&audit->fd, &audit->before);

	audit->daemon_fd = -1;
	if (reason)
		return reason;
	if (audit->before.pid)
		return "an audit daemon is running";
	if (audit_never_rule(audit->fd, AUDIT_ADD_RULE) == -EINVAL)
		return "no such rules: kernel without CONFIG_AUDITSYSCALL?";
	if (audit_never_rule(audit->fd, AUDIT_DEL_RULE))
		return "a rule can't be deleted";
	if (has_task_rule(_metadata, audit->fd))
		return "there is an audit rule for new tasks";
	return NULL;
}

/* Enable auditing and become the audit daemon */
static void audit_begin(struct __test_metadata *_metadata, struct audit *audit)
{
	const struct timeval timeout = { .tv_sec = 10 };
	struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_PID,
		.enabled = 1,
		.pid = getpid(),
	};

	audit->daemon_fd = audit_open();
	ASSERT_LE(0, audit->daemon_fd);
	ASSERT_EQ(0, setsockopt(audit->daemon_fd, SOL_SOCKET, SO_RCVTIMEO,
				&timeout, sizeof(timeout)));
	ASSERT_EQ(0, audit_command(audit->daemon_fd, AUDIT_SET, &status,
				   sizeof(status)));
}

/* Back to what was before, however far the test has come */
static void audit_end(struct __test_metadata *_metadata, struct audit *audit)
{
	struct audit_status status = { .mask = AUDIT_STATUS_PID };

	while (audit->nr_rules > 0)
		EXPECT_EQ(0, audit_command(audit->fd, AUDIT_DEL_RULE,
					   &audit->rules[--audit->nr_rules],
					   sizeof(audit->rules[0])));
	if (audit->daemon_fd >= 0) {
		EXPECT_EQ(0, audit_command(audit->fd, AUDIT_SET, &status,
					   sizeof(status)));
		close(audit->daemon_fd);
	}
	if (audit->fd >= 0) {
		EXPECT_EQ(0, audit_set_enabled(audit->fd,
					       audit->before.enabled));
		close(audit->fd);
	}
}

/* Ask for records of the calls under test of one task */
static void audit_task(struct __test_metadata *_metadata, struct audit *audit,
		       pid_t pid)
{
	static const int nrs[] = {
		__NR_getppid, __NR_fcntl, __NR_getpid, __NR_clone,
	};
	struct audit_rule_data *rule = &audit->rules[audit->nr_rules];
	unsigned int i;

	ASSERT_GT(MAX_RULES, audit->nr_rules);
	*rule = (struct audit_rule_data) {
		.flags = AUDIT_FILTER_EXIT,
		.action = AUDIT_ALWAYS,
		.field_count = 1,
		.fields = { AUDIT_PID },
		.values = { pid },
		.fieldflags = { AUDIT_EQUAL },
	};
	for (i = 0; i < ARRAY_SIZE(nrs); i++)
		rule->mask[AUDIT_WORD(nrs[i])] |= AUDIT_BIT(nrs[i]);
	ASSERT_EQ(0, audit_command(audit->fd, AUDIT_ADD_RULE, rule,
				   sizeof(*rule)));
	audit->nr_rules++;
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

static struct call *new_call(struct __test_metadata *_metadata)
{
	struct call *call = shared_page(_metadata);

	*call = (struct call) {
		.nr = __NR_getppid,
		.args = { 0x1111, 0x2222, 0x3333, 0x4444 },
		.mark = MARK,
	};
	return call;
}

/* When tasks get their audit context, and what that means for their calls */
FIXTURE(life)
{
	struct audit audit;
	bool never_rule;
};

FIXTURE_SETUP(life)
{
	const char *reason = audit_check(_metadata, &self->audit);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(life)
{
	if (self->never_rule)
		EXPECT_EQ(0, audit_never_rule(self->audit.fd, AUDIT_DEL_RULE));
	audit_end(_metadata, &self->audit);
}

/* One task for each of the ways out of a call that go by the thread flags */
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
	tasks[2].filters = FILTER_ALLOW;
	for (i = 0; i < LIFE_TASKS; i++) {
		tasks[i].call = new_call(_metadata);
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
	EXPECT_EQ(MARK, task->call->mark_after);
	return audit_records(_metadata, audit, task->t.pid, &record);
}

/* This one has to be the first of all, as it is the one to enable auditing */
TEST_F(life, created_before)
{
	struct life_task tasks[LIFE_TASKS];
	int records;

	create_tasks(_metadata, tasks);
	audit_begin(_metadata, &self->audit);

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

	audit_begin(_metadata, &self->audit);
	create_tasks(_metadata, tasks);

	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[0]));
	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[1]));
	EXPECT_EQ(1, task_records(_metadata, &self->audit, &tasks[2]));
}

TEST_F(life, created_while_off)
{
	struct life_task tasks[LIFE_TASKS];

	audit_begin(_metadata, &self->audit);
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

	audit_begin(_metadata, &self->audit);
	ASSERT_EQ(0, audit_never_rule(self->audit.fd, AUDIT_ADD_RULE));
	self->never_rule = true;
	create_tasks(_metadata, tasks);
	ASSERT_EQ(0, audit_never_rule(self->audit.fd, AUDIT_DEL_RULE));
	self->never_rule = false;

	EXPECT_EQ(0, task_records(_metadata, &self->audit, &tasks[0]));
	EXPECT_EQ(0, task_records(_metadata, &self->audit, &tasks[1]));
	EXPECT_EQ(0, task_records(_metadata, &self->audit, &tasks[2]));
}

struct audit_switch {
	struct audit *audit;
	enum stop stop;
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
			    struct audit *audit, enum stop stop, int enabled)
{
	static const int requests[] = { PTRACE_SYSCALL, 0 };
	struct audit_switch sw = { audit, stop, enabled };
	struct tracee t = {
		.traced = true,
		.at_stop = switch_audit,
		.arg = &sw,
	};
	struct call *call = new_call(_metadata);
	struct record record;

	audit_begin(_metadata, audit);
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	audit_task(_metadata, audit, t.pid);
	ASSERT_EQ(0, audit_set_enabled(audit->fd, !enabled));
	run_tracee(_metadata, &t, requests);
	EXPECT_EQ(MARK, call->mark_after);
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
struct plan {
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
	struct plan plan;
};

FIXTURE_VARIANT_ADD(record, untraced) {
};

FIXTURE_VARIANT_ADD(record, filter) {
	.plan.filters = FILTER_ALLOW,
};

FIXTURE_VARIANT_ADD(record, cont) {
	.plan.requests = { PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(record, syscall) {
	.plan.requests = { PTRACE_SYSCALL },
};

FIXTURE_VARIANT_ADD(record, filter_syscall) {
	.plan.requests = { PTRACE_SYSCALL },
	.plan.filters = FILTER_ALLOW,
};

FIXTURE_VARIANT_ADD(record, cont_at_entry) {
	.plan.requests = { PTRACE_SYSCALL, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(record, detach_at_entry) {
	.plan.requests = { PTRACE_SYSCALL, PTRACE_DETACH },
};

FIXTURE_VARIANT_ADD(record, step_at_entry) {
	.plan.requests = { PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_CONT },
};

FIXTURE_VARIANT_ADD(record, seccomp_syscall) {
	.plan.requests = { PTRACE_CONT, PTRACE_SYSCALL },
	.plan.filters = FILTER_TRACE,
};

FIXTURE_VARIANT_ADD(record, new_nr) {
	.plan.requests = { PTRACE_SYSCALL },
	.plan.new_nr = __NR_getpid,
};

FIXTURE_VARIANT_ADD(record, new_nr_cont_at_entry) {
	.plan.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.plan.new_nr = __NR_getpid,
};

FIXTURE_VARIANT_ADD(record, new_args) {
	.plan.requests = { PTRACE_SYSCALL },
	.plan.new_args = true,
};

FIXTURE_VARIANT_ADD(record, new_args_cont_at_entry) {
	.plan.requests = { PTRACE_SYSCALL, PTRACE_CONT },
	.plan.new_args = true,
};

FIXTURE_VARIANT_ADD(record, new_result) {
	.plan.requests = { PTRACE_SYSCALL },
	.plan.new_result = true,
};

FIXTURE_VARIANT_ADD(record, skip) {
	.plan.requests = { PTRACE_SYSCALL },
	.plan.new_nr = -1,
	.plan.not_made = true,
};

FIXTURE_VARIANT_ADD(record, sysemu) {
	.plan.requests = { PTRACE_SYSEMU, PTRACE_CONT },
	.plan.not_made = true,
};

FIXTURE_VARIANT_ADD(record, refused) {
	.plan.filters = FILTER_ERRNO,
	.plan.not_made = true,
};

FIXTURE_VARIANT_ADD(record, refused_syscall) {
	.plan.requests = { PTRACE_SYSCALL },
	.plan.filters = FILTER_ERRNO,
	.plan.not_made = true,
};

FIXTURE_SETUP(record)
{
	const char *reason = audit_check(_metadata, &self->audit);

	if (reason)
		SKIP(return, "%s", reason);
}

FIXTURE_TEARDOWN(record)
{
	audit_end(_metadata, &self->audit);
}

#define TRACER_RESULT	4242

static const unsigned long tracer_args[4] = {
	/* as a file descriptor, no better than that of the call itself */
	0x7ffffff2, 0x1, 0x7777, 0x8888,
};

struct change {
	const struct plan *plan;
	unsigned long nr;
};

static void change_call(struct __test_metadata *_metadata, struct tracee *t)
{
	const struct change *change = t->arg;

	if (t->regs.r[R_NR] != change->nr)
		return;
	if (t->stop == STOP_ENTRY && change->plan->new_nr)
		set_call_nr(_metadata, t, change->plan->new_nr);
	if (t->stop == STOP_ENTRY && change->plan->new_args) {
		memcpy(t->regs.r, tracer_args, sizeof(tracer_args));
#ifdef R_ORIG_R0
		/* For the tracers of compat tasks, a register of its own */
		t->regs.r[R_ORIG_R0] = tracer_args[0];
#endif
		set_regs(_metadata, t);
	}
	if (t->stop == STOP_EXIT && change->plan->new_result) {
		t->regs.r[0] = TRACER_RESULT;
		set_regs(_metadata, t);
	}
}

static void check_record(struct __test_metadata *_metadata,
			 struct audit *audit,
			 const struct plan *plan,
			 const struct call *want, bool success)
{
	struct change change = { plan, want->nr };
	struct tracee t = {
		.traced = plan->requests[0],
		.at_stop = change_call,
		.arg = &change,
	};
	struct call *call = new_call(_metadata);
	const unsigned long *args = plan->new_args ? tracer_args :
							want->args;
	int nr = want->nr, records, i;
	long result = want->result;
	struct record record = {};

	audit_begin(_metadata, audit);
	*call = *want;
	fork_tracee(_metadata, &t, plan->filters, want->nr, call_body, call);
	audit_task(_metadata, audit, t.pid);
	run_tracee(_metadata, &t, plan->requests);
	/* The tracee has come through the call and to its end */
	EXPECT_EQ(MARK, call->mark_after);

	records = audit_records(_metadata, audit, t.pid, &record);
	EXPECT_EQ(!plan->not_made, records) {
		TH_LOG("stops: %s", t.log);
	}
	if (!records || plan->not_made)
		return;

	if (plan->new_nr) {
		nr = plan->new_nr;
		result = t.pid;
		success = true;
	}
	EXPECT_EQ(nr, record.nr);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(args[i], record.args[i]);
	EXPECT_STREQ(success ? "yes" : "no", record.success);
	EXPECT_EQ(result, record.result);
	EXPECT_EQ(plan->new_result ? TRACER_RESULT : result,
		  (long)call->result);
}

TEST_F(record, success)
{
	const struct call want = {
		.nr = __NR_getppid,
		.args = { 0x1111, 0x2222, 0x3333, 0x4444 },
		.mark = MARK,
		.result = getpid(),
	};

	check_record(_metadata, &self->audit, &variant->plan, &want, true);
}

TEST_F(record, failure)
{
	const struct call want = {
		.nr = __NR_fcntl,
		.args = { 0x7ffffff1, F_GETFD, 0x5555, 0x6666 },
		.mark = MARK,
		.result = -EBADF,
	};

	check_record(_metadata, &self->audit, &variant->plan, &want, false);
}

TEST_HARNESS_MAIN
