// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system call that waits in seccomp while the tracepoints of system calls are
 * enabled has both events: sys_enter comes after seccomp.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>

#include "../ptrace/ptrace_helpers.h"

/* The events of each are taken for this call alone, which nothing else makes. */
#define CALL		__NR_getsid

static const char * const tracefs[] = {
	"/sys/kernel/tracing/",
	"/sys/kernel/debug/tracing/",
};

/* The number that perf knows the event by, or -1 */
static long event_id(const char *name)
{
	char path[128];
	long id = -1;
	FILE *file;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tracefs) && id < 0; i++) {
		snprintf(path, sizeof(path), "%sevents/raw_syscalls/%s/id",
			 tracefs[i], name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fscanf(file, "%ld", &id) != 1)
			id = -1;
		fclose(file);
	}
	return id;
}

/* Count the events of the task. The tracepoint is enabled from here on. */
static int count_events(long id, pid_t pid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = id,
	};
	char filter[32];
	int fd;

	fd = syscall(__NR_perf_event_open, &attr, pid, -1, -1,
		     PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -1;
	snprintf(filter, sizeof(filter), "id == %d", CALL);
	if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter)) {
		close(fd);
		return -1;
	}
	return fd;
}

FIXTURE(tracepoint)
{
	long enter;
	long exit;
};

FIXTURE_SETUP(tracepoint)
{
	int fd;

	if (!have_filters())
		SKIP(return, NO_FILTERS);
	self->enter = event_id("sys_enter");
	self->exit = event_id("sys_exit");
	if (self->enter < 0 || self->exit < 0)
		SKIP(return, "no CONFIG_FTRACE_SYSCALLS, or no tracefs to read");
	fd = count_events(self->enter, getpid());
	if (fd < 0 && (errno == EACCES || errno == EPERM || errno == ENOSYS))
		SKIP(return, "perf_event_open(): %s", strerror(errno));
	ASSERT_LE(0, fd);
	close(fd);
}

FIXTURE_TEARDOWN(tracepoint)
{
}

TEST_F(tracepoint, enabled_in_seccomp)
{
	long long entered, exited;
	int enter, exit, status;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (sys_ptrace(PTRACE_TRACEME, 0, 0, 0))
			_exit(101);
		raise(SIGSTOP);
		if (install_filter(CALL, SECCOMP_RET_TRACE, 0))
			_exit(102);
		syscall(CALL, 0);
		_exit(0);
	}
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, pid));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0,
				PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP));
	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
		  next_stop(_metadata, pid));

	/* The call waits in seccomp. */
	enter = count_events(self->enter, pid);
	ASSERT_LE(0, enter);
	exit = count_events(self->exit, pid);
	ASSERT_LE(0, exit);

	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	ASSERT_EQ(sizeof(entered), read(enter, &entered, sizeof(entered)));
	ASSERT_EQ(sizeof(exited), read(exit, &exited, sizeof(exited)));
	EXPECT_EQ(1, exited);
	EXPECT_EQ(1, entered);
	close(enter);
	close(exit);
}

TEST_HARNESS_MAIN
