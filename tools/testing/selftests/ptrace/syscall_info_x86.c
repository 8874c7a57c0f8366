// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 64-bit task of x86 can make a system call as a 32-bit one, by int $0x80;
 * then the number means another call and the arguments are in other registers.
 * PTRACE_GET_SYSCALL_INFO tells which of the two it was. Calls with an x32
 * number and those by the vsyscall page are special as well.
 */
#include "syscall_info.h"

#ifndef __x86_64__
#error "for x86_64"
#endif

#ifndef __X32_SYSCALL_BIT
#define __X32_SYSCALL_BIT	0x40000000
#endif

#define RET_DATA		0xabcd

/* Numbers of i386: on x86_64 they mean lstat and semget */
#define NR32_CLOSE		6
#define NR32_GETPPID		64

#define VSYSCALL_TIME		0xffffffffff600400UL

/*
 * In syscall_info_call.S: as make_call(), but by int $0x80; then the same call,
 * with the same registers, by the other instruction
 */
void make_int80_call(struct call *call);
extern char int80_next[], int80_syscall_next[];

static void int80_body(struct call *call)
{
	stop_self();
	make_int80_call(call);
	syscall(__NR_exit_group, 0);
}

FIXTURE(x86)
{
	struct call *call;
	pid_t pid;
};

FIXTURE_SETUP(x86)
{
	self->call = shared_page(_metadata);
}

FIXTURE_TEARDOWN(x86)
{
	kill_and_reap(self->pid);
}

static void check_int80(struct __test_metadata *_metadata, pid_t pid, int op,
			const struct call *call, struct sc_info *info)
{
	unsigned int i;

	get_all(_metadata, pid, info, op);
	ASSERT_EQ(AUDIT_ARCH_I386, info->arch);
	ASSERT_EQ((unsigned long)int80_next, info->ip);
	ASSERT_EQ(call->sp, info->sp);
	if (op == PTRACE_SYSCALL_INFO_EXIT)
		return;

	ASSERT_EQ((__u64)(int)call->nr, info->entry.nr);
	for (i = 0; i < ARRAY_SIZE(info->entry.args); i++) {
		ASSERT_EQ(call->args[i], info->entry.args[i]) {
			TH_LOG("argument %u", i);
		}
	}
	if (op == PTRACE_SYSCALL_INFO_SECCOMP)
		ASSERT_EQ(RET_DATA, info->entry.ret_data);
}

static const struct call int80_getppid = {
	.nr = NR32_GETPPID,
	.args = {
		0x80000001, 0xffffffff, 0x7fffffff,
		0xdeadbeef, 0x80000000, 0xfffffffe,
	},
};

/* False if the kernel has no int $0x80, which is a SIGSEGV then */
static bool int80_entry(struct __test_metadata *_metadata, pid_t pid)
{
	int stop = resume(_metadata, pid, PTRACE_SYSCALL);

	if (stop == SIGSEGV)
		return false;
	ASSERT_EQ(SYSCALL_STOP, stop);
	return true;
}

TEST_F(x86, int80)
{
	struct call *call = self->call;
	struct sc_info info;
	pid_t pid;

	if (!have_filters())
		SKIP(return, NO_FILTERS);
	*call = int80_getppid;
	pid = start_body(_metadata, int80_body, call, NR32_GETPPID, RET_DATA);
	self->pid = pid;
	if (!int80_entry(_metadata, pid))
		SKIP(return, "no int $0x80 in this kernel");

	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call, &info);
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
		  resume(_metadata, pid, PTRACE_SYSCALL));
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_SECCOMP, call, &info);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_EXIT, call, &info);
	ASSERT_EQ(getpid(), info.exit.rval);
	ASSERT_EQ(0, info.exit.is_error);

	/* the same number and registers, and another call: semget */
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	ASSERT_EQ(getpid(), call->result);
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_ENTRY);
	ASSERT_EQ(AUDIT_ARCH_X86_64, info.arch);
	ASSERT_EQ((unsigned long)int80_syscall_next, info.ip);
	ASSERT_EQ(call->sp, info.sp);
	ASSERT_EQ(NR32_GETPPID, info.entry.nr);
	/* rdi and rsi, rdx, r10, r8, r9 */
	ASSERT_EQ(call->args[4], info.entry.args[0]);
	ASSERT_EQ(call->args[3], info.entry.args[1]);
	ASSERT_EQ(call->args[2], info.entry.args[2]);
	ASSERT_EQ(0x64000003, info.entry.args[3]);
	ASSERT_EQ(0x64000004, info.entry.args[4]);
	ASSERT_EQ(0x64000005, info.entry.args[5]);
	/* the filter goes by the number alone */
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
		  resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_SECCOMP);
	ASSERT_EQ(AUDIT_ARCH_X86_64, info.arch);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_EXIT);
	ASSERT_EQ(AUDIT_ARCH_X86_64, info.arch);
	run_to_exit(_metadata, pid);
	self->pid = 0;
}

TEST_F(x86, int80_errors)
{
	static const struct test_case {
		int nr;
		int error;
	} test_cases[] = {
		{ NR32_CLOSE, -EBADF },
		{ 0x7000, -ENOSYS },
		{ -1, -ENOSYS },
	};
	struct call *call = self->call;
	struct sc_info info;
	unsigned int i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(test_cases); i++) {
		*call = int80_getppid;
		call->nr = test_cases[i].nr;
		pid = start_body(_metadata, int80_body, call, NO_FILTER, 0);
		self->pid = pid;
		if (!int80_entry(_metadata, pid))
			SKIP(return, "no int $0x80 in this kernel");
		check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call,
			    &info);
		ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
		check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_EXIT, call,
			    &info);
		ASSERT_EQ(test_cases[i].error, info.exit.rval);
		ASSERT_EQ(1, info.exit.is_error);
		run_to_exit(_metadata, pid);
	}
	self->pid = 0;
}

/* The number and the arguments are set where a 32-bit call has them */
TEST_F(x86, int80_set)
{
	struct call *call = self->call;
	struct call set = {
		.nr = NR32_CLOSE,
		.args = {
			-1U, 0x91000001, 0x91000002,
			0x91000003, 0x91000004, 0x91000005,
		},
	};
	struct sc_info info;
	unsigned int i;
	pid_t pid;

	if (!have_filters())
		SKIP(return, NO_FILTERS);
	*call = int80_getppid;
	pid = start_body(_metadata, int80_body, call, NR32_CLOSE, RET_DATA);
	self->pid = pid;
	if (!have_set_info(pid))
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");
	if (!int80_entry(_metadata, pid))
		SKIP(return, "no int $0x80 in this kernel");

	set.sp = call->sp;
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, call, &info);
	info.entry.nr = set.nr;
	for (i = 0; i < ARRAY_SIZE(set.args); i++)
		info.entry.args[i] = set.args[i];
	ASSERT_EQ(0, set_info(pid, sizeof(info), &info));
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_ENTRY, &set, &info);

	/* seccomp takes it for the call, and it can be set there again */
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
		  resume(_metadata, pid, PTRACE_SYSCALL));
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_SECCOMP, &set, &info);
	set.args[5] = 0x92000005;
	info.entry.args[5] = set.args[5];
	ASSERT_EQ(0, set_info(pid, sizeof(info), &info));
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_SECCOMP, &set, &info);

	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_EXIT, &set, &info);
	ASSERT_EQ(-EBADF, info.exit.rval);
	ASSERT_EQ(1, info.exit.is_error);
	info.exit.rval = -EXDEV;
	ASSERT_EQ(0, set_info(pid, sizeof(info), &info));
	check_int80(_metadata, pid, PTRACE_SYSCALL_INFO_EXIT, &set, &info);
	ASSERT_EQ(-EXDEV, info.exit.rval);
	ASSERT_EQ(1, info.exit.is_error);
	run_to_exit(_metadata, pid);
	self->pid = 0;
	ASSERT_EQ(-EXDEV, (int)call->result);
}

/* A number of x32 is shown as it is, whether the kernel knows x32 or not */
TEST_F(x86, x32)
{
	struct call *call = self->call;
	struct sc_info info;
	bool known;
	pid_t pid;

	if (!have_filters())
		SKIP(return, NO_FILTERS);
	call->nr = __X32_SYSCALL_BIT | (__NR_getppid & ~__X32_SYSCALL_BIT);
	pid = start_call(_metadata, call, true, RET_DATA);
	self->pid = pid;
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_ENTRY);
	ASSERT_EQ(AUDIT_ARCH_X86_64, info.arch);
	ASSERT_EQ(call->nr, info.entry.nr);
	ASSERT_EQ((unsigned long)call_next, info.ip);
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
		  resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_SECCOMP);
	ASSERT_EQ(AUDIT_ARCH_X86_64, info.arch);
	ASSERT_EQ(call->nr, info.entry.nr);
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_EXIT);
	ASSERT_EQ(AUDIT_ARCH_X86_64, info.arch);
	known = info.exit.rval != -ENOSYS;
	if (known)
		ASSERT_EQ(getpid(), info.exit.rval);
	ASSERT_EQ(!known, info.exit.is_error);
	run_to_exit(_metadata, pid);
	self->pid = 0;
	if (!known)
		SKIP(return, "no x32 in this kernel: only the number tested");
}

/*
 * The kernel does the call when the task jumps into the vsyscall page: there is
 * no system call instruction, and seccomp is all that notices.
 */
static void vsyscall_body(struct call *call)
{
	long (*vtime)(long *t) = (void *)VSYSCALL_TIME;

	stop_self();
	call->result = vtime((long *)call->args[0]);
	syscall(__NR_exit_group, 0);
}

TEST_F(x86, vsyscall)
{
	struct call *call = self->call;
	struct sc_info info;
	pid_t pid;
	int stop;

	if (!have_filters())
		SKIP(return, NO_FILTERS);
	call->args[0] = (unsigned long)&call->args[1];
	pid = start_body(_metadata, vsyscall_body, call, __NR_time, RET_DATA);
	self->pid = pid;
	/* the return from tkill is not seen: no PTRACE_SYSCALL up to there */
	stop = resume(_metadata, pid, PTRACE_SYSCALL);
	if (stop == SIGSEGV)
		SKIP(return, "no vsyscall page");
	if (stop == SYSCALL_STOP)
		SKIP(return, "vsyscalls are not emulated");
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP), stop);
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_SECCOMP);
	ASSERT_EQ(AUDIT_ARCH_X86_64, info.arch);
	ASSERT_EQ(VSYSCALL_TIME, info.ip);
	ASSERT_EQ(__NR_time, info.entry.nr);
	ASSERT_EQ(call->args[0], info.entry.args[0]);
	ASSERT_EQ(RET_DATA, info.entry.ret_data);

	/* no exit of it: the next stop is the entry of exit_group */
	ASSERT_EQ(SYSCALL_STOP, resume(_metadata, pid, PTRACE_SYSCALL));
	get_all(_metadata, pid, &info, PTRACE_SYSCALL_INFO_ENTRY);
	ASSERT_EQ(__NR_exit_group, info.entry.nr);
	ASSERT_NE(0, call->result);
	ASSERT_EQ(call->args[1], call->result);
	run_to_exit(_metadata, pid);
	self->pid = 0;
}

TEST_HARNESS_MAIN
