// SPDX-License-Identifier: GPL-2.0-only
/*
 * What PTRACE_GET_SYSCALL_INFO says is what the tracee did: number, arguments,
 * result, instruction and stack pointer, with all their bits, for numbers that
 * are none and results that look like errors. So it is as well for a tracee
 * whose memory can't be read, one attached to while it sleeps in a call, one
 * that changes its program and its thread id, and a 32-bit one.
 *
 * Built as a 32-bit program, it tests 32-bit tracers and their tracees, and is
 * itself the 32-bit tracee of the 64-bit one.
 */
#include "syscall_info.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define RET_DATA	0xffff

#define LONG_BITS	(sizeof(long) * 8)

/* The same pattern, for either width; the upper half is not used if 32-bit */
#define L(hi, lo)	((unsigned long)(((__u64)(hi) << 32) | (lo)))

static const unsigned long patterns[][6] = {
	{ 0, 0, 0, 0, 0, 0 },
	{ -1UL, -1UL, -1UL, -1UL, -1UL, -1UL },
	{ -2UL, -3UL, -4095UL, -4096UL, LONG_MIN, LONG_MAX },
	{ 1, 2, 3, 4, 5, 6 },
	{ L(0x01234567, 0x89abcdef), L(0xfedcba98, 0x76543210),
	  L(0x80000000, 0x80000000), L(0x7fffffff, 0x7fffffff),
	  L(0x55555555, 0xaaaaaaaa), L(0xaaaaaaaa, 0x55555555) },
	{ L(0xffffffff, 0), L(0, 0xffffffff), L(0, 0x80000000),
	  L(1, 0), L(0xffffffff, 0x7fffffff), L(0xdeadbeef, 0) },
};

/*
 * The calls of the 32-bit tracee of a 64-bit tracer, by numbers that arm and
 * i386 have in common. The address has the top bit set, as errors have.
 */
#define CALL32_EXIT	1
#define CALL32_CLOSE	6
#define CALL32_GETPPID	64
#define CALL32_MMAP2	192
#define CALL32_ADDR	0xa0000000

static const struct test_case32 {
	__u32 nr;
	__u32 args[6];
} test_cases32[] = {
	{ CALL32_GETPPID, { 0x80000001, 0xffffffff, 0x7fffffff,
			    0xdeadbeef, 0x80000000, 0xfffffffe } },
	{ CALL32_CLOSE, { 0xffffffff, 1, 2, 3, 4, 0x87654321 } },
	{ CALL32_MMAP2, { CALL32_ADDR, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			  0xffffffff, 0 } },
	{ 0x7000, { 0xf0000001, 0xf0000002, 0xf0000003,
		    0xf0000004, 0xf0000005, 0xf0000006 } },
	{ 0xffffffff, { 0xf1000001, 0xf1000002, 0xf1000003,
			0xf1000004, 0xf1000005, 0xf1000006 } },
	{ CALL32_EXIT, { 0, 0xf2000002, 0xf2000003,
			 0xf2000004, 0xf2000005, 0xf2000006 } },
};

/* The result of a 32-bit task: x86 may show its upper half as 0 or as sign. */
static bool same_result(__s64 rval, long expected)
{
	if (OWN_ARCH == AUDIT_ARCH_I386)
		return (__s32)rval == expected && (rval >> 32 == 0 ||
						   rval >> 32 == -1);
	return rval == expected;
}

static void check_place(struct __test_metadata *_metadata,
			const struct sc_info *info, const struct call *call)
{
	ASSERT_EQ(OWN_ARCH, info->arch);
	ASSERT_EQ((unsigned long)call_next, info->ip);
	ASSERT_EQ(call->sp, info->sp);
}

static void check_call(struct __test_metadata *_metadata, pid_t pid, int op,
		       const struct call *call)
{
	struct sc_info info;
	unsigned int i;

	get_all(_metadata, pid, &info, op);
	check_place(_metadata, &info, call);
	/* a number is an int, whatever else there is in the register */
	ASSERT_EQ((__u64)(int)call->nr, info.entry.nr);
	for (i = 0; i < ARRAY_SIZE(info.entry.args); i++) {
		ASSERT_EQ((__u64)call->args[i], info.entry.args[i]) {
			TH_LOG("argument %u", i);
		}
	}
	if (op == PTRACE_SYSCALL_INFO_SECCOMP)
		ASSERT_EQ(RET_DATA, info.entry.ret_data);
}

static void check_result(struct __test_metadata *_metadata, pid_t pid,
			 const struct call *call, long rval, bool is_error)
{
	struct sc_info info;

	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_EXIT);
	check_place(_metadata, &info, call);
	ASSERT_TRUE(same_result(info.exit.rval, rval)) {
		TH_LOG("rval %llx instead of %lx", info.exit.rval, rval);
	}
	ASSERT_EQ(is_error, info.exit.is_error);
}

/* Have a tracee make the call, see both stops, and that the result is true */
static void check_one(struct __test_metadata *_metadata, struct call *call,
		      long rval, bool is_error)
{
	pid_t pid = start_call(_metadata, call, false, 0);

	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_result(_metadata, pid, call, rval, is_error);
	run_to_exit(_metadata, pid);
	ASSERT_EQ(rval, (long)call->result);
}

FIXTURE(values)
{
	struct call *call;
};

FIXTURE_SETUP(values)
{
	self->call = shared_page(_metadata);
}

FIXTURE_TEARDOWN(values)
{
}

TEST_F(values, arguments)
{
	struct call *call = self->call;
	bool filter = have_filters();
	unsigned int i;
	pid_t pid;

	call->nr = __NR_getppid;
	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		memcpy(call->args, patterns[i], sizeof(call->args));
		pid = start_call(_metadata, call, filter, RET_DATA);
		ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
		check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call);
		if (filter) {
			ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
				  resume(_metadata, pid, PTRACE_SYSCALL));
			check_call(_metadata, pid, PTRACE_SYSCALL_INFO_SECCOMP,
				   call);
		}
		ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
		check_result(_metadata, pid, call, getpid(), false);
		run_to_exit(_metadata, pid);
	}
}

TEST_F(values, errors)
{
	struct call *call = self->call;

	call->nr = __NR_close;
	call->args[0] = -1UL;
	check_one(_metadata, call, -EBADF, true);
	call->nr = __NR_chdir;
	call->args[0] = (unsigned long)"/there/is/no/such/directory";
	check_one(_metadata, call, -ENOENT, true);
	call->args[0] = 8;
	check_one(_metadata, call, -EFAULT, true);
}

/* /proc/PID/mem has the offsets of memory, among them negative ones */
TEST_F(values, results_like_errors)
{
	static const struct test_case {
		long rval;
		bool is_error;
	} test_cases[] = {
		{ 0, false },
		{ LONG_MAX & ~4095L, false },
		{ LONG_MIN, false },
		{ LONG_MIN >> 16, false },
		{ -4097, false },
		{ -4096, false },
		/* nobody can tell these from errors */
		{ -4095, true },
		{ -1, true },
	};
	struct call *call = self->call;
	unsigned int i;
	int fd;

	fd = open("/proc/self/mem", O_RDONLY);
	if (fd < 0)
		SKIP(return, "/proc/self/mem can't be opened");

	call->nr = __NR_lseek;
	call->args[0] = fd;
	call->args[2] = SEEK_SET;
	for (i = 0; i < ARRAY_SIZE(test_cases); i++) {
		call->args[1] = test_cases[i].rval;
		check_one(_metadata, call, test_cases[i].rval,
			  test_cases[i].is_error);
	}
}

/* The upper half of the memory of a 32-bit task has negative addresses */
TEST_F(values, high_address)
{
#ifdef __NR_mmap2
	struct call *call = self->call;

	call->nr = __NR_mmap2;
	call->args[0] = CALL32_ADDR;
	call->args[1] = 4096;
	call->args[2] = PROT_READ | PROT_WRITE;
	call->args[3] = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	call->args[4] = -1UL;
	check_one(_metadata, call, (long)CALL32_ADDR, false);
#else
	SKIP(return, "for 32-bit tasks");
#endif
}

TEST_F(values, set_results)
{
	static const struct test_case {
		long rval;
		__u8 is_error;
		bool shown_as_error;
	} test_cases[] = {
		{ 0, 0, false },
		{ 0, 1, false },
		{ 4711, 0, false },
		{ LONG_MAX, 0, false },
		{ LONG_MIN, 0, false },
		{ -4097, 0, false },
		{ -4096, 0, false },
		{ -4095, 0, true },
		{ -1, 0, true },
		{ -ENOENT, 1, true },
		{ -4095, 0xff, true },
	};
	struct call *call = self->call;
	struct sc_info info;
	unsigned int i;
	pid_t pid;

	call->nr = __NR_getppid;
	for (i = 0; i < ARRAY_SIZE(test_cases); i++) {
		pid = start_call(_metadata, call, false, 0);
		if (!have_set_info(pid)) {
			kill_and_reap(pid);
			SKIP(return, "no PTRACE_SET_SYSCALL_INFO");
		}
		ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
		ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
		get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_EXIT);
		info.exit.rval = test_cases[i].rval;
		info.exit.is_error = test_cases[i].is_error;
		ASSERT_EQ(0, set_info(pid, sizeof(info), &info));
		check_result(_metadata, pid, call, test_cases[i].rval,
			     test_cases[i].shown_as_error);
		run_to_exit(_metadata, pid);
		ASSERT_EQ(test_cases[i].rval, (long)call->result);
	}
}

TEST_F(values, unusual_numbers)
{
	static const unsigned long numbers[] = {
		-1UL, 0x7000,
#ifndef __arm__
		/* arm has a signal for these */
		INT_MAX, (unsigned int)INT_MIN,
#endif
	};
	struct call *call = self->call;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		call->nr = numbers[i];
		memcpy(call->args, patterns[4], sizeof(call->args));
		check_one(_metadata, call, -ENOSYS, true);
	}
}

TEST_F(values, number_is_an_int)
{
	static const unsigned int upper[] = { 1, 0x7fffffff, 0x80000000, -1U };
	struct call *call = self->call;
	unsigned int i;

	if (LONG_BITS == 32)
		SKIP(return, "for 64-bit tasks");

	memcpy(call->args, patterns[4], sizeof(call->args));
	for (i = 0; i < ARRAY_SIZE(upper); i++) {
		call->nr = L(upper[i], __NR_getppid);
		check_one(_metadata, call, getpid(), false);
		call->nr = L(upper[i], -1U);
		check_one(_metadata, call, -ENOSYS, true);
	}
}

/* Those with ids of 32 bits */
#ifdef __NR_setuid32
#define NR_SETUID	__NR_setuid32
#define NR_SETGID	__NR_setgid32
#else
#define NR_SETUID	__NR_setuid
#define NR_SETGID	__NR_setgid
#endif

/* Memory that is the same in the tracee; reads it through the tracee. */
static long peek(pid_t pid, const unsigned long *addr, unsigned long *value)
{
	return try_ptrace(PTRACE_PEEKDATA, pid, (unsigned long)addr, value);
}

/*
 * A tracer without CAP_SYS_PTRACE may not look into a tracee that is not
 * dumpable. What the call is, it may know.
 */
TEST_F(values, not_dumpable)
{
	static const unsigned long secret = 0x5ec4e7;
	struct call *call = self->call;
	bool filter = have_filters();
	unsigned long value = 0;
	pid_t pid;

	/* What counts is the capability of who began the tracing */
	if (!geteuid() && (syscall(NR_SETGID, 65534) ||
			   syscall(NR_SETUID, 65534)))
		SKIP(return, "capabilities can't be dropped");

	call->nr = __NR_prctl;
	call->args[0] = PR_SET_DUMPABLE;
	call->args[1] = 1;
	pid = start_call(_metadata, call, false, 0);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_result(_metadata, pid, call, 0, false);
	/* dumpable: it must be possible, or else it shows nothing below */
	ASSERT_EQ(0, peek(pid, &secret, &value));
	ASSERT_EQ(secret, value);
	run_to_exit(_metadata, pid);

	call->args[1] = 0;
	pid = start_call(_metadata, call, filter, RET_DATA);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call);
	if (filter) {
		ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
			  resume(_metadata, pid, PTRACE_SYSCALL));
		check_call(_metadata, pid, PTRACE_SYSCALL_INFO_SECCOMP, call);
	}
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	if (peek(pid, &secret, &value) != -EIO) {
		kill_and_reap(pid);
		SKIP(return, "the memory can be read nevertheless");
	}
	check_result(_metadata, pid, call, 0, false);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	ASSERT_EQ(-EIO, peek(pid, &secret, &value));
	/* exit_group */
	ASSERT_EQ(SIZE_ENTRY, get_info(pid, 0, NULL));
	run_to_exit(_metadata, pid);
}

/* A tracee in a call that does not return by itself, and nobody traces it */
FIXTURE(blocked)
{
	struct call *call;
	int fds[2];
	pid_t pid;
};

/* How to attach, and to stop the tracee; PTRACE_ATTACH does both */
enum attach_mode {
	ATTACHED,
	SEIZED_INTERRUPT,
	SEIZED_GROUP_STOP,
};

FIXTURE_VARIANT(blocked)
{
	enum attach_mode attach_mode;
};

FIXTURE_VARIANT_ADD(blocked, attached) {
	.attach_mode = ATTACHED,
};

FIXTURE_VARIANT_ADD(blocked, seized_interrupt) {
	.attach_mode = SEIZED_INTERRUPT,
};

FIXTURE_VARIANT_ADD(blocked, seized_group_stop) {
	.attach_mode = SEIZED_GROUP_STOP,
};

FIXTURE_SETUP(blocked)
{
	self->call = shared_page(_metadata);
	ASSERT_EQ(0, pipe(self->fds));
}

FIXTURE_TEARDOWN(blocked)
{
	kill_and_reap(self->pid);
}

/*
 * Leave the tracee alone when its call has begun, and attach again. It does not
 * matter if it sleeps by then: it comes back with nothing done in both cases.
 */
static pid_t stop_blocked(struct __test_metadata *_metadata, struct call *call,
			  enum attach_mode attach_mode)
{
	struct sc_info info;
	pid_t pid;
	int stop;

	pid = start_call(_metadata, call, false, 0);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call);
	ASSERT_EQ(0, sys_ptrace(PTRACE_DETACH, pid, 0, 0));
	/* until the next attach, PR_SET_PDEATHSIG is what ends it */

	if (attach_mode == ATTACHED) {
		ASSERT_EQ(0, sys_ptrace(PTRACE_ATTACH, pid, 0, 0));
		stop = SIGSTOP;
	} else {
		ASSERT_EQ(0, sys_ptrace(PTRACE_SEIZE, pid, 0, TRACE_OPTIONS));
		/* a tracee that runs has no information */
		ASSERT_EQ(-ESRCH, get_info(pid, sizeof(info), &info));
		if (attach_mode == SEIZED_INTERRUPT) {
			ASSERT_EQ(0, sys_ptrace(PTRACE_INTERRUPT, pid, 0, 0));
			stop = EVENT_STOP(PTRACE_EVENT_STOP);
		} else {
			ASSERT_EQ(0, syscall(__NR_tkill, pid, SIGSTOP));
			ASSERT_EQ(SIGSTOP, next_stop(_metadata, pid));
			get_all(_metadata, pid, &info,
				PTRACE_SYSCALL_INFO_NONE);
			ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, pid, 0,
						SIGSTOP));
			stop = GROUP_STOP(SIGSTOP);
		}
	}
	ASSERT_EQ(stop, next_stop(_metadata, pid));
	if (attach_mode == ATTACHED)
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0,
					TRACE_OPTIONS));

	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_NONE);
	ASSERT_EQ(OWN_ARCH, info.arch);
	ASSERT_EQ(call->sp, info.sp);
	/* arm64 rewinds before the stop, x86 after it */
	ASSERT_TRUE(info.ip == (unsigned long)call_next ||
		    info.ip == (unsigned long)call_insn);
	return pid;
}

/* The call is made again, as it was */
TEST_F(blocked, read)
{
	unsigned char byte = 0x5a, *buf;
	pid_t pid;

	buf = shared_page(_metadata);
	self->call->nr = __NR_read;
	self->call->args[0] = self->fds[0];
	self->call->args[1] = (unsigned long)buf;
	self->call->args[2] = 1;
	self->call->args[3] = -2UL;
	self->call->args[4] = LONG_MIN;
	self->call->args[5] = LONG_MAX;
	pid = stop_blocked(_metadata, self->call, variant->attach_mode);
	self->pid = pid;

	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, self->call);
	ASSERT_EQ(1, write(self->fds[1], &byte, 1));
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_result(_metadata, pid, self->call, 1, false);
	ASSERT_EQ(0x5a, *buf);
	run_to_exit(_metadata, pid);
	self->pid = 0;
	ASSERT_EQ(1, self->call->result);
}

/* This one is not made again but resumed, by a call of its own */
TEST_F(blocked, sleep)
{
	/* struct __kernel_timespec: the library's may be another one */
	static const __s64 hours[2] = { 100 * 3600, 0 };
	struct call shown;
	pid_t pid;

#ifdef __NR_clock_nanosleep_time64
	self->call->nr = __NR_clock_nanosleep_time64;
#else
	self->call->nr = __NR_clock_nanosleep;
#endif
	self->call->args[0] = CLOCK_MONOTONIC;
	self->call->args[2] = (unsigned long)hours;
	pid = stop_blocked(_metadata, self->call, variant->attach_mode);
	self->pid = pid;

	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	shown = *self->call;
	shown.nr = __NR_restart_syscall;
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, &shown);
}

/* Programs that start others */
static const char own_path[] = "/proc/self/exe";
static const char *const exec_argv[] = { "exec", NULL };
static const char *const exec_envp[] = { NULL };

static void exec_call(struct call *call, const char *path)
{
	call->nr = __NR_execve;
	call->args[0] = (unsigned long)path;
	call->args[1] = (unsigned long)exec_argv;
	call->args[2] = (unsigned long)exec_envp;
	call->args[3] = -1UL;
	call->args[4] = LONG_MIN;
	call->args[5] = LONG_MAX;
}

/* A new program has begun */
static void check_exec_result(struct __test_metadata *_metadata, pid_t pid,
			      __u32 arch)
{
	struct sc_info info;

	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_EXIT);
	ASSERT_EQ(arch, info.arch);
	ASSERT_EQ(0, info.exit.rval);
	ASSERT_EQ(0, info.exit.is_error);
	ASSERT_NE(0, info.ip);
	ASSERT_NE((unsigned long)call_next, info.ip);
	ASSERT_NE(0, info.sp);
}

TEST_F(values, exec)
{
	struct call *call = self->call;
	struct sc_info info;
	pid_t pid;

	exec_call(call, own_path);
	pid = start_call(_metadata, call, false, 0);
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0,
				TRACE_OPTIONS | PTRACE_O_TRACEEXEC));
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call);
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_EXEC),
		  resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_NONE);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_exec_result(_metadata, pid, OWN_ARCH);
	/* it shall not start all over again */
	kill_and_reap(pid);
}

TEST_F(values, exec_fails)
{
	exec_call(self->call, "/there/is/no/such/program");
	check_one(_metadata, self->call, -ENOENT, true);
}

/*
 * exec by a thread that is not the leader: it kills the leader, waits until
 * that is gone, and takes over its id. With a traced leader this wait can be
 * drawn out as long as the tracer likes.
 */
FIXTURE(exec_thread)
{
	struct call *call;
	pid_t pid;
};

FIXTURE_VARIANT(exec_thread)
{
	bool trace_exec;
	bool interrupt;
	int request;
};

FIXTURE_VARIANT_ADD(exec_thread, event) {
	.trace_exec = true,
	.request = PTRACE_SYSCALL,
};

FIXTURE_VARIANT_ADD(exec_thread, no_event) {
	.request = PTRACE_SYSCALL,
};

FIXTURE_VARIANT_ADD(exec_thread, event_interrupted) {
	.trace_exec = true,
	.interrupt = true,
	.request = PTRACE_SYSCALL,
};

FIXTURE_VARIANT_ADD(exec_thread, interrupted) {
	.interrupt = true,
	.request = PTRACE_CONT,
};

FIXTURE_SETUP(exec_thread)
{
	self->call = shared_page(_metadata);
	exec_call(self->call, own_path);
}

FIXTURE_TEARDOWN(exec_thread)
{
	kill_and_reap(self->pid);
}

static void *exec_thread_fn(void *call)
{
	call_body(call);
	return NULL;
}

static void exec_leader(struct call *call)
{
	pthread_t thread;

	stop_self();
	if (pthread_create(&thread, NULL, exec_thread_fn, call))
		_exit(1);
	for (;;)
		pause();
}

TEST_F(exec_thread, exec_thread)
{
	unsigned long options = TRACE_OPTIONS;
	unsigned long msg;
	struct sc_info info;
	pid_t pid, tid;

	pid = start_body(_metadata, exec_leader, self->call, NO_FILTER, 0);
	self->pid = pid;
	/* seize, so that the thread will be seized as well */
	ASSERT_EQ(0, sys_ptrace(PTRACE_DETACH, pid, 0, SIGSTOP));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SEIZE, pid, 0,
				TRACE_OPTIONS | PTRACE_O_TRACECLONE |
				PTRACE_O_TRACEEXIT));
	ASSERT_EQ(GROUP_STOP(SIGSTOP), next_stop(_metadata, pid));
	ASSERT_EQ(0, kill(pid, SIGCONT));
	/* the end of the group stop, the signal, then the new thread */
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_STOP),
		  resume(_metadata, pid, PTRACE_CONT));
	ASSERT_EQ(SIGCONT, resume(_metadata, pid, PTRACE_CONT));
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_CLONE),
		  resume(_metadata, pid, PTRACE_CONT));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_NONE);
	ASSERT_EQ(0, sys_ptrace(PTRACE_GETEVENTMSG, pid, 0,
				(unsigned long)&msg));
	tid = msg;
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_STOP), next_stop(_metadata, tid));
	get_all(_metadata, tid, &info, PTRACE_SYSCALL_INFO_NONE);
	if (variant->trace_exec)
		options |= PTRACE_O_TRACEEXEC;
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, tid, 0, options));
	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, pid, 0, 0));

	ASSERT_EQ(SIGSTOP, resume(_metadata, tid, PTRACE_CONT));
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, tid, PTRACE_SYSCALL));
	check_call(_metadata, tid, PTRACE_SYSCALL_INFO_ENTRY, self->call);
	ASSERT_EQ(0, sys_ptrace(variant->request, tid, 0, 0));

	/* exec is under way, and will be until the leader is let go */
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_EXIT), next_stop(_metadata, pid));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_NONE);
	ASSERT_EQ(-ESRCH, get_info(tid, sizeof(info), &info));
	if (variant->interrupt)
		ASSERT_EQ(0, sys_ptrace(PTRACE_INTERRUPT, tid, 0, 0));
	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, pid, 0, 0));

	if (variant->trace_exec) {
		ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_EXEC),
			  next_stop(_metadata, pid));
		get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_NONE);
		ASSERT_EQ(0, sys_ptrace(PTRACE_GETEVENTMSG, pid, 0,
					(unsigned long)&msg));
		ASSERT_EQ(tid, msg);
		ASSERT_EQ(0, sys_ptrace(variant->request, pid, 0, 0));
	}
	/* the thread has got a new id, and the old one is of no use */
	if (variant->request == PTRACE_SYSCALL) {
		ASSERT_EQ(SYSCALL_STOP, next_stop(_metadata, pid));
		check_exec_result(_metadata, pid, OWN_ARCH);
	} else {
		ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_STOP),
			  next_stop(_metadata, pid));
		get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_NONE);
	}
	ASSERT_EQ(-ESRCH, get_info(tid, sizeof(info), &info));
	/* the first call of the new program */
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_ENTRY);
	ASSERT_EQ(OWN_ARCH, info.arch);
}

/* What a 64-bit tracer is told about a 32-bit tracee */
#if defined(__aarch64__)
#define TRACEE32_ARCH	AUDIT_ARCH_ARM
#define TRACEE32_RESULT(x) ((__s32)(x))
#else
#define TRACEE32_ARCH	AUDIT_ARCH_I386
#define TRACEE32_RESULT(x) ((__u32)(x))
#endif

static const char *const tracee32_argv[] = { "tracee32", NULL };

/* The tracee, in the 32-bit program. The last of the calls ends it. */
static void tracee32(void)
{
	unsigned int i, j;
	struct call call;

	stop_self();
	for (i = 0; i < ARRAY_SIZE(test_cases32); i++) {
		call.nr = test_cases32[i].nr;
		for (j = 0; j < ARRAY_SIZE(call.args); j++)
			call.args[j] = test_cases32[i].args[j];
		make_call(&call);
	}
}

/* The 32-bit program is next to this one. */
static bool tracee32_path(char *path, size_t size)
{
	static const char suffix[] = "_compat";
	ssize_t len = readlink(own_path, path, size - sizeof(suffix));

	if (len < 0)
		return false;
	memcpy(path + len, suffix, sizeof(suffix));
	return !access(path, X_OK);
}

TEST_F(values, tracee32)
{
	struct call *call = self->call;
	char path[PATH_MAX];
	struct sc_info info;
	unsigned int i, j;
	__s64 rval;
	pid_t pid;
	int stop;

	if (LONG_BITS == 32)
		SKIP(return, "for 64-bit tracers");
	if (!tracee32_path(path, sizeof(path)))
		SKIP(return, "no 32-bit program next to this one");

	exec_call(call, path);
	call->args[1] = (unsigned long)tracee32_argv;
	pid = start_call(_metadata, call, false, 0);
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0,
				TRACE_OPTIONS | PTRACE_O_TRACEEXEC));
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_call(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call);
	stop = resume(_metadata, pid, PTRACE_SYSCALL);
	if (stop == SYSCALL_STOP) {
		check_result(_metadata, pid, call, -ENOEXEC, true);
		kill_and_reap(pid);
		SKIP(return, "the kernel runs no 32-bit programs");
	}
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_EXEC), stop);
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_NONE);
	ASSERT_EQ(TRACEE32_ARCH, info.arch);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	/* a call that was made by a 64-bit program returns to a 32-bit one */
	check_exec_result(_metadata, pid, TRACEE32_ARCH);
	ASSERT_EQ(SIGSTOP, resume(_metadata, pid, PTRACE_CONT));

	for (i = 0; i < ARRAY_SIZE(test_cases32); i++) {
		const struct test_case32 *test_case = &test_cases32[i];

		ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
		get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_ENTRY);
		ASSERT_EQ(TRACEE32_ARCH, info.arch);
		ASSERT_EQ(0, info.ip >> 32);
		ASSERT_EQ(0, info.sp >> 32);
		ASSERT_EQ((__u64)(int)test_case->nr, info.entry.nr);
		for (j = 0; j < ARRAY_SIZE(test_case->args); j++) {
			ASSERT_EQ(test_case->args[j], info.entry.args[j]) {
				TH_LOG("call %u, argument %u", i, j);
			}
		}

		switch (test_case->nr) {
		case CALL32_GETPPID:
			rval = getpid();
			break;
		case CALL32_CLOSE:
			rval = -EBADF;
			break;
		case CALL32_MMAP2:
			rval = TRACEE32_RESULT(CALL32_ADDR);
			break;
		case CALL32_EXIT:
			run_to_exit(_metadata, pid);
			return;
		default:
			rval = -ENOSYS;
			break;
		}
		ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
		get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_EXIT);
		ASSERT_EQ(TRACEE32_ARCH, info.arch);
		ASSERT_EQ(rval, info.exit.rval) {
			TH_LOG("call %u", i);
		}
		ASSERT_EQ(rval < 0 && rval >= -4095, info.exit.is_error);
	}
}

int main(int argc, char **argv)
{
	if (sizeof(long) == 4 && !strcmp(argv[0], tracee32_argv[0])) {
		tracee32();
		return KSFT_FAIL;
	}
	return test_harness_run(argc, argv);
}
