// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a tracer reads and writes of two values of its tracee, in each kind of
 * stop: x7, or ip for compat tasks, and the first argument of a system call,
 * which is in x0 only until there is a result (orig_x0; orig_r0 for compat
 * tasks).
 *
 * In the two system call stops, NT_PRSTATUS shows the direction of the call in
 * place of x7: 0 for the entry, 1 for the exit. What is written there is
 * discarded. NT_ARM_ORIG_REGS has the true x7 and orig_x0, for native tasks and
 * native tracers.
 */
#include "syscall_exit.h"

#include <sys/mman.h>
#include <sys/stat.h>

#ifndef NT_ARM_ORIG_REGS
#define NT_ARM_ORIG_REGS	0x411
#endif

#define NEW_X7	0x7b7b4321UL
#define ARG		0x1111UL
#define NEW_ARG		0x6666UL
#define TRACER_RESULT	4242

/* One request, and the stop that it leads to */
struct step {
	int request;
	int want;
	int sig;
};

static int stop_with_regs(struct __test_metadata *_metadata, struct tracee *t)
{
	int stop = next_stop(_metadata, t->pid);

	get_regs(_metadata, t->pid, &t->regs);
	return stop;
}

static void take_step(struct __test_metadata *_metadata, struct tracee *t,
		      const struct step *step)
{
	ASSERT_EQ(0, sys_ptrace(step->request, t->pid, 0, step->sig));
	/* not a way out of a stop: what comes next is another one */
	if (step->request == PTRACE_INTERRUPT)
		return;
	ASSERT_EQ(step->want, stop_with_regs(_metadata, t));
}

static void take_steps(struct __test_metadata *_metadata, struct tracee *t,
		       const struct step *steps)
{
	for (; steps->request; steps++)
		take_step(_metadata, t, steps);
}

/* Let a tracee go, without any signal, until it has ended */
static void finish(struct __test_metadata *_metadata, struct tracee *t)
{
	int status;

	do {
		ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, t->pid, 0, 0));
		ASSERT_EQ(t->pid, waitpid(t->pid, &status, __WALL));
	} while (WIFSTOPPED(status));
	ASSERT_TRUE(WIFEXITED(status));
	ASSERT_EQ(0, WEXITSTATUS(status));
}

static long regset(int request, pid_t pid, int note, void *data, size_t *len)
{
	struct iovec iov = { data, *len };
	long ret = sys_ptrace(request, pid, note, (unsigned long)&iov);

	*len = iov.iov_len;
	return ret;
}

#define NO_ORIG_REGS	"no regset NT_ARM_ORIG_REGS: the kernel is older than that"

#ifdef __aarch64__
/* A kernel that has never heard of the regset refuses it in any stop. */
static bool have_orig_regs(struct __test_metadata *_metadata)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = { .traced = true };
	struct user_orig_regs orig_regs;
	size_t len = sizeof(orig_regs);
	bool have;

	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	have = !regset(PTRACE_GETREGSET, t.pid, NT_ARM_ORIG_REGS, &orig_regs,
		       &len) || errno != EINVAL;
	finish(_metadata, &t);
	return have;
}

static void get_orig_regs(struct __test_metadata *_metadata, struct tracee *t,
			  struct user_orig_regs *orig_regs)
{
	size_t len = sizeof(*orig_regs);

	ASSERT_EQ(0, regset(PTRACE_GETREGSET, t->pid, NT_ARM_ORIG_REGS,
			    orig_regs, &len));
	ASSERT_EQ(sizeof(*orig_regs), len);
}

static void set_orig_regs(struct __test_metadata *_metadata, struct tracee *t,
			  const struct user_orig_regs *orig_regs)
{
	size_t len = sizeof(*orig_regs);

	ASSERT_EQ(0, regset(PTRACE_SETREGSET, t->pid, NT_ARM_ORIG_REGS,
			    (void *)orig_regs, &len));
	ASSERT_EQ(sizeof(*orig_regs), len);
}

static void set_first_arg(struct __test_metadata *_metadata, struct tracee *t,
			  unsigned long arg)
{
	struct user_orig_regs orig_regs;

	get_orig_regs(_metadata, t, &orig_regs);
	orig_regs.orig_x0 = arg;
	set_orig_regs(_metadata, t, &orig_regs);
}

static unsigned long get_first_arg(struct __test_metadata *_metadata,
				   struct tracee *t)
{
	struct user_orig_regs orig_regs;

	get_orig_regs(_metadata, t, &orig_regs);
	return orig_regs.orig_x0;
}

static unsigned long get_x7(struct __test_metadata *_metadata,
			    struct tracee *t)
{
	struct user_orig_regs orig_regs;

	get_orig_regs(_metadata, t, &orig_regs);
	return orig_regs.x7;
}
#else
/* For compat tasks, the first argument is in NT_PRSTATUS. */
static bool have_orig_regs(struct __test_metadata *_metadata)
{
	return true;
}

static void set_first_arg(struct __test_metadata *_metadata, struct tracee *t,
			  unsigned long arg)
{
	get_regs(_metadata, t->pid, &t->regs);
	t->regs.r[R_ORIG_R0] = arg;
	set_regs(_metadata, t->pid, &t->regs);
}

static unsigned long get_first_arg(struct __test_metadata *_metadata,
				   struct tracee *t)
{
	get_regs(_metadata, t->pid, &t->regs);
	return t->regs.r[R_ORIG_R0];
}
#endif

/*
 * Each kind of stop that comes of a system call
 */
FIXTURE(stop)
{
	struct call *call;
	struct tracee t;
};

/* What NT_PRSTATUS shows in x7: the task's own value, or the direction */
enum shown {
	SHOWN_OWN,
	SHOWN_ENTRY,
	SHOWN_EXIT,
};

FIXTURE_VARIANT(stop)
{
	long nr;
	unsigned long args[3];
	/* the first argument is the thread itself, as for tkill() */
	bool arg_self;
	int filters;
	enum attach_mode attach_mode;
	int options;
	struct step steps[5];
	enum shown shown;
	/* the registers are those of another program */
	bool new_program;
	/* nothing can be learnt of the tracee after this stop */
	bool last;
};

FIXTURE_VARIANT_ADD(stop, entry) {
	.nr = __NR_getppid,
	.args = { ARG },
	.steps = { { PTRACE_SYSCALL, SYSCALL_STOP } },
	.shown = SHOWN_ENTRY,
};

FIXTURE_VARIANT_ADD(stop, exit) {
	.nr = __NR_getppid,
	.args = { ARG },
	.steps = {
		{ PTRACE_SYSCALL, SYSCALL_STOP },
		{ PTRACE_SYSCALL, SYSCALL_STOP },
	},
	.shown = SHOWN_EXIT,
};

FIXTURE_VARIANT_ADD(stop, sysemu) {
	.nr = __NR_getppid,
	.args = { ARG },
	.steps = { { PTRACE_SYSEMU, SYSCALL_STOP } },
	.shown = SHOWN_ENTRY,
};

FIXTURE_VARIANT_ADD(stop, seccomp) {
	.nr = __NR_getppid,
	.args = { ARG },
	.filters = FILTER_TRACE,
	.steps = { { PTRACE_CONT, EVENT_STOP(PTRACE_EVENT_SECCOMP) } },
};

FIXTURE_VARIANT_ADD(stop, fork) {
	.nr = __NR_clone,
	.args = { SIGCHLD },
	.steps = { { PTRACE_CONT, EVENT_STOP(PTRACE_EVENT_FORK) } },
};

FIXTURE_VARIANT_ADD(stop, clone) {
	.nr = __NR_clone,
	.args = { SIGUSR2 },
	.steps = { { PTRACE_CONT, EVENT_STOP(PTRACE_EVENT_CLONE) } },
};

static char *const exec_argv[] = { "none", NULL };

FIXTURE_VARIANT_ADD(stop, exec) {
	.nr = __NR_execve,
	.args = { (unsigned long)"/proc/self/exe", (unsigned long)exec_argv },
	.steps = { { PTRACE_CONT, EVENT_STOP(PTRACE_EVENT_EXEC) } },
	.new_program = true,
	.last = true,
};

FIXTURE_VARIANT_ADD(stop, exit_event) {
	.nr = __NR_exit_group,
	.args = { ARG },
	.options = PTRACE_O_TRACEEXIT,
	.steps = { { PTRACE_CONT, EVENT_STOP(PTRACE_EVENT_EXIT) } },
	.last = true,
};

FIXTURE_VARIANT_ADD(stop, signal) {
	.nr = __NR_tkill,
	.args = { 0, SIGUSR1 },
	.arg_self = true,
	.steps = { { PTRACE_CONT, SIGUSR1 } },
};

/* A tracee that was attached to reports its group stop like a signal */
FIXTURE_VARIANT_ADD(stop, group_stop) {
	.nr = __NR_tkill,
	.args = { 0, SIGSTOP },
	.arg_self = true,
	.steps = {
		{ PTRACE_CONT, SIGSTOP },
		{ PTRACE_CONT, SIGSTOP, SIGSTOP },
	},
};

FIXTURE_VARIANT_ADD(stop, group_stop_seized) {
	.nr = __NR_tkill,
	.args = { 0, SIGSTOP },
	.arg_self = true,
	.attach_mode = SEIZE,
	.steps = {
		{ PTRACE_CONT, SIGSTOP },
		{ PTRACE_CONT, GROUP_STOP(SIGSTOP), SIGSTOP },
	},
};

FIXTURE_VARIANT_ADD(stop, interrupt) {
	.nr = __NR_getppid,
	.args = { ARG },
	.attach_mode = SEIZE,
	.steps = {
		{ PTRACE_SYSCALL, SYSCALL_STOP },
		{ PTRACE_INTERRUPT },
		{ PTRACE_CONT, EVENT_STOP(PTRACE_EVENT_STOP) },
	},
};

/* The trap that the exit of a system call reports in place of a step */
FIXTURE_VARIANT_ADD(stop, step_report) {
	.nr = __NR_getppid,
	.args = { ARG },
	.steps = {
		{ PTRACE_SYSCALL, SYSCALL_STOP },
		{ PTRACE_SINGLESTEP, SIGTRAP },
	},
};

FIXTURE_VARIANT_ADD(stop, step) {
	.nr = __NR_getppid,
	.args = { ARG },
	.steps = {
		{ PTRACE_SYSCALL, SYSCALL_STOP },
		{ PTRACE_SINGLESTEP, SIGTRAP },
		{ PTRACE_SINGLESTEP, SIGTRAP },
	},
	/* x7 is stored by now */
	.last = true,
};

/* Seize a tracee that has stopped itself, and take it out of its group stop */
static void seize_tracee(struct __test_metadata *_metadata, struct tracee *t,
			 int options)
{
	int stop;

	ASSERT_EQ(0, sys_ptrace(PTRACE_SEIZE, t->pid, 0, options));
	t->traced = true;
	ASSERT_EQ(GROUP_STOP(SIGSTOP), stop_with_regs(_metadata, t));
	ASSERT_EQ(0, syscall(__NR_tkill, t->pid, SIGCONT));
	do {
		ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, t->pid, 0, 0));
		stop = stop_with_regs(_metadata, t);
	} while (stop == EVENT_STOP(PTRACE_EVENT_STOP));
	ASSERT_EQ(SIGCONT, stop);
}

FIXTURE_SETUP(stop)
{
	int options = variant->options | PTRACE_O_EXITKILL |
		      PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
		      PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
		      PTRACE_O_TRACESECCOMP;
	const char *reason = filters_missing(variant->filters);

	if (reason)
		SKIP(return, "%s", reason);
	self->call = new_call(_metadata, variant->nr);
	memcpy(self->call->args, variant->args, sizeof(variant->args));
	self->t.traced = variant->attach_mode == TRACEME;
	fork_tracee(_metadata, &self->t, variant->filters, variant->nr,
		    call_body, self->call);
	if (variant->arg_self)
		self->call->args[0] = self->t.pid;
	if (variant->attach_mode == SEIZE)
		seize_tracee(_metadata, &self->t, options);
	else
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, self->t.pid, 0,
					options));
	take_steps(_metadata, &self->t, variant->steps);
}

/* The tracee, and what it has forked, go with the tracer */
FIXTURE_TEARDOWN(stop)
{
}

static unsigned long shown_x7(enum shown shown, unsigned long own)
{
	switch (shown) {
	case SHOWN_ENTRY:
		return DIR_ENTRY;
	case SHOWN_EXIT:
		return DIR_EXIT;
	default:
		return own;
	}
}

/* Let the tracee write down what it has, and look at that */
static void check_x7_after(struct __test_metadata *_metadata,
			   struct tracee *t, const struct call *call,
			   unsigned long want)
{
	finish(_metadata, t);
	EXPECT_EQ(want, call->x7_after);
}

TEST_F(stop, direction_shown)
{
	EXPECT_EQ(shown_x7(variant->shown, variant->new_program ? 0 : X7_VALUE),
		  self->t.regs.r[R_DIR]);
	if (!variant->last)
		check_x7_after(_metadata, &self->t, self->call, X7_VALUE);
}

/* In the system call stops, what is written to x7 is lost */
TEST_F(stop, direction_written)
{
	self->t.regs.r[R_DIR] = NEW_X7;
	set_regs(_metadata, self->t.pid, &self->t.regs);
	if (variant->last) {
		get_regs(_metadata, self->t.pid, &self->t.regs);
		EXPECT_EQ(NEW_X7, self->t.regs.r[R_DIR]);
		return;
	}
	check_x7_after(_metadata, &self->t, self->call,
		       shown_x7(variant->shown, NEW_X7) == NEW_X7 ?
		       NEW_X7 : X7_VALUE);
}

/* ... and is not seen in the same stop either */
TEST_F(stop, direction_written_read)
{
	self->t.regs.r[R_DIR] = NEW_X7;
	set_regs(_metadata, self->t.pid, &self->t.regs);
	get_regs(_metadata, self->t.pid, &self->t.regs);
	EXPECT_EQ(shown_x7(variant->shown, NEW_X7),
		  self->t.regs.r[R_DIR]);
}

TEST_F(stop, first_arg)
{
	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	EXPECT_EQ(variant->new_program ? 0 : self->call->args[0],
		  get_first_arg(_metadata, &self->t));
	/* getppid() is done */
	if (variant->shown == SHOWN_EXIT)
		EXPECT_EQ(getpid(), (pid_t)self->t.regs.r[0]);
}

#ifdef __aarch64__
TEST_F(stop, x7)
{
	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	EXPECT_EQ(variant->new_program ? 0 : X7_VALUE,
		  get_x7(_metadata, &self->t));
}

TEST_F(stop, x7_written)
{
	struct user_orig_regs orig_regs;

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	get_orig_regs(_metadata, &self->t, &orig_regs);
	orig_regs.x7 = NEW_X7;
	set_orig_regs(_metadata, &self->t, &orig_regs);

	EXPECT_EQ(NEW_X7, get_x7(_metadata, &self->t));
	get_regs(_metadata, self->t.pid, &self->t.regs);
	EXPECT_EQ(shown_x7(variant->shown, NEW_X7),
		  self->t.regs.r[R_DIR]);
	/* as a tracer does that changes another register */
	set_regs(_metadata, self->t.pid, &self->t.regs);
	if (!variant->last)
		check_x7_after(_metadata, &self->t, self->call, NEW_X7);
}
#else
TEST_F(stop, peek_poke)
{
	unsigned long off = R_DIR * sizeof(long);
	unsigned long value;

	ASSERT_EQ(0, sys_ptrace(PTRACE_PEEKUSR, self->t.pid, off,
				(unsigned long)&value));
	EXPECT_EQ(shown_x7(variant->shown, variant->new_program ? 0 : X7_VALUE),
		  value);
	ASSERT_EQ(0, sys_ptrace(PTRACE_POKEUSR, self->t.pid, off, NEW_X7));
	if (variant->last)
		return;
	check_x7_after(_metadata, &self->t, self->call,
		       shown_x7(variant->shown, NEW_X7) == NEW_X7 ?
		       NEW_X7 : X7_VALUE);
}

TEST_F(stop, poke_read)
{
	unsigned long off = R_DIR * sizeof(long);
	unsigned long value;

	ASSERT_EQ(0, sys_ptrace(PTRACE_POKEUSR, self->t.pid, off, NEW_X7));
	ASSERT_EQ(0, sys_ptrace(PTRACE_PEEKUSR, self->t.pid, off,
				(unsigned long)&value));
	EXPECT_EQ(shown_x7(variant->shown, NEW_X7), value);
}

TEST_F(stop, no_orig_regs)
{
	unsigned long long orig_regs[2] = {};
	size_t len = sizeof(orig_regs);

	EXPECT_EQ(-1, regset(PTRACE_GETREGSET, self->t.pid,
			     NT_ARM_ORIG_REGS, orig_regs, &len));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, regset(PTRACE_SETREGSET, self->t.pid,
			     NT_ARM_ORIG_REGS, orig_regs, &len));
	EXPECT_EQ(EINVAL, errno);
}
#endif

/*
 * A call that is interrupted, and made again with what the tracer makes the first
 * argument. It reads from one of two pipes, and so shows which. syscall_restart has
 * the restarts that need no regset.
 */
FIXTURE(restart)
{
	struct call *call;
	struct tracee t;
	int pipe_a[2];
	int pipe_b[2];
};

FIXTURE_VARIANT(restart)
{
	/* write when the signal is reported: the argument is in x0 by then */
	bool late;
	/* deliver the signal, with a handler of these flags */
	bool deliver;
	int sa_flags;
	/* from which pipe it reads; 0: EINTR */
	char reads;
};

FIXTURE_VARIANT_ADD(restart, arg) {
	.reads = 'b',
};

FIXTURE_VARIANT_ADD(restart, arg_handler) {
	.deliver = true,
	.sa_flags = SA_RESTART,
	.reads = 'b',
};

FIXTURE_VARIANT_ADD(restart, arg_eintr) {
	.deliver = true,
};

FIXTURE_VARIANT_ADD(restart, arg_late) {
	.late = true,
	.reads = 'a',
};

static void handler(int sig)
{
}

static void restart_body_flags(void *call, int sa_flags)
{
	struct sigaction act = { .sa_handler = handler, .sa_flags = sa_flags };

	if (sigaction(SIGUSR1, &act, NULL))
		_exit(105);
	call_body(call);
}

static void restart_body(void *call)
{
	restart_body_flags(call, SA_RESTART);
}

static void eintr_body(void *call)
{
	restart_body_flags(call, 0);
}

FIXTURE_SETUP(restart)
{
	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);

	ASSERT_EQ(0, pipe2(self->pipe_a, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(self->pipe_b, O_CLOEXEC));
	ASSERT_EQ(1, write(self->pipe_b[1], "b", 1));

	self->call = new_read_call(_metadata, self->pipe_a[0]);
	self->t.traced = true;
	fork_tracee(_metadata, &self->t, 0, 0,
		    variant->sa_flags ? restart_body : eintr_body, self->call);
	take_step(_metadata, &self->t,
		  &(struct step) { PTRACE_SYSCALL, SYSCALL_STOP });
	/* There is nothing to read yet, but there is a signal. */
	ASSERT_EQ(0, syscall(__NR_tkill, self->t.pid, SIGUSR1));
	take_step(_metadata, &self->t,
		  &(struct step) { PTRACE_SYSCALL, SYSCALL_STOP });
	ASSERT_EQ(-ERESTARTSYS, (long)self->t.regs.r[0]);
	ASSERT_EQ(1, write(self->pipe_a[1], "a", 1));
}

FIXTURE_TEARDOWN(restart)
{
}

TEST_F(restart, first_argument)
{
	struct tracee *t = &self->t;

	if (!variant->late) {
		set_first_arg(_metadata, t, self->pipe_b[0]);
		get_regs(_metadata, t->pid, &t->regs);
		EXPECT_EQ(-ERESTARTSYS, (long)t->regs.r[0]);
	}
	take_step(_metadata, t, &(struct step) { PTRACE_CONT, SIGUSR1 });
	if (variant->late)
		set_first_arg(_metadata, t, self->pipe_b[0]);
	if (variant->deliver) {
		int status;

		ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, t->pid, 0, SIGUSR1));
		ASSERT_EQ(t->pid, waitpid(t->pid, &status, 0));
		ASSERT_TRUE(WIFEXITED(status));
	} else {
		finish(_metadata, t);
	}

	EXPECT_EQ(variant->reads ? 1 : -EINTR, (long)self->call->result);
	EXPECT_EQ(variant->reads, *(char *)(self->call + 1));
	EXPECT_EQ(X7_VALUE, self->call->x7_after);
}

/* The child begins with what its parent has, not with what is shown of that */
TEST(fork_child)
{
	struct call *call = new_call(_metadata, __NR_clone);
	struct tracee t = { .traced = true };
	struct tracee child = {};
	unsigned long pid;
	int i;

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	call->args[0] = SIGCHLD;
	for (i = 1; i < 4; i++)
		call->args[i] = 0;
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	take_steps(_metadata, &t, (struct step []) {
			{ PTRACE_SYSCALL, SYSCALL_STOP },
			{ PTRACE_SYSCALL, EVENT_STOP(PTRACE_EVENT_FORK) },
			{},
		   });
	ASSERT_EQ(0, sys_ptrace(PTRACE_GETEVENTMSG, t.pid, 0,
				(unsigned long)&pid));
	child.pid = pid;
	ASSERT_EQ(SIGSTOP, stop_with_regs(_metadata, &child));
	EXPECT_EQ(X7_VALUE, child.regs.r[R_DIR]);
	EXPECT_EQ(SIGCHLD, get_first_arg(_metadata, &child));
#ifdef __aarch64__
	EXPECT_EQ(X7_VALUE, get_x7(_metadata, &child));
#endif
}

#ifdef __aarch64__
/*
 * What becomes of orig_x0 while the call is still to be made. It asks for the
 * flags of a file descriptor, and so tells of which.
 */
FIXTURE(argument)
{
	struct call *call;
	struct tracee t;
	/* FD_CLOEXEC is off and on; the filter refuses the third */
	int fd_off;
	int fd_on;
	int fd_refused;
};

FIXTURE_VARIANT(argument)
{
	__u32 action;
	struct step step;
	__u8 op;
};

FIXTURE_VARIANT_ADD(argument, entry) {
	.action = SECCOMP_RET_ALLOW,
	.step = { PTRACE_SYSCALL, SYSCALL_STOP },
	.op = PTRACE_SYSCALL_INFO_ENTRY,
};

/* Once the tracer is done, the filter is asked again */
FIXTURE_VARIANT_ADD(argument, seccomp) {
	.action = SECCOMP_RET_TRACE,
	.step = { PTRACE_CONT, EVENT_STOP(PTRACE_EVENT_SECCOMP) },
	.op = PTRACE_SYSCALL_INFO_SECCOMP,
};

struct filtered {
	struct call *call;
	/* the filter, if there is to be one */
	bool has;
	__u32 refused;
	__u32 action;
};

static void filtered_body(void *arg)
{
	struct filtered *filtered = arg;
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_fcntl, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, filtered->refused, 0, 1),
		BPF_STMT(BPF_RET | BPF_K,
			 SECCOMP_RET_ERRNO | FILTER_ERRNO_VALUE),
		BPF_STMT(BPF_RET | BPF_K, filtered->action),
	};
	struct sock_fprog prog = {
		.len = ARRAY_SIZE(filter),
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(105);
	if (filtered->has &&
	    syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog))
		_exit(106);
	call_body(filtered->call);
}

FIXTURE_SETUP(argument)
{
	const char *reason = filters_missing(FILTER_TRACE);
	struct filtered filtered;

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	/* At the entry, there is something to test without a filter too. */
	if (reason && variant->action == SECCOMP_RET_TRACE)
		SKIP(return, "%s", reason);
	self->fd_off = open("/", O_PATH);
	self->fd_on = open("/", O_PATH | O_CLOEXEC);
	self->fd_refused = open("/", O_PATH);
	ASSERT_LE(0, self->fd_off);
	ASSERT_LE(0, self->fd_on);
	ASSERT_LE(0, self->fd_refused);

	self->call = new_call(_metadata, __NR_fcntl);
	self->call->args[0] = self->fd_off;
	self->call->args[1] = F_GETFD;
	filtered = (struct filtered) {
		.call = self->call,
		.has = !reason,
		.refused = self->fd_refused,
		.action = variant->action,
	};
	self->t.traced = true;
	fork_tracee(_metadata, &self->t, 0, 0, filtered_body, &filtered);
	take_step(_metadata, &self->t, &variant->step);
}

FIXTURE_TEARDOWN(argument)
{
}

TEST_F(argument, used)
{
	struct ptrace_syscall_info info = {};

	set_first_arg(_metadata, &self->t, self->fd_on);
	get_regs(_metadata, self->t.pid, &self->t.regs);
	EXPECT_EQ(self->fd_on, (int)self->t.regs.r[0]);
	ASSERT_LT(0, sys_ptrace(PTRACE_GET_SYSCALL_INFO, self->t.pid,
				sizeof(info), (unsigned long)&info));
	EXPECT_EQ(variant->op, info.op);
	EXPECT_EQ(self->fd_on, (int)info.entry.args[0]);
	EXPECT_EQ(F_GETFD, (int)info.entry.args[1]);
	finish(_metadata, &self->t);
	EXPECT_EQ(FD_CLOEXEC, (long)self->call->result);
}

TEST_F(argument, refused)
{
	const char *reason = filters_missing(FILTER_ERRNO);

	if (reason)
		SKIP(return, "%s", reason);
	set_first_arg(_metadata, &self->t, self->fd_refused);
	finish(_metadata, &self->t);
	EXPECT_EQ(-FILTER_ERRNO_VALUE, (long)self->call->result);
}

/* x0 is the result of a call that is not to be made, and stays that */
TEST_F(argument, skipped)
{
	self->t.regs.r[0] = TRACER_RESULT;
	set_regs(_metadata, self->t.pid, &self->t.regs);
	set_syscall_nr(_metadata, self->t.pid, -1);
	set_first_arg(_metadata, &self->t, self->fd_on);
	get_regs(_metadata, self->t.pid, &self->t.regs);
	EXPECT_EQ(TRACER_RESULT, (long)self->t.regs.r[0]);
	finish(_metadata, &self->t);
	EXPECT_EQ(TRACER_RESULT, (long)self->call->result);
}

/* At the exit, x0 is the result and stays that */
TEST(argument_at_exit)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = { .traced = true };

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	take_steps(_metadata, &t, (struct step []) {
			{ PTRACE_SYSCALL, SYSCALL_STOP },
			{ PTRACE_SYSCALL, SYSCALL_STOP },
			{},
		   });
	set_first_arg(_metadata, &t, NEW_ARG);
	EXPECT_EQ(NEW_ARG, get_first_arg(_metadata, &t));
	get_regs(_metadata, t.pid, &t.regs);
	EXPECT_EQ(getpid(), (pid_t)t.regs.r[0]);
	finish(_metadata, &t);
	EXPECT_EQ(getpid(), (pid_t)call->result);
	EXPECT_EQ(X7_VALUE, call->x7_after);
}

/* A call that the tracer emulates is not made, so that x0 is the result */
TEST(argument_at_sysemu)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = { .traced = true };

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	take_steps(_metadata, &t, (struct step []) {
			{ PTRACE_SYSEMU, SYSCALL_STOP },
			{},
		   });
	get_regs(_metadata, t.pid, &t.regs);
	t.regs.r[0] = TRACER_RESULT;
	set_regs(_metadata, t.pid, &t.regs);
	set_first_arg(_metadata, &t, NEW_ARG);
	EXPECT_EQ(NEW_ARG, get_first_arg(_metadata, &t));
	get_regs(_metadata, t.pid, &t.regs);
	EXPECT_EQ(TRACER_RESULT, (long)t.regs.r[0]);
	finish(_metadata, &t);
	EXPECT_EQ(TRACER_RESULT, (long)call->result);
	EXPECT_EQ(X7_VALUE, call->x7_after);
}

/* One register of the two, more than the two, and no whole register */
TEST(sizes)
{
	struct call *call = new_call(_metadata, __NR_getppid);
	struct tracee t = { .traced = true };
	struct user_orig_regs orig_regs;
	__u64 values[3] = { 1, 2, 3 };
	size_t len;

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	take_steps(_metadata, &t, (struct step []) {
			{ PTRACE_SYSCALL, SYSCALL_STOP },
			{},
		   });

	len = 8;
	ASSERT_EQ(0, regset(PTRACE_GETREGSET, t.pid, NT_ARM_ORIG_REGS,
			    values, &len));
	EXPECT_EQ(8, len);
	EXPECT_EQ(X7_VALUE, values[0]);
	EXPECT_EQ(2, values[1]);

	len = 24;
	ASSERT_EQ(0, regset(PTRACE_GETREGSET, t.pid, NT_ARM_ORIG_REGS,
			    values, &len));
	EXPECT_EQ(16, len);
	EXPECT_EQ(ARG, values[1]);
	EXPECT_EQ(3, values[2]);

	values[0] = NEW_X7;
	values[1] = NEW_ARG;
	len = 8;
	ASSERT_EQ(0, regset(PTRACE_SETREGSET, t.pid, NT_ARM_ORIG_REGS,
			    values, &len));
	EXPECT_EQ(8, len);
	get_orig_regs(_metadata, &t, &orig_regs);
	EXPECT_EQ(NEW_X7, orig_regs.x7);
	EXPECT_EQ(ARG, orig_regs.orig_x0);

	values[0] = X7_VALUE;
	len = 24;
	ASSERT_EQ(0, regset(PTRACE_SETREGSET, t.pid, NT_ARM_ORIG_REGS,
			    values, &len));
	EXPECT_EQ(16, len);
	get_orig_regs(_metadata, &t, &orig_regs);
	EXPECT_EQ(X7_VALUE, orig_regs.x7);
	EXPECT_EQ(NEW_ARG, orig_regs.orig_x0);

	for (len = 4; len <= 20; len += 8) {
		size_t same = len;

		EXPECT_EQ(-1, regset(PTRACE_GETREGSET, t.pid,
				     NT_ARM_ORIG_REGS, values, &same));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(-1, regset(PTRACE_SETREGSET, t.pid,
				     NT_ARM_ORIG_REGS, values, &same));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(len, same);
	}
	finish(_metadata, &t);
	EXPECT_EQ(X7_VALUE, call->x7_after);
}

/* A tracer saves all registers in a stop of one kind, restores them in another */
TEST(save_at_entry)
{
	struct call *call = new_call(_metadata, __NR_tkill);
	struct tracee t = { .traced = true };
	struct user_orig_regs orig_regs;
	struct regs saved;

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	call->args[0] = t.pid;
	call->args[1] = SIGUSR1;
	take_step(_metadata, &t,
		  &(struct step) { PTRACE_SYSCALL, SYSCALL_STOP });
	saved = t.regs;
	get_orig_regs(_metadata, &t, &orig_regs);
	take_step(_metadata, &t, &(struct step) { PTRACE_CONT, SIGUSR1 });
	t.regs = saved;
	set_regs(_metadata, t.pid, &t.regs);
	set_orig_regs(_metadata, &t, &orig_regs);
	finish(_metadata, &t);
	EXPECT_EQ(t.pid, (pid_t)call->result);
	EXPECT_EQ(X7_VALUE, call->x7_after);
}

/*
 * A core dump has the two as well: here of a task that a filter kills in a
 * system call.
 */
#define CORE_PATTERN	"/proc/sys/kernel/core_pattern"

FIXTURE(core)
{
	struct guard guard;
	char dir[32];
	char name[64];
};

/* What there was before, in the guard */
struct core_pattern {
	int fd;
	char text[128];
	ssize_t len;
};

static const char *change_core_pattern(void *arg)
{
	struct core_pattern *pattern = arg;

	pattern->fd = open(CORE_PATTERN, O_RDWR | O_CLOEXEC);
	if (pattern->fd < 0)
		return "can't open " CORE_PATTERN " for writing";
	pattern->len = read(pattern->fd, pattern->text, sizeof(pattern->text));
	/* in the current directory; %p, or else the PID might be appended */
	if (pattern->len < 0 || pwrite(pattern->fd, "core.%p", 7, 0) != 7)
		return "can't change " CORE_PATTERN;
	return NULL;
}

static int restore_core_pattern(void *arg)
{
	struct core_pattern *pattern = arg;

	return pwrite(pattern->fd, pattern->text, pattern->len, 0) !=
	       pattern->len;
}

FIXTURE_SETUP(core)
{
	const char *reason = filters_missing(FILTER_ERRNO);
	struct core_pattern pattern;

	if (!have_orig_regs(_metadata))
		SKIP(return, NO_ORIG_REGS);
	if (reason)
		SKIP(return, "%s", reason);
	snprintf(self->dir, sizeof(self->dir), "/tmp/syscall_regs.XXXXXX");
	ASSERT_TRUE(!!mkdtemp(self->dir));
	reason = guard_begin(&self->guard, change_core_pattern,
			     restore_core_pattern, &pattern);
	if (reason) {
		rmdir(self->dir);
		SKIP(return, "%s", reason);
	}
}

FIXTURE_TEARDOWN(core)
{
	EXPECT_EQ(0, guard_end(&self->guard));
	if (self->name[0])
		unlink(self->name);
	rmdir(self->dir);
}

struct dumped {
	struct call *call;
	const char *dir;
};

static void dumped_body(void *arg)
{
	static const struct rlimit core = { RLIM_INFINITY, RLIM_INFINITY };
	struct dumped *dumped = arg;

	if (chdir(dumped->dir))
		_exit(105);
	if (setrlimit(RLIMIT_CORE, &core))
		_exit(106);
	if (install_filter(__NR_getppid, SECCOMP_RET_KILL_PROCESS, 0))
		_exit(107);
	call_body(dumped->call);
}

/* The description of a note, or NULL; its size goes to *size */
static void *find_note(char *core, size_t len, __u32 type, size_t *size)
{
	struct elf64_hdr *ehdr = (void *)core;
	struct elf64_phdr *phdr = (void *)(core + ehdr->e_phoff);
	size_t pos, end;
	int i;

	for (i = 0; i < ehdr->e_phnum && phdr[i].p_type != PT_NOTE; i++)
		;
	if (i == ehdr->e_phnum)
		return NULL;
	pos = phdr[i].p_offset;
	end = pos + phdr[i].p_filesz;
	while (pos + sizeof(struct elf64_note) <= end && end <= len) {
		struct elf64_note *nhdr = (void *)(core + pos);
		char *name = (char *)(nhdr + 1);
		char *desc = name + ((nhdr->n_namesz + 3) & ~3);

		if (nhdr->n_type == type && !strcmp(name, "LINUX")) {
			*size = nhdr->n_descsz;
			return desc;
		}
		pos = desc + ((nhdr->n_descsz + 3) & ~3) - core;
	}
	return NULL;
}

TEST_F(core, note)
{
	struct dumped dumped = {
		.call = new_call(_metadata, __NR_getppid),
		.dir = self->dir,
	};
	struct tracee t = {};
	struct user_orig_regs orig_regs;
	struct stat st;
	int status, fd;
	char *core;
	size_t size;
	void *note;

	fork_tracee(_metadata, &t, 0, 0, dumped_body, &dumped);
	ASSERT_EQ(0, kill(t.pid, SIGCONT));
	ASSERT_EQ(t.pid, waitpid(t.pid, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status));
	ASSERT_EQ(SIGSYS, WTERMSIG(status));
	if (!WCOREDUMP(status))
		SKIP(return, "kernel without CONFIG_COREDUMP?");

	snprintf(self->name, sizeof(self->name), "%s/core.%d", self->dir,
		 t.pid);
	fd = open(self->name, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &st));
	core = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	ASSERT_TRUE(core != MAP_FAILED);
	/* one that has been there for long, to know that the search is right */
	ASSERT_TRUE(!!find_note(core, st.st_size, NT_ARM_SYSTEM_CALL, &size));

	note = find_note(core, st.st_size, NT_ARM_ORIG_REGS, &size);
	ASSERT_TRUE(!!note) {
		TH_LOG("no such note in the core dump");
	}
	ASSERT_EQ(sizeof(orig_regs), size);
	memcpy(&orig_regs, note, sizeof(orig_regs));
	EXPECT_EQ(X7_VALUE, orig_regs.x7);
	EXPECT_EQ(ARG, orig_regs.orig_x0);
}

/* The registers and the calls of a compat tracee, for its native tracer */
#define COMPAT_R_NR		7
#define COMPAT_R_IP		12
#define COMPAT_NR_GETPPID	64
#define COMPAT_NR_EXIT_GROUP	248
/* mov r7, #nr */
#define MOV_R7(nr)		(0xe3a07000 | (nr))
/* What the program has in ip */
#define COMPAT_IP		0x125a

/*
 * A compat tracee of a native tracer: a program of a few instructions, made
 * here so that no compiler for arm is needed.
 */
static const struct {
	struct elf32_hdr ehdr;
	struct elf32_phdr phdr;
	__u32 code[7];
} compat_program = {
	.ehdr = {
		.e_ident = {
			ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
			ELFCLASS32, ELFDATA2LSB, EV_CURRENT,
		},
		.e_type = ET_EXEC,
		.e_machine = EM_ARM,
		.e_version = EV_CURRENT,
		.e_entry = 0x10000 + sizeof(struct elf32_hdr) + sizeof(struct elf32_phdr),
		.e_phoff = sizeof(struct elf32_hdr),
		/* EABI 5 */
		.e_flags = 0x05000000,
		.e_ehsize = sizeof(struct elf32_hdr),
		.e_phentsize = sizeof(struct elf32_phdr),
		.e_phnum = 1,
	},
	.phdr = {
		.p_type = PT_LOAD,
		.p_vaddr = 0x10000,
		.p_paddr = 0x10000,
		.p_filesz = sizeof(compat_program),
		.p_memsz = sizeof(compat_program),
		.p_flags = PF_R | PF_X,
		.p_align = 0x10000,
	},
	.code = {
		0xe3a0c05a,			/* mov	ip, #0x5a */
		0xe38ccc12,			/* orr	ip, ip, #0x1200 */
		MOV_R7(COMPAT_NR_GETPPID),
		0xef000000,			/* svc	#0 */
		0xe1a0000c,			/* mov	r0, ip */
		MOV_R7(COMPAT_NR_EXIT_GROUP),
		0xef000000,			/* svc	#0 */
	},
};

struct compat_regs {
	__u32 r[18];
};

static void compat_get(struct __test_metadata *_metadata, struct tracee *t,
		       struct compat_regs *regs)
{
	size_t len = sizeof(*regs);

	ASSERT_EQ(0, regset(PTRACE_GETREGSET, t->pid, NT_PRSTATUS, regs, &len));
	ASSERT_EQ(sizeof(*regs), len);
}

static void compat_next(struct __test_metadata *_metadata, struct tracee *t,
			int want, struct compat_regs *regs)
{
	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, t->pid, 0, 0));
	ASSERT_EQ(want, next_stop(_metadata, t->pid));
	compat_get(_metadata, t, regs);
}

static void check_no_orig_regs(struct __test_metadata *_metadata,
			       struct tracee *t)
{
	struct user_orig_regs orig_regs = {};
	size_t len = sizeof(orig_regs);

	EXPECT_EQ(-1, regset(PTRACE_GETREGSET, t->pid, NT_ARM_ORIG_REGS,
			     &orig_regs, &len));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, regset(PTRACE_SETREGSET, t->pid, NT_ARM_ORIG_REGS,
			     &orig_regs, &len));
	EXPECT_EQ(EINVAL, errno);
}

static void compat_write_ip(struct __test_metadata *_metadata,
			    struct tracee *t, struct compat_regs *regs)
{
	size_t len = sizeof(*regs);

	regs->r[COMPAT_R_IP] = NEW_X7;
	ASSERT_EQ(0, regset(PTRACE_SETREGSET, t->pid, NT_PRSTATUS, regs, &len));
}

TEST(compat_tracee)
{
	struct call *call = new_call(_metadata, __NR_execveat);
	struct tracee t = { .traced = true };
	struct compat_regs regs;
	int fd, stop;

	fd = memfd_create("compat", 0);
	if (fd < 0 && errno == ENOSYS)
		SKIP(return, "no memfd_create(): kernel without CONFIG_MEMFD_CREATE");
	ASSERT_LE(0, fd);
	ASSERT_EQ(sizeof(compat_program),
		  write(fd, &compat_program, sizeof(compat_program)));
	/* the flags, which are the fifth argument, are set at the entry */
	call->args[0] = fd;
	call->args[1] = (unsigned long)"";
	call->args[2] = (unsigned long)exec_argv;
	call->args[3] = 0;
	fork_tracee(_metadata, &t, 0, 0, call_body, call);
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, t.pid, 0,
				PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD |
				PTRACE_O_TRACEEXEC));
	take_step(_metadata, &t,
		  &(struct step) { PTRACE_SYSCALL, SYSCALL_STOP });
	t.regs.r[4] = AT_EMPTY_PATH;
	set_regs(_metadata, t.pid, &t.regs);

	ASSERT_EQ(0, sys_ptrace(PTRACE_SYSCALL, t.pid, 0, 0));
	stop = next_stop(_metadata, t.pid);
	if (stop == SYSCALL_STOP) {
		get_regs(_metadata, t.pid, &t.regs);
		ASSERT_EQ(-ENOEXEC, (long)t.regs.r[0]);
		SKIP(return, "no 32-bit programs: kernel without CONFIG_COMPAT?");
	}
	ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_EXEC), stop);
	compat_get(_metadata, &t, &regs);
	EXPECT_EQ(0, regs.r[COMPAT_R_IP]);
	check_no_orig_regs(_metadata, &t);

	/* the exit of a call that began as one of a native task */
	compat_next(_metadata, &t, SYSCALL_STOP, &regs);
	EXPECT_EQ(DIR_EXIT, regs.r[COMPAT_R_IP]);

	compat_next(_metadata, &t, SYSCALL_STOP, &regs);
	EXPECT_EQ(DIR_ENTRY, regs.r[COMPAT_R_IP]);
	EXPECT_EQ(COMPAT_NR_GETPPID, regs.r[COMPAT_R_NR]);
	check_no_orig_regs(_metadata, &t);
	compat_write_ip(_metadata, &t, &regs);

	compat_next(_metadata, &t, SYSCALL_STOP, &regs);
	EXPECT_EQ(DIR_EXIT, regs.r[COMPAT_R_IP]);
	EXPECT_EQ(COMPAT_NR_GETPPID, regs.r[COMPAT_R_NR]);
	check_no_orig_regs(_metadata, &t);
	compat_write_ip(_metadata, &t, &regs);

	/* the tracee has moved its ip to r0 meanwhile */
	compat_next(_metadata, &t, SYSCALL_STOP, &regs);
	EXPECT_EQ(COMPAT_NR_EXIT_GROUP, regs.r[COMPAT_R_NR]);
	EXPECT_EQ(COMPAT_IP, regs.r[0]);
}
#endif

int main(int argc, char **argv)
{
	save_program_pid();
	return test_harness_run(argc, argv);
}
