/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of the system call exit path have in common: a tracee that
 * makes one known system call, a tracer that writes down the stops it sees, and
 * the other users of the exit path (seccomp, tracepoints, audit) to switch on.
 *
 * Built for arm64 and, for tasks in compat mode, for arm.
 */
#ifndef SYSCALL_EXIT_H
#define SYSCALL_EXIT_H

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>

#include "call_body.h"
#include "tracee_regs.h"

/* What a tracee has in x7, or in ip if it is a compat task */
#define X7_VALUE	0x5a5a1234UL

/* What a tracer reads there in the two system call stops */
#define DIR_ENTRY	0UL
#define DIR_EXIT	1UL

/* What no call returns: the result is not stored yet */
#define UNSET		0x777UL

/* Filters for the call under test; FILTER_ALLOW does nothing to it */
#define FILTER_ALLOW	0x1
#define FILTER_ERRNO	0x2
#define FILTER_TRACE	0x4

/* What FILTER_ERRNO makes the call under test return */
#define FILTER_ERRNO_VALUE	EXDEV

/* NULL, or the reason why there can be none of these filters */
static inline const char *filters_missing(int filters)
{
	return !filters || have_filters() ? NULL : NO_FILTERS;
}

static inline int install_filters(unsigned long nr, int filters)
{
	int ret = 0;

	if (filters & FILTER_ALLOW)
		ret = install_filter(nr, SECCOMP_RET_ALLOW, 0);
	if (!ret && filters & FILTER_ERRNO)
		ret = install_filter(nr, SECCOMP_RET_ERRNO |
					 FILTER_ERRNO_VALUE, 0);
	if (!ret && filters & FILTER_TRACE)
		ret = install_filter(nr, SECCOMP_RET_TRACE, 0);
	return ret;
}

enum stop_kind {
	STOP_ENTRY,
	STOP_EXIT,
	STOP_STEP,
	STOP_EVENT,
	STOP_SIGNAL,
	STOP_END,
};

/* How a tracer has come to its tracee: by PTRACE_TRACEME, _ATTACH or _SEIZE */
enum attach_mode {
	TRACEME,
	ATTACH,
	SEIZE,
};

struct tracee {
	pid_t pid;
	bool traced;
	/* the system call instruction that steps are counted from */
	unsigned long svc;
	/* the last stop, and for STOP_SIGNAL its signal */
	enum stop_kind stop;
	int sig;
	struct regs regs;
	/* what the tracer may do in a stop before it resumes the tracee */
	void (*at_stop)(struct __test_metadata *_metadata, struct tracee *t);
	void *arg;
	/* the stops so far, such as "entry:getppid exit:getppid exited:0" */
	char log[512];
};

static inline const char *call_name(long nr)
{
	switch (nr) {
	case -1:
		return "-1";
	case __NR_clone:
		return "clone";
	case __NR_execve:
		return "execve";
	case __NR_exit_group:
		return "exit_group";
	case __NR_fcntl:
		return "fcntl";
	case __NR_getpid:
		return "getpid";
	case __NR_getppid:
		return "getppid";
	case __NR_read:
		return "read";
	case __NR_rt_sigreturn:
		return "rt_sigreturn";
	default:
		return "?";
	}
}

static inline const char *signal_name(int sig)
{
	switch (sig) {
	case SIGKILL:
		return "SIGKILL";
	case SIGSEGV:
		return "SIGSEGV";
	case SIGSTOP:
		return "SIGSTOP";
	case SIGSYS:
		return "SIGSYS";
	case SIGTRAP:
		return "SIGTRAP";
	case SIGUSR1:
		return "SIGUSR1";
	default:
		return "?";
	}
}

static inline __printf(2, 3)
void log_stop(struct tracee *t, const char *fmt, ...)
{
	size_t len = strlen(t->log);
	va_list ap;

	if (len && len < sizeof(t->log) - 1)
		t->log[len++] = ' ';
	va_start(ap, fmt);
	vsnprintf(t->log + len, sizeof(t->log) - len, fmt, ap);
	va_end(ap);
}

/* Wait for a stop or the end of the tracee, and write it down */
static inline enum stop_kind note_stop(struct __test_metadata *_metadata,
				       struct tracee *t)
{
	struct ptrace_syscall_info info;
	siginfo_t siginfo;
	int status;

	ASSERT_EQ(t->pid, waitpid(t->pid, &status, 0));
	t->sig = 0;
	if (WIFEXITED(status)) {
		log_stop(t, "exited:%d", WEXITSTATUS(status));
		return t->stop = STOP_END;
	}
	if (WIFSIGNALED(status)) {
		log_stop(t, "killed:%s", signal_name(WTERMSIG(status)));
		return t->stop = STOP_END;
	}
	ASSERT_TRUE(WIFSTOPPED(status));
	get_regs(_metadata, t->pid, &t->regs);

	switch (status >> 8) {
	case SYSCALL_STOP:
		memset(&info, 0, sizeof(info));
		ASSERT_LT(0, sys_ptrace(PTRACE_GET_SYSCALL_INFO, t->pid,
					sizeof(info), (unsigned long)&info));
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
			log_stop(t, "entry:%s", call_name((int)info.entry.nr));
			return t->stop = STOP_ENTRY;
		}
		ASSERT_EQ(PTRACE_SYSCALL_INFO_EXIT, info.op);
		log_stop(t, "exit:%s", call_name((int)t->regs.r[R_NR]));
		return t->stop = STOP_EXIT;
	case SIGTRAP:
		ASSERT_EQ(0, sys_ptrace(PTRACE_GETSIGINFO, t->pid, 0,
					(unsigned long)&siginfo));
		log_stop(t, "%s:%+ld",
			 siginfo.si_code == SI_USER ? "report" : "step",
			 (long)(t->regs.r[R_PC] - t->svc) / 4);
		return t->stop = STOP_STEP;
	case EVENT_STOP(PTRACE_EVENT_FORK):
		log_stop(t, "fork");
		return t->stop = STOP_EVENT;
	case EVENT_STOP(PTRACE_EVENT_EXEC):
		log_stop(t, "exec");
		return t->stop = STOP_EVENT;
	case EVENT_STOP(PTRACE_EVENT_SECCOMP):
		log_stop(t, "seccomp");
		return t->stop = STOP_EVENT;
	case EVENT_STOP(PTRACE_EVENT_STOP):
		log_stop(t, "stop");
		return t->stop = STOP_EVENT;
	default:
		t->sig = WSTOPSIG(status);
		log_stop(t, "%s", signal_name(t->sig));
		return t->stop = STOP_SIGNAL;
	}
}

/*
 * Resume a tracee that has stopped itself, and go on until it has ended. There
 * is one request for each stop, the last of them for all that follow. Signals
 * are passed on.
 */
static inline void run_tracee(struct __test_metadata *_metadata,
			      struct tracee *t, const int *requests)
{
	if (!t->traced)
		ASSERT_EQ(0, kill(t->pid, SIGCONT));

	do {
		if (t->traced)
			ASSERT_EQ(0, sys_ptrace(*requests, t->pid, 0, t->sig));
		if (*requests && requests[1])
			requests++;
		if (note_stop(_metadata, t) != STOP_END && t->at_stop)
			t->at_stop(_metadata, t);
	} while (t->stop != STOP_END);
}

/* Start a tracee, which stops itself in @body. @nr is for the filters. */
static inline void fork_tracee(struct __test_metadata *_metadata,
			       struct tracee *t, int filters, unsigned long nr,
			       void (*body)(void *), void *arg)
{
	static const struct rlimit no_core;

	t->pid = fork();
	ASSERT_LE(0, t->pid);
	if (!t->pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL))
			_exit(100);
		if (setrlimit(RLIMIT_CORE, &no_core))
			_exit(101);
		if (install_filters(nr, filters))
			_exit(102);
		if (t->traced && sys_ptrace(PTRACE_TRACEME, 0, 0, 0))
			_exit(103);
		body(arg);
		_exit(104);
	}

	ASSERT_EQ(SIGSTOP, next_stop(_metadata, t->pid));
	if (t->traced)
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, t->pid, 0,
					PTRACE_O_EXITKILL |
					PTRACE_O_TRACESYSGOOD |
					PTRACE_O_TRACEFORK |
					PTRACE_O_TRACESECCOMP));
}

/* What call_body() is to do: in memory that the test shares with the tracee */
static inline struct call *new_call(struct __test_metadata *_metadata, long nr)
{
	struct call *call = shared_page(_metadata);

	*call = (struct call) {
		.nr = nr,
		.args = { 0x1111, 0x2222, 0x3333, 0x4444 },
		.x7 = X7_VALUE,
		.result = UNSET,
	};
	return call;
}

/* Read one byte, to behind the struct call in the same page */
static inline struct call *new_read_call(struct __test_metadata *_metadata,
					 int fd)
{
	struct call *call = new_call(_metadata, __NR_read);

	call->args[0] = fd;
	call->args[1] = (unsigned long)(call + 1);
	call->args[2] = 1;
	return call;
}

static inline void check_result(struct __test_metadata *_metadata,
				const struct call *call, long want)
{
	EXPECT_EQ(want, (long)call->result);
	EXPECT_EQ(X7_VALUE, call->x7_after);
}

/* For at_stop: let there be something to read from the pipe at *t->arg */
static inline void feed_pipe(struct __test_metadata *_metadata,
			     struct tracee *t)
{
	if (t->stop == STOP_ENTRY && t->regs.r[R_NR] == __NR_read)
		ASSERT_EQ(1, write(*(int *)t->arg, "x", 1));
}

/*
 * The program, whose tests run in processes of their own. main() has to save it,
 * or there is no guard.
 */
static pid_t program_pid;

static inline void save_program_pid(void)
{
	program_pid = getpid();
}

/*
 * What a test changes of the machine is changed by another process, its guard.
 * The guard changes it back when the test says so or has died, whatever it died
 * of: the signals that end a test or the program don't reach the guard. If the
 * program has ended, nobody would end a test that hangs, so the guard does.
 */
struct guard {
	pid_t pid;
};

/* In the guard: what the signal handler tells the rest */
static int guard_pipe[2];

static inline void guard_told(int sig)
{
	if (write(guard_pipe[1], "x", 1) != 1)
		abort();
}

/*
 * In the guard: wait for the signal of the test, be it the one of its death.
 * ppoll(), for 32-bit tasks, is not there without CONFIG_COMPAT_32BIT_TIME.
 */
static inline void guard_wait(pid_t test, int program)
{
	struct pollfd fds[2] = {
		{ .fd = guard_pipe[0], .events = POLLIN },
		{ .fd = program, .events = POLLIN },
	};
	struct sigaction act = { .sa_handler = guard_told };
	sigset_t set;

	sigaction(SIGUSR1, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents)
			return;
		/* the program has ended */
		kill(test, SIGKILL);
		fds[1].fd = -1;
	}
}

/*
 * Returns NULL, or the reason why @begin could not do it, and has left all as it
 * was. @end returns 0 if all is again as it was.
 */
static inline const char *guard_begin(struct guard *guard,
				      const char *(*begin)(void *arg),
				      int (*end)(void *arg), void *arg)
{
	const char *reason = "no guard process";
	pid_t test = getpid();
	int fds[2], program;
	sigset_t all;
	bool told;

	guard->pid = 0;
	if (pipe2(fds, O_CLOEXEC))
		return reason;
	guard->pid = fork();
	if (!guard->pid) {
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		setsid();
		program = syscall(__NR_pidfd_open, program_pid, 0);
		if (program < 0 || pipe2(guard_pipe, O_CLOEXEC) ||
		    prctl(PR_SET_PDEATHSIG, SIGUSR1) || getppid() != test)
			_exit(1);
		reason = begin(arg);
		told = write(fds[1], &reason, sizeof(reason)) == sizeof(reason);
		if (reason)
			_exit(0);
		close(fds[0]);
		close(fds[1]);
		if (told)
			guard_wait(test, program);
		_exit(end(arg) ? 1 : 0);
	}
	close(fds[1]);
	if (guard->pid < 0 ||
	    read(fds[0], &reason, sizeof(reason)) != sizeof(reason))
		reason = "no guard process";
	close(fds[0]);
	if (reason && guard->pid > 0)
		waitpid(guard->pid, NULL, 0);
	if (reason)
		guard->pid = 0;
	return reason;
}

/* Returns 0 if all is again as it was */
static inline int guard_end(struct guard *guard)
{
	int status = 0;

	if (guard->pid <= 0)
		return 0;
	if (kill(guard->pid, SIGUSR1) ||
	    waitpid(guard->pid, &status, 0) != guard->pid)
		status = -1;
	guard->pid = 0;
	return status;
}

/* An answer of the kernel comes at once, or there is none. */
static inline int audit_open(void)
{
	static const struct timeval timeout = { .tv_sec = 10 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
			   sizeof(timeout));
	return fd;
}

struct audit_msg {
	struct nlmsghdr nlh;
	char data[AUDIT_MESSAGE_TEXT_MAX];
};

/* Returns the sequence number of the request, or a negative errno */
static inline int audit_send(int fd, int type, int flags, const void *data,
			     size_t len)
{
	static int seq;
	struct audit_msg msg = {
		.nlh.nlmsg_len = NLMSG_LENGTH(len),
		.nlh.nlmsg_type = type,
		.nlh.nlmsg_flags = NLM_F_REQUEST | flags,
		.nlh.nlmsg_seq = ++seq,
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (len)
		memcpy(msg.data, data, len);
	if (sendto(fd, &msg, msg.nlh.nlmsg_len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return -errno;
	return seq;
}

/*
 * Wait for an answer, and put an end to its text. Returns the type of the
 * message, or a negative errno, be it one that the kernel has sent.
 */
static inline int audit_receive(int fd, int seq, struct audit_msg *msg)
{
	ssize_t len;

	do {
		len = recv(fd, msg, sizeof(*msg) - 1, 0);
		if (len < 0)
			return -errno;
		((char *)msg)[len] = 0;
	} while (msg->nlh.nlmsg_seq != (__u32)seq);
	if (msg->nlh.nlmsg_type == NLMSG_ERROR &&
	    ((struct nlmsgerr *)msg->data)->error)
		return ((struct nlmsgerr *)msg->data)->error;
	return msg->nlh.nlmsg_type;
}

/* 0, or the negative errno that the kernel has sent */
static inline int audit_command(int fd, int type, const void *data, size_t len)
{
	struct audit_msg answer;
	int ret = audit_send(fd, type, NLM_F_ACK, data, len);

	if (ret > 0)
		ret = audit_receive(fd, ret, &answer);
	return ret == NLMSG_ERROR ? 0 : ret;
}

static inline int audit_set_enabled(int fd, __u32 enabled)
{
	struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED,
		.enabled = enabled,
	};

	return audit_command(fd, AUDIT_SET, &status, sizeof(status));
}

/* Become the audit daemon, who gets the records at this socket, or, with 0, end */
static inline int audit_set_daemon(int fd, pid_t pid)
{
	struct audit_status status = {
		.mask = AUDIT_STATUS_PID,
		.pid = pid,
	};

	return audit_command(fd, AUDIT_SET, &status, sizeof(status));
}

/* The number of all audit rules, or a negative errno */
static inline int audit_count_rules(int fd)
{
	struct audit_msg answer;
	int rules = 0, seq, type;

	seq = audit_send(fd, AUDIT_LIST_RULES, 0, NULL, 0);
	if (seq < 0)
		return seq;
	for (;;) {
		type = audit_receive(fd, seq, &answer);
		if (type < 0)
			return type;
		if (type == NLMSG_DONE)
			return rules;
		rules += type == AUDIT_LIST_RULES;
	}
}

/*
 * NULL, or the reason why auditing has to be left alone: it can't be used, or is
 * in use by someone else.
 */
static inline const char *audit_in_use(int fd)
{
	struct audit_status status;
	struct audit_msg answer;
	int ret = audit_send(fd, AUDIT_GET, 0, NULL, 0);

	if (ret > 0)
		ret = audit_receive(fd, ret, &answer);
	if (ret != AUDIT_GET)
		return "auditing not permitted: not root, or in a container?";
	memcpy(&status, answer.data, sizeof(status));
	if (status.pid)
		return "auditing is in use: there is an audit daemon";
	if (status.enabled)
		return "auditing is in use: it is enabled";
	ret = audit_count_rules(fd);
	if (ret < 0)
		return "audit rules can't be listed";
	if (ret)
		return "auditing is in use: there are rules";
	return NULL;
}

#define AUDIT_MAX_RULES	4

/* What auditing was changed for this test, to be undone by its guard */
struct audit_changes {
	/* each of them is here before it is there, and until it is gone */
	struct audit_rule_data rules[AUDIT_MAX_RULES];
	int nr_rules;
};

/* What a test asks for */
#define AUDIT_ASK_ENABLED	0x1
/* records, which come to daemon_fd */
#define AUDIT_ASK_RECORDS	0x2
/* a rule by which the tasks that this one creates are not audited */
#define AUDIT_ASK_NEVER		0x4

struct audit {
	struct guard guard;
	struct audit_changes *changes;
	int ask;
	pid_t test;
	/* for commands */
	int fd;
	/* for records; its owner is the guard, as the audit daemon */
	int daemon_fd;
};

static inline int audit_add_rule(struct audit *audit,
				 const struct audit_rule_data *rule)
{
	struct audit_changes *changes = audit->changes;
	int ret;

	if (changes->nr_rules == AUDIT_MAX_RULES)
		return -ENOSPC;
	changes->rules[changes->nr_rules++] = *rule;
	ret = audit_command(audit->fd, AUDIT_ADD_RULE, rule, sizeof(*rule));
	if (ret)
		changes->nr_rules--;
	return ret;
}

/* Delete the rule that was added last */
static inline int audit_del_rule(struct audit *audit)
{
	struct audit_changes *changes = audit->changes;
	const struct audit_rule_data *rule =
		&changes->rules[changes->nr_rules - 1];
	int ret = audit_command(audit->fd, AUDIT_DEL_RULE, rule, sizeof(*rule));

	changes->nr_rules--;
	return ret;
}

/*
 * The tasks that this process creates while this rule is there have no audit
 * context, for life, as if auditing had never been enabled. For the task filter,
 * a new task still has the pid of the process that creates it: the rule is about
 * no one else's.
 */
static inline int audit_add_never_rule(struct audit *audit)
{
	const struct audit_rule_data rule = {
		.flags = AUDIT_FILTER_TASK,
		.action = AUDIT_NEVER,
		.field_count = 1,
		.fields = { AUDIT_PID },
		.values = { audit->test },
		.fieldflags = { AUDIT_EQUAL },
	};

	return audit_add_rule(audit, &rule);
}

/* In the guard, which is the audit daemon: first end what makes records */
static inline int audit_restore(void *arg)
{
	struct audit *audit = arg;
	int ret, err;

	err = audit_set_enabled(audit->fd, 0);
	while (audit->changes->nr_rules > 0) {
		ret = audit_del_rule(audit);
		/* the test has not come to add it, or has deleted it already */
		if (ret != -ENOENT)
			err = err ?: ret;
	}
	if (audit->daemon_fd >= 0) {
		ret = audit_set_daemon(audit->fd, 0);
		err = err ?: ret;
	}
	return err;
}

/* In the guard, which ends if there is a reason not to do it */
static inline const char *audit_change(void *arg)
{
	struct audit *audit = arg;
	const char *reason;
	int lock;

	/* The guard of the test before this one may not be done yet. */
	lock = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX))
		return "/proc/self/exe can't be locked";
	audit->fd = audit_open();
	if (audit->fd < 0)
		return "no NETLINK_AUDIT socket: kernel without CONFIG_AUDIT?";
	reason = audit_in_use(audit->fd);
	if (reason)
		return reason;
	if (audit->daemon_fd >= 0 &&
	    audit_set_daemon(audit->daemon_fd, getpid())) {
		close(audit->daemon_fd);
		audit->daemon_fd = -1;
		reason = "there can't be an audit daemon";
	} else if (audit->ask & AUDIT_ASK_NEVER &&
		   audit_add_never_rule(audit)) {
		reason = "no audit rules: kernel without CONFIG_AUDITSYSCALL?";
	} else if (audit->ask & AUDIT_ASK_ENABLED &&
		   audit_set_enabled(audit->fd, 1)) {
		reason = "auditing can't be enabled";
	}
	if (reason)
		audit_restore(audit);
	return reason;
}

/*
 * Prepare to change auditing. What it was before is known: not in use. The guard
 * leaves it like that, but for one thing: once it has been enabled, new tasks
 * have an audit context until the next boot.
 */
static inline const char *audit_prepare(struct audit *audit, int ask)
{
	*audit = (struct audit) {
		.ask = ask,
		.test = getpid(),
		.fd = -1,
		.daemon_fd = -1,
	};
	audit->changes = mmap(NULL, sizeof(*audit->changes),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (audit->changes == MAP_FAILED) {
		audit->changes = NULL;
		return "no memory";
	}
	audit->fd = audit_open();
	if (ask & AUDIT_ASK_RECORDS)
		audit->daemon_fd = audit_open();
	if (audit->fd < 0 || (ask & AUDIT_ASK_RECORDS && audit->daemon_fd < 0))
		return "no NETLINK_AUDIT socket: kernel without CONFIG_AUDIT?";
	return NULL;
}

/* Returns NULL, or the reason why auditing can't be used */
static inline const char *audit_begin(struct audit *audit, int ask)
{
	const char *reason = audit_prepare(audit, ask);

	if (!reason)
		reason = guard_begin(&audit->guard, audit_change,
				     audit_restore, audit);
	return reason;
}

/* Returns 0 if all is again as it was */
static inline int audit_end(struct audit *audit)
{
	int ret = guard_end(&audit->guard);

	if (!audit->changes)
		return ret;
	if (audit->daemon_fd >= 0)
		close(audit->daemon_fd);
	if (audit->fd >= 0)
		close(audit->fd);
	audit->daemon_fd = -1;
	audit->fd = -1;
	return ret;
}

#define TRACEFS		"/sys/kernel/tracing/"

/* For perf; a negative number if there is no such tracepoint */
static inline int tracepoint_id(const char *name)
{
	char path[96], text[16];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), TRACEFS "events/raw_syscalls/%s/id", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return -1;
	text[len] = 0;
	return atoi(text);
}

/*
 * A tracepoint is on as long as this descriptor of an event of one task is open,
 * which ends with the test. 0 is the caller.
 */
static inline int open_tracepoint(int id, pid_t pid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = id,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW,
	};

	return syscall(__NR_perf_event_open, &attr, pid, -1, -1,
		       PERF_FLAG_FD_CLOEXEC);
}

/* Who else is at work on the exit path */
enum with {
	WITH_NOTHING,
	WITH_TRACEPOINT,
	WITH_AUDIT,
	/* an instance of tracefs */
	WITH_INSTANCE,
};

struct env {
	enum with with;
	struct guard guard;
	struct audit audit;
	bool audit_changed;
	/* 0 if there is none */
	int tracepoint_fd;
	char instance[64];
};

static inline const char *env_change(void *arg)
{
	struct env *env = arg;
	const char *reason;

	if (env->with == WITH_INSTANCE && mkdir(env->instance, 0700))
		return "no instance of tracefs: not root, or kernel without CONFIG_FTRACE?";
	/*
	 * Else this is to keep the difference between the ways clear, and if
	 * auditing is in use, tasks may be audited or not.
	 */
	reason = audit_change(&env->audit);
	env->audit_changed = !reason;
	return env->with == WITH_AUDIT ? reason : NULL;
}

static inline int env_restore(void *arg)
{
	struct env *env = arg;
	int err = 0;

	if (env->with == WITH_INSTANCE)
		err = rmdir(env->instance);
	if (env->audit_changed)
		err |= audit_restore(&env->audit);
	return err;
}

/*
 * To be called before the tracee is created, since it is then that a task gets
 * its audit context. Returns NULL, or the reason why it is not possible.
 */
static inline const char *env_setup(struct env *env, enum with with)
{
	const char *reason;
	int fd;

	memset(env, 0, sizeof(*env));
	env->with = with;
	snprintf(env->instance, sizeof(env->instance),
		 TRACEFS "instances/syscall_exit.%d", getpid());
	reason = audit_prepare(&env->audit, with == WITH_AUDIT ?
			       AUDIT_ASK_ENABLED : AUDIT_ASK_NEVER);
	if (reason && (with == WITH_AUDIT || !env->audit.changes))
		return reason;
	if (with == WITH_TRACEPOINT) {
		fd = open_tracepoint(tracepoint_id("sys_exit"), 0);
		if (fd < 0)
			return "no tracepoint: kernel without CONFIG_FTRACE_SYSCALLS?";
		env->tracepoint_fd = fd;
	}
	return guard_begin(&env->guard, env_change, env_restore, env);
}

static inline void env_teardown(struct __test_metadata *_metadata,
				struct env *env)
{
	if (env->tracepoint_fd > 0)
		EXPECT_EQ(0, close(env->tracepoint_fd));
	env->tracepoint_fd = 0;
	EXPECT_EQ(0, guard_end(&env->guard));
	audit_end(&env->audit);
}

#endif /* SYSCALL_EXIT_H */
