// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system call right behind a store with the wrong tag, where tag check faults
 * are asynchronous: the kernel finds the fault when it takes the call. The signal
 * comes first, and then the call is made, once and with the arguments it had.
 *
 * There is no memory tagging for 32-bit tasks.
 */
#include <fcntl.h>
#include <string.h>
#include <ucontext.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <asm/hwcap.h>
#include <asm/mman.h>

#include "../../ptrace/ptrace_helpers.h"

#ifndef SEGV_MTEAERR
#define SEGV_MTEAERR	8
#endif

#define SVC		0xd4000001U	/* svc #0 */
#define UNKNOWN_NR	4000L		/* as good as any that there is not */

/* What the handler has seen, in the order of the task */
static struct {
	int count;
	int code;
	void *addr;
	unsigned long x0, x1, x2, nr;
	unsigned int at_pc;
	int written;
} seen;

static int pipe_fds[2];

static int bytes_in_pipe(void)
{
	int n = -1;

	return ioctl(pipe_fds[0], FIONREAD, &n) ? -1 : n;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
	int saved = errno;

	seen.count++;
	seen.code = info->si_code;
	seen.addr = info->si_addr;
	seen.x0 = m->regs[0];
	seen.x1 = m->regs[1];
	seen.x2 = m->regs[2];
	seen.nr = m->regs[8];
	seen.at_pc = *(unsigned int *)m->pc;
	seen.written = bytes_in_pipe();
	errno = saved;
}

/* No other instruction, and so no other exception, comes between the two. */
static long store_and_call(char *to, long nr, long a0, const void *a1, long a2)
{
	register long x0 asm("x0") = a0;
	register const void *x1 asm("x1") = a1;
	register long x2 asm("x2") = a2;
	register long x8 asm("x8") = nr;

	asm volatile("strb	wzr, [%[to]]\n"
		     "svc	#0\n"
		     : "+r"(x0)
		     : "r"(x1), "r"(x2), "r"(x8), [to] "r"(to)
		     : "memory");
	return x0;
}

FIXTURE(fault)
{
	char *page;
	char *wrong;	/* the same place with another tag */
};

FIXTURE_SETUP(fault)
{
	if (!(getauxval(AT_HWCAP2) & HWCAP2_MTE))
		SKIP(return, "this CPU or kernel has no memory tagging");
	ASSERT_EQ(0, prctl(PR_SET_TAGGED_ADDR_CTRL,
			   PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_ASYNC, 0, 0, 0));
	self->page = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE | PROT_MTE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	/* the page is there before the call, so that it takes no other fault */
	memset(self->page, 'x', 2);
	self->wrong = (char *)((unsigned long)self->page | 1UL << 56);
	ASSERT_EQ(0, pipe(pipe_fds));
	memset(&seen, 0, sizeof(seen));
}

FIXTURE_TEARDOWN(fault)
{
}

static void handle(struct __test_metadata *_metadata, int flags)
{
	struct sigaction action = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO | flags,
	};

	ASSERT_EQ(0, sigaction(SIGSEGV, &action, NULL));
}

static void check_handled(struct __test_metadata *_metadata, long nr)
{
	EXPECT_EQ(1, seen.count);
	EXPECT_EQ(SEGV_MTEAERR, seen.code);
	EXPECT_EQ(NULL, seen.addr);
	EXPECT_EQ(nr, (long)seen.nr);
	EXPECT_EQ(SVC, seen.at_pc);
	EXPECT_EQ(0, seen.written);
}

TEST_F(fault, handler)
{
	handle(_metadata, 0);
	EXPECT_EQ(1, store_and_call(self->wrong, __NR_write, pipe_fds[1],
				    self->page, 1));
	check_handled(_metadata, __NR_write);
	EXPECT_EQ(pipe_fds[1], (int)seen.x0);
	EXPECT_EQ((unsigned long)self->page, seen.x1);
	EXPECT_EQ(1UL, seen.x2);
	EXPECT_EQ(1, bytes_in_pipe());
}

TEST_F(fault, handler_restart)
{
	handle(_metadata, SA_RESTART);
	EXPECT_EQ(1, store_and_call(self->wrong, __NR_write, pipe_fds[1],
				    self->page, 1));
	check_handled(_metadata, __NR_write);
	EXPECT_EQ(1, bytes_in_pipe());
}

/* Each fault is one signal, and each call is made. */
TEST_F(fault, again)
{
	int i;

	handle(_metadata, 0);
	for (i = 1; i <= 3; i++) {
		EXPECT_EQ(1, store_and_call(self->wrong, __NR_write,
					    pipe_fds[1], self->page, 1));
		EXPECT_EQ(i, seen.count);
		EXPECT_EQ(i - 1, seen.written);
	}
	EXPECT_EQ(3, bytes_in_pipe());
}

TEST_F(fault, right_tag)
{
	handle(_metadata, 0);
	EXPECT_EQ(1, store_and_call(self->page, __NR_write, pipe_fds[1],
				    self->page + 1, 1));
	EXPECT_EQ(0, seen.count);
	EXPECT_EQ(1, bytes_in_pipe());
}

/* A first argument that looks like a result, of a call that is not there */
TEST_F(fault, unknown_number)
{
	handle(_metadata, 0);
	EXPECT_EQ(-ENOSYS, store_and_call(self->wrong, UNKNOWN_NR, -512,
					  NULL, 0));
	check_handled(_metadata, UNKNOWN_NR);
	EXPECT_EQ(-512, (long)seen.x0);
}

TEST_F(fault, number_minus_one)
{
	handle(_metadata, 0);
	EXPECT_EQ(-ENOSYS, store_and_call(self->wrong, -1, 0x1111, NULL, 0));
	check_handled(_metadata, -1);
	EXPECT_EQ(0x1111UL, seen.x0);
}

/* Without a handler to run, the call is made all the same. */
TEST_F(fault, blocked)
{
	sigset_t set, pending;

	handle(_metadata, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGSEGV);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &set, NULL));
	EXPECT_EQ(1, store_and_call(self->wrong, __NR_write, pipe_fds[1],
				    self->page, 1));
	EXPECT_EQ(1, bytes_in_pipe());
	EXPECT_EQ(0, seen.count);
	ASSERT_EQ(0, sigpending(&pending));
	EXPECT_EQ(1, sigismember(&pending, SIGSEGV));
	ASSERT_EQ(0, sigprocmask(SIG_UNBLOCK, &set, NULL));
	EXPECT_EQ(1, seen.count);
	EXPECT_EQ(SEGV_MTEAERR, seen.code);
}

TEST_F(fault, ignored)
{
	ASSERT_TRUE(signal(SIGSEGV, SIG_IGN) != SIG_ERR);
	EXPECT_EQ(1, store_and_call(self->wrong, __NR_write, pipe_fds[1],
				    self->page, 1));
	EXPECT_EQ(1, bytes_in_pipe());
}

TEST_F(fault, deadly)
{
	int status;
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		store_and_call(self->wrong, __NR_write, pipe_fds[1],
			       self->page, 1);
		_exit(1);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGSEGV, WTERMSIG(status));
	EXPECT_EQ(0, bytes_in_pipe());
}

/* A tracer sees the signal first, and the call begins and ends once. */
static void trace(struct __test_metadata *_metadata, const char *page,
		  char *wrong, long give)
{
	siginfo_t info;
	int status;
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		sys_ptrace(PTRACE_TRACEME, 0, 0, 0);
		stop_self();
		store_and_call(wrong, __NR_write, pipe_fds[1], page, 1);
		_exit(seen.count);
	}
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, child));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, child, 0,
				PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, child, 0, 0));
	ASSERT_EQ(SIGSEGV, next_stop(_metadata, child));
	ASSERT_EQ(0, sys_ptrace(PTRACE_GETSIGINFO, child, 0,
				(unsigned long)&info));
	EXPECT_EQ(SEGV_MTEAERR, info.si_code);
	EXPECT_EQ(0, bytes_in_pipe());
	if (!give) {
		ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, child, 0, 0));
		ASSERT_EQ(SYSCALL_STOP, next_stop(_metadata, child));
		EXPECT_EQ(0, bytes_in_pipe());
		ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, child, 0, 0));
		ASSERT_EQ(SYSCALL_STOP, next_stop(_metadata, child));
		EXPECT_EQ(1, bytes_in_pipe());
	}
	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, child, 0, give));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFEXITED(status));
	EXPECT_EQ(!!give, WEXITSTATUS(status));
	EXPECT_EQ(1, bytes_in_pipe());
}

TEST_F(fault, traced)
{
	handle(_metadata, 0);
	trace(_metadata, self->page, self->wrong, SIGSEGV);
}

TEST_F(fault, traced_signal_dropped)
{
	handle(_metadata, 0);
	trace(_metadata, self->page, self->wrong, 0);
}

static void get_regs(struct __test_metadata *_metadata, pid_t pid,
		     struct user_pt_regs *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	ASSERT_EQ(0, sys_ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS,
				(unsigned long)&iov));
}

/*
 * A tracer that steps: the fault is found at the end of the step over the store,
 * so that the call is made in a step that has nothing to do with it.
 */
TEST_F(fault, stepped)
{
	struct user_pt_regs regs;
	unsigned int insn = 0;
	unsigned long pc;
	int status, stop;
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		sys_ptrace(PTRACE_TRACEME, 0, 0, 0);
		stop_self();
		store_and_call(self->wrong, __NR_write, pipe_fds[1],
			       self->page, 1);
		_exit(0);
	}
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, child));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, child, 0,
				PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));

	/* to the SVC: in front of it are two stops, the step's and the signal's */
	do {
		ASSERT_EQ(0, sys_ptrace(PTRACE_SINGLESTEP, child, 0, 0));
		stop = next_stop(_metadata, child);
		get_regs(_metadata, child, &regs);
		pc = regs.pc;
		/* the code of the child is that of its parent */
		insn = *(unsigned int *)pc;
		ASSERT_TRUE(stop == SIGTRAP || (stop == SIGSEGV && insn == SVC));
	} while (stop == SIGTRAP);
	EXPECT_EQ(0, bytes_in_pipe());

	ASSERT_EQ(0, sys_ptrace(PTRACE_SINGLESTEP, child, 0, 0));
	ASSERT_EQ(SIGTRAP, next_stop(_metadata, child));
	get_regs(_metadata, child, &regs);
	EXPECT_EQ(pc + 4, regs.pc);
	EXPECT_EQ(1UL, regs.regs[0]);
	EXPECT_EQ(1, bytes_in_pipe());

	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, child, 0, 0));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
