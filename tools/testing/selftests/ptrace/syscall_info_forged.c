// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task may send itself a signal with any si_code, and a tracer may put any
 * si_code into the siginfo of a stop. None may change what the kernel tells
 * about the kind of the stop.
 *
 * "forged": the tracee sends itself signals with the values that mean something
 * to ptrace, right after a stop with a message of its own. "sweep": the same
 * with random values. "replaced", "replaced_event_stop": PTRACE_SETSIGINFO.
 *
 * The sweep has as many signals as take a few seconds in an emulated machine.
 * SYSCALL_INFO_FORGED_SWEEP in the environment sets another number, for which
 * run_kselftest.sh may need a longer time-out.
 */

#include "stop_identity.h"

#include <limits.h>
#include <sched.h>
#include <linux/sched.h>

#define SWEEP_DEFAULT	2000
/* In seconds, for each of the sweeps; only a large number needs that long. */
#define SWEEP_TIMEOUT	1800
#define SWEEP_SEED	0x2545f491U

/* What the tracer wants to be sent; shared with the tracee */
static struct order {
	bool fork;
	bool to_thread;
	int sig;
	siginfo_t si;
} *order;

static const int signals[] = { SIGUSR1, SIGTRAP, SIGSTOP, 0 /* real-time */ };

/* The low bytes for the events: SIGTRAP as in an event stop, and others */
static const int low_bytes[] = {
	SIGTRAP, SIGTRAP | 0x80, SIGTRAP - 1, SIGTRAP + 1, 0, 0x7f, 0x80, 0xff,
	SIGSTOP, SIGUSR1,
};

/* The bytes above those: events, and the neighbours of PTRACE_EVENT_STOP */
static const int event_bytes[] = {
	0, PTRACE_EVENT_FORK, PTRACE_EVENT_VFORK, PTRACE_EVENT_CLONE,
	PTRACE_EVENT_EXEC, PTRACE_EVENT_VFORK_DONE, PTRACE_EVENT_EXIT,
	PTRACE_EVENT_SECCOMP, PTRACE_EVENT_SECCOMP + 1,
	PTRACE_EVENT_STOP - 1, PTRACE_EVENT_STOP, PTRACE_EVENT_STOP + 1,
};

/* All of the above, and then these, with more in the upper half */
static const int more_codes[] = {
	SIGTRAP << 24 | SIGTRAP, 1 << 16 | EVENT_STOP(PTRACE_EVENT_SECCOMP),
	1 << 16 | EVENT_STOP(PTRACE_EVENT_STOP), INT_MIN | EVENT_STOP(0),
	INT_MIN | EVENT_STOP(PTRACE_EVENT_SECCOMP),
	INT_MIN | EVENT_STOP(PTRACE_EVENT_STOP), INT_MIN, INT_MAX, -1,
};

#define NR_TABLE	(ARRAY_SIZE(event_bytes) * ARRAY_SIZE(low_bytes))
#define NR_CODES	(NR_TABLE + ARRAY_SIZE(more_codes))

static int nth_code(unsigned int i)
{
	if (i >= NR_TABLE)
		return more_codes[i - NR_TABLE];
	return event_bytes[i / ARRAY_SIZE(low_bytes)] << 8 |
	       low_bytes[i % ARRAY_SIZE(low_bytes)];
}

static int nth_signal(unsigned int i)
{
	return signals[i] ?: SIGRTMIN + 1;
}

/* The tracee: send oneself what is ordered, again and again */
static void send_signals(void *arg)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid = getpid();

	for (;;) {
		if (order->fork &&
		    !syscall(__NR_clone3, &args, CLONE_ARGS_SIZE_VER0))
			syscall(__NR_exit, 0);
		if (order->to_thread)
			syscall(__NR_rt_tgsigqueueinfo, pid, pid, order->sig,
				&order->si);
		else
			syscall(__NR_rt_sigqueueinfo, pid, order->sig,
				&order->si);
	}
}

/*
 * These tests have many stops. They take a fraction of the time when tracer and
 * tracee stay on one CPU; nothing but the time depends on it.
 */
static void stay_on_this_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

static void make_order(struct __test_metadata *_metadata)
{
	stay_on_this_cpu();
	order = shared_page(_metadata);
	order->sig = SIGUSR1;
}

static void order_signal(int sig, int code)
{
	order->sig = sig;
	order->si.si_signo = sig;
	order->si.si_code = code;
}

static void check_message(struct __test_metadata *_metadata, pid_t pid,
			  unsigned long want)
{
	unsigned long msg = ~0UL;

	ASSERT_EQ(0, try_ptrace(PTRACE_GETEVENTMSG, pid, 0, &msg));
	ASSERT_EQ(want, msg);
}

/* --- signals with an si_code that means something to ptrace --- */

/* The stop before the signal-delivery-stop. Each of them has a message. */
enum stop_kind {
	STOP_EXIT,
	STOP_SECCOMP,
	STOP_FORK,
};

struct forger {
	pid_t pid;
	enum stop_kind before;
	int syscall_stop;
};

FIXTURE(forged) {
	struct forger f;
};

FIXTURE_VARIANT(forged) {
	enum stop_kind before;
	bool to_thread;
	enum attach_mode attach_mode;
	bool sysgood;
};

#define FORGED(...) TRACEE_VARIANTS(forged, __VA_ARGS__)

FORGED(exit_process, .before = STOP_EXIT, .to_thread = false);
FORGED(exit_thread, .before = STOP_EXIT, .to_thread = true);
FORGED(seccomp_process, .before = STOP_SECCOMP, .to_thread = false);
FORGED(seccomp_thread, .before = STOP_SECCOMP, .to_thread = true);
FORGED(fork_process, .before = STOP_FORK, .to_thread = false);
FORGED(fork_thread, .before = STOP_FORK, .to_thread = true);

FIXTURE_SETUP(forged)
{
	struct setup setup = {
		.attach_mode = variant->attach_mode,
		.sysgood = variant->sysgood,
		.body = send_signals,
	};

	if (variant->before == STOP_SECCOMP && !have_filters())
		SKIP(return, NO_FILTERS);
	make_order(_metadata);
	order->to_thread = variant->to_thread;
	self->f.before = variant->before;
	self->f.syscall_stop = syscall_stop(variant->sysgood);
	if (variant->before == STOP_SECCOMP) {
		setup.options |= PTRACE_O_TRACESECCOMP;
		setup.filter = variant->to_thread ? __NR_rt_tgsigqueueinfo :
						    __NR_rt_sigqueueinfo;
	}
	if (variant->before == STOP_FORK) {
		setup.options |= PTRACE_O_TRACEFORK;
		order->fork = true;
		/* The children are not waited for, and tell nobody. */
		signal(SIGCHLD, SIG_IGN);
	}
	self->f.pid = start_tracee(_metadata, &setup);
	signal(SIGCHLD, SIG_DFL);
}

FIXTURE_TEARDOWN(forged)
{
	/* The test's process ends with this, and all its tracees with it. */
}

/* Get rid of a child that the tracee was seen to fork */
static void end_child(struct __test_metadata *_metadata, pid_t pid)
{
	unsigned long child;
	int status;

	ASSERT_EQ(0, try_ptrace(PTRACE_GETEVENTMSG, pid, 0, &child));
	ASSERT_EQ(0, kill(child, SIGKILL));
	/* The kill may come before its first stop is seen, or after that. */
	do {
		ASSERT_EQ((pid_t)child, waitpid(child, &status, __WALL));
	} while (WIFSTOPPED(status));
}

static void check_forged(struct __test_metadata *_metadata,
			 struct forger *f, int sig, int code)
{
	static const struct answers want = {
		.op = PTRACE_SYSCALL_INFO_NONE,
		.has_siginfo = true,
	};
	pid_t pid = f->pid;
	siginfo_t si;

	order_signal(sig, code);
	switch (f->before) {
	case STOP_EXIT:
		ASSERT_EQ(f->syscall_stop,
			  resume(_metadata, pid, PTRACE_SYSCALL));
		ASSERT_EQ(f->syscall_stop,
			  resume(_metadata, pid, PTRACE_SYSCALL));
		check_message(_metadata, pid, PTRACE_EVENTMSG_SYSCALL_EXIT);
		break;
	case STOP_SECCOMP:
		ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
			  resume(_metadata, pid, PTRACE_CONT));
		check_message(_metadata, pid, SECCOMP_DATA);
		break;
	case STOP_FORK:
		ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_FORK),
			  resume(_metadata, pid, PTRACE_CONT));
		end_child(_metadata, pid);
		break;
	}
	ASSERT_EQ(sig, resume(_metadata, pid, PTRACE_CONT));

	/* That the value is there shows that there is something to test. */
	ASSERT_EQ(0, try_ptrace(PTRACE_GETSIGINFO, pid, 0, &si));
	ASSERT_EQ(sig, si.si_signo);
	ASSERT_EQ(code, si.si_code);
	check_answers(_metadata, pid, &want);
}

TEST_F(forged, seccomp_code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		check_forged(_metadata, &self->f, nth_signal(i),
			     EVENT_STOP(PTRACE_EVENT_SECCOMP));
}

TEST_F(forged, event_stop_code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals) * ARRAY_SIZE(low_bytes); i++)
		check_forged(_metadata, &self->f,
			     nth_signal(i % ARRAY_SIZE(signals)),
			     PTRACE_EVENT_STOP << 8 |
			     low_bytes[i / ARRAY_SIZE(signals)]);
}

/* To save time, these take turns with the signals. */
TEST_F(forged, other_codes)
{
	unsigned int i;

	for (i = 0; i < NR_CODES; i++) {
		unsigned int turn = i + i / ARRAY_SIZE(low_bytes);
		int code = nth_code(i);

		if (code != EVENT_STOP(PTRACE_EVENT_SECCOMP) &&
		    code >> 8 != PTRACE_EVENT_STOP)
			check_forged(_metadata, &self->f,
				     nth_signal(turn % ARRAY_SIZE(signals)),
				     code);
	}
}

/* --- random values --- */

FIXTURE(sweep) {
	pid_t pid;
};

FIXTURE_VARIANT(sweep) {
	enum attach_mode attach_mode;
};

FIXTURE_VARIANT_ADD(sweep, attached) { .attach_mode = ATTACHED, };
FIXTURE_VARIANT_ADD(sweep, seized) { .attach_mode = SEIZED, };

FIXTURE_SETUP(sweep)
{
	struct setup setup = {
		.attach_mode = variant->attach_mode,
		.body = send_signals,
	};

	make_order(_metadata);
	self->pid = start_tracee(_metadata, &setup);
}

FIXTURE_TEARDOWN(sweep)
{
	/* The test's process ends with this, and its tracee with it. */
}

static __u32 xorshift(__u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A quarter each: anything, 16 bits, a known value, and one with a wrong bit */
static int random_code(__u32 *state)
{
	__u32 r = xorshift(state), code = nth_code(xorshift(state) % NR_CODES);

	switch (r >> 30) {
	case 0:
		return xorshift(state);
	case 1:
		return r & 0xffff;
	case 2:
		return code;
	default:
		return code ^ 1U << (r & 0x1f);
	}
}

TEST_F_TIMEOUT(sweep, random_codes, SWEEP_TIMEOUT)
{
	const char *env = getenv("SYSCALL_INFO_FORGED_SWEEP");
	unsigned long i, nr = env ? strtoul(env, NULL, 0) : SWEEP_DEFAULT;
	bool have_set = have_set_info(self->pid);
	__u32 state = SWEEP_SEED;

	/* The timeout is for a larger number. */
	if (!env)
		alarm(TEST_TIMEOUT_DEFAULT);
	if (!have_set)
		TH_LOG("no PTRACE_SET_SYSCALL_INFO: it is not tested");

	for (i = 0; i < nr; i++) {
		int sig = nth_signal(xorshift(&state) % ARRAY_SIZE(signals));
		int code = random_code(&state);
		int get, set = -EINVAL, listen, getmsg;
		unsigned long msg = ~0UL;
		struct sc_info info = {};
		long size;

		order->to_thread = xorshift(&state) & 1;
		order_signal(sig, code);
		ASSERT_EQ(sig, resume(_metadata, self->pid, PTRACE_CONT));

		size = get_info(self->pid, sizeof(info), &info);
		get = info.op;
		getmsg = try_ptrace(PTRACE_GETEVENTMSG, self->pid, 0, &msg);
		info.op = PTRACE_SYSCALL_INFO_ENTRY + i % 3;
		if (have_set)
			set = set_info(self->pid, sizeof(info), &info);
		listen = try_ptrace(PTRACE_LISTEN, self->pid, 0, NULL);

		ASSERT_TRUE(size == SIZE_NONE &&
			    get == PTRACE_SYSCALL_INFO_NONE && !getmsg &&
			    !msg && set == -EINVAL && listen == -EIO) {
			TH_LOG("number %lu of %lu from seed 0x%x: signal %d, si_code 0x%x",
			       i, nr, SWEEP_SEED, sig, code);
			TH_LOG("size %ld, op %d, message %lu (error %d)",
			       size, get, msg, getmsg);
			TH_LOG("set op %d: error %d, listen: error %d",
			       info.op, set, listen);
		}
	}
}

/* --- PTRACE_SETSIGINFO --- */

FIXTURE(replaced) {
	pid_t pid;
};

FIXTURE_VARIANT(replaced) {
	unsigned long options;
	long filter;
	/* requests that lead to the stop */
	int request;
	int request2;
	int status;
	struct answers want;
	enum attach_mode attach_mode;
	bool sysgood;
};

#define REPLACE(...) TRACEE_VARIANTS(replaced, __VA_ARGS__)
/* A syscall stop without PTRACE_O_TRACESYSGOOD is not tested here. */
#define SYSGOOD(...) SYSGOOD_VARIANTS(replaced, __VA_ARGS__)

SYSGOOD(entry,
	.request = PTRACE_SYSCALL,
	.status = SYSCALL_STOP,
	.want = {
		.op = PTRACE_SYSCALL_INFO_ENTRY,
		.msg = PTRACE_EVENTMSG_SYSCALL_ENTRY,
		.has_siginfo = true,
	},
);

SYSGOOD(exit,
	.request = PTRACE_SYSCALL,
	.request2 = PTRACE_SYSCALL,
	.status = SYSCALL_STOP,
	.want = {
		.op = PTRACE_SYSCALL_INFO_EXIT,
		.msg = PTRACE_EVENTMSG_SYSCALL_EXIT,
		.has_siginfo = true,
	},
);

REPLACE(seccomp,
	.options = PTRACE_O_TRACESECCOMP,
	.filter = __NR_rt_sigqueueinfo,
	.request = PTRACE_CONT,
	.status = EVENT_STOP(PTRACE_EVENT_SECCOMP),
	.want = {
		.op = PTRACE_SYSCALL_INFO_SECCOMP,
		.msg = SECCOMP_DATA,
		.has_siginfo = true,
	},
);

REPLACE(signal,
	.request = PTRACE_CONT,
	.status = SIGUSR1,
	.want = {
		.op = PTRACE_SYSCALL_INFO_NONE,
		.has_siginfo = true,
	},
);

FIXTURE_SETUP(replaced)
{
	struct setup setup = {
		.attach_mode = variant->attach_mode,
		.sysgood = variant->sysgood,
		.options = variant->options,
		.filter = variant->filter,
		.body = send_signals,
	};

	if (variant->filter && !have_filters())
		SKIP(return, NO_FILTERS);

	make_order(_metadata);
	order_signal(SIGUSR1, SI_QUEUE);
	self->pid = start_tracee(_metadata, &setup);
	ASSERT_EQ(variant->status,
		  resume(_metadata, self->pid, variant->request));
	if (variant->request2)
		ASSERT_EQ(variant->status,
			  resume(_metadata, self->pid, variant->request2));
}

FIXTURE_TEARDOWN(replaced)
{
	/* The test's process ends with this, and its tracee with it. */
}

TEST_F(replaced, all_codes)
{
	unsigned int i;

	for (i = 0; i < NR_CODES; i++) {
		set_si_code(_metadata, self->pid, nth_code(i));
		check_answers(_metadata, self->pid, &variant->want);
	}
}

FIXTURE(replaced_event_stop) {
	pid_t pid;
	int status;
};

FIXTURE_VARIANT(replaced_event_stop) {
	bool group_stop;
};

FIXTURE_VARIANT_ADD(replaced_event_stop, interrupt) { .group_stop = false, };
FIXTURE_VARIANT_ADD(replaced_event_stop, group_stop) { .group_stop = true, };

FIXTURE_SETUP(replaced_event_stop)
{
	struct setup setup = {
		.attach_mode = SEIZED,
		.body = send_signals,
	};
	int sig = 0;

	make_order(_metadata);
	self->pid = start_tracee(_metadata, &setup);
	if (variant->group_stop) {
		sig = SIGSTOP;
		order_signal(sig, SI_QUEUE);
		ASSERT_EQ(sig, resume(_metadata, self->pid, PTRACE_CONT));
	} else {
		ASSERT_EQ(0, sys_ptrace(PTRACE_INTERRUPT, self->pid, 0, 0));
	}
	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, self->pid, 0, sig));
	self->status = GROUP_STOP(sig ?: SIGTRAP);
	ASSERT_EQ(self->status, next_stop(_metadata, self->pid));
}

FIXTURE_TEARDOWN(replaced_event_stop)
{
	/* The test's process ends with this, and its tracee with it. */
}

TEST_F(replaced_event_stop, all_codes)
{
	static const struct answers want = {
		.op = PTRACE_SYSCALL_INFO_NONE,
		.has_siginfo = true,
		.event_stop = true,
	};
	unsigned int i;

	for (i = 0; i < NR_CODES; i++) {
		set_si_code(_metadata, self->pid, nth_code(i));
		check_answers(_metadata, self->pid, &want);
		/* This makes a new stop, with a siginfo of its own. */
		check_listen(_metadata, self->pid, self->status);
	}
}

TEST_HARNESS_MAIN
