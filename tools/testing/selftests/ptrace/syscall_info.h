/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of PTRACE_GET_SYSCALL_INFO and PTRACE_SET_SYSCALL_INFO have in
 * common: a tracee that makes one known system call, and the requests.
 *
 * Built for arm64, arm, x86_64 and i386. The tracee is in assembly, so that
 * there is no system call but those named here, and every register is known.
 */
#ifndef SYSCALL_INFO_H
#define SYSCALL_INFO_H

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>
#include <linux/audit.h>

#include "ptrace_helpers.h"

/*
 * struct ptrace_syscall_info, under another name because the headers of a
 * 32-bit cross compiler are often too old to have all of its members.
 */
struct sc_info {
	__u8 op;
	__u8 reserved;
	__u16 flags;
	__u32 arch;
	__u64 ip;
	__u64 sp;
	union {
		struct {
			__u64 nr;
			__u64 args[6];
			/* in a seccomp stop only */
			__u32 ret_data;
			__u32 reserved2;
		} entry;
		struct {
			__s64 rval;
			__u8 is_error;
		} exit;
	};
};

/* What the request says is there; known to all who use it */
#define SIZE_NONE	24
#define SIZE_ENTRY	80
#define SIZE_EXIT	33
#define SIZE_SECCOMP	84
#define SIZE_SET	88

static_assert(sizeof(struct sc_info) == SIZE_SET, "size of struct sc_info");

#define TRACE_OPTIONS	(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | \
			 PTRACE_O_TRACESECCOMP)

#if defined(__aarch64__)
#define OWN_ARCH	AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define OWN_ARCH	AUDIT_ARCH_ARM
#elif defined(__x86_64__)
#define OWN_ARCH	AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define OWN_ARCH	AUDIT_ARCH_I386
#else
#error "no tracee for this architecture"
#endif

/* The tracee. The offsets are known to the assembly below. */
struct call {
	unsigned long nr;
	unsigned long args[6];
	/* written by the tracee: the stack pointer, and what came back */
	unsigned long sp;
	unsigned long result;
};

/*
 * Stop oneself, make the call, note its result, exit. The SIGSTOP is for this
 * thread alone.
 */
void call_body(struct call *call);
/* the instruction of the call, and the one after it */
extern char call_insn[], call_next[];

#if defined(__aarch64__)
asm("	.pushsection .text\n"
"	.balign	4\n"
"	.type	call_body, %function\n"
"	.global	call_body, call_insn, call_next\n"
"call_body:\n"
"	mov	x19, x0\n"
"	mov	x8, #178\n"		/* gettid */
"	svc	#0\n"
"	mov	x1, #19\n"		/* SIGSTOP */
"	mov	x8, #130\n"		/* tkill */
"	svc	#0\n"
"	mov	x9, sp\n"
"	str	x9, [x19, #56]\n"
"	ldr	x8, [x19]\n"
"	ldp	x0, x1, [x19, #8]\n"
"	ldp	x2, x3, [x19, #24]\n"
"	ldp	x4, x5, [x19, #40]\n"
"call_insn:\n"
"	svc	#0\n"
"call_next:\n"
"	str	x0, [x19, #64]\n"
"1:	mov	x0, #0\n"
"	mov	x8, #94\n"		/* exit_group */
"	svc	#0\n"
"	b	1b\n"
"	.size	call_body, . - call_body\n"
"	.popsection\n"
);
#elif defined(__arm__)
asm("	.pushsection .text\n"
"	.syntax	unified\n"
"	.arm\n"
"	.balign	4\n"
"	.type	call_body, %function\n"
"	.global	call_body, call_insn, call_next\n"
"call_body:\n"
"	mov	r8, r0\n"
"	mov	r7, #224\n"		/* gettid */
"	svc	#0\n"
"	mov	r1, #19\n"		/* SIGSTOP */
"	mov	r7, #238\n"		/* tkill */
"	svc	#0\n"
"	str	sp, [r8, #28]\n"
"	ldr	r7, [r8]\n"
"	ldr	r0, [r8, #4]\n"
"	ldr	r1, [r8, #8]\n"
"	ldr	r2, [r8, #12]\n"
"	ldr	r3, [r8, #16]\n"
"	ldr	r4, [r8, #20]\n"
"	ldr	r5, [r8, #24]\n"
"call_insn:\n"
"	svc	#0\n"
"call_next:\n"
"	str	r0, [r8, #32]\n"
"1:	mov	r0, #0\n"
"	mov	r7, #248\n"		/* exit_group */
"	svc	#0\n"
"	b	1b\n"
"	.size	call_body, . - call_body\n"
"	.popsection\n"
);
#elif defined(__x86_64__)
asm("	.pushsection .text\n"
"	.type	call_body, @function\n"
"	.global	call_body, call_insn, call_next\n"
"call_body:\n"
"	mov	%rdi, %rbx\n"
"	mov	$186, %eax\n"		/* gettid */
"	syscall\n"
"	mov	%eax, %edi\n"
"	mov	$19, %esi\n"		/* SIGSTOP */
"	mov	$200, %eax\n"		/* tkill */
"	syscall\n"
"	mov	%rsp, 56(%rbx)\n"
"	mov	(%rbx), %rax\n"
"	mov	8(%rbx), %rdi\n"
"	mov	16(%rbx), %rsi\n"
"	mov	24(%rbx), %rdx\n"
"	mov	32(%rbx), %r10\n"
"	mov	40(%rbx), %r8\n"
"	mov	48(%rbx), %r9\n"
"call_insn:\n"
"	syscall\n"
"call_next:\n"
"	mov	%rax, 64(%rbx)\n"
"1:	xor	%edi, %edi\n"
"	mov	$231, %eax\n"		/* exit_group */
"	syscall\n"
"	jmp	1b\n"
"	.size	call_body, . - call_body\n"
"	.popsection\n"
);
#else
asm("	.pushsection .text\n"
"	.type	call_body, @function\n"
"	.global	call_body, call_insn, call_next\n"
"call_body:\n"
"	mov	4(%esp), %esi\n"
"	mov	$224, %eax\n"		/* gettid */
"	int	$0x80\n"
"	mov	%eax, %ebx\n"
"	mov	$19, %ecx\n"		/* SIGSTOP */
"	mov	$238, %eax\n"		/* tkill */
"	int	$0x80\n"
"	push	%esi\n"			/* no register is left for it */
"	mov	%esp, 28(%esi)\n"
"	mov	(%esi), %eax\n"
"	mov	4(%esi), %ebx\n"
"	mov	8(%esi), %ecx\n"
"	mov	12(%esi), %edx\n"
"	mov	20(%esi), %edi\n"
"	mov	24(%esi), %ebp\n"
"	mov	16(%esi), %esi\n"
"call_insn:\n"
"	int	$0x80\n"
"call_next:\n"
"	pop	%ecx\n"
"	mov	%eax, 32(%ecx)\n"
"1:	xor	%ebx, %ebx\n"
"	mov	$252, %eax\n"		/* exit_group */
"	int	$0x80\n"
"	jmp	1b\n"
"	.size	call_body, . - call_body\n"
"	.popsection\n"
);
#endif

/* The request, or its error as a negative number */
static inline long get_info(pid_t pid, unsigned long size, const void *data)
{
	long ret = sys_ptrace(PTRACE_GET_SYSCALL_INFO, pid, size,
			      (unsigned long)data);

	return ret < 0 ? -errno : ret;
}

static inline long set_info(pid_t pid, unsigned long size, const void *data)
{
	long ret = sys_ptrace(PTRACE_SET_SYSCALL_INFO, pid, size,
			      (unsigned long)data);

	return ret < 0 ? -errno : ret;
}

/* Is there PTRACE_SET_SYSCALL_INFO? It refuses a size of 0 by EINVAL. */
static inline bool have_set_info(pid_t pid)
{
	return set_info(pid, 0, NULL) != -EIO;
}

static inline bool kernel_is_64bit(void)
{
	struct utsname uts;

	if (sizeof(long) == 8)
		return true;
	/* a 32-bit task may get to see the name of the 32-bit machine */
	return !uname(&uts) && (!strcmp(uts.machine, "x86_64") ||
				!strcmp(uts.machine, "aarch64") ||
				!strncmp(uts.machine, "armv8", 5));
}

static inline int resume(struct __test_metadata *_metadata, pid_t pid,
			 int request)
{
	ASSERT_EQ(0, sys_ptrace(request, pid, 0, 0));
	return next_stop(_metadata, pid);
}

/* The tracee does its last call and exits, unless it does something else */
static inline void run_to_exit(struct __test_metadata *_metadata, pid_t pid)
{
	int status;

	ASSERT_EQ(0, sys_ptrace(PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
	ASSERT_EQ(0, status);
}

/*
 * Kill a tracee and wait until it is gone, with all of its threads: its leader
 * is not, until they are. No test has another child by then.
 */
static inline void kill_and_reap(pid_t pid)
{
	int status;
	pid_t child;

	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	do {
		child = waitpid(-1, &status, __WALL);
		/* PTRACE_EVENT_EXIT may come first */
		if (child > 0 && WIFSTOPPED(status))
			sys_ptrace(PTRACE_CONT, child, 0, SIGKILL);
	} while (child > 0);
}

/* A tracee before its call. With @filter, seccomp stops at that call too. */
static inline pid_t start_call(struct __test_metadata *_metadata,
			       struct call *call, bool filter, __u16 ret_data)
{
	pid_t pid, parent = getpid();

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) ||
		    getppid() != parent ||
		    sys_ptrace(PTRACE_TRACEME, 0, 0, 0) ||
		    (filter && install_filter(call->nr,
					      SECCOMP_RET_TRACE | ret_data, 0)))
			_exit(1);
		call_body(call);
		_exit(2);
	}
	ASSERT_EQ(SIGSTOP, next_stop(_metadata, pid));
	ASSERT_EQ(0, sys_ptrace(PTRACE_SETOPTIONS, pid, 0, TRACE_OPTIONS));
	return pid;
}

/* All that is there about a stop, and no byte more */
static inline void get_all(struct __test_metadata *_metadata, pid_t pid,
			   struct sc_info *info, int op)
{
	static const int sizes[] = {
		[PTRACE_SYSCALL_INFO_NONE] = SIZE_NONE,
		[PTRACE_SYSCALL_INFO_ENTRY] = SIZE_ENTRY,
		[PTRACE_SYSCALL_INFO_EXIT] = SIZE_EXIT,
		[PTRACE_SYSCALL_INFO_SECCOMP] = SIZE_SECCOMP,
	};

	memset(info, 0, sizeof(*info));
	ASSERT_EQ(sizes[op], get_info(pid, sizeof(*info), info));
	ASSERT_EQ(op, info->op);
	ASSERT_EQ(0, info->reserved);
	ASSERT_EQ(0, info->flags);
}

#endif /* SYSCALL_INFO_H */
