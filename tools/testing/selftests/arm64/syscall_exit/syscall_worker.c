// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tracer may attach to an io_uring worker, which makes no system calls, and
 * write its registers in a group stop, where it has no siginfo.
 *
 * Fails on a kernel that warns about this (and has CONFIG_BUG); the warning is in
 * the kernel's log then, and makes it tainted. For 64-bit tracers alone: those of
 * 32 bits write registers in another way.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/stddef.h>
#include <linux/io_uring.h>

#include "syscall_tracee.h"

#define TAINTED		"/proc/sys/kernel/tainted"
#define TAINT_WARN	0x200

static unsigned long taint(struct __test_metadata *_metadata)
{
	FILE *file = fopen(TAINTED, "r");
	unsigned long taint;

	ASSERT_NE(NULL, file);
	ASSERT_EQ(1, fscanf(file, "%lu", &taint));
	fclose(file);
	return taint;
}

/* Have a worker read from a pipe that nothing is ever written to */
static int start_worker(void)
{
	struct io_uring_params params = {};
	struct io_uring_sqe *sqe;
	unsigned int *tail, *array;
	static char byte;
	int ring, fds[2];
	char *queue;

	if (pipe(fds))
		return -1;
	ring = syscall(__NR_io_uring_setup, 1, &params);
	if (ring < 0)
		return -1;
	queue = mmap(NULL, params.sq_off.array + sizeof(*array),
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
		     IORING_OFF_SQ_RING);
	sqe = mmap(NULL, sizeof(*sqe), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (queue == MAP_FAILED || sqe == MAP_FAILED)
		return -1;
	*sqe = (struct io_uring_sqe) {
		.opcode = IORING_OP_READ,
		.flags = IOSQE_ASYNC,
		.fd = fds[0],
		.addr = (unsigned long)&byte,
		.len = 1,
	};
	tail = (unsigned int *)(queue + params.sq_off.tail);
	array = (unsigned int *)(queue + params.sq_off.array);
	*array = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	return syscall(__NR_io_uring_enter, ring, 1, 0, 0, NULL, 0) == 1 ? 0 : -1;
}

/* The other thread of a process that has two, or 0 */
static pid_t other_thread(struct __test_metadata *_metadata, pid_t pid)
{
	struct dirent *entry;
	char path[64];
	pid_t tid = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	ASSERT_NE(NULL, dir);
	while ((entry = readdir(dir)))
		if (atoi(entry->d_name) && atoi(entry->d_name) != pid)
			tid = atoi(entry->d_name);
	closedir(dir);
	return tid;
}

TEST(group_stop)
{
	struct regs regs, found;
	int error, ready[2], nr = -1;
	struct iovec iov = { &nr, sizeof(nr) };
	pid_t pid, worker;
	siginfo_t info;

	if (access(TAINTED, R_OK))
		SKIP(return, "no " TAINTED ": no CONFIG_PROC_SYSCTL?");
	ASSERT_EQ(0, pipe(ready));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL))
			_exit(101);
		error = start_worker() ? errno : 0;
		if (write(ready[1], &error, sizeof(error)) != sizeof(error))
			_exit(102);
		/* until SIGKILL */
		for (;;)
			pause();
	}
	ASSERT_EQ(sizeof(error), read(ready[0], &error, sizeof(error)));
	if (error == ENOSYS)
		SKIP(return, "no CONFIG_IO_URING");
	if (error == EPERM || error == EACCES)
		SKIP(return, "io_uring is not permitted");
	ASSERT_EQ(0, error);
	if (taint(_metadata) & TAINT_WARN)
		SKIP(return, "the kernel has warned of something before");

	/* The worker is there when its first work has been submitted */
	worker = other_thread(_metadata, pid);
	ASSERT_LT(0, worker);
	ASSERT_EQ(0, sys_ptrace(PTRACE_ATTACH, worker, 0, 0));
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, worker));
	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, worker, 0, SIGSTOP));
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, worker));

	/* This is the stop that is meant, and the worker's number is that of a call */
	ASSERT_EQ(-1, sys_ptrace(PTRACE_GETSIGINFO, worker, 0,
				 (unsigned long)&info));
	ASSERT_EQ(EINVAL, errno);
	ASSERT_EQ(0, sys_ptrace(PTRACE_GETREGSET, worker, NT_ARM_SYSTEM_CALL,
				(unsigned long)&iov));
	ASSERT_EQ(0, nr);

	get_regs(_metadata, worker, &regs);
	/* The worker's own mode is the kernel's, which nobody may write */
	regs.r[R_PSTATE] = 0;
	regs.r[0] = 0x1234;
	set_regs(_metadata, worker, &regs);
	get_regs(_metadata, worker, &found);
	EXPECT_EQ(0x1234, found.r[0]);
	EXPECT_EQ(0, taint(_metadata) & TAINT_WARN);

	EXPECT_EQ(0, sys_ptrace(PTRACE_SETREGSET, worker, NT_ARM_SYSTEM_CALL,
				(unsigned long)&iov));
	EXPECT_EQ(0, taint(_metadata) & TAINT_WARN);
	EXPECT_EQ(0, kill(pid, SIGKILL));
}

TEST_HARNESS_MAIN
