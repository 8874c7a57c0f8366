/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of ptrace need, whatever their tracees do: the raw request, the
 * stops, and filters of seccomp.
 */
#ifndef PTRACE_HELPERS_H
#define PTRACE_HELPERS_H

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <asm/ptrace.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>

#include "kselftest_harness.h"

/* Headers for arm tasks may be older than the kernel that is tested */
#ifndef PTRACE_SET_SYSCALL_INFO
#define PTRACE_SET_SYSCALL_INFO		0x4212
#endif

/*
 * What next_stop() returns, if it is not just a signal: with
 * PTRACE_O_TRACESYSGOOD, for a stop of a system call; for a PTRACE_EVENT_ stop;
 * and for a group stop of a tracee that was seized.
 */
#define SYSCALL_STOP		(SIGTRAP | 0x80)
#define EVENT_STOP(event)	(SIGTRAP | (event) << 8)
#define GROUP_STOP(sig)		((sig) | PTRACE_EVENT_STOP << 8)

/*
 * The C library has declarations of its own, which can't be used together with
 * those of <linux/ptrace.h>.
 */
static inline long sys_ptrace(int request, pid_t pid, unsigned long addr,
			      unsigned long data)
{
	return syscall(__NR_ptrace, request, pid, addr, data);
}

/*
 * Wait for the stop of a tracee, or of a child that stops itself, and return the
 * part of the wait status that tells its kind.
 */
static inline int next_stop(struct __test_metadata *_metadata, pid_t pid)
{
	int status;

	ASSERT_EQ(pid, waitpid(pid, &status, __WALL | WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status)) {
		TH_LOG("no stop, but wait status 0x%x", status);
	}
	return status >> 8;
}

/*
 * Stop oneself. The SIGSTOP is for this thread alone: one for the process could be
 * taken by a thread that nobody traces, and would stop them all. No system call
 * follows before the next one of the caller.
 */
static inline void stop_self(void)
{
	pid_t tid = syscall(__NR_gettid);

	syscall(__NR_tkill, tid, SIGSTOP);
}

/* Memory that is shared with the children to come */
static inline void *shared_page(struct __test_metadata *_metadata)
{
	void *page = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT_TRUE(page != MAP_FAILED);
	return page;
}

#define NO_FILTERS	"no seccomp filters: kernel without CONFIG_SECCOMP_FILTER"

/* Where there are filters, this pointer to one is looked at. */
static inline bool have_filters(void)
{
	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) &&
	       errno == EFAULT;
}

/*
 * What seccomp and ptrace report as the architecture of a test's calls. A task
 * of x86-64 can make those of i386 too, by int $0x80.
 */
#if defined(__aarch64__)
#define OWN_ARCH	AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define OWN_ARCH	AUDIT_ARCH_ARM
#elif defined(__x86_64__)
#define OWN_ARCH	AUDIT_ARCH_X86_64
#define INT80_ARCH	AUDIT_ARCH_I386
#elif defined(__i386__)
#define OWN_ARCH	AUDIT_ARCH_I386
#endif

/*
 * What seccomp is to do with calls of that number; all others are allowed. A call
 * of an architecture that the test makes no calls of kills the task: the number
 * would be that of another call, and the test must not pass with it. @flags are
 * those of SECCOMP_SET_MODE_FILTER. Returns a negative number if it fails.
 */
static inline int install_filter(unsigned int nr, __u32 action,
				 unsigned int flags)
{
	struct sock_filter filter[] = {
#ifdef OWN_ARCH
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
#ifdef INT80_ARCH
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, INT80_ARCH, 2, 0),
#endif
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
#endif
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {
		.len = ARRAY_SIZE(filter),
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

#endif /* PTRACE_HELPERS_H */
