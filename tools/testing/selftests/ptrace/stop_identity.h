/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tracee at a known place, and a check of all that the kernel tells its
 * tracer about the kind of stop it is in: PTRACE_GET_SYSCALL_INFO,
 * PTRACE_SET_SYSCALL_INFO, PTRACE_GETEVENTMSG and PTRACE_LISTEN.
 */
#ifndef STOP_IDENTITY_H
#define STOP_IDENTITY_H

#include "ptrace_syscall_info.h"

/* What a tracee's filter hands to the tracer in a seccomp stop */
#define SECCOMP_DATA	0x5a5

enum attach_mode {
	ATTACHED,
	SEIZED,
};

/* Variants of a fixture: the two kinds of tracees with PTRACE_O_TRACESYSGOOD */
#define SYSGOOD_VARIANTS(fixture, name, ...)				\
	FIXTURE_VARIANT_ADD(fixture, name##_attached_sysgood)		\
	{ .attach_mode = ATTACHED, .sysgood = true, __VA_ARGS__ };	\
	FIXTURE_VARIANT_ADD(fixture, name##_seized_sysgood)		\
	{ .attach_mode = SEIZED, .sysgood = true, __VA_ARGS__ }

/* These, and the two without it */
#define TRACEE_VARIANTS(fixture, name, ...)				\
	FIXTURE_VARIANT_ADD(fixture, name##_attached)			\
	{ .attach_mode = ATTACHED, .sysgood = false, __VA_ARGS__ };	\
	FIXTURE_VARIANT_ADD(fixture, name##_seized)			\
	{ .attach_mode = SEIZED, .sysgood = false, __VA_ARGS__ };	\
	SYSGOOD_VARIANTS(fixture, name, __VA_ARGS__)

struct setup {
	enum attach_mode attach_mode;
	bool sysgood;
	/* but for PTRACE_O_TRACESYSGOOD */
	unsigned long options;
	/* the system call that gets a seccomp stop, or 0 */
	long filter;
	void (*body)(void *arg);
	void *arg;
};

/* What the requests must say in a stop */
struct answers {
	__u8 op;
	unsigned long msg;
	bool has_siginfo;
	/* PTRACE_EVENT_STOP, where PTRACE_LISTEN succeeds */
	bool event_stop;
};

/* What next_stop() returns for a stop of a system call */
static inline int syscall_stop(bool sysgood)
{
	return sysgood ? SYSCALL_STOP : SIGTRAP;
}

/*
 * Start a tracee. It is left in the signal-delivery-stop of a SIGUSR1 that it
 * sends to itself, which is the same place however it was attached to. When it
 * is resumed without the signal, the next thing it does is setup->body().
 */
static inline pid_t start_tracee(struct __test_metadata *_metadata,
				 const struct setup *setup)
{
	unsigned long options = PTRACE_O_EXITKILL | setup->options |
				(setup->sysgood ? PTRACE_O_TRACESYSGOOD : 0);
	int gate[2];
	pid_t pid;
	char c;

	ASSERT_EQ(0, pipe(gate));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		close(gate[1]);
		pid = syscall(__NR_gettid);
		if (prctl(PR_SET_PDEATHSIG, SIGKILL))
			_exit(100);
		if (setup->filter &&
		    install_filter(setup->filter,
				   SECCOMP_RET_TRACE | SECCOMP_DATA, 0))
			_exit(101);
		/* End of file: the tracer is there. */
		if (syscall(__NR_read, gate[0], &c, 1))
			_exit(102);
		syscall(__NR_tkill, pid, SIGUSR1);
		setup->body(setup->arg);
		_exit(0);
	}
	close(gate[0]);

	if (setup->attach_mode == SEIZED) {
		ASSERT_EQ(0, sys_ptrace(PTRACE_SEIZE, pid, 0, options));
	} else {
		ASSERT_EQ(0, sys_ptrace(PTRACE_ATTACH, pid, 0, 0));
		ASSERT_EQ(SIGSTOP, next_stop(_metadata, pid));
		ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0, options));
		ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, pid, 0, 0));
	}
	close(gate[1]);
	ASSERT_EQ(SIGUSR1, next_stop(_metadata, pid));

	return pid;
}

/*
 * PTRACE_SET_SYSCALL_INFO takes what @got has, if that can be set, and no other
 * op. Kernels before 6.16 have no such request.
 */
static inline void check_set(struct __test_metadata *_metadata, pid_t pid,
			     const struct sc_info *got)
{
	static bool told;
	struct sc_info info = *got;
	int op;

	if (!have_set_info(pid)) {
		if (!told)
			TH_LOG("no PTRACE_SET_SYSCALL_INFO: it is not tested");
		told = true;
		return;
	}

	for (op = PTRACE_SYSCALL_INFO_NONE;
	     op <= PTRACE_SYSCALL_INFO_SECCOMP + 1; op++) {
		bool ok = op == got->op && op != PTRACE_SYSCALL_INFO_NONE;

		info.op = op;
		ASSERT_EQ(ok ? 0 : -EINVAL,
			  set_info(pid, sizeof(info), &info)) {
			TH_LOG("set op %d in a stop with op %d", op, got->op);
		}
	}
}

/*
 * Check all that a tracer can learn about the kind of a stop, and leave the
 * tracee as it was. PTRACE_LISTEN ends a stop, so it is only tried here where
 * it must fail.
 */
static inline void check_answers(struct __test_metadata *_metadata, pid_t pid,
				 const struct answers *want)
{
	unsigned long msg = ~0UL;
	struct sc_info info;
	siginfo_t si;

	get_all(_metadata, pid, &info, want->op);
#if defined(__i386__)
	/* To a 64-bit kernel, a task is a 32-bit one in its system calls only. */
	if (want->op != PTRACE_SYSCALL_INFO_NONE)
		ASSERT_EQ(OWN_ARCH, info.arch);
#elif defined(OWN_ARCH)
	ASSERT_EQ(OWN_ARCH, info.arch);
#endif
	if (want->op == PTRACE_SYSCALL_INFO_SECCOMP)
		ASSERT_EQ(want->msg, info.entry.ret_data);

	ASSERT_EQ(0, try_ptrace(PTRACE_GETEVENTMSG, pid, 0, &msg));
	ASSERT_EQ(want->msg, msg);
	ASSERT_EQ(want->has_siginfo ? 0 : -EINVAL,
		  try_ptrace(PTRACE_GETSIGINFO, pid, 0, &si));

	check_set(_metadata, pid, &info);
	if (!want->event_stop)
		ASSERT_EQ(-EIO, try_ptrace(PTRACE_LISTEN, pid, 0, NULL));
}

/*
 * Let a tracee in PTRACE_EVENT_STOP listen, and get it back. The new stop is
 * the same as the old one, since nothing has happened meanwhile.
 */
static inline void check_listen(struct __test_metadata *_metadata, pid_t pid,
				int status)
{
	struct sc_info info;

	ASSERT_EQ(0, try_ptrace(PTRACE_LISTEN, pid, 0, NULL));
	ASSERT_EQ(-ESRCH, get_info(pid, sizeof(info), &info));
	ASSERT_EQ(0, try_ptrace(PTRACE_INTERRUPT, pid, 0, NULL));
	ASSERT_EQ(status, next_stop(_metadata, pid));
}

/* Put an si_code into the siginfo of a stop */
static inline void set_si_code(struct __test_metadata *_metadata, pid_t pid,
			       int code)
{
	siginfo_t si;

	ASSERT_EQ(0, try_ptrace(PTRACE_GETSIGINFO, pid, 0, &si));
	si.si_code = code;
	ASSERT_EQ(0, try_ptrace(PTRACE_SETSIGINFO, pid, 0, &si));

	memset(&si, 0, sizeof(si));
	ASSERT_EQ(0, try_ptrace(PTRACE_GETSIGINFO, pid, 0, &si));
	ASSERT_EQ(code, si.si_code);
}

#endif /* STOP_IDENTITY_H */
