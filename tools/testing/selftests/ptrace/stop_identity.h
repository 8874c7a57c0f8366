/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tracee at a known place, and a check of all that the kernel tells its
 * tracer about the kind of stop it is in: PTRACE_GET_SYSCALL_INFO,
 * PTRACE_SET_SYSCALL_INFO, PTRACE_GETEVENTMSG and PTRACE_LISTEN.
 */
#ifndef STOP_IDENTITY_H
#define STOP_IDENTITY_H

#include <linux/audit.h>

#include "ptrace_helpers.h"

#if defined(__aarch64__)
#define TRACEE_ARCH	AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define TRACEE_ARCH	AUDIT_ARCH_ARM
#elif defined(__x86_64__)
#define TRACEE_ARCH	AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define TRACEE_ARCH	AUDIT_ARCH_I386
#endif

/* What a tracee's filter hands to the tracer in a seccomp stop */
#define SECCOMP_DATA	0x5a5

/* The four kinds of tracees that each variant of a fixture is for */
#define TRACEE_VARIANTS(fixture, name, ...)				\
	FIXTURE_VARIANT_ADD(fixture, name##_attached)			\
	{ .seized = false, .sysgood = false, __VA_ARGS__ };		\
	FIXTURE_VARIANT_ADD(fixture, name##_attached_sysgood)		\
	{ .seized = false, .sysgood = true, __VA_ARGS__ };		\
	FIXTURE_VARIANT_ADD(fixture, name##_seized)			\
	{ .seized = true, .sysgood = false, __VA_ARGS__ };		\
	FIXTURE_VARIANT_ADD(fixture, name##_seized_sysgood)		\
	{ .seized = true, .sysgood = true, __VA_ARGS__ }

struct setup {
	bool seized;
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

/* 0, or the error: unlike errno it survives what prints a failure */
static inline int try_ptrace(int request, pid_t pid, unsigned long addr,
			     void *data)
{
	return sys_ptrace(request, pid, addr, (unsigned long)data) < 0 ?
		errno : 0;
}

/*
 * Start a tracee. It is left in the signal-delivery-stop of a SIGUSR1 that it
 * sends to itself, which is the same place however it was attached to. When it
 * is resumed without the signal, the next thing it does is setup->body().
 */
static inline pid_t start_tracee(struct __test_metadata *_metadata,
				 const struct setup *setup)
{
	unsigned long options = PTRACE_O_EXITKILL | setup->options;
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

	if (setup->seized) {
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

static inline unsigned int syscall_info_size(__u8 op)
{
	switch (op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
		return 80;
	case PTRACE_SYSCALL_INFO_EXIT:
		return 33;
	case PTRACE_SYSCALL_INFO_SECCOMP:
		return 84;
	default:
		return 24;
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
	struct ptrace_syscall_info info = {};
	unsigned long msg = ~0UL;
	siginfo_t si;
	int op;

	ASSERT_EQ(syscall_info_size(want->op),
		  sys_ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info),
			     (unsigned long)&info)) {
		TH_LOG("op %d instead of %d", info.op, want->op);
	}
	ASSERT_EQ(want->op, info.op);
#if defined(__i386__)
	/* To a 64-bit kernel, a task is a 32-bit one in its system calls only. */
	if (want->op != PTRACE_SYSCALL_INFO_NONE)
		ASSERT_EQ(TRACEE_ARCH, info.arch);
#elif defined(TRACEE_ARCH)
	ASSERT_EQ(TRACEE_ARCH, info.arch);
#endif
	if (want->op == PTRACE_SYSCALL_INFO_SECCOMP)
		ASSERT_EQ(want->msg, info.seccomp.ret_data);

	ASSERT_EQ(0, try_ptrace(PTRACE_GETEVENTMSG, pid, 0, &msg));
	ASSERT_EQ(want->msg, msg);
	ASSERT_EQ(want->has_siginfo ? 0 : EINVAL,
		  try_ptrace(PTRACE_GETSIGINFO, pid, 0, &si));

	/* Where it succeeds, this writes what is there already. */
	for (op = PTRACE_SYSCALL_INFO_NONE;
	     op <= PTRACE_SYSCALL_INFO_SECCOMP + 1; op++) {
		bool ok = op == want->op && op != PTRACE_SYSCALL_INFO_NONE;

		info.op = op;
		ASSERT_EQ(ok ? 0 : EINVAL,
			  try_ptrace(PTRACE_SET_SYSCALL_INFO, pid,
				     sizeof(info), &info)) {
			TH_LOG("PTRACE_SET_SYSCALL_INFO of op %d in a stop with op %d",
			       op, want->op);
		}
	}

	if (!want->event_stop)
		ASSERT_EQ(EIO, try_ptrace(PTRACE_LISTEN, pid, 0, NULL));
}

/*
 * Let a tracee in PTRACE_EVENT_STOP listen, and get it back. The new stop is
 * the same as the old one, since nothing has happened meanwhile.
 */
static inline void check_listen(struct __test_metadata *_metadata, pid_t pid,
				int status)
{
	struct ptrace_syscall_info info;

	ASSERT_EQ(0, try_ptrace(PTRACE_LISTEN, pid, 0, NULL));
	ASSERT_EQ(ESRCH, try_ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info),
				    &info));
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
