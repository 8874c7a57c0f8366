// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write down all that can be seen of a system call, for a matrix of ways to
 * trace it, filters, audit, tracepoints, calls, and changes by the tracer. There
 * is nothing in the log that differs between two runs, so that the logs of two
 * kernels can be compared: what is different has been changed.
 *
 *   -o FILE     write the log to a file, and not to the output
 *   -l          list the cells
 *   -c PATTERN  only the cells with this in their name; may be given repeatedly,
 *               and all have to match
 *   -k          announce each cell in the kernel log
 *
 * A cell is a line "cell ..." that names it, and then a line for each event:
 *
 *   entry, exit, seccomp, event, signal, report, step, group
 *           stops: "report" is the SIGTRAP by which the exit of a call reports a
 *           step, "group" the stop of an untraced task
 *   change  what the tracer did in the stop above
 *   child   a stop or the end of a child
 *   asleep  what was done to the tracee while it slept in the call
 *   notif   a notification of SECCOMP_RET_USER_NOTIF
 *   handler a signal that the tracee has taken
 *   enter, leave
 *           the tracepoints of the system call
 *   audit   audit records, which are collected last
 *   end     how the tracee ended, and what it found after the call
 *
 * Values are symbolic where they are addresses or pids.
 */
#include "syscall_exit.h"
#include "record.h"

#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <asm/mman.h>
#include <asm/unistd.h>
#include <linux/auxvec.h>
#include <linux/futex.h>
#include <linux/perf_event.h>

#ifdef __aarch64__
#define ABI		"native"
#else
#define ABI		"compat"
#endif

#ifndef PTRACE_SET_SYSCALL_INFO
#define PTRACE_SET_SYSCALL_INFO	0x4212
#endif

#ifndef __NR_pidfd_getfd
#define __NR_pidfd_getfd	438
#endif

/* Those that are there without CONFIG_COMPAT_32BIT_TIME */
#ifdef __aarch64__
#define NR_PPOLL		__NR_ppoll
#define NR_CLOCK_NANOSLEEP	__NR_clock_nanosleep
#define NR_FUTEX		__NR_futex
#else
#define NR_PPOLL		414
#define NR_CLOCK_NANOSLEEP	407
#define NR_FUTEX		422
#endif

#define NR_UNKNOWN		9999

/*
 * No number in the log may be taken for a pid. Those that a task has are made to
 * be greater than all small numbers, and no other number is in their range.
 */
#define PID_FIRST	256UL
#define PID_LAST	4194304UL

/* What tracer, supervisor and filters make of things */
#define NEW_RESULT	0x5e55e55eUL
#define SKIP_RESULT	0x5c5c5c5cUL
#define NOTIF_RESULT	0x70717273UL
#define NEW_MARK	0x5bad5badUL
#define TRACE_DATA	0x77

static const unsigned long new_args[4] = {
	0x21111111, 0x22222222, 0x23333333, 0x24444444,
};

/* The program for execve(): headers, code */
#ifdef __aarch64__
#define elf_hdr		elf64_hdr
#define elf_phdr	elf64_phdr
#define ELF_CLASS	ELFCLASS64
#define ELF_MACHINE	EM_AARCH64
#define ELF_FLAGS	0
#else
#define elf_hdr		elf32_hdr
#define elf_phdr	elf32_phdr
#define ELF_CLASS	ELFCLASS32
#define ELF_MACHINE	EM_ARM
#define ELF_FLAGS	0x05000000	/* EF_ARM_EABI_VER5 */
#endif

#define ELF_BASE	0x30000000UL
#define ELF_CODE	(sizeof(struct elf_hdr) + sizeof(struct elf_phdr))

/* The axes */

enum trace {
	T_NONE, T_SYSCALL, T_NOGOOD, T_SYSEMU, T_SYSEMU_STEP, T_STEP, T_CONT,
	T_PLAIN, T_LATE,
	NR_TRACE
};

static const struct {
	const char *name;
	/* until the first stop of the call, and from there on */
	int first, rest;
} traces[] = {
	[T_NONE] = { "none" },
	[T_SYSCALL] = { "syscall", PTRACE_SYSCALL, PTRACE_SYSCALL },
	/* the same, without PTRACE_O_TRACESYSGOOD */
	[T_NOGOOD] = { "nogood-syscall", PTRACE_SYSCALL, PTRACE_SYSCALL },
	[T_SYSEMU] = { "sysemu", PTRACE_SYSEMU, PTRACE_SYSEMU },
	[T_SYSEMU_STEP] = { "sysemu-step", PTRACE_SYSEMU_SINGLESTEP,
			    PTRACE_SYSEMU_SINGLESTEP },
	[T_STEP] = { "step", PTRACE_SINGLESTEP, PTRACE_SINGLESTEP },
	/* tracing of system calls ends, never begins, begins in the call */
	[T_CONT] = { "cont-at-entry", PTRACE_SYSCALL, PTRACE_CONT },
	[T_PLAIN] = { "cont", PTRACE_CONT, PTRACE_CONT },
	[T_LATE] = { "late-syscall", PTRACE_CONT, PTRACE_SYSCALL },
};

/* Before the call, or while the tracee sleeps in it */
enum when { W_BEFORE, W_SEIZE, W_ATTACH, NR_WHEN };

static const char * const whens[] = { "before", "seize", "attach" };

enum seccomp {
	S_NONE, S_ALLOW, S_ERRNO, S_TRAP, S_TRACE, S_NOTIF, S_NOTIF_CONT, S_KILL,
	S_TSYNC,
	NR_SECCOMP
};

static const struct {
	const char *name;
	__u32 action;
} seccomps[] = {
	[S_NONE] = { "none" },
	[S_ALLOW] = { "allow", SECCOMP_RET_ALLOW },
	[S_ERRNO] = { "errno", SECCOMP_RET_ERRNO | FILTER_ERRNO_VALUE },
	[S_TRAP] = { "trap", SECCOMP_RET_TRAP | 0x55 },
	[S_TRACE] = { "trace", SECCOMP_RET_TRACE | TRACE_DATA },
	/* answered with a result, or with "go on" */
	[S_NOTIF] = { "notif", SECCOMP_RET_USER_NOTIF },
	[S_NOTIF_CONT] = { "notif-continue", SECCOMP_RET_USER_NOTIF },
	[S_KILL] = { "kill", SECCOMP_RET_KILL_PROCESS },
	/* by another thread, in the entry stop */
	[S_TSYNC] = { "tsync-errno", SECCOMP_RET_ERRNO | FILTER_ERRNO_VALUE },
};

enum tp { TP_OFF, TP_ON, TP_SWITCHED, NR_TP };

static const char * const tps[] = { "off", "on", "switched" };

enum call_kind {
	C_OK, C_FAIL, C_UNKNOWN, C_MINUS_ONE,
	C_READ_EINTR, C_READ_RESTART, C_PPOLL_EINTR, C_PPOLL_RESTART,
	C_SIGSUSPEND, C_SLEEP_EINTR, C_SLEEP_RESTART, C_FUTEX_EINTR,
	C_FUTEX_RESTART,
	C_NOINTR, C_EXECVE, C_CLONE, C_VFORK, C_SIGRETURN, C_EXIT, C_MTE,
	C_SVE, C_SVE_SLEEP, C_SME, C_SME_SLEEP, C_BTI, C_BTI_SLEEP,
	NR_CALL
};

/* What to do to a tracee that sleeps in the call */
enum nap { NAP_NONE, NAP_SIGNAL, NAP_RESTART, NAP_WRITE };

#define shared_addr(field)	(PAGE + offsetof(struct shared_data, field))

/* A read that is interrupted, and that then finds something to read */
#define RESTARTED_READ(name)						\
	{								\
		name, __NR_read, { FD_READ, shared_addr(buffer), 1 },	\
		{ NAP_SIGNAL, NAP_WRITE }, SA_RESTART,			\
	}

static const struct {
	const char *name;
	long nr;
	unsigned long args[6];
	enum nap naps[2];
	/* of the handler of the signal that interrupts the call */
	unsigned long sa_flags;
} calls[] = {
	[C_OK] = {
		"getppid", __NR_getppid,
		{ 0x11111111, 0x12222222, 0x13333333, 0x14444444, 0x15555555,
		  0x16666666 },
	},
	[C_FAIL] = {
		"fcntl-ebadf", __NR_fcntl,
		{ 0x7ffffff1, F_GETFD, 0x13333333, 0x14444444 },
	},
	[C_UNKNOWN] = { "unknown", NR_UNKNOWN, { 0x11111111, 0x12222222 } },
	[C_MINUS_ONE] = { "minus-one", -1, { 0x11111111, 0x12222222 } },
	/* -ERESTARTSYS */
	[C_READ_EINTR] = {
		"read-eintr", __NR_read, { FD_READ, shared_addr(buffer), 1 },
		{ NAP_SIGNAL },
	},
	[C_READ_RESTART] = RESTARTED_READ("read-restart"),
	/* -ERESTARTNOHAND */
	[C_PPOLL_EINTR] = {
		"ppoll-eintr", NR_PPOLL, { 0 }, { NAP_SIGNAL },
	},
	[C_PPOLL_RESTART] = {
		"ppoll-restart", NR_PPOLL, { 0 }, { NAP_RESTART, NAP_SIGNAL },
		SA_RESTART,
	},
	[C_SIGSUSPEND] = {
		"rt_sigsuspend", __NR_rt_sigsuspend,
		{ shared_addr(sigset), sizeof(__u64) }, { NAP_SIGNAL },
	},
	/* -ERESTART_RESTARTBLOCK */
	[C_SLEEP_EINTR] = {
		"clock_nanosleep-eintr", NR_CLOCK_NANOSLEEP,
		{ 1, 0, shared_addr(timeout), 0 }, { NAP_SIGNAL },
	},
	[C_SLEEP_RESTART] = {
		"clock_nanosleep-restart", NR_CLOCK_NANOSLEEP,
		{ 1, 0, shared_addr(timeout), 0 },
		{ NAP_RESTART, NAP_SIGNAL }, SA_RESTART,
	},
	[C_FUTEX_EINTR] = {
		"futex-eintr", NR_FUTEX,
		{ shared_addr(futex), FUTEX_WAIT, 0, shared_addr(timeout) },
		{ NAP_SIGNAL },
	},
	[C_FUTEX_RESTART] = {
		"futex-restart", NR_FUTEX,
		{ shared_addr(futex), FUTEX_WAIT, 0, shared_addr(timeout) },
		{ NAP_RESTART, NAP_SIGNAL }, SA_RESTART,
	},
	/* -ERESTARTNOINTR: does not sleep, but finds a signal that is there */
	[C_NOINTR] = { "clone-interrupted", __NR_clone, { SIGCHLD } },
	[C_EXECVE] = {
		"execve", __NR_execve,
		{ shared_addr(path), shared_addr(argv), shared_addr(argv[1]) },
	},
	[C_CLONE] = { "clone", __NR_clone, { SIGCHLD } },
	[C_VFORK] = {
		"vfork", __NR_clone,
		/* CLONE_DETACHED does nothing: but for it, this could be a pid */
		{ SIGCHLD | CLONE_VM | CLONE_VFORK | CLONE_DETACHED },
	},
	[C_SIGRETURN] = { "rt_sigreturn", __NR_rt_sigreturn, { 0x11111111 } },
	[C_EXIT] = { "exit", __NR_exit, { 7 } },
	/* with an asynchronous tag check fault that is reported first */
	[C_MTE] = { "getppid-mte", __NR_getppid, { 0x11111111, 0x12222222 } },
	/* with something in the vector registers; or in streaming mode */
	[C_SVE] = { "getppid-sve", __NR_getppid, { 0x11111111, 0x12222222 } },
	[C_SVE_SLEEP] = RESTARTED_READ("read-sve"),
	[C_SME] = { "getppid-sme", __NR_getppid, { 0x11111111, 0x12222222 } },
	[C_SME_SLEEP] = RESTARTED_READ("read-sme"),
	/* branched to, in a guarded page */
	[C_BTI] = { "getppid-bti", __NR_getppid, { 0x11111111, 0x12222222 } },
	[C_BTI_SLEEP] = RESTARTED_READ("read-bti"),
};

static bool vectors_live(enum call_kind call)
{
	return call >= C_SVE && call <= C_SME_SLEEP;
}

static bool guarded(enum call_kind call)
{
	return call == C_BTI || call == C_BTI_SLEEP;
}

enum change {
	/* in the first stop of the call: entry or seccomp */
	H_NONE, H_NR, H_SKIP, H_SKIP_X0, H_ARGS, H_PC_ENTRY,
	H_INFO_NR, H_INFO_ARGS,
	/* in the stop at its exit */
	H_RESULT, H_PC_EXIT, H_PC_BACK, H_INFO_RESULT,
	/* in both */
	H_MARK,
	NR_CHANGE
};

static const char * const changes[] = {
	[H_NONE] = "none",
	[H_NR] = "nr",
	[H_SKIP] = "skip",
	[H_SKIP_X0] = "skip-x0",
	[H_ARGS] = "args",
	[H_PC_ENTRY] = "pc-at-entry",
	[H_INFO_NR] = "info-nr",
	[H_INFO_ARGS] = "info-args",
	[H_RESULT] = "result",
	[H_PC_EXIT] = "pc-at-exit",
	/* back to the svc, once */
	[H_PC_BACK] = "again-at-exit",
	[H_INFO_RESULT] = "info-result",
	/* what R_DIR has in the system call stops */
	[H_MARK] = "mark",
};

struct cell {
	enum trace trace;
	enum when when;
	enum seccomp seccomp;
	bool audit;
	enum tp tp;
	enum call_kind call;
	enum change change;
};

static void cell_name(const struct cell *c, char *name, size_t size)
{
	snprintf(name, size,
		 "cell %s trace=%s when=%s seccomp=%s audit=%s tp=%s call=%s change=%s",
		 ABI, traces[c->trace].name, whens[c->when],
		 seccomps[c->seccomp].name, c->audit ? "on" : "off", tps[c->tp],
		 calls[c->call].name, changes[c->change]);
}

/* What has no meaning, or has none that another cell doesn't have */

static bool changes_entry(enum change change)
{
	return change >= H_NR && change <= H_INFO_ARGS;
}

static bool changes_exit(enum change change)
{
	return change >= H_RESULT && change <= H_INFO_RESULT;
}

static bool uses_info(enum change change)
{
	return change == H_INFO_NR || change == H_INFO_ARGS ||
	       change == H_INFO_RESULT;
}

static bool emulated(const struct cell *c)
{
	return c->trace == T_SYSEMU || c->trace == T_SYSEMU_STEP;
}

static bool sleeps(const struct cell *c)
{
	return calls[c->call].naps[0] != NAP_NONE;
}

static bool forks(const struct cell *c)
{
	return calls[c->call].nr == __NR_clone;
}

/* The call is not made, if it has the number that the filter is for */
static bool refused(const struct cell *c)
{
	return c->seccomp == S_ERRNO || c->seccomp == S_TRAP ||
	       c->seccomp == S_NOTIF || c->seccomp == S_KILL ||
	       c->seccomp == S_TSYNC;
}

/* There is a stop before the call is made */
static bool stops_at_entry(const struct cell *c)
{
	return c->trace == T_SYSCALL || c->trace == T_NOGOOD || emulated(c) ||
	       c->trace == T_CONT ||
	       (c->trace != T_NONE && c->seccomp == S_TRACE);
}

/* There is a stop after it */
static bool stops_at_exit(const struct cell *c)
{
	return c->trace == T_SYSCALL || c->trace == T_NOGOOD ||
	       c->trace == T_STEP || c->trace == T_SYSEMU_STEP ||
	       (c->trace == T_LATE && c->seccomp == S_TRACE);
}

/* Nobody who could change anything, or come later */
static bool no_tracer(const struct cell *c)
{
	return c->trace == T_NONE &&
	       (c->change != H_NONE || c->when != W_BEFORE);
}

/* One can come during a call only if it takes its time */
static bool nothing_to_attach_to(const struct cell *c)
{
	return c->when != W_BEFORE && !sleeps(c);
}

/*
 * A filter has decided before the tracer comes: it let the call pass. With
 * SECCOMP_RET_TRACE there would have to be a tracer already.
 */
static bool filter_before_attach(const struct cell *c)
{
	return c->when != W_BEFORE && c->seccomp != S_NONE &&
	       c->seccomp != S_ALLOW;
}

/*
 * From the restart on, it's as if the tracer had been there before: only what
 * takes hold of the restarted call is of interest, and with one tracer.
 */
static bool changes_after_attach(const struct cell *c)
{
	return c->when != W_BEFORE && c->change != H_NONE &&
	       (c->when != W_SEIZE || (c->change != H_RESULT &&
				       c->change != H_NR &&
				       c->change != H_SKIP_X0));
}

/* The option is about what a syscall stop looks like, whatever the call */
static bool option_alone(const struct cell *c)
{
	return c->trace == T_NOGOOD &&
	       (c->when != W_BEFORE || c->audit || c->tp != TP_OFF ||
		(c->seccomp != S_NONE && c->seccomp != S_TRACE) ||
		(c->call != C_OK && c->call != C_READ_EINTR &&
		 c->call != C_CLONE && c->call != C_EXECVE) ||
		(c->change != H_NONE && c->change != H_RESULT &&
		 c->change != H_ARGS && c->change != H_MARK));
}

/* PTRACE_SYSEMU ends a call before its number or a filter means anything */
static bool emulated_alike(const struct cell *c)
{
	return emulated(c) &&
	       ((c->call != C_OK && c->call != C_MINUS_ONE &&
		 c->call != C_SIGRETURN && c->call != C_EXIT &&
		 c->call != C_READ_EINTR && c->call != C_MTE &&
		 c->call != C_SVE && c->call != C_SME && c->call != C_BTI) ||
		(c->seccomp != S_NONE && c->seccomp != S_TRACE &&
		 c->seccomp != S_ERRNO) ||
		c->when != W_BEFORE || uses_info(c->change));
}

/* Changes need a stop in which to make them */
static bool no_stop_for_change(const struct cell *c)
{
	return (changes_entry(c->change) && !stops_at_entry(c)) ||
	       (changes_exit(c->change) && !stops_at_exit(c)) ||
	       (c->change == H_MARK && c->trace != T_SYSCALL &&
		c->trace != T_NOGOOD && c->trace != T_SYSEMU);
}

/* PTRACE_SET_SYSCALL_INFO needs a system call stop, which a step is not */
static bool no_stop_for_info(const struct cell *c)
{
	return uses_info(c->change) && c->trace != T_SYSCALL;
}

/* Calls that don't come back have no exit */
static bool no_exit(const struct cell *c)
{
	return changes_exit(c->change) &&
	       ((c->call == C_EXIT && !emulated(c)) || c->seccomp == S_KILL);
}

/* After execve() there are no such instructions to go to */
static bool no_code_after_exec(const struct cell *c)
{
	return c->call == C_EXECVE &&
	       (c->change == H_PC_EXIT || c->change == H_PC_BACK);
}

/* The arguments and the results of those would be flags for new tasks */
static bool wild_fork(const struct cell *c)
{
	return forks(c) && (c->change == H_ARGS || c->change == H_INFO_ARGS ||
			    c->change == H_PC_BACK);
}

/* No arguments */
static bool no_args(const struct cell *c)
{
	return (c->call == C_SIGRETURN || c->call == C_UNKNOWN ||
		c->call == C_MINUS_ONE) &&
	       (c->change == H_ARGS || c->change == H_INFO_ARGS);
}

/* A refused call is not made, so that only its number means something */
static bool refused_alike(const struct cell *c)
{
	return refused(c) && c->call != C_OK && c->call != C_MINUS_ONE &&
	       c->call != C_SIGRETURN && c->call != C_READ_EINTR &&
	       c->call != C_SVE && c->call != C_SME && c->call != C_BTI;
}

/* The other thread waits for the entry stop */
static bool no_stop_for_tsync(const struct cell *c)
{
	return c->seccomp == S_TSYNC &&
	       (!stops_at_entry(c) || emulated(c) || c->trace == T_NOGOOD ||
		c->when != W_BEFORE);
}

/* What restarts is the same code whatever has slept */
static bool restarts_alike(const struct cell *c)
{
	return (c->call == C_FUTEX_EINTR || c->call == C_FUTEX_RESTART ||
		c->call == C_SIGSUSPEND) &&
	       (c->change != H_NONE || c->seccomp != S_NONE);
}

/* The tracer has to make the signal in a stop before the call */
static bool no_stop_for_signal(const struct cell *c)
{
	return c->call == C_NOINTR && (!stops_at_entry(c) || emulated(c));
}

/* Tracepoints can only be switched on in a call that stops or sleeps in it */
static bool no_time_to_switch(const struct cell *c)
{
	return c->tp == TP_SWITCHED && !stops_at_entry(c) && !sleeps(c) &&
	       c->seccomp != S_NOTIF && c->seccomp != S_NOTIF_CONT &&
	       !(c->trace != T_NONE && (forks(c) || c->call == C_EXECVE));
}

/* Switching takes long, and what is changed at the entry is seen at the exit */
static bool switch_alone(const struct cell *c)
{
	return c->tp == TP_SWITCHED &&
	       (c->change != H_NONE || c->audit ||
		(c->seccomp != S_NONE && c->call != C_OK));
}

/*
 * Audit and tracepoints look at the same registers, one right after the other:
 * for what filters and tracers do, it's enough to have both or none.
 */
static bool observers_alike(const struct cell *c)
{
	return c->tp != TP_SWITCHED && c->audit != (c->tp == TP_ON) &&
	       (c->change != H_NONE || c->seccomp != S_NONE ||
		c->when != W_BEFORE);
}

/* A filter that allows is as none, for a tracer that changes things */
static bool allow_alike(const struct cell *c)
{
	return c->seccomp == S_ALLOW && c->change != H_NONE &&
	       c->call != C_OK && c->call != C_READ_RESTART;
}

/*
 * Where a filter makes another stop, or asks someone else, before the call: what
 * is done there is the same whatever has stopped or asked.
 */
static bool asked_alike(const struct cell *c)
{
	return c->seccomp == S_NOTIF_CONT && c->change != H_NONE &&
	       c->call != C_OK && c->call != C_READ_RESTART;
}

/* A tracer that sees no stop is as none, for all but the events */
static bool plain_alike(const struct cell *c)
{
	return (c->trace == T_PLAIN || c->trace == T_LATE) &&
	       c->seccomp != S_NONE && c->seccomp != S_TRACE &&
	       c->seccomp != S_TRAP && c->seccomp != S_NOTIF;
}

/* The stops where the mark is written are the same for all calls */
static bool mark_alike(const struct cell *c)
{
	return c->change == H_MARK &&
	       ((c->call != C_OK && c->call != C_MINUS_ONE &&
		 c->call != C_READ_RESTART && c->call != C_CLONE &&
		 c->call != C_EXECVE) || c->audit || c->tp != TP_OFF);
}

/* Another way to write the same registers */
static bool info_alike(const struct cell *c)
{
	return uses_info(c->change) &&
	       ((c->call != C_OK && c->call != C_FAIL &&
		 c->call != C_READ_RESTART) ||
		(c->seccomp != S_NONE && c->seccomp != S_TRACE) ||
		c->when != W_BEFORE);
}

/* A step is taken at each instruction, whoever looks on */
static bool step_alike(const struct cell *c)
{
	return (c->trace == T_STEP || c->trace == T_SYSEMU_STEP) &&
	       c->tp != TP_SWITCHED && (c->audit || c->tp == TP_ON) &&
	       (c->call == C_PPOLL_EINTR || c->call == C_PPOLL_RESTART ||
		c->call == C_FUTEX_EINTR || c->call == C_FUTEX_RESTART ||
		c->when != W_BEFORE);
}

/* A change at the exit has nothing to do with a filter, save in its stop */
static bool filter_before_exit(const struct cell *c)
{
	return c->seccomp == S_TRACE && changes_exit(c->change) &&
	       c->trace != T_LATE;
}

/*
 * In the stop of a filter, the tracer writes the same registers as in the entry
 * stop. One call of each kind shows what becomes of that.
 */
static bool filter_stop_alike(const struct cell *c)
{
	return c->seccomp == S_TRACE && c->change != H_NONE &&
	       (c->call == C_FAIL || c->call == C_UNKNOWN ||
		c->call == C_READ_EINTR || c->call == C_PPOLL_EINTR ||
		c->call == C_PPOLL_RESTART || c->call == C_SLEEP_EINTR ||
		c->call == C_VFORK);
}

/* Nothing is left of a refused call that a tracer could change */
static bool refused_change(const struct cell *c)
{
	return refused(c) && c->change != H_NONE && c->call != C_OK &&
	       c->call != C_MINUS_ONE;
}

/* An emulated call ends before filter and audit, which see no change then */
static bool emulated_change(const struct cell *c)
{
	return emulated(c) && c->change != H_NONE &&
	       (c->seccomp != S_NONE || c->audit || c->tp != TP_OFF);
}

/* Audit and tracepoints don't look at the PC, nor at a call that is skipped */
static bool not_observed(const struct cell *c)
{
	return (c->audit || c->tp != TP_OFF) &&
	       (c->change == H_SKIP || c->change == H_PC_ENTRY ||
		c->change == H_PC_EXIT || c->change == H_PC_BACK);
}

/* A filter that lets calls pass does so for all alike: one of each kind is left */
static bool passed_alike(const struct cell *c)
{
	return (c->seccomp == S_ALLOW || c->seccomp == S_NOTIF_CONT) &&
	       c->call != C_OK && c->call != C_MINUS_ONE &&
	       c->call != C_READ_RESTART && c->call != C_CLONE &&
	       c->call != C_SIGRETURN && c->call != C_EXECVE;
}

/*
 * Tracepoints that are switched on meet a tracer that doesn't stop at the exit
 * only where the call has other stops, and one that steps in the same place
 * whatever the call.
 */
static bool switch_alike(const struct cell *c)
{
	return c->tp == TP_SWITCHED &&
	       (((c->trace == T_PLAIN || c->trace == T_LATE) && sleeps(c)) ||
		(c->trace == T_STEP && c->call != C_READ_RESTART &&
		 !forks(c)) ||
		(c->when != W_BEFORE && c->trace != T_SYSCALL));
}

/*
 * PTRACE_ATTACH differs from PTRACE_SEIZE in its stop, which comes before the
 * restart. The rest has nothing to do with it.
 */
static bool attach_alike(const struct cell *c)
{
	return c->when == W_ATTACH &&
	       (c->audit || c->tp != TP_OFF || c->seccomp != S_NONE);
}

/* What an observer sees of a step is what it sees of PTRACE_SYSCALL */
static bool step_observed(const struct cell *c)
{
	return c->trace == T_STEP && (c->audit || c->tp == TP_ON) &&
	       c->change != H_NONE;
}

/* The records of the other thread are hard to tell from those of this one */
static bool two_threads_audited(const struct cell *c)
{
	return c->seccomp == S_TSYNC && (c->audit || c->tp != TP_OFF);
}

/*
 * Tracing of system calls that ends at the entry, or is not there: what comes of
 * a filter's stop is for the tracer that sees all to show, and for the one that
 * sees nothing else.
 */
static bool filter_stop_seen(const struct cell *c)
{
	return (c->trace == T_CONT && c->seccomp != S_NONE &&
		c->change != H_NONE) ||
	       (c->trace == T_PLAIN && c->seccomp == S_TRACE &&
		c->change != H_NONE && c->audit);
}

/* For observers, a tracer that sees events only is there in the events only */
static bool plain_observed(const struct cell *c)
{
	return (c->trace == T_PLAIN || c->trace == T_LATE) &&
	       c->seccomp == S_NONE && (c->audit || c->tp == TP_ON) &&
	       !forks(c) && c->call != C_EXECVE;
}

/*
 * A tag check fault is taken in place of the call, before anything else is
 * looked at; the call is as any other when it is made again. arm has no tags.
 */
static bool fault_before_call(const struct cell *c)
{
	return c->call == C_MTE &&
	       (!strcmp(ABI, "compat") || c->seccomp != S_NONE ||
		c->trace == T_CONT ||
		(c->change != H_NONE &&
		 (c->change != H_SKIP_X0 || c->trace != T_SYSCALL)) ||
		(c->tp == TP_SWITCHED && c->trace != T_SYSCALL));
}

/*
 * What the vector registers hold, and where branches may go, is of interest where
 * the call is made, stops, is skipped, or a handler runs. arm has neither.
 */
static bool state_alike(const struct cell *c)
{
	if (!vectors_live(c->call) && !guarded(c->call))
		return false;
	return !strcmp(ABI, "compat") || c->trace == T_NOGOOD ||
	       c->tp == TP_SWITCHED || c->when == W_ATTACH ||
	       (c->seccomp != S_NONE && c->seccomp != S_TRACE &&
		c->seccomp != S_TRAP) ||
	       (c->change != H_NONE && c->change != H_SKIP_X0 &&
		c->change != H_PC_BACK);
}

static struct rule {
	const char *name;
	bool (*prune)(const struct cell *c);
	unsigned long pruned;
} rules[] = {
	{ "no tracer", no_tracer },
	{ "nothing to attach to", nothing_to_attach_to },
	{ "filter before attach", filter_before_attach },
	{ "changes after attach", changes_after_attach },
	{ "option alone", option_alone },
	{ "emulated alike", emulated_alike },
	{ "no stop for the change", no_stop_for_change },
	{ "no stop for the info", no_stop_for_info },
	{ "no exit", no_exit },
	{ "no code after exec", no_code_after_exec },
	{ "wild fork", wild_fork },
	{ "no arguments", no_args },
	{ "refused alike", refused_alike },
	{ "no stop for the other thread", no_stop_for_tsync },
	{ "restarts alike", restarts_alike },
	{ "no stop for the signal", no_stop_for_signal },
	{ "no time to switch", no_time_to_switch },
	{ "switch alone", switch_alone },
	{ "observers alike", observers_alike },
	{ "allow alike", allow_alike },
	{ "asked alike", asked_alike },
	{ "no stops alike", plain_alike },
	{ "mark alike", mark_alike },
	{ "info alike", info_alike },
	{ "step alike", step_alike },
	{ "filter before exit", filter_before_exit },
	{ "filter stop alike", filter_stop_alike },
	{ "refused change", refused_change },
	{ "emulated change", emulated_change },
	{ "not observed", not_observed },
	{ "passed alike", passed_alike },
	{ "switch alike", switch_alike },
	{ "attach alike", attach_alike },
	{ "step observed", step_observed },
	{ "two threads audited", two_threads_audited },
	{ "filter stop seen", filter_stop_seen },
	{ "plain observed", plain_observed },
	{ "fault before call", fault_before_call },
	{ "state alike", state_alike },
};

/* State of the recorder */

#define OPTIONS		(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | \
			 PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
			 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | \
			 PTRACE_O_TRACESECCOMP)

#define MAX_PATTERNS	8
#define CELL_SECONDS	10
#define MAX_STOPS	200
#define MAX_CHILD_STOPS	40
#define MAX_NAPS	4

static struct {
	FILE *out;
	bool kmsg;
	pid_t self;
	struct audit audit;
	/* NULL, or why these cells are left out */
	const char *no_audit;
	const char *no_filters;
	int enter_id;
	int exit_id;
	int exec_fd;
	/* what keeps the tracepoints on */
	int hold[2];
	/* whether the machine has what a call is made with */
	bool has_state[NR_CALL];
	unsigned long hangs;
} rec;

/* Set by a signal handler */
static int alarm_expired;

static bool expired(void)
{
	return __atomic_load_n(&alarm_expired, __ATOMIC_RELAXED);
}

struct run {
	const struct cell *c;
	pid_t pid;
	pid_t child;
	bool traced;
	int request;
	int status;
	struct regs regs;
	unsigned long msg;
	int stops;
	int naps;
	bool in_call;
	bool changed_entry;
	bool changed_exit;
	bool noted;
	bool suppress;
	bool bad;
	unsigned long seen;
	int listener;
	int go[2];
	int done[2];
	int data[2];
	int perf[2];
	void *ring;
	__u64 ring_tail;
};

static __printf(1, 2) void put(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(rec.out, fmt, ap);
	va_end(ap);
	fputc('\n', rec.out);
}

#define NR_TEXTS	32

static char *text_buffer(void)
{
	static char texts[NR_TEXTS][64];
	static int next;

	return texts[next++ % NR_TEXTS];
}

#define TEXT_SIZE	64

/* The name of a place in the code */
static const char *place(unsigned long pc)
{
	static const struct {
		const void *start;
		const char *name;
	} places[] = {
		{ record_restorer, "restorer" },
		{ record_handler, "handler" },
		{ record_exit, "exit" },
		{ record_svc, "svc" },
		{ record_stop, "stop" },
		{ record_resumed, "resumed" },
		{ record_sigreturn, "sigreturn" },
	};
	char *text = text_buffer();
	unsigned int i;
	long off;

	if (pc >= PAGE && pc < PAGE + PAGE_SIZE)
		snprintf(text, TEXT_SIZE, "page%+ld", (long)(pc - PAGE));
	else if (pc >= ELF_BASE && pc < ELF_BASE + 0x1000)
		snprintf(text, TEXT_SIZE, "elf%+ld",
			 (long)(pc - ELF_BASE - ELF_CODE));
	else
		snprintf(text, TEXT_SIZE, pc ? "other" : "0");
	if (pc >= (unsigned long)record_end)
		return text;
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		off = pc - (unsigned long)places[i].start;
		if (off < 0)
			continue;
		snprintf(text, TEXT_SIZE, "%s%+ld", places[i].name, off);
		break;
	}
	return text;
}

/* The name of a value. Negative are those of the errnos, and -1. */
static const char *value(const struct run *r, __u64 v)
{
	char *text = text_buffer();
	__s64 s = v;

	if (sizeof(long) == 4 && v == (__u32)v)
		s = (__s32)v;
	if (s < 0 && s > -4096)
		snprintf(text, TEXT_SIZE, "%lld", (long long)s);
	else if (v == (__u64)rec.self)
		snprintf(text, TEXT_SIZE, "TRACER");
	else if (v == (__u64)r->pid)
		snprintf(text, TEXT_SIZE, "PID");
	else if (v >= PID_FIRST && v <= PID_LAST && forks(r->c))
		snprintf(text, TEXT_SIZE, "CHILD");
	else if (v >= PAGE && v < PAGE + PAGE_SIZE)
		snprintf(text, TEXT_SIZE, "page+0x%lx",
			 (unsigned long)(v - PAGE));
	else
		snprintf(text, TEXT_SIZE, "0x%llx", (unsigned long long)v);
	return text;
}

/* Tracepoints, by perf: the samples of the two go to one buffer */

#define RING_PAGES	8

static void tracepoints_open(struct run *r)
{
	r->perf[0] = open_tracepoint(rec.enter_id, r->pid);
	r->perf[1] = open_tracepoint(rec.exit_id, r->pid);
	r->ring = mmap(NULL, (1 + RING_PAGES) * getpagesize(),
		       PROT_READ | PROT_WRITE, MAP_SHARED, r->perf[0], 0);
	if (r->perf[1] < 0 || r->ring == MAP_FAILED ||
	    ioctl(r->perf[1], PERF_EVENT_IOC_SET_OUTPUT, r->perf[0])) {
		put("bad: perf: %s", strerror(errno));
		r->bad = true;
		r->ring = NULL;
	}
}

static void ring_read(struct run *r, size_t off, void *to, size_t size)
{
	const char *data = (char *)r->ring + getpagesize();
	size_t i;

	for (i = 0; i < size; i++)
		((char *)to)[i] = data[(r->ring_tail + off + i) %
				       (RING_PAGES * getpagesize())];
}

static void put_tracepoints(struct run *r)
{
	struct perf_event_mmap_page *page = r->ring;
	struct perf_event_header header;
	/* the raw data, as in the format files of the tracepoints */
	struct {
		__u16 type;
		__u8 flags;
		__u8 preempt_count;
		__s32 pid;
		__s64 nr;
		/* the arguments, or the result */
		__u64 values[6];
	} raw;
	const size_t raw_off = sizeof(header) + sizeof(__u32);
	__u64 head;

	if (!page)
		return;
	head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	while (r->ring_tail < head) {
		ring_read(r, 0, &header, sizeof(header));
		ring_read(r, raw_off, &raw, sizeof(raw));
		r->ring_tail += header.size;
		if (header.type != PERF_RECORD_SAMPLE) {
			put("bad: perf record %u", header.type);
			r->bad = true;
		} else if (raw.type == rec.enter_id) {
			put("enter nr=%lld args=%s,%s,%s,%s,%s,%s",
			    (long long)raw.nr,
			    value(r, raw.values[0]), value(r, raw.values[1]),
			    value(r, raw.values[2]), value(r, raw.values[3]),
			    value(r, raw.values[4]), value(r, raw.values[5]));
		} else {
			put("leave nr=%lld result=%s", (long long)raw.nr,
			    value(r, raw.values[0]));
		}
	}
	__atomic_store_n(&page->data_tail, r->ring_tail, __ATOMIC_RELEASE);
}

static void tracepoints_close(struct run *r)
{
	int i;

	if (r->ring)
		munmap(r->ring, (1 + RING_PAGES) * getpagesize());
	for (i = 0; i < 2; i++)
		if (r->perf[i] >= 0)
			close(r->perf[i]);
}

/* What the handler has written down since the last time */
static void put_handler(struct run *r)
{
	const struct taken *t;

	while (r->seen < shared->nr_taken && r->seen < ARRAY_SIZE(shared->taken)) {
		t = &shared->taken[r->seen++];
		if (t->sig == SIGSYS)
			put("handler sig=31 code=%ld call_addr=%s nr=%ld pc=%s x0=%s mark=%s",
			    t->code, place(t->call_addr), t->nr, place(t->pc),
			    value(r, t->x0), value(r, t->mark));
		else
			put("handler sig=%ld code=%ld pc=%s x0=%s mark=%s",
			    t->sig, t->code, place(t->pc),
			    value(r, t->x0), value(r, t->mark));
	}
}

/* Audit */

#define END_MARKER	AUDIT_FIRST_USER_MSG2

static const int audited[] = {
	__NR_getppid, __NR_getpid, __NR_fcntl, __NR_read, NR_PPOLL,
	__NR_rt_sigsuspend, NR_CLOCK_NANOSLEEP, NR_FUTEX, __NR_clone,
	__NR_execve, __NR_rt_sigreturn, __NR_exit, __NR_exit_group,
	__NR_restart_syscall, __NR_tkill,
};

/* The tasks whose parent is this one */
static int add_audit_rule(void)
{
	struct audit_rule_data rule = {
		.flags = AUDIT_FILTER_EXIT,
		.action = AUDIT_ALWAYS,
		.field_count = 1,
		.fields = { AUDIT_PPID },
		.values = { rec.self },
		.fieldflags = { AUDIT_EQUAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(audited); i++)
		rule.mask[AUDIT_WORD(audited[i])] |= AUDIT_BIT(audited[i]);
	return audit_add_rule(&rec.audit, &rule);
}

static bool audit_on(void)
{
	return !add_audit_rule() && !audit_set_enabled(rec.audit.fd, 1);
}

static void audit_off(void)
{
	if (audit_set_enabled(rec.audit.fd, 0) || audit_del_rule(&rec.audit)) {
		put("bad: audit can't be disabled");
		rec.hangs++;
	}
}

/* The text of a field, or "-" */
static const char *field(const char *line, const char *name)
{
	char *text = text_buffer();
	char key[16];
	const char *pos;

	snprintf(key, sizeof(key), " %s=", name);
	pos = strstr(line, key);
	if (!pos)
		return "-";
	pos += strlen(key);
	snprintf(text, TEXT_SIZE, "%.*s", (int)strcspn(pos, " "), pos);
	return text;
}

static const char *field_value(const struct run *r, const char *line,
			       const char *name, int base)
{
	const char *text = field(line, name);

	if (!strcmp(text, "-"))
		return text;
	return value(r, base == 16 ? strtoull(text, NULL, 16) :
				     (__u64)strtoll(text, NULL, 10));
}

/*
 * The records come in the order in which they were made, the end marker after
 * all. Those of the time before the tracee has stopped itself are left out.
 */
static void put_audit(struct run *r)
{
	static int nr_markers;
	struct audit_msg msg;
	char marker[48];
	bool begun = false;
	int type;

	snprintf(marker, sizeof(marker), "syscall_exit %d end %d", rec.self,
		 ++nr_markers);
	if (audit_command(rec.audit.fd, END_MARKER, marker,
			  strlen(marker) + 1)) {
		put("bad: audit: the end marker is refused");
		r->bad = true;
		return;
	}
	for (;;) {
		type = audit_receive(rec.audit.daemon_fd, 0, &msg);
		if (type == -EINTR)
			continue;
		if (type < 0) {
			put("bad: audit: no end marker");
			r->bad = true;
			return;
		}
		if (type == END_MARKER && strstr(msg.data, marker))
			return;
		if (type != AUDIT_SYSCALL ||
		    atoi(field(msg.data, "pid")) != r->pid)
			continue;
		if (!begun) {
			begun = atoi(field(msg.data, "syscall")) == __NR_tkill &&
				!strcmp(field(msg.data, "a1"), "13");
			continue;
		}
		put("audit nr=%s success=%s exit=%s args=%s,%s,%s,%s",
		    field(msg.data, "syscall"), field(msg.data, "success"),
		    field_value(r, msg.data, "exit", 10),
		    field_value(r, msg.data, "a0", 16),
		    field_value(r, msg.data, "a1", 16),
		    field_value(r, msg.data, "a2", 16),
		    field_value(r, msg.data, "a3", 16));
	}
}

/* Stops */

enum kind {
	K_ENTRY, K_EXIT, K_SECCOMP, K_EVENT, K_SIGNAL, K_REPORT, K_STEP,
	K_GROUP,
};

static const char * const kinds[] = {
	"entry", "exit", "seccomp", "event", "signal", "report", "step", "group",
};

static const char *event_name(int event)
{
	switch (event) {
	case PTRACE_EVENT_FORK:
		return "FORK";
	case PTRACE_EVENT_VFORK:
		return "VFORK";
	case PTRACE_EVENT_CLONE:
		return "CLONE";
	case PTRACE_EVENT_EXEC:
		return "EXEC";
	case PTRACE_EVENT_VFORK_DONE:
		return "VFORK_DONE";
	case PTRACE_EVENT_EXIT:
		return "EXIT";
	case PTRACE_EVENT_SECCOMP:
		return "SECCOMP";
	case PTRACE_EVENT_STOP:
		return "STOP";
	default:
		return "?";
	}
}

/* PTRACE_GETREGSET or PTRACE_SETREGSET; false if that fails */
static bool regset(int request, pid_t pid, int set, void *data, size_t size)
{
	struct iovec iov = { data, size };

	return !sys_ptrace(request, pid, set, (unsigned long)&iov);
}

static bool regs_get(pid_t pid, struct regs *regs)
{
	return regset(PTRACE_GETREGSET, pid, NT_PRSTATUS, regs, sizeof(*regs));
}

static bool regs_set(pid_t pid, struct regs *regs)
{
	return regset(PTRACE_SETREGSET, pid, NT_PRSTATUS, regs, sizeof(*regs));
}

/* The number of the call as the kernel has it; arm has no name for it */
static const char *call_nr(pid_t pid)
{
	char *text = text_buffer();
#ifdef __aarch64__
	int nr = 0;

	if (!regset(PTRACE_GETREGSET, pid, NT_ARM_SYSTEM_CALL, &nr, sizeof(nr)))
		return "?";
	snprintf(text, TEXT_SIZE, "%d", nr);
#else
	snprintf(text, TEXT_SIZE, "-");
#endif
	return text;
}

static bool set_nr(pid_t pid, int nr)
{
#ifdef __aarch64__
	return regset(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &nr,
		      sizeof(nr));
#else
	return !sys_ptrace(PTRACE_SET_SYSCALL, pid, 0, nr);
#endif
}

static void put_info(const struct run *r, pid_t pid)
{
	struct ptrace_syscall_info info;
	long len;

	memset(&info, 0, sizeof(info));
	len = sys_ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info),
			 (unsigned long)&info);
	if (len < 0) {
		fprintf(rec.out, " info=errno%d", errno);
		return;
	}
	fprintf(rec.out, " info=%d:%ld,%s,%s", info.op, len,
		info.arch == AUDIT_ARCH_AARCH64 ? "aarch64" :
		info.arch == AUDIT_ARCH_ARM ? "arm" : "?",
		place(info.instruction_pointer));
	switch (info.op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
	case PTRACE_SYSCALL_INFO_SECCOMP:
		fprintf(rec.out, ",nr=%lld,%s,%s,%s,%s,%s,%s",
			(long long)info.entry.nr,
			value(r, info.entry.args[0]),
			value(r, info.entry.args[1]),
			value(r, info.entry.args[2]),
			value(r, info.entry.args[3]),
			value(r, info.entry.args[4]),
			value(r, info.entry.args[5]));
		if (info.op == PTRACE_SYSCALL_INFO_SECCOMP)
			fprintf(rec.out, ",data=0x%x", info.seccomp.ret_data);
		break;
	case PTRACE_SYSCALL_INFO_EXIT:
		fprintf(rec.out, ",%s,%s", value(r, info.exit.rval),
			info.exit.is_error ? "error" : "ok");
		break;
	}
}

#ifdef __aarch64__
static struct user_sve_header vector_header(pid_t pid, int set)
{
	struct user_sve_header header = {};

	if (!regset(PTRACE_GETREGSET, pid, set, &header, sizeof(header)))
		header.flags = 0xffff;
	return header;
}

/* What a tracer sees of the state that lives across the call */
static void put_state(const struct run *r, pid_t pid, const struct regs *regs)
{
	struct user_sve_header sve, ssve, za;

	if (vectors_live(r->c->call)) {
		sve = vector_header(pid, NT_ARM_SVE);
		ssve = vector_header(pid, NT_ARM_SSVE);
		za = vector_header(pid, NT_ARM_ZA);
		fprintf(rec.out, " sve=0x%x:%u ssve=0x%x:%u za=0x%x:%u",
			sve.flags, sve.size, ssve.flags, ssve.size, za.flags,
			za.size);
	}
	if (guarded(r->c->call))
		fprintf(rec.out, " btype=%lu", regs->r[33] >> 10 & 3);
}
#else
static void put_state(const struct run *r, pid_t pid, const struct regs *regs)
{
}
#endif

/*
 * The kind of a stop, from the wait status and, where that doesn't tell, from
 * what the stop says of itself: not from PTRACE_GET_SYSCALL_INFO.
 */
static enum kind put_stop(struct run *r, pid_t pid, int status,
			  struct regs *regs, const char *prefix)
{
	int sig = WSTOPSIG(status) & 0x7f, event = status >> 16;
	enum kind kind = K_SIGNAL;
	siginfo_t si = {};
	bool has_si;

	if (!regs_get(pid, regs) ||
	    sys_ptrace(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&r->msg)) {
		put("bad: no registers: %s", strerror(errno));
		r->bad = true;
		return kind;
	}
	has_si = !sys_ptrace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&si);

	if (event == PTRACE_EVENT_SECCOMP)
		kind = K_SECCOMP;
	else if (event)
		kind = K_EVENT;
	else if (WSTOPSIG(status) & 0x80 || (sig == SIGTRAP && r->msg))
		kind = r->msg == PTRACE_EVENTMSG_SYSCALL_ENTRY ? K_ENTRY : K_EXIT;
	else if (sig == SIGTRAP && has_si && si.si_code == SI_USER)
		kind = K_REPORT;
	else if (sig == SIGTRAP)
		kind = K_STEP;

	fprintf(rec.out, "%s%s", prefix, kinds[kind]);
	if (kind == K_EVENT)
		fprintf(rec.out, " %s", event_name(event));
	if (sig != SIGTRAP)
		fprintf(rec.out, " sig=%d", sig);
	if (kind == K_SIGNAL && sig == SIGSYS)
		fprintf(rec.out, " call_addr=%s si_nr=%d si_errno=%d",
			place((unsigned long)si.si_call_addr), si.si_syscall,
			si.si_errno);
	fprintf(rec.out, " status=0x%x code=", status);
	if (has_si)
		fprintf(rec.out, "%d", si.si_code);
	else
		fprintf(rec.out, "none");
	fprintf(rec.out, " pc=%s", place(regs->r[R_PC]));
	if (kind == K_STEP) {
		fprintf(rec.out, " x0=%s mark=%s", value(r, regs->r[0]),
			value(r, regs->r[R_DIR]));
	} else {
		fprintf(rec.out, " nr=%s regs=%s,%s,%s,%s,%s,%s", call_nr(pid),
			value(r, regs->r[0]), value(r, regs->r[1]),
			value(r, regs->r[2]), value(r, regs->r[3]),
			value(r, regs->r[4]), value(r, regs->r[5]));
#ifdef R_ORIG_R0
		fprintf(rec.out, " orig=%s", value(r, regs->r[R_ORIG_R0]));
#endif
		fprintf(rec.out, " mark=%s nrreg=%ld msg=%s",
			value(r, regs->r[R_DIR]), (long)regs->r[R_NR],
			value(r, r->msg));
	}
	put_info(r, pid);
	put_state(r, pid, regs);
	fputc('\n', rec.out);
	return kind;
}

static const char *answer(bool ok)
{
	char *text = text_buffer();

	if (ok)
		snprintf(text, TEXT_SIZE, "ok");
	else
		snprintf(text, TEXT_SIZE, "errno%d", errno);
	return text;
}

/* Write what is asked for, by PTRACE_SET_SYSCALL_INFO */
static const char *change_info(struct run *r)
{
	struct ptrace_syscall_info info;
	int i;

	memset(&info, 0, sizeof(info));
	if (sys_ptrace(PTRACE_GET_SYSCALL_INFO, r->pid, sizeof(info),
		       (unsigned long)&info) < 0)
		return answer(false);
	switch (r->c->change) {
	case H_INFO_NR:
		info.entry.nr = __NR_getpid;
		break;
	case H_INFO_ARGS:
		for (i = 0; i < 4; i++)
			info.entry.args[i] = new_args[i];
		break;
	default:
		info.exit.rval = NEW_RESULT;
		info.exit.is_error = 0;
	}
	return answer(!sys_ptrace(PTRACE_SET_SYSCALL_INFO, r->pid, sizeof(info),
				  (unsigned long)&info));
}

static void change_regs(struct run *r, const char *what)
{
	put("change %s %s", what, answer(regs_set(r->pid, &r->regs)));
}

static void change_entry(struct run *r)
{
	const char *what = changes[r->c->change];

	switch (r->c->change) {
	case H_NR:
		put("change nr %s", answer(set_nr(r->pid, __NR_getpid)));
		break;
	case H_SKIP:
	case H_SKIP_X0:
		if (r->c->change == H_SKIP_X0) {
			r->regs.r[0] = SKIP_RESULT;
			change_regs(r, "x0");
		}
		put("change nr %s", answer(set_nr(r->pid, -1)));
		break;
	case H_ARGS:
		memcpy(r->regs.r, new_args, sizeof(new_args));
#ifdef R_ORIG_R0
		r->regs.r[R_ORIG_R0] = new_args[0];
#endif
		change_regs(r, what);
		break;
	case H_PC_ENTRY:
		r->regs.r[R_PC] += 4;
		change_regs(r, what);
		break;
	case H_INFO_NR:
	case H_INFO_ARGS:
		put("change %s %s", what, change_info(r));
		break;
	default:
		break;
	}
}

static void change_exit(struct run *r)
{
	const char *what = changes[r->c->change];

	switch (r->c->change) {
	case H_RESULT:
		r->regs.r[0] = NEW_RESULT;
		break;
	case H_PC_EXIT:
		r->regs.r[R_PC] += 4;
		break;
	case H_PC_BACK:
		r->regs.r[R_PC] -= 4;
		break;
	case H_INFO_RESULT:
		put("change %s %s", what, change_info(r));
		return;
	default:
		return;
	}
	change_regs(r, what);
}

static void change_mark(struct run *r)
{
	r->regs.r[R_DIR] = NEW_MARK;
	change_regs(r, "mark");
	if (regs_get(r->pid, &r->regs))
		put("change mark reads %s", value(r, r->regs.r[R_DIR]));
}

/* Wait for a child, or any; false if there is no end to it */
static bool wait_for(pid_t pid, int *status, int flags, pid_t *got)
{
	pid_t ret;

	do {
		ret = waitpid(pid, status, flags | __WALL);
	} while (ret < 0 && errno == EINTR && !expired());
	*got = ret;
	return ret >= 0;
}

/* The child of a tracee runs to its end before its parent goes on */
static void run_child(struct run *r)
{
	struct regs regs;
	unsigned long msg = r->msg;
	int status, stops = 0, sig;
	enum kind kind;
	pid_t got;

	r->child = msg;
	while (wait_for(r->child, &status, 0, &got)) {
		if (!WIFSTOPPED(status)) {
			put("child end status=0x%x", status);
			r->child = 0;
			break;
		}
		kind = put_stop(r, r->child, status, &regs, "child ");
		if (++stops > MAX_CHILD_STOPS) {
			put("bad: child does not end");
			r->bad = true;
			break;
		}
		sig = kind == K_SIGNAL ? WSTOPSIG(status) : 0;
		if (sig == SIGSTOP)
			sig = 0;
		sys_ptrace(r->request, r->child, 0, sig);
	}
	r->msg = msg;
}

static void switch_tracepoints(struct run *r)
{
	if (r->c->tp == TP_SWITCHED && !r->ring && !r->bad) {
		tracepoints_open(r);
		put("change tracepoints on");
	}
}

static void sync_filter(struct run *r)
{
	char c;
	ssize_t len;

	if (r->c->seccomp != S_TSYNC)
		return;
	if (write(r->go[1], "x", 1) != 1)
		return;
	do {
		len = read(r->done[0], &c, 1);
	} while (len < 0 && errno == EINTR && !expired());
	put("change filter %s", len == 1 ? "ok" : "failed");
}

/* Returns the signal to pass on */
static int at_stop(struct run *r)
{
	enum kind kind = put_stop(r, r->pid, r->status, &r->regs, "");
	bool at_svc = r->regs.r[R_PC] == (unsigned long)record_svc + 4;
	bool before = (kind == K_ENTRY || kind == K_SECCOMP) && at_svc;
	bool after = kind == K_EXIT || kind == K_REPORT;

	if (before && !r->in_call) {
		switch_tracepoints(r);
		sync_filter(r);
		if (r->c->call == C_NOINTR) {
			syscall(__NR_tkill, r->pid, SIGUSR1);
			put("change signal sent");
		}
	}
	/* with a filter, in the stop that is nearer to the call */
	if (before && !r->changed_entry && changes_entry(r->c->change) &&
	    (r->c->seccomp != S_TRACE || kind == K_SECCOMP || emulated(r->c))) {
		r->changed_entry = true;
		change_entry(r);
	}
	/* the first exit is that of the call */
	if (after && !r->changed_exit && changes_exit(r->c->change)) {
		r->changed_exit = true;
		change_exit(r);
	}
	if (r->c->change == H_MARK && (kind == K_ENTRY || kind == K_EXIT))
		change_mark(r);
	if (kind == K_EVENT)
		switch_tracepoints(r);
	if (kind == K_EVENT && (r->status >> 16 == PTRACE_EVENT_FORK ||
				r->status >> 16 == PTRACE_EVENT_VFORK ||
				r->status >> 16 == PTRACE_EVENT_CLONE))
		run_child(r);

	if (before || kind == K_EVENT) {
		r->in_call = true;
		r->request = traces[r->c->trace].rest;
	}
	/* Else a call that is emulated would be made again and again */
	if (emulated(r->c) && kind == K_ENTRY && !at_svc)
		r->request = PTRACE_CONT;

	if (kind != K_SIGNAL)
		return 0;
	if (r->suppress || WSTOPSIG(r->status) == SIGSTOP) {
		r->suppress = false;
		put("change no signal");
		return 0;
	}
	return WSTOPSIG(r->status);
}

/*
 * What to do when the tracee is seen to sleep. What a tracer changes may make it
 * sleep once more.
 */
static enum nap next_nap(const struct run *r)
{
	if (!sleeps(r->c))
		return NAP_NONE;
	if (r->naps < 2 && calls[r->c->call].naps[r->naps] != NAP_NONE)
		return calls[r->c->call].naps[r->naps];
	if (r->c->change != H_NONE && r->naps < MAX_NAPS)
		return NAP_SIGNAL;
	return NAP_NONE;
}

/* The tracee sleeps in the call */
static void at_nap(struct run *r)
{
	enum nap nap;

	if (r->c->when != W_BEFORE && !r->traced) {
		r->traced = true;
		if (r->c->when == W_SEIZE) {
			put("asleep seize %s",
			    answer(!sys_ptrace(PTRACE_SEIZE, r->pid, 0,
					       OPTIONS)));
			sys_ptrace(PTRACE_INTERRUPT, r->pid, 0, 0);
		} else {
			put("asleep attach %s",
			    answer(!sys_ptrace(PTRACE_ATTACH, r->pid, 0, 0)));
		}
		return;
	}
	switch_tracepoints(r);
	nap = next_nap(r);
	r->naps++;
	switch (nap) {
	case NAP_SIGNAL:
		put("asleep signal");
		syscall(__NR_tkill, r->pid, SIGUSR1);
		break;
	case NAP_RESTART:
		/* what makes a call restart is a signal without handler */
		put("asleep restart");
		r->suppress = r->traced;
		syscall(__NR_tkill, r->pid, r->traced ? SIGUSR1 : SIGSTOP);
		break;
	case NAP_WRITE:
		put("asleep write");
		if (write(r->data[1], "x", 1) != 1)
			put("bad: write");
		break;
	default:
		break;
	}
}

static void at_notif(struct run *r)
{
	struct seccomp_notif req = {};
	struct seccomp_notif_resp resp = {};

	if (ioctl(r->listener, SECCOMP_IOCTL_NOTIF_RECV, &req)) {
		put("notif %s", answer(false));
		return;
	}
	put("notif nr=%d args=%s,%s,%s,%s,%s,%s pc=%s", req.data.nr,
	    value(r, req.data.args[0]), value(r, req.data.args[1]),
	    value(r, req.data.args[2]), value(r, req.data.args[3]),
	    value(r, req.data.args[4]), value(r, req.data.args[5]),
	    place(req.data.instruction_pointer));
	switch_tracepoints(r);
	resp.id = req.id;
	if (r->c->seccomp == S_NOTIF)
		resp.val = NOTIF_RESULT;
	else
		resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	if (ioctl(r->listener, SECCOMP_IOCTL_NOTIF_SEND, &resp))
		put("notif send %s", answer(false));
}

enum what { E_STATUS, E_NAP, E_NOTIF, E_HANG };

static bool asleep(pid_t pid)
{
	char path[32], line[256], *state;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (len <= 0)
		return false;
	line[len] = 0;
	state = strrchr(line, ')');
	return state && state[2] == 'S';
}

/*
 * What the tracee does next. It sleeps in two places only: for the answer to a
 * notification, which is there before it sleeps, and in the call.
 */
static enum what next_event(struct run *r)
{
	struct pollfd pollfd = { .fd = r->listener, .events = POLLIN };
	pid_t got;

	while (!expired()) {
		bool nap = next_nap(r), notif = r->listener >= 0;
		bool slept;

		if (!wait_for(r->pid, &r->status,
			      WUNTRACED | (nap || notif ? WNOHANG : 0), &got))
			return E_HANG;
		if (got)
			return E_STATUS;
		slept = asleep(r->pid);
		if (slept && notif && poll(&pollfd, 1, 0) == 1 &&
		    pollfd.revents & POLLIN)
			return E_NOTIF;
		if (slept && nap)
			return E_NAP;
		sched_yield();
	}
	return E_HANG;
}

/* The tracee */

/* A place where any store through this pointer has the wrong tag */
static bool make_fault(void)
{
#ifdef __aarch64__
	void *page = mmap((void *)MTE_PAGE, getpagesize(),
			  PROT_READ | PROT_WRITE | PROT_MTE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			  -1, 0);

	if (page != (void *)MTE_PAGE ||
	    prctl(PR_SET_TAGGED_ADDR_CTRL,
		  PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_ASYNC, 0, 0, 0))
		return false;
	/* the page is there before the call, so that it takes no other fault */
	memset(page, 0, 2);
	shared->wrong_tag = MTE_PAGE | 1UL << 56;
	return true;
#else
	return false;
#endif
}

#ifdef __aarch64__
static bool has_tags(void)
{
	bool has = !prctl(PR_SET_TAGGED_ADDR_CTRL,
			  PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_ASYNC, 0, 0, 0);

	prctl(PR_SET_TAGGED_ADDR_CTRL, 0, 0, 0, 0);
	return has;
}
#endif

/* What the tracee has, right before the call */
static bool make_state(enum call_kind call)
{
#ifdef __aarch64__
	unsigned long fill = 0, look = 0;

	switch (call) {
	case C_SVE:
	case C_SVE_SLEEP:
		fill = (unsigned long)record_fill_sve;
		look = (unsigned long)record_look_sve;
		break;
	case C_SME:
	case C_SME_SLEEP:
		fill = (unsigned long)record_fill_sme;
		look = (unsigned long)record_look_sme;
		break;
	case C_BTI:
	case C_BTI_SLEEP:
		if (mprotect(record_code, record_elf_end - record_code,
			     PROT_READ | PROT_EXEC | PROT_BTI))
			return false;
		shared->landing = (unsigned long)record_landing;
		break;
	default:
		break;
	}
	shared->fill = fill;
	shared->look = look;
#endif
	return true;
}

static bool has_state(enum call_kind call)
{
#ifdef __aarch64__
	switch (call) {
	case C_MTE:
		return has_tags();
	case C_SVE:
	case C_SVE_SLEEP:
		return getauxval(AT_HWCAP) & HWCAP_SVE;
	case C_SME:
	case C_SME_SLEEP:
		/* with what is looked at in the end */
		return getauxval(AT_HWCAP2) & HWCAP2_SME &&
		       getauxval(AT_HWCAP) & HWCAP_SVE;
	case C_BTI:
	case C_BTI_SLEEP:
		return getauxval(AT_HWCAP2) & HWCAP2_BTI &&
		       getpagesize() == CODE_PAGE;
	default:
		return true;
	}
#else
	return call != C_MTE && !vectors_live(call) && !guarded(call);
#endif
}

struct ksigaction {
	void (*handler)(void);
	unsigned long flags;
	void (*restorer)(void);
	/* no __u64, which would be aligned */
	__u32 mask[2];
};

#define KSA_RESTORER	0x04000000

static void handle(int sig, void (*handler)(void), unsigned long flags)
{
	struct ksigaction sa = {
		.handler = handler,
		.flags = flags | SA_SIGINFO | SA_ONSTACK | KSA_RESTORER,
		.restorer = record_restorer,
	};

	if (syscall(__NR_rt_sigaction, sig, &sa, NULL, sizeof(sa.mask)))
		_exit(110);
}

struct other {
	long nr;
	__u32 action;
	int go;
	int done;
};

static void *other_thread(void *arg)
{
	const struct other *other = arg;
	char c;

	if (read(other->go, &c, 1) != 1)
		_exit(111);
	if (install_filter(other->nr, other->action,
			   SECCOMP_FILTER_FLAG_TSYNC))
		_exit(112);
	if (write(other->done, "x", 1) != 1)
		_exit(113);
	for (;;)
		pause();
	return NULL;
}

static void tracee(const struct run *r)
{
	static const struct rlimit no_core;
	const struct cell *c = r->c;
	long nr = calls[c->call].nr;
	const stack_t stack = {
		.ss_sp = (void *)(PAGE + STACK),
		.ss_size = PAGE_SIZE - STACK,
	};
	static struct other other;
	pthread_t thread;
	sigset_t set;
	int ret;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) ||
	    setrlimit(RLIMIT_CORE, &no_core))
		_exit(100);
	/* No stop for the end of a child, and no child to wait for */
	signal(SIGCHLD, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &set, NULL))
		_exit(101);
	if (sigaltstack(&stack, NULL))
		_exit(108);
	handle(SIGUSR1, record_handler, calls[c->call].sa_flags);
	handle(SIGUSR2, record_stop, 0);
	handle(SIGSYS, record_handler, 0);
	if (c->call == C_MTE)
		handle(SIGSEGV, record_handler, 0);
	if (c->call == C_MTE && !make_fault())
		_exit(109);
	if (!make_state(c->call))
		_exit(114);
	if (dup2(r->data[0], FD_READ) < 0)
		_exit(102);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(103);
	if (c->seccomp == S_TSYNC) {
		other = (struct other) {
			.nr = nr,
			.action = seccomps[c->seccomp].action,
			.go = r->go[0],
			.done = r->done[1],
		};
		if (pthread_create(&thread, NULL, other_thread, &other))
			_exit(104);
	} else if (c->seccomp != S_NONE) {
		ret = install_filter(nr, seccomps[c->seccomp].action,
				     c->seccomp == S_NOTIF ||
				     c->seccomp == S_NOTIF_CONT ?
				     SECCOMP_FILTER_FLAG_NEW_LISTENER : 0);
		if (ret < 0)
			_exit(105);
		shared->listener = ret;
	}
	if (traces[c->trace].first && c->when == W_BEFORE &&
	    sys_ptrace(PTRACE_TRACEME, 0, 0, 0))
		_exit(106);
	if (c->call == C_SIGRETURN)
		record_sigreturn((void *)PAGE);
	else
		record_body((void *)PAGE);
	_exit(107);
}

static void prepare_page(const struct cell *c)
{
	memset(shared, 0, sizeof(*shared));
	memset(vectors, 0, sizeof(*vectors));
	shared->nr = calls[c->call].nr;
	memcpy(shared->args, calls[c->call].args, sizeof(shared->args));
	shared->mark = X7_VALUE;
	shared->forks = forks(c);
	shared->listener = -1;
	shared->timeout.sec = 100000;
	snprintf(shared->path, sizeof(shared->path), "/proc/%d/fd/%d",
		 rec.self, rec.exec_fd);
	shared->argv[0] = shared->path;
}

/* A new task with a pid that can't be taken for anything else */
static pid_t new_task(void)
{
	pid_t pid;

	for (;;) {
		pid = fork();
		if (pid < 0)
			return pid;
		if (!pid && getpid() < (pid_t)PID_FIRST)
			_exit(0);
		if (!pid || pid >= (pid_t)PID_FIRST)
			return pid;
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

static void on_alarm(int sig)
{
	__atomic_store_n(&alarm_expired, 1, __ATOMIC_RELAXED);
}

/* The first one may come right before a call that should be interrupted */
static void set_alarm(int seconds)
{
	struct itimerval timer = {
		.it_value.tv_sec = seconds,
		.it_interval.tv_sec = seconds ? 1 : 0,
	};

	__atomic_store_n(&alarm_expired, 0, __ATOMIC_RELAXED);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static bool start(struct run *r)
{
	const struct cell *c = r->c;
	int status = 0, fd;
	pid_t got;

	r->pid = new_task();
	if (r->pid < 0)
		return false;
	if (!r->pid)
		tracee(r);
	while (wait_for(r->pid, &status, WUNTRACED, &got) &&
	       status >> 8 == SIGUSR2)
		sys_ptrace(PTRACE_CONT, r->pid, 0, SIGUSR2);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP) {
		put("bad: tracee ended early, status 0x%x", status);
		return false;
	}
	r->traced = c->trace != T_NONE && c->when == W_BEFORE;
	if (r->traced &&
	    sys_ptrace(PTRACE_SETOPTIONS, r->pid, 0, c->trace == T_NOGOOD ?
		       OPTIONS & ~PTRACE_O_TRACESYSGOOD : OPTIONS)) {
		put("bad: options: %s", strerror(errno));
		return false;
	}
	if (shared->listener >= 0 && c->seccomp != S_TSYNC) {
		fd = syscall(__NR_pidfd_open, r->pid, 0);
		r->listener = syscall(__NR_pidfd_getfd, fd, shared->listener, 0);
		close(fd);
	}
	if (c->seccomp != S_NOTIF && c->seccomp != S_NOTIF_CONT &&
	    r->listener >= 0) {
		close(r->listener);
		r->listener = -1;
	}
	if (c->tp == TP_ON)
		tracepoints_open(r);
	r->request = traces[c->trace].first;
	return true;
}

static void drain(struct run *r)
{
	put_tracepoints(r);
	put_handler(r);
}

static void go_on(struct run *r, int sig)
{
	if (!r->traced)
		kill(r->pid, SIGCONT);
	else if (sys_ptrace(r->request, r->pid, 0, sig) && errno != ESRCH)
		put("bad: resume: %s", strerror(errno));
}

/* Returns false if the tracee does not come to an end */
static bool follow(struct run *r)
{
	enum what what;

	go_on(r, 0);
	for (;;) {
		what = next_event(r);
		drain(r);
		switch (what) {
		case E_HANG:
			put("hang");
			return false;
		case E_NAP:
			at_nap(r);
			continue;
		case E_NOTIF:
			at_notif(r);
			continue;
		case E_STATUS:
			break;
		}
		if (!WIFSTOPPED(r->status))
			return true;
		if (++r->stops > MAX_STOPS) {
			put("bad: too many stops");
			return false;
		}
		if (!r->traced) {
			put("group sig=%d", WSTOPSIG(r->status));
			go_on(r, 0);
			continue;
		}
		if (r->c->when == W_ATTACH && !r->noted) {
			r->noted = true;
			sys_ptrace(PTRACE_SETOPTIONS, r->pid, 0, OPTIONS);
		}
		go_on(r, at_stop(r));
	}
}

/*
 * As an error, to be seen on a console that is quiet. Each time anew, since it
 * is for an open file that the kernel limits the rate.
 */
static void announce(const char *name)
{
	char text[256];
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	int len = snprintf(text, sizeof(text), "<3>record: %s\n",
			   name);

	if (fd < 0 || write(fd, text, len) != len)
		fprintf(stderr, "# /dev/kmsg: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* How many of the bytes are there, and how many are zero */
static void put_bytes(const char *name, const unsigned char *bytes, int size,
		      int byte)
{
	int i, there = 0, zero = 0;

	for (i = 0; i < size; i++) {
		there += bytes[i] == byte;
		zero += !bytes[i];
	}
	fprintf(rec.out, " %s=%d+%d/%d", name, there, zero, size);
}

static void put_vectors(void)
{
	put_bytes("z", vectors->z, sizeof(vectors->z), VECTOR_BYTE);
	put_bytes("p", vectors->p, sizeof(vectors->p), 0xff);
	put_bytes("ffr", vectors->ffr, sizeof(vectors->ffr), 0xff);
	put_bytes("za", vectors->za, sizeof(vectors->za), VECTOR_BYTE);
	fprintf(rec.out, " svcr=0x%lx", vectors->svcr);
}

static void run_cell(const struct cell *c)
{
	struct run r = {
		.c = c,
		.listener = -1,
		.perf = { -1, -1 },
	};
	char name[192];
	int i, status = 0;
	pid_t got;

	cell_name(c, name, sizeof(name));
	if (rec.kmsg)
		announce(name);
	put("%s", name);
	prepare_page(c);
	if (pipe2(r.data, O_CLOEXEC) || pipe2(r.go, O_CLOEXEC) ||
	    pipe2(r.done, O_CLOEXEC)) {
		put("bad: pipe: %s", strerror(errno));
		return;
	}
	set_alarm(CELL_SECONDS);
	if (!start(&r) || !follow(&r)) {
		rec.hangs++;
		if (r.child)
			kill(r.child, SIGKILL);
		if (r.pid > 0)
			kill(r.pid, SIGKILL);
		set_alarm(CELL_SECONDS);
		while (r.pid > 0 && wait_for(r.pid, &status, 0, &got) &&
		       WIFSTOPPED(status))
			sys_ptrace(PTRACE_CONT, r.pid, 0, SIGKILL);
		r.status = status;
		while (r.child && wait_for(r.child, &status, 0, &got) &&
		       WIFSTOPPED(status))
			;
	}
	if (c->audit)
		put_audit(&r);
	set_alarm(0);
	if (WIFEXITED(r.status))
		fprintf(rec.out, "end exited=%d", WEXITSTATUS(r.status));
	else
		fprintf(rec.out, "end killed=%d", WTERMSIG(r.status));
	fprintf(rec.out, " x0=%s mark=%s after=0x%lx taken=%lu",
		value(&r, shared->result), value(&r, shared->mark_after),
		shared->after, shared->nr_taken);
	if (vectors_live(c->call))
		put_vectors();
	fputc('\n', rec.out);

	tracepoints_close(&r);
	if (r.listener >= 0)
		close(r.listener);
	for (i = 0; i < 2; i++) {
		close(r.data[i]);
		close(r.go[i]);
		close(r.done[i]);
	}
	if (r.bad)
		rec.hangs++;
	fflush(rec.out);
}

/* The whole */

static struct {
	struct cell *cells;
	unsigned long nr;
	unsigned long product;
} matrix;

static bool keep(const struct cell *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].prune(c)) {
			rules[i].pruned++;
			return false;
		}
	}
	return true;
}

/*
 * Cells in order, such that audit is switched once, and tracepoints are switched
 * once for each state of audit but for the cells that are about that.
 */
static void make_matrix(char * const *patterns, int nr_patterns)
{
	unsigned long size = 1024;
	struct cell c;
	char name[192];
	unsigned int i;
	int n;

	matrix.cells = malloc(size * sizeof(c));
	matrix.product = 2UL * NR_TP * NR_TRACE * NR_WHEN * NR_SECCOMP *
			 NR_CALL * NR_CHANGE;
	for (i = 0; i < matrix.product && matrix.cells; i++) {
		n = i;
		c.change = n % NR_CHANGE;
		n /= NR_CHANGE;
		c.call = n % NR_CALL;
		n /= NR_CALL;
		c.seccomp = n % NR_SECCOMP;
		n /= NR_SECCOMP;
		c.when = n % NR_WHEN;
		n /= NR_WHEN;
		c.trace = n % NR_TRACE;
		n /= NR_TRACE;
		c.tp = n % NR_TP;
		n /= NR_TP;
		c.audit = n;
		if (!keep(&c))
			continue;
		cell_name(&c, name, sizeof(name));
		for (n = 0; n < nr_patterns; n++)
			if (!strstr(name, patterns[n]))
				break;
		if (n < nr_patterns)
			continue;
		if (matrix.nr == size) {
			size *= 2;
			matrix.cells = realloc(matrix.cells, size * sizeof(c));
			if (!matrix.cells)
				break;
		}
		matrix.cells[matrix.nr++] = c;
	}
}

static void run_matrix(FILE *out)
{
	bool audit = false, never = false, held = false, hold;
	unsigned long i;

	rec.out = out;
	if (!rec.no_audit)
		never = !audit_add_never_rule(&rec.audit);
	for (i = 0; i < matrix.nr; i++) {
		const struct cell *c = &matrix.cells[i];

		if ((c->audit && rec.no_audit) ||
		    (c->seccomp != S_NONE && rec.no_filters) ||
		    (c->tp != TP_OFF && rec.exit_id < 0) ||
		    !rec.has_state[c->call])
			continue;
		if (c->audit && !audit) {
			if (never)
				audit_del_rule(&rec.audit);
			never = false;
			audit = audit_on();
			if (!audit)
				put("bad: audit can't be enabled");
		}
		hold = c->tp == TP_ON;
		if (hold != held) {
			if (hold) {
				rec.hold[0] = open_tracepoint(rec.enter_id, 0);
				rec.hold[1] = open_tracepoint(rec.exit_id, 0);
			} else {
				close(rec.hold[0]);
				close(rec.hold[1]);
			}
			held = hold;
		}
		run_cell(c);
	}
	if (held) {
		close(rec.hold[0]);
		close(rec.hold[1]);
	}
	if (audit)
		audit_off();
	if (never)
		audit_del_rule(&rec.audit);
}

/* A program of a few instructions */
static int make_elf(void)
{
	const size_t len = record_elf_end - record_elf;
	char image[sizeof(struct elf_hdr) + sizeof(struct elf_phdr) + 64] = {};
	struct elf_hdr *ehdr = (struct elf_hdr *)image;
	struct elf_phdr *phdr = (struct elf_phdr *)(image + sizeof(*ehdr));
	int fd;

	memcpy(ehdr->e_ident, ELFMAG, SELFMAG);
	ehdr->e_ident[EI_CLASS] = ELF_CLASS;
	ehdr->e_ident[EI_DATA] = ELFDATA2LSB;
	ehdr->e_ident[EI_VERSION] = EV_CURRENT;
	ehdr->e_type = ET_EXEC;
	ehdr->e_machine = ELF_MACHINE;
	ehdr->e_version = EV_CURRENT;
	ehdr->e_entry = ELF_BASE + ELF_CODE;
	ehdr->e_phoff = sizeof(*ehdr);
	ehdr->e_flags = ELF_FLAGS;
	ehdr->e_ehsize = sizeof(*ehdr);
	ehdr->e_phentsize = sizeof(*phdr);
	ehdr->e_phnum = 1;
	phdr->p_type = PT_LOAD;
	phdr->p_vaddr = ELF_BASE;
	phdr->p_filesz = ELF_CODE + len;
	phdr->p_memsz = phdr->p_filesz;
	phdr->p_flags = PF_R | PF_X;
	phdr->p_align = 0x10000;
	memcpy(image + ELF_CODE, record_elf, len);

	fd = syscall(__NR_memfd_create, "record", 0);
	if (fd >= 0 && write(fd, image, sizeof(image)) != sizeof(image)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Tracer and tracee take turns: with one CPU, neither has to be woken up */
static void use_one_cpu(void)
{
	cpu_set_t set;
	int cpu;

	if (sched_getaffinity(0, sizeof(set), &set))
		return;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			break;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* NULL, or what is missing */
static const char *set_up(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	enum call_kind call;
	void *page;
	int fd;

	rec.self = getpid();
	page = mmap((void *)PAGE, PAGE_SIZE, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (page != (void *)PAGE)
		return "no memory at the place for it";
	rec.exec_fd = make_elf();
	if (rec.exec_fd < 0)
		return "no memfd";
	sigaction(SIGALRM, &sa, NULL);
	use_one_cpu();

	for (call = 0; call < NR_CALL; call++)
		rec.has_state[call] = has_state(call);
	rec.enter_id = tracepoint_id("sys_enter");
	rec.exit_id = tracepoint_id("sys_exit");
	fd = open_tracepoint(rec.exit_id, 0);
	if (fd < 0)
		rec.exit_id = -1;
	close(fd);
	rec.no_filters = filters_missing(FILTER_ALLOW);
	rec.no_audit = audit_begin(&rec.audit, AUDIT_ASK_RECORDS);
	return NULL;
}

static void print_numbers(FILE *f, bool all)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules) && all; i++)
		fprintf(f, "# %8lu pruned: %s\n", rules[i].pruned,
			rules[i].name);
	fprintf(f, "# " ABI ": %lu cells of %lu\n", matrix.nr, matrix.product);
	if (rec.no_audit)
		fprintf(f, "# without cells for audit: %s\n", rec.no_audit);
	if (rec.no_filters)
		fprintf(f, "# without cells for seccomp: %s\n",
			rec.no_filters);
	if (rec.exit_id < 0)
		fprintf(f, "# without cells for tracepoints\n");
	for (i = 0; i < NR_CALL; i++)
		if (!rec.has_state[i])
			fprintf(f, "# without cells for %s\n", calls[i].name);
}

int main(int argc, char **argv)
{
	char *patterns[MAX_PATTERNS], name[192];
	const char *file = NULL, *reason;
	bool list = false;
	int nr_patterns = 0, opt;
	unsigned long i;
	FILE *out = stdout;
	int status = 0;
	pid_t pid;

	save_program_pid();
	/* Values are small or pids, see new_task(): the tracer's pid too. */
	if (getpid() < (pid_t)PID_FIRST) {
		pid = new_task();
		if (pid < 0)
			return KSFT_FAIL;
		while (pid && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) :
						   KSFT_FAIL;
	}

	while ((opt = getopt(argc, argv, "o:lc:k")) >= 0) {
		switch (opt) {
		case 'o':
			file = optarg;
			break;
		case 'l':
			list = true;
			break;
		case 'c':
			if (nr_patterns < MAX_PATTERNS)
				patterns[nr_patterns++] = optarg;
			break;
		case 'k':
			rec.kmsg = true;
			break;
		default:
			return KSFT_FAIL;
		}
	}
	make_matrix(patterns, nr_patterns);
	if (list) {
		for (i = 0; i < matrix.nr; i++) {
			cell_name(&matrix.cells[i], name, sizeof(name));
			puts(name);
		}
		print_numbers(stderr, true);
		return KSFT_PASS;
	}
	if (file)
		out = fopen(file, "w");
	if (!out) {
		perror(file);
		return KSFT_FAIL;
	}
	reason = set_up();
	if (reason) {
		fprintf(stderr, "# %s\n", reason);
		return KSFT_SKIP;
	}
	run_matrix(out);
	if (audit_end(&rec.audit)) {
		fprintf(stderr, "# auditing is not what it was\n");
		rec.hangs++;
	}
	print_numbers(stderr, false);
	fprintf(stderr, "# %lu cells hang or are bad\n", rec.hangs);
	return rec.hangs ? KSFT_FAIL : KSFT_PASS;
}
