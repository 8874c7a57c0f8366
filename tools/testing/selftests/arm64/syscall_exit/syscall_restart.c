// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system call that is restarted has the first argument that it had before,
 * unless the tracer has changed it. A write of the registers makes x0 the first
 * argument as well, but not in the syscall-exit-stop, where x0 is the result:
 * -ERESTARTSYS here. It is that stop with and without PTRACE_O_TRACESYSGOOD, and
 * whatever siginfo the tracer has set.
 *
 * The first argument of a compat task has a place of its own in the registers.
 */
#include <fcntl.h>
#include <sys/file.h>

#include "syscall_tracee.h"

FIXTURE(restart)
{
	pid_t pid;
	/* the same file, opened twice: a lock on one keeps the other waiting */
	int locked;
	int waiting;
};

FIXTURE_VARIANT(restart)
{
	bool no_sysgood;
	bool replace_siginfo;
	bool write_regs;
	/* let the tracee have the signal, which has a handler */
	bool deliver;
};

FIXTURE_VARIANT_ADD(restart, untouched) {
};

FIXTURE_VARIANT_ADD(restart, untouched_handler) {
	.deliver = true,
};

FIXTURE_VARIANT_ADD(restart, written) {
	.write_regs = true,
};

FIXTURE_VARIANT_ADD(restart, written_handler) {
	.write_regs = true,
	.deliver = true,
};

FIXTURE_VARIANT_ADD(restart, written_no_sysgood) {
	.no_sysgood = true,
	.write_regs = true,
};

FIXTURE_VARIANT_ADD(restart, siginfo_replaced) {
	.replace_siginfo = true,
	.write_regs = true,
};

FIXTURE_VARIANT_ADD(restart, siginfo_replaced_handler) {
	.replace_siginfo = true,
	.write_regs = true,
	.deliver = true,
};

FIXTURE_VARIANT_ADD(restart, siginfo_replaced_no_sysgood) {
	.no_sysgood = true,
	.replace_siginfo = true,
	.write_regs = true,
};

static void handle_sigusr1(int sig)
{
}

FIXTURE_SETUP(restart)
{
	self->locked = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->locked);
	self->waiting = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->waiting);
	ASSERT_EQ(0, flock(self->locked, LOCK_EX | LOCK_NB));

	self->pid = fork();
	ASSERT_LE(0, self->pid);
	if (!self->pid) {
		struct sigaction action = {
			.sa_handler = handle_sigusr1,
			.sa_flags = SA_RESTART,
		};

		if (sigaction(SIGUSR1, &action, NULL))
			_exit(101);
		stop_child(true);
		_exit(-make_call(__NR_flock, self->waiting, LOCK_EX));
	}
	wait_for_child(_metadata, self->pid, true);
}

FIXTURE_TEARDOWN(restart)
{
}

TEST_F(restart, first_argument)
{
	static const siginfo_t siginfo = { .si_signo = SIGTRAP };
	int stop = W_STOPCODE(variant->no_sysgood ? SIGTRAP : SYSCALL_STOP);
	struct regs regs;
	int status;

	if (variant->no_sysgood)
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, self->pid, 0,
					PTRACE_O_EXITKILL));
	/* The call does not wait for the lock, as there is a signal. */
	ASSERT_EQ(stop, resume(_metadata, self->pid, PTRACE_SYSCALL, 0));
	ASSERT_EQ(0, syscall(__NR_tkill, self->pid, SIGUSR1));
	ASSERT_EQ(stop, resume(_metadata, self->pid, PTRACE_SYSCALL, 0));
	get_regs(_metadata, self->pid, &regs);
	ASSERT_EQ(-ERESTARTSYS, (long)regs.r[0]);

	if (variant->replace_siginfo)
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETSIGINFO, self->pid, 0,
					(unsigned long)&siginfo));
	if (variant->write_regs)
		set_regs(_metadata, self->pid, &regs);

	ASSERT_EQ(0, flock(self->locked, LOCK_UN));
	ASSERT_EQ(W_STOPCODE(SIGUSR1),
		  resume(_metadata, self->pid, PTRACE_CONT, 0));
	status = resume(_metadata, self->pid, PTRACE_CONT,
			variant->deliver ? SIGUSR1 : 0);
	ASSERT_TRUE(WIFEXITED(status));
	/* EBADF: it was -ERESTARTSYS that was taken for the file. */
	EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
