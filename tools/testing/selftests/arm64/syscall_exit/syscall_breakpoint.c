// SPDX-License-Identifier: GPL-2.0-only
/*
 * A breakpoint of perf_event_open() on an svc. When it is hit, it is disabled and
 * the kernel steps over the instruction. Nobody may see that step: a task that is
 * not traced gets no SIGTRAP, a tracer is told of its own steps alone, and no
 * request of a tracer keeps the breakpoint from being enabled again.
 *
 * "traced.syscall.stops", "step.over" and "no_uprobe" pass on any kernel. All others
 * fail on one that takes its own step for a tracer's, or that lets a tracer's
 * request end that step.
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>

#include "syscall_tracee.h"
#include "uprobe.h"

#define CALLS	3

/* What the child has to say */
struct result {
	int error;
	int ppid;
	int tid;
	int results[CALLS];
	int traps;
	int usr1;
	int child_status;
	long long hits;
};

static struct result *result;

static void handle_trap(int sig)
{
	result->traps++;
}

static void handle_usr1(int sig)
{
	result->usr1++;
}

static int breakpoint_at(void *addr, int len)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_X,
		.bp_addr = (unsigned long)addr,
		.bp_len = len,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return syscall(__NR_perf_event_open, &attr, 0, -1, -1,
		       PERF_FLAG_FD_CLOEXEC);
}

/* The reason why there is no breakpoint to be had, or NULL */
static const char *no_breakpoints(void)
{
	int fd = breakpoint_at(call_svc, HW_BREAKPOINT_LEN_4);

	if (fd >= 0) {
		close(fd);
		return NULL;
	}
	switch (errno) {
	case ENOENT:
	case ENOSYS:
		return "no CONFIG_PERF_EVENTS";
	case ENODEV:
	case ENOSPC:
	case EOPNOTSUPP:
		return "no hardware breakpoint is free";
	case EACCES:
	case EPERM:
		return "perf_event_open() is not permitted";
	default:
		return NULL;
	}
}

/* For FIXTURE_SETUP() */
static void setup(struct __test_metadata *_metadata)
{
	const char *reason = no_breakpoints();

	if (reason)
		SKIP(return, "%s", reason);
	result = shared_page(_metadata);
}

/* What a child does with its breakpoint */
struct child {
	bool traced;
	bool trap_handler;
	/* no call but the one on the breakpoint may be made by this */
	void (*body)(call_fn call);
	call_fn call;
	void *svc;
	int len;
	/* the breakpoint is there, but disabled */
	bool without;
};

static void do_calls(call_fn call)
{
	int i;

	for (i = 0; i < CALLS; i++)
		result->results[i] = call(__NR_getppid, 0, 0);
}

static pid_t start(struct __test_metadata *_metadata, const struct child *child)
{
	pid_t pid;
	int fd;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		result->ppid = getppid();
		result->tid = syscall(__NR_gettid);
		if (child->trap_handler)
			signal(SIGTRAP, handle_trap);
		signal(SIGUSR1, handle_usr1);
		fd = breakpoint_at(child->svc ?: call_svc,
				   child->len ?: HW_BREAKPOINT_LEN_4);
		if (fd < 0) {
			result->error = errno;
			_exit(101);
		}
		if (child->without)
			ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
		stop_child(child->traced);
		child->body(child->call ?: make_call);
		if (read(fd, &result->hits, sizeof(result->hits)) !=
		    sizeof(result->hits))
			_exit(102);
		_exit(0);
	}
	wait_for_child(_metadata, pid, child->traced);
	return pid;
}

static void expect_end(struct __test_metadata *_metadata, pid_t pid)
{
	int status;

	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status) {
		TH_LOG("the child ended with wait status 0x%x, error %d",
		       status, result->error);
	}
}

static void expect_results(struct __test_metadata *_metadata)
{
	int i;

	for (i = 0; i < CALLS; i++)
		EXPECT_EQ(result->ppid, result->results[i]);
}

FIXTURE(untraced)
{
};

FIXTURE_SETUP(untraced)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(untraced)
{
}

/* The task lives, and the breakpoint works each time */
TEST_F(untraced, lives)
{
	struct child child = { .body = do_calls };

	expect_end(_metadata, start(_metadata, &child));
	expect_results(_metadata);
	EXPECT_EQ(CALLS, result->hits);
}

TEST_F(untraced, no_signal)
{
	struct child child = { .trap_handler = true, .body = do_calls };

	expect_end(_metadata, start(_metadata, &child));
	EXPECT_EQ(0, result->traps);
	expect_results(_metadata);
	EXPECT_EQ(CALLS, result->hits);
}

#ifndef __aarch64__
TEST_F(untraced, thumb)
{
	struct child child = {
		.trap_handler = true,
		.body = do_calls,
		.call = make_call_thumb,
		.svc = call_svc_thumb,
		.len = HW_BREAKPOINT_LEN_2,
	};

	expect_end(_metadata, start(_metadata, &child));
	EXPECT_EQ(0, result->traps);
	expect_results(_metadata);
	EXPECT_EQ(CALLS, result->hits);
}
#endif

/* A signal that is pending when the call ends */
static void do_usr1(call_fn call)
{
	int i;

	for (i = 0; i < CALLS; i++)
		result->results[i] = call(__NR_tkill, result->tid, SIGUSR1);
}

TEST_F(untraced, handler)
{
	struct child child = { .trap_handler = true, .body = do_usr1 };

	expect_end(_metadata, start(_metadata, &child));
	EXPECT_EQ(0, result->traps);
	EXPECT_EQ(CALLS, result->usr1);
	EXPECT_EQ(CALLS, result->hits);
}

/* The child has no breakpoint, and makes no step */
static void do_fork(call_fn call)
{
	pid_t pid = call(__NR_clone, SIGCHLD, 0);

	if (!pid)
		_exit(7);
	if (waitpid(pid, &result->child_status, 0) != pid)
		_exit(103);
}

TEST_F(untraced, new_child)
{
	struct child child = { .body = do_fork };

	expect_end(_metadata, start(_metadata, &child));
	EXPECT_EQ(7 << 8, result->child_status);
	EXPECT_EQ(1, result->hits);
}

/*
 * A tracer that does not step
 */
FIXTURE(traced)
{
};

FIXTURE_VARIANT(traced)
{
	int request;
	/* for each call */
	int stops;
};

FIXTURE_VARIANT_ADD(traced, cont) {
	.request = PTRACE_CONT,
};

FIXTURE_VARIANT_ADD(traced, syscall) {
	.request = PTRACE_SYSCALL,
	.stops = 2,
};

FIXTURE_SETUP(traced)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(traced)
{
}

/* There are no stops but those of the system calls */
TEST_F(traced, stops)
{
	struct child child = { .traced = true, .body = do_calls };
	pid_t pid = start(_metadata, &child);
	int i;

	for (i = 0; i < CALLS * variant->stops; i++)
		ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
			  resume(_metadata, pid, variant->request, 0));
	ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, 0));
	expect_results(_metadata);
}

/* Each call hits the breakpoint, whatever the stops */
TEST_F(traced, hits)
{
	struct child child = { .traced = true, .body = do_calls };
	pid_t pid = start(_metadata, &child);
	int status;

	do {
		status = resume(_metadata, pid, variant->request, 0);
	} while (WIFSTOPPED(status));
	EXPECT_EQ(0, status);
	EXPECT_EQ(CALLS, result->hits);
}

FIXTURE(traced_handler)
{
};

FIXTURE_SETUP(traced_handler)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(traced_handler)
{
}

/* The stop for the signal, and none in the handler */
TEST_F(traced_handler, stops)
{
	struct child child = { .traced = true, .body = do_usr1 };
	pid_t pid = start(_metadata, &child);
	int i, sig = 0;

	for (i = 0; i < CALLS; i++) {
		ASSERT_EQ(W_STOPCODE(SIGUSR1),
			  resume(_metadata, pid, PTRACE_CONT, sig));
		sig = SIGUSR1;
	}
	ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, sig));
	EXPECT_EQ(CALLS, result->usr1);
}

TEST_F(traced_handler, hits)
{
	struct child child = { .traced = true, .body = do_usr1 };
	pid_t pid = start(_metadata, &child);
	int status = 0;

	do {
		status = resume(_metadata, pid, PTRACE_CONT,
				status == W_STOPCODE(SIGUSR1) ? SIGUSR1 : 0);
	} while (WIFSTOPPED(status));
	EXPECT_EQ(0, status);
	EXPECT_EQ(CALLS, result->hits);
}

/*
 * A tracer that steps. What is logged for each stop is whether it is a report of
 * the exit work ("report") or of the hardware ("step"), and how many
 * instructions behind the svc the PC is.
 */
static void log_step(struct __test_metadata *_metadata, pid_t pid, int status,
		     char *log, size_t size)
{
	size_t len = strlen(log);
	struct regs regs;
	siginfo_t info;

	if (status != W_STOPCODE(SIGTRAP)) {
		snprintf(log + len, size - len, " 0x%x", status);
		return;
	}
	get_regs(_metadata, pid, &regs);
	ASSERT_EQ(0, sys_ptrace(PTRACE_GETSIGINFO, pid, 0,
				(unsigned long)&info));
	snprintf(log + len, size - len, " %s:%+ld",
		 info.si_code == SI_USER ? "report" : "step",
		 (long)(regs.r[R_PC] - (unsigned long)call_svc) / 4);
}

/* Step to the svc, which is not executed yet */
static void step_to_svc(struct __test_metadata *_metadata, pid_t pid)
{
	struct regs regs;

	do {
		ASSERT_EQ(W_STOPCODE(SIGTRAP),
			  resume(_metadata, pid, PTRACE_SINGLESTEP, 0));
		get_regs(_metadata, pid, &regs);
	} while (regs.r[R_PC] != (unsigned long)call_svc);
}

static void log_steps(struct __test_metadata *_metadata, pid_t pid, int steps,
		      char *log, size_t size)
{
	int status = W_STOPCODE(SIGTRAP);

	log[0] = '\0';
	while (steps-- && WIFSTOPPED(status)) {
		status = resume(_metadata, pid, PTRACE_SINGLESTEP, 0);
		log_step(_metadata, pid, status, log, size);
	}
}

FIXTURE(step)
{
};

FIXTURE_SETUP(step)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(step)
{
}

/* The same with the breakpoint and without: one report */
TEST_F(step, over)
{
	struct child child = { .traced = true, .body = do_calls };
	char log[2][128];
	pid_t pid;
	int i;

	for (i = 0; i < 2; i++) {
		child.without = i;
		pid = start(_metadata, &child);
		step_to_svc(_metadata, pid);
		log_steps(_metadata, pid, 3, log[i], sizeof(log[i]));
	}
	EXPECT_STREQ(log[0], log[1]);
	EXPECT_STREQ(" report:+1 step:+1 step:+2", log[0]);
}

/*
 * A tracer that begins to step in the middle of the call, and of the kernel's
 * step: neither loses its step. The second stop is the end of the kernel's.
 */
TEST_F(step, from_entry)
{
	struct child child = { .traced = true, .body = do_calls };
	char log[128];
	pid_t pid;

	pid = start(_metadata, &child);
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	log_steps(_metadata, pid, 3, log, sizeof(log));
	EXPECT_STREQ(" report:+1 step:+1 step:+2", log);
	EXPECT_EQ(0, resume(_metadata, pid, PTRACE_CONT, 0));
	EXPECT_EQ(CALLS, result->hits);
	expect_results(_metadata);
}

/* A tracer that steps no more after the report */
TEST_F(step, then_cont)
{
	struct child child = { .traced = true, .body = do_calls };
	char log[128];
	pid_t pid;

	pid = start(_metadata, &child);
	step_to_svc(_metadata, pid);
	log_steps(_metadata, pid, 1, log, sizeof(log));
	EXPECT_STREQ(" report:+1", log);
	EXPECT_EQ(0, resume(_metadata, pid, PTRACE_CONT, 0));
	EXPECT_EQ(CALLS, result->hits);
	expect_results(_metadata);
}

TEST_F(step, then_detach)
{
	struct child child = { .traced = true, .body = do_calls };
	char log[128];
	pid_t pid;

	pid = start(_metadata, &child);
	step_to_svc(_metadata, pid);
	log_steps(_metadata, pid, 1, log, sizeof(log));
	EXPECT_STREQ(" report:+1", log);
	ASSERT_EQ(0, sys_ptrace(PTRACE_DETACH, pid, 0, 0));
	expect_end(_metadata, pid);
	EXPECT_EQ(CALLS, result->hits);
	expect_results(_metadata);
}

#ifdef __aarch64__
/*
 * uprobes step with the same flag, but no uprobe can be on an svc. The nop behind
 * it shows that there are uprobes.
 */
TEST(no_uprobe)
{
	int fd, type = uprobe_type(_metadata);

	if (type < 0)
		SKIP(return, NO_UPROBES);
	fd = open_uprobe(_metadata, type, 0, (unsigned long)call_next);
	if (fd == -EACCES || fd == -EPERM)
		SKIP(return, "uprobes are not permitted: not root?");
	ASSERT_LE(0, fd);
	close(fd);
	EXPECT_EQ(-EINVAL, open_uprobe(_metadata, type, 0,
				       (unsigned long)call_svc));
}
#endif

TEST_HARNESS_MAIN
