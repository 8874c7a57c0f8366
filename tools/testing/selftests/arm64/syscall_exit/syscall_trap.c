// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system call that is refused with SECCOMP_RET_TRAP is over: its SIGSYS handler
 * has the first argument in x0, whatever its value, and the PC behind the svc.
 *
 * A kernel that takes the argument for a result restarts the call if the
 * argument is a number such as -ERESTARTSYS: the variants of "trap" that have
 * such a number fail there, as do "argument_written", "result_written" and
 * "suppressed". What the other ways to refuse a call leave in x0 is a result,
 * and is restarted, on either kernel: "refused" and "notified".
 */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <ucontext.h>

#include "syscall_tracee.h"

/* The calls that the filters know; their numbers are all that matters */
#define NR_TRAP		__NR_getppid
#define NR_ERRNO	__NR_getpgid
#define NR_NOTIFY	__NR_getsid

#define TRAP_DATA	0x1234
#define ARG		0x5678L
#define RESULT		4242

#ifndef SYS_SECCOMP
#define SYS_SECCOMP	1
#endif

/* What a handler has seen, and where it goes on */
struct seen {
	int runs;
	int code;
	int data;
	int nr;
	unsigned int arch;
	unsigned long call_addr;
	unsigned long pc;
	unsigned long x0;
	unsigned long next;
	/* what make_call() has returned */
	long result;
	int usr1;
	int listener;
};

static struct seen *seen;

static void handle_sigsys(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	seen->runs++;
	seen->code = info->si_code;
	seen->data = info->si_errno;
	seen->nr = info->si_syscall;
	seen->arch = info->si_arch;
	seen->call_addr = (unsigned long)info->si_call_addr;
#ifdef __aarch64__
	seen->pc = uc->uc_mcontext.pc;
	seen->x0 = uc->uc_mcontext.regs[0];
	/* if the call is restarted, it must not be made over and over */
	uc->uc_mcontext.pc = seen->next;
	uc->uc_mcontext.regs[0] = RESULT;
#else
	seen->pc = uc->uc_mcontext.arm_pc;
	seen->x0 = uc->uc_mcontext.arm_r0;
	uc->uc_mcontext.arm_pc = seen->next;
	uc->uc_mcontext.arm_r0 = RESULT;
#endif
}

static void handle_sigusr1(int sig)
{
	seen->usr1++;
}

/* The filters: calls of that number, and what becomes of NR_ERRNO */
static int refuse_calls(int trap_nr)
{
	return install_filter(trap_nr, SECCOMP_RET_TRAP | TRAP_DATA, 0) ||
	       install_filter(NR_ERRNO, SECCOMP_RET_ERRNO | ERESTARTSYS, 0);
}

static int install_handlers(int flags)
{
	struct sigaction action = { .sa_flags = flags };

	action.sa_handler = handle_sigusr1;
	if (sigaction(SIGUSR1, &action, NULL))
		return -1;
	action.sa_sigaction = handle_sigsys;
	action.sa_flags |= SA_SIGINFO;
	return sigaction(SIGSYS, &action, NULL);
}

/* For FIXTURE_SETUP() */
static void setup(struct __test_metadata *_metadata)
{
	if (!have_filters())
		SKIP(return, NO_FILTERS);
	seen = shared_page(_metadata);
	seen->next = (unsigned long)call_next;
}

/* A tracee that has stopped before it makes the call */
static pid_t start_tracee(struct __test_metadata *_metadata,
			  call_fn call, long arg, int flags)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid) {
		if (install_handlers(flags) || refuse_calls(NR_TRAP))
			_exit(101);
		stop_child(true);
		seen->result = call(NR_TRAP, arg, 0);
		_exit(0);
	}
	wait_for_child(_metadata, pid, true);
	return pid;
}

static void expect_regs(struct __test_metadata *_metadata, pid_t pid,
			unsigned long pc, long x0)
{
	struct regs regs;

	get_regs(_metadata, pid, &regs);
	EXPECT_EQ(pc, regs.r[R_PC]);
	EXPECT_EQ((unsigned long)x0, regs.r[0]);
}

static void expect_seen(struct __test_metadata *_metadata, int nr, long x0)
{
	EXPECT_EQ(1, seen->runs);
	EXPECT_EQ(SYS_SECCOMP, seen->code);
	EXPECT_EQ(TRAP_DATA, seen->data);
	EXPECT_EQ(nr, seen->nr);
	EXPECT_EQ(OWN_ARCH, seen->arch);
	EXPECT_EQ(seen->next, seen->call_addr);
	EXPECT_EQ(seen->next, seen->pc);
	EXPECT_EQ((unsigned long)x0, seen->x0);
	EXPECT_EQ(RESULT, seen->result);
}

FIXTURE(trap)
{
};

FIXTURE_VARIANT(trap)
{
	long arg;
	int flags;
};

#define TRAP_VARIANT(name, value)					\
	FIXTURE_VARIANT_ADD(trap, name) { .arg = (value) };		\
	FIXTURE_VARIANT_ADD(trap, name##_sa_restart) {			\
		.arg = (value),						\
		.flags = SA_RESTART,					\
	}

TRAP_VARIANT(plain, ARG);
TRAP_VARIANT(erestartsys, -ERESTARTSYS);
TRAP_VARIANT(erestartnointr, -ERESTARTNOINTR);
TRAP_VARIANT(erestartnohand, -ERESTARTNOHAND);
TRAP_VARIANT(erestart_restartblock, -ERESTART_RESTARTBLOCK);
#ifdef __aarch64__
TRAP_VARIANT(erestartsys_32_bits, 0xfffffe00L);
TRAP_VARIANT(erestartsys_low_bits, 0x1fffffe00L);
#endif

FIXTURE_SETUP(trap)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(trap)
{
}

TEST_F(trap, untraced)
{
	ASSERT_EQ(0, install_handlers(variant->flags));
	ASSERT_EQ(0, refuse_calls(NR_TRAP));
	seen->result = make_call(NR_TRAP, variant->arg, 0);
	expect_seen(_metadata, NR_TRAP, variant->arg);
}

/* From the stop before the call to the end of the tracee */
static void trace_calls(struct __test_metadata *_metadata, pid_t pid, long arg)
{
	struct ptrace_syscall_info info = {};

	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	expect_regs(_metadata, pid, seen->next, arg);

	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	expect_regs(_metadata, pid, seen->next, arg);
	ASSERT_LT(0, sys_ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info),
				(unsigned long)&info));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, info.op);
	EXPECT_EQ(arg, info.exit.rval);
#ifdef __aarch64__
	int nr = -1;
	struct iovec iov = { &nr, sizeof(nr) };

	ASSERT_EQ(0, sys_ptrace(PTRACE_GETREGSET, pid, NT_ARM_SYSTEM_CALL,
				(unsigned long)&iov));
	EXPECT_EQ(NR_TRAP, nr);
#endif
	ASSERT_EQ(W_STOPCODE(SIGSYS), resume(_metadata, pid, PTRACE_SYSCALL, 0));
	expect_regs(_metadata, pid, seen->next, arg);
	ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, SIGSYS));
	expect_seen(_metadata, NR_TRAP, arg);
}

TEST_F(trap, traced)
{
	pid_t pid = start_tracee(_metadata, make_call, variant->arg,
				 variant->flags);

	trace_calls(_metadata, pid, variant->arg);
}

TEST_F(trap, traced_signals_only)
{
	pid_t pid = start_tracee(_metadata, make_call, variant->arg,
				 variant->flags);

	ASSERT_EQ(W_STOPCODE(SIGSYS), resume(_metadata, pid, PTRACE_CONT, 0));
	expect_regs(_metadata, pid, seen->next, variant->arg);
	ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, SIGSYS));
	expect_seen(_metadata, NR_TRAP, variant->arg);
}

#ifndef __aarch64__
TEST_F(trap, thumb_untraced)
{
	seen->next = (unsigned long)call_next_thumb;
	ASSERT_EQ(0, install_handlers(variant->flags));
	ASSERT_EQ(0, refuse_calls(NR_TRAP));
	seen->result = make_call_thumb(NR_TRAP, variant->arg, 0);
	expect_seen(_metadata, NR_TRAP, variant->arg);
}

TEST_F(trap, thumb_traced)
{
	pid_t pid;

	seen->next = (unsigned long)call_next_thumb;
	pid = start_tracee(_metadata, make_call_thumb, variant->arg,
			   variant->flags);
	trace_calls(_metadata, pid, variant->arg);
}
#endif

FIXTURE(call)
{
};

FIXTURE_SETUP(call)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(call)
{
}

/* The task's own -1 is no call, so there never was one to restart */
TEST_F(call, minus_one)
{
	ASSERT_EQ(0, install_handlers(0));
	ASSERT_EQ(0, refuse_calls(-1));
	seen->result = make_call(-1, -ERESTARTSYS, 0);
	expect_seen(_metadata, -1, -ERESTARTSYS);
}

static void write_x0(struct __test_metadata *_metadata, pid_t pid, long value)
{
	struct regs regs;

	get_regs(_metadata, pid, &regs);
	regs.r[0] = value;
#ifndef __aarch64__
	/* at the entry, this is the first argument */
	regs.r[R_ORIG_R0] = value;
#endif
	set_regs(_metadata, pid, &regs);
}

/* The first argument is what a tracer makes it */
TEST_F(call, argument_written)
{
	pid_t pid;

	pid = start_tracee(_metadata, make_call, ARG, 0);
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	write_x0(_metadata, pid, -ERESTARTSYS);
	ASSERT_EQ(W_STOPCODE(SIGSYS), resume(_metadata, pid, PTRACE_CONT, 0));
	expect_regs(_metadata, pid, seen->next, -ERESTARTSYS);
	ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, SIGSYS));
	expect_seen(_metadata, NR_TRAP, -ERESTARTSYS);
}

/* What a tracer writes at the exit goes to the handler as it is */
TEST_F(call, result_written)
{
	pid_t pid;

	pid = start_tracee(_metadata, make_call, ARG, 0);
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	write_x0(_metadata, pid, -ERESTARTSYS);
	ASSERT_EQ(W_STOPCODE(SIGSYS), resume(_metadata, pid, PTRACE_CONT, 0));
	expect_regs(_metadata, pid, seen->next, -ERESTARTSYS);
	ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, SIGSYS));
	expect_seen(_metadata, NR_TRAP, -ERESTARTSYS);
}

/* A tracer keeps the SIGSYS to itself: the call is over all the same */
TEST_F(call, suppressed)
{
	pid_t pid;

	pid = start_tracee(_metadata, make_call, -ERESTARTSYS, 0);
	ASSERT_EQ(W_STOPCODE(SIGSYS), resume(_metadata, pid, PTRACE_CONT, 0));
	ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, 0));
	EXPECT_EQ(0, seen->runs);
	EXPECT_EQ(-ERESTARTSYS, seen->result);
}

/* Go on to the entry of that call, past the end of handlers */
static void resume_to_entry(struct __test_metadata *_metadata, pid_t pid,
			    int sig, int nr)
{
	struct ptrace_syscall_info info;

	do {
		memset(&info, 0, sizeof(info));
		ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
			  resume(_metadata, pid, PTRACE_SYSCALL, sig));
		ASSERT_LT(0, sys_ptrace(PTRACE_GET_SYSCALL_INFO, pid,
					sizeof(info), (unsigned long)&info));
		sig = 0;
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		 (int)info.entry.nr != nr);
}

/*
 * The result that a filter gives is one, be it equal to the argument. A call
 * that was trapped has gone before.
 */
FIXTURE(refused)
{
};

FIXTURE_VARIANT(refused)
{
	long arg;
	int flags;
};

FIXTURE_VARIANT_ADD(refused, plain) {
	.arg = ARG,
};

FIXTURE_VARIANT_ADD(refused, plain_sa_restart) {
	.arg = ARG,
	.flags = SA_RESTART,
};

FIXTURE_VARIANT_ADD(refused, equal) {
	.arg = -ERESTARTSYS,
};

FIXTURE_VARIANT_ADD(refused, equal_sa_restart) {
	.arg = -ERESTARTSYS,
	.flags = SA_RESTART,
};

FIXTURE_SETUP(refused)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(refused)
{
}

TEST_F(refused, with_signal)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid) {
		if (install_handlers(variant->flags) || refuse_calls(NR_TRAP))
			_exit(101);
		stop_child(true);
		make_call(NR_TRAP, ARG, 0);
		seen->result = make_call(NR_ERRNO, variant->arg, 0);
		_exit(0);
	}
	wait_for_child(_metadata, pid, true);
	ASSERT_EQ(W_STOPCODE(SIGSYS), resume(_metadata, pid, PTRACE_CONT, 0));
	resume_to_entry(_metadata, pid, SIGSYS, NR_ERRNO);
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	expect_regs(_metadata, pid, seen->next, -ERESTARTSYS);

	ASSERT_EQ(W_STOPCODE(SIGUSR1),
		  resume(_metadata, pid, PTRACE_SYSCALL, SIGUSR1));
	expect_regs(_metadata, pid, (unsigned long)call_svc, variant->arg);
	if (!(variant->flags & SA_RESTART)) {
		ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, SIGUSR1));
		EXPECT_EQ(-EINTR, seen->result);
	} else {
		resume_to_entry(_metadata, pid, SIGUSR1, NR_ERRNO);
		expect_regs(_metadata, pid, seen->next, variant->arg);
		ASSERT_EQ(0, resume(_metadata, pid, PTRACE_CONT, 0));
		EXPECT_EQ(-ERESTARTSYS, seen->result);
	}
	EXPECT_EQ(1, seen->usr1);
	EXPECT_EQ(1, seen->runs);
}

/*
 * A call that waits for a supervisor's answer is made again after a signal, be
 * its first argument equal to -ERESTARTSYS.
 */
FIXTURE(notified)
{
};

FIXTURE_VARIANT(notified)
{
	long arg;
};

FIXTURE_VARIANT_ADD(notified, plain) {
	.arg = ARG,
};

FIXTURE_VARIANT_ADD(notified, equal) {
	.arg = -ERESTARTSYS,
};

FIXTURE_SETUP(notified)
{
	setup(_metadata);
}

FIXTURE_TEARDOWN(notified)
{
}

/* False if the tasks with the filter are gone */
static bool receive(struct __test_metadata *_metadata, int listener,
		    struct seccomp_notif *notif)
{
	struct pollfd pollfd = { .fd = listener, .events = POLLIN };

	ASSERT_EQ(1, poll(&pollfd, 1, -1));
	if (!(pollfd.revents & POLLIN))
		return false;
	memset(notif, 0, sizeof(*notif));
	ASSERT_EQ(0, ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notif));
	return true;
}

TEST_F(notified, interrupted)
{
	struct seccomp_notif first, second;
	struct seccomp_notif_resp answer = { .val = RESULT };
	int status;
	pid_t pid;

	/* The child's listener is the parent's as well */
	pid = syscall(__NR_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	ASSERT_LE(0, pid);
	if (!pid) {
		if (install_handlers(SA_RESTART) || refuse_calls(NR_TRAP))
			_exit(101);
		seen->listener =
			install_filter(NR_NOTIFY, SECCOMP_RET_USER_NOTIF,
				       SECCOMP_FILTER_FLAG_NEW_LISTENER);
		if (seen->listener < 0)
			_exit(102);
		make_call(NR_TRAP, ARG, 0);
		stop_child(false);
		seen->result = make_call(NR_NOTIFY, variant->arg, 0);
		_exit(0);
	}
	wait_for_child(_metadata, pid, false);
	EXPECT_EQ(1, seen->runs);

	ASSERT_TRUE(receive(_metadata, seen->listener, &first));
	EXPECT_EQ(variant->arg, (long)first.data.args[0]);
	ASSERT_EQ(0, kill(pid, SIGUSR1));
	/* The call is made again */
	if (receive(_metadata, seen->listener, &second)) {
		EXPECT_NE(first.id, second.id);
		EXPECT_EQ(variant->arg, (long)second.data.args[0]);
		answer.id = second.id;
		EXPECT_EQ(0, ioctl(seen->listener, SECCOMP_IOCTL_NOTIF_SEND,
				   &answer));
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(1, seen->usr1);
	EXPECT_EQ(RESULT, seen->result);
}

/* A tracer's result of a call that it emulates is restarted */
TEST_F(call, emulated)
{
	pid_t pid;

	pid = start_tracee(_metadata, make_call, ARG, 0);
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSEMU, 0));
	write_x0(_metadata, pid, -ERESTARTNOINTR);
	ASSERT_EQ(W_STOPCODE(SIGUSR1),
		  resume(_metadata, pid, PTRACE_SYSEMU, SIGUSR1));
	/* which was the first argument too */
	expect_regs(_metadata, pid, (unsigned long)call_svc, -ERESTARTNOINTR);
}

/* but not if it has taken the number away */
TEST_F(call, skipped)
{
	pid_t pid;

	pid = start_tracee(_metadata, make_call, ARG, 0);
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	write_x0(_metadata, pid, -ERESTARTNOINTR);
	set_syscall_nr(_metadata, pid, -1);
	ASSERT_EQ(W_STOPCODE(SYSCALL_STOP),
		  resume(_metadata, pid, PTRACE_SYSCALL, 0));
	ASSERT_EQ(W_STOPCODE(SIGUSR1),
		  resume(_metadata, pid, PTRACE_SYSCALL, SIGUSR1));
	expect_regs(_metadata, pid, seen->next, -ERESTARTNOINTR);
}

TEST_HARNESS_MAIN
