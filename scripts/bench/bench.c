// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of the machine that counts instructions: under QEMU's -icount the virtual
 * counter goes on by a fixed number of ticks with each instruction of the guest, so
 * that two readings of it tell how many there were in between. A count is path
 * length, not time.
 *
 * Each row of scripts/bench/rows is a single round trip, between two readings that
 * stand beside it, many times over. What is printed is the least, the median and
 * the greatest count, without the readings and without the instruction that
 * enters the kernel: what the kernel itself executes. The least is the one
 * without interrupts.
 *
 * On a CPU that has SVE the program makes SVE state live before each round trip,
 * by one SVE instruction: from then on system calls discard it.
 *
 * Built for arm, this is the program of the row of a 32-bit task.
 *
 * Kernel command line: "row=KEY" has one more round of that row, for scripts/path.sh;
 * "bench=gips" counts the rows that switch tasks or wait, in batches, on a machine of
 * a thousand million instructions a second; "bench=clock" takes wall-clock times.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/netlink.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum machine_status {
	MACHINE_DONE = 60,		/* all rows are measured */
	MACHINE_BROKEN = 62,		/* one could not be */
};

#define ROUNDS		2000
#define ROUNDS_FEW	300		/* of what takes long */

typedef uint64_t (*round_fn)(void);

static uint64_t sample[ROUNDS];
/* What stands between the readings when there is nothing: one nop. */
static uint64_t empty;
static uint64_t ticks_per_instruction;

static void __attribute__((noreturn)) end_program(enum machine_status status);

static void __attribute__((noreturn, format(printf, 1, 2))) broken(const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	printf("BROKEN ");
	vprintf(format, args);
	printf(": %s\n", strerror(error));
	va_end(args);
	fflush(stdout);
	end_program(MACHINE_BROKEN);
}

/*
 * The readings: an instruction synchronization barrier on either side, as the
 * architecture wants it. @code stands between them.
 */
#ifdef __aarch64__
#define READ(into)	"isb\n\tmrs	" into ", cntvct_el0\n\tisb\n\t"
#define COUNTED(code)	READ("%[start]") code READ("%[end]")
#else
#define READ(into)	"isb\n\tmrrc	p15, 1, %Q[" into "], %R[" into "], c14\n\tisb\n\t"
#define COUNTED(code)	READ("start") code READ("end")
#endif

#ifdef __aarch64__

struct call {
	long nr, args[6];
};

static struct call the_call;

/*
 * The system call instruction between readings, with a name. One for all rounds,
 * and one for scripts/path.sh to stop at.
 */
#define COUNT_CALL(function, name)							\
static uint64_t __attribute__((noinline, noclone)) function(void)			\
{											\
	register long x8 asm("x8") = the_call.nr;					\
	register long x0 asm("x0") = the_call.args[0];					\
	register long x1 asm("x1") = the_call.args[1];					\
	register long x2 asm("x2") = the_call.args[2];					\
	register long x3 asm("x3") = the_call.args[3];					\
	register long x4 asm("x4") = the_call.args[4];					\
	register long x5 asm("x5") = the_call.args[5];					\
	uint64_t start, end;								\
											\
	asm volatile(COUNTED(".globl	" name "\n"					\
			     name ":\n\t"						\
			     "svc	#0\n\t")						\
		     : [start] "=&r"(start), [end] "=&r"(end), "+r"(x0)			\
		     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)		\
		     : "memory");							\
	the_call.args[0] = x0;								\
	return end - start;								\
}

COUNT_CALL(count_call, "counted_call")
COUNT_CALL(count_marked_call, "marked_call")

/* A system call that no reading stands beside. */
static inline __attribute__((always_inline)) long
call6(long nr, long a0, long a1, long a2, long a3, long a4, long a5)
{
	register long x8 asm("x8") = nr;
	register long x0 asm("x0") = a0;
	register long x1 asm("x1") = a1;
	register long x2 asm("x2") = a2;
	register long x3 asm("x3") = a3;
	register long x4 asm("x4") = a4;
	register long x5 asm("x5") = a5;

	asm volatile("svc	#0"
		     : "+r"(x0)
		     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)
		     : "memory");
	return x0;
}

static inline __attribute__((always_inline)) long call(long nr, long a0, long a1, long a2, long a3)
{
	return call6(nr, a0, a1, a2, a3, 0, 0);
}

static inline __attribute__((always_inline)) uint64_t counter(void)
{
	uint64_t ticks;

	asm volatile(READ("%[ticks]") : [ticks] "=r"(ticks) : : "memory");
	return ticks;
}

static bool has_sve;

static inline void make_sve_live(void)
{
	if (has_sve)
		asm volatile(".arch_extension sve\n\tptrue	p0.b\n\t.arch_extension nosve");
}

#else /* arm */

static uint64_t count_call(void)
{
	register long r7 asm("r7") = __NR_getppid;
	register long r0 asm("r0") = 0;
	uint64_t start, end;

	asm volatile(COUNTED("svc	#0\n\t")
		     : [start] "=&r"(start), [end] "=&r"(end), "+r"(r0)
		     : "r"(r7)
		     : "memory");
	return end - start;
}

static inline void make_sve_live(void)
{
}

#endif

static uint64_t count_nop(void)
{
	uint64_t start, end;

	asm volatile(COUNTED("nop\n\t") : [start] "=&r"(start), [end] "=&r"(end) : : "memory");
	return end - start;
}

static uint64_t count_101_nops(void)
{
	uint64_t start, end;

	asm volatile(COUNTED(".rept	101\n\tnop\n\t.endr\n\t")
		     : [start] "=&r"(start), [end] "=&r"(end) : : "memory");
	return end - start;
}

static int compare_samples(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void take_samples(round_fn round, int rounds)
{
	int i;

	for (i = 0; i < rounds; i++) {
		make_sve_live();
		sample[i] = round();
	}
	qsort(sample, rounds, sizeof(sample[0]), compare_samples);
}

/* How many ticks an instruction has: 100 more of them must take 100 times as long. */
static void calibrate(void)
{
	uint64_t more;

	take_samples(count_nop, ROUNDS);
	empty = sample[0];
	take_samples(count_101_nops, ROUNDS);
	more = sample[0] - empty;
	if (!more || more % 100) {
		errno = EINVAL;
		broken("100 instructions take %lld ticks: is this QEMU with -icount?", (long long)more);
	}
	ticks_per_instruction = more / 100;
}

static long long net(uint64_t ticks)
{
	return ((long long)ticks - (long long)empty) / (long long)ticks_per_instruction;
}

/*
 * One nop of the empty measurement stands for the one instruction that enters the
 * kernel, so that taking it off leaves what the kernel executes.
 */
static void measure(const char *key, round_fn round, int rounds)
{
	take_samples(round, rounds);
	if (net(sample[0]) <= 0) {
		errno = EINVAL;
		broken("%s has %lld instructions", key, net(sample[0]));
	}
	printf("ROW %s %lld %lld %lld\n", key, net(sample[0]), net(sample[rounds / 2]),
	       net(sample[rounds - 1]));
	fflush(stdout);
}

#ifdef __aarch64__

#define SYS_EXIT_EXTENDED	0x20
#define ADP_STOPPED_APPLICATION_EXIT	0x20026UL

/* Semihosting, as in scripts/guest/init.c. Of children, an exit status. */
static void __attribute__((noreturn)) end_program(enum machine_status status)
{
	unsigned long block[2] = { ADP_STOPPED_APPLICATION_EXIT, status };

	if (getpid() != 1)
		_exit(status);
	asm volatile("mov	x0, %0\n\t"
		     "mov	x1, %1\n\t"
		     "hlt	#0xf000\n"
		     : : "r"((unsigned long)SYS_EXIT_EXTENDED), "r"(block)
		     : "x0", "x1", "memory");
	for (;;)
		reboot(RB_POWER_OFF);
}

static void set_call(long nr, long a0, long a1, long a2, long a3)
{
	the_call = (struct call){ .nr = nr, .args = { a0, a1, a2, a3 } };
}

/* The result takes the place of the first argument: put that back. */
static uint64_t round_call(void)
{
	long first = the_call.args[0];
	uint64_t ticks = count_call();

	the_call.args[0] = first;
	return ticks;
}

static const char *marked_row;

static void measure_call(const char *key, long want, long nr, long a0, long a1, long a2, long a3)
{
	set_call(nr, a0, a1, a2, a3);
	count_call();
	if (the_call.args[0] != want) {
		errno = -the_call.args[0];
		broken("%s gave %ld instead of %ld", key, the_call.args[0], want);
	}
	set_call(nr, a0, a1, a2, a3);
	measure(key, round_call, ROUNDS);
	if (marked_row && !strcmp(marked_row, key)) {
		make_sve_live();
		count_marked_call();
	}
}

static void measure_getppid(const char *key)
{
	measure_call(key, getppid(), __NR_getppid, 0, 0, 0, 0);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		broken("writing \"%s\" to %s", text, path);
	close(fd);
}

/* --- Plain calls */

static void plain_rows(void)
{
	static uint32_t word;
	static char byte;
	uint64_t signals[2] = { 1UL << (SIGUSR2 - 1) };
	struct timespec now;
	int zero, null;

	zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (zero < 0 || null < 0)
		broken("/dev/zero, /dev/null");
	measure_getppid("getppid");
	/* Greater than all that there are, and not one of arm's private ones. */
	measure_call("unknown", -ENOSYS, 600, 0, 0, 0, 0);
	measure_call("minus-one", -ENOSYS, -1, 0, 0, 0, 0);
	measure_call("read", 1, __NR_read, zero, (long)&byte, 1, 0);
	measure_call("write", 1, __NR_write, null, (long)&byte, 1, 0);
	measure_call("futex-wake", 0, __NR_futex, (long)&word, FUTEX_WAKE_PRIVATE, 1, 0);
	measure_call("sigprocmask", 0, __NR_rt_sigprocmask, SIG_BLOCK, (long)&signals[0],
		     (long)&signals[1], 8);
	measure_call("clock-gettime", 0, __NR_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0, 0);
	close(zero);
	close(null);
}

/* --- Signals, processes */

static void do_nothing(int number)
{
	(void)number;
}

/* From the call to the instruction after it: the handler and the vDSO's return
 * from it, three or four instructions in user space, are in the count. */
static void signal_row(void)
{
	struct sigaction action = { .sa_handler = do_nothing };

	if (sigaction(SIGUSR1, &action, NULL))
		broken("sigaction");
	measure_call("signal", 0, __NR_tgkill, getpid(), getpid(), SIGUSR1, 0);
}

static uint64_t round_fork(void)
{
	uint64_t start = counter();
	long pid;

	pid = call(__NR_clone, SIGCHLD, 0, 0, 0);
	if (!pid)
		call(__NR_exit_group, 0, 0, 0, 0);
	call(__NR_wait4, pid, 0, 0, 0);
	return counter() - start;
}

/* --- getppid with this and that on */

static void in_child(const char *key, void (*prepare)(void))
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		broken("%s: fork", key);
	if (!pid) {
		if (prepare)
			prepare();
		measure_getppid(key);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		broken("%s: the process that measures it ended with wait status %#x", key, status);
}

static void install_filter(void)
{
	struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog program = { .len = 1, .filter = allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		broken("seccomp filter");
}

/* On as auditd turns it on, with no rule; tasks from now on have a context. */
static void set_audit(bool on)
{
	struct {
		struct nlmsghdr header;
		struct audit_status status;
	} request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = AUDIT_SET,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.status = { .mask = AUDIT_STATUS_ENABLED, .enabled = on },
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[256];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < 0)
		broken("audit");
	if (answer.header.nlmsg_type != NLMSG_ERROR || answer.error.error) {
		errno = -answer.error.error;
		broken("audit: AUDIT_SET");
	}
	close(fd);
}

static void audit_row(void)
{
	set_audit(true);
	in_child("audit", NULL);
	set_audit(false);
}

/* raw_syscalls:sys_enter and raw_syscalls:sys_exit, recorded into the ring buffer. */
static void tracepoint_row(void)
{
	const char *file = "/tracing/events/raw_syscalls/enable";

	write_file(file, "1");
	measure_getppid("tracepoints");
	write_file(file, "0");
}

/* Never called. */
static void __attribute__((noinline, used)) probed_function(void)
{
	asm volatile("nop");
}

/* A breakpoint of an uprobe in this program's text, which is not met. */
static void uprobe_row(void)
{
	const Elf64_Phdr *segment = (void *)getauxval(AT_PHDR);
	unsigned long n = getauxval(AT_PHNUM), address = (unsigned long)probed_function, offset = 0;
	char line[128];

	for (; n; n--, segment++)
		if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
		    address < segment->p_vaddr + segment->p_filesz)
			offset = address - segment->p_vaddr + segment->p_offset;
	snprintf(line, sizeof(line), "p:bench/elsewhere /init:%#lx\n", offset);
	write_file("/tracing/uprobe_events", line);
	write_file("/tracing/events/bench/elsewhere/enable", "1");
	if (*(volatile uint32_t *)probed_function == 0xd503201f) {
		errno = 0;
		broken("the uprobe is not in the text");
	}
	measure_getppid("uprobe");
	write_file("/tracing/events/bench/elsewhere/enable", "0");
}

static void compat_row(void)
{
	int status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		execl("/compat", "compat", NULL);
		broken("/compat");
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		broken("/compat ended with wait status %#x", status);
}

/* --- Traced */

static pid_t tracee;

/* What a tracer does for one call of the tracee: twice go on and wait. */
static uint64_t round_two_stops(void)
{
	uint64_t start = counter();

	call(__NR_ptrace, PTRACE_SYSCALL, tracee, 0, 0);
	call(__NR_wait4, tracee, 0, 0, 0);
	call(__NR_ptrace, PTRACE_SYSCALL, tracee, 0, 0);
	call(__NR_wait4, tracee, 0, 0, 0);
	return counter() - start;
}

/* In later headers than those of the machine that this is built on. */
#define GET_SYSCALL_INFO	0x420e
#define SET_SYSCALL_INFO	0x4212

/* On to the tracee's next stop, which has to be one at a system call of @op. */
static long next_stop(char *info, size_t size, int op)
{
	int status;
	long length;

	if (call(__NR_ptrace, PTRACE_SYSCALL, tracee, 0, 0) ||
	    waitpid(tracee, &status, 0) != tracee || status != (((SIGTRAP | 0x80) << 8) | 0x7f))
		broken("no stop at a system call");
	length = call(__NR_ptrace, GET_SYSCALL_INFO, tracee, size, (long)info);
	if (length <= 0 || info[0] != op)
		broken("PTRACE_GET_SYSCALL_INFO gave %ld, and stop %d instead of %d", length, info[0], op);
	return length;
}

/* A tracee that makes one call after the other, and waits to be let go on. */
static void start_tracee(void)
{
	int status;

	tracee = fork();
	if (!tracee) {
		if (call(__NR_ptrace, PTRACE_TRACEME, 0, 0, 0))
			_exit(1);
		kill(getpid(), SIGSTOP);
		for (;;) {
			make_sve_live();
			call(__NR_getppid, 0, 0, 0, 0);
		}
	}
	if (tracee < 0 || waitpid(tracee, &status, 0) != tracee || !WIFSTOPPED(status))
		broken("no tracee");
	if (call(__NR_ptrace, PTRACE_SETOPTIONS, tracee, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		broken("PTRACE_SETOPTIONS");
}

static void end_tracee(void)
{
	kill(tracee, SIGKILL);
	waitpid(tracee, NULL, 0);
}

typedef void (*measure_call_fn)(const char *key, long want, long nr, long a0, long a1, long a2, long a3);

static void ptrace_rows(measure_call_fn measure_one)
{
	static uint64_t regs[34];
	static char info[88];
	static struct iovec iov = { regs, sizeof(regs) };
	long size;

	size = next_stop(info, sizeof(info), PTRACE_SYSCALL_INFO_ENTRY);
	measure_one("get-info-entry", size, __NR_ptrace, GET_SYSCALL_INFO, tracee,
		    sizeof(info), (long)info);
	measure_one("set-info-entry", 0, __NR_ptrace, SET_SYSCALL_INFO, tracee,
		    sizeof(info), (long)info);
	measure_one("getregset", 0, __NR_ptrace, PTRACE_GETREGSET, tracee, NT_PRSTATUS, (long)&iov);
	size = next_stop(info, sizeof(info), PTRACE_SYSCALL_INFO_EXIT);
	measure_one("get-info-exit", size, __NR_ptrace, GET_SYSCALL_INFO, tracee,
		    sizeof(info), (long)info);
}

static void traced_rows(void)
{
	start_tracee();
	measure("two-stops", round_two_stops, ROUNDS_FEW);
	ptrace_rows(measure_call);
	end_tracee();
}

/* --- Exceptions that are no system call */

static char *page;

static uint64_t round_page_fault(void)
{
	uint64_t start, end;

	/* In the place of the one that has been touched, a page that has not. */
	call6(__NR_mmap, (long)page, 4096, PROT_READ | PROT_WRITE,
	      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	asm volatile(COUNTED("strb	wzr, [%[page]]\n\t")
		     : [start] "=&r"(start), [end] "=&r"(end)
		     : [page] "r"(page)
		     : "memory");
	return end - start;
}

/*
 * From the instruction to the first one of the handler, so that no system call is
 * in it: the handler reads the counter before anything else, goes past the
 * instruction, and returns.
 */
uint64_t handler_ticks;
void undefined_handler(int number, siginfo_t *info, void *context);

#define PC_IN_CONTEXT	440
_Static_assert(offsetof(ucontext_t, uc_mcontext.pc) == PC_IN_CONTEXT, "where the PC is");

#define STRING_OF(x)	#x
#define STRING(x)	STRING_OF(x)

asm(".pushsection .text\n"
    ".globl	undefined_handler\n"
    ".type	undefined_handler, %function\n"
    "undefined_handler:\n\t"
    READ("x9")
    "adrp	x10, handler_ticks\n\t"
    "str	x9, [x10, #:lo12:handler_ticks]\n\t"
    "ldr	x9, [x2, #" STRING(PC_IN_CONTEXT) "]\n\t"
    "add	x9, x9, #4\n\t"
    "str	x9, [x2, #" STRING(PC_IN_CONTEXT) "]\n\t"
    "ret\n"
    ".popsection");

static uint64_t round_undefined(void)
{
	uint64_t start, end;

	asm volatile(COUNTED("udf	#0\n\t")
		     : [start] "=&r"(start), [end] "=&r"(end) : : "memory");
	return handler_ticks - start;
}

/* The kernel executes it in user space's stead. */
static uint64_t round_id_register(void)
{
	uint64_t start, end, value;

	asm volatile(COUNTED("mrs	%[value], id_aa64pfr0_el1\n\t")
		     : [start] "=&r"(start), [end] "=&r"(end), [value] "=&r"(value)
		     : : "memory");
	return end - start;
}

static void exception_rows(void)
{
	struct sigaction action = { .sa_sigaction = undefined_handler, .sa_flags = SA_SIGINFO };

	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		broken("mmap");
	measure("page-fault", round_page_fault, ROUNDS);
	munmap(page, 4096);
	if (sigaction(SIGILL, &action, NULL))
		broken("sigaction");
	measure("undefined", round_undefined, ROUNDS);
	measure("id-register", round_id_register, ROUNDS);
}

/*
 * --- Rows that switch tasks or wait
 *
 * What they cost depends on how often the tick and the scheduler's timers come, so that
 * the machine has to be one of about a thousand million instructions a second:
 * QEMU's -icount shift=0. A tick of the counter has many instructions there. Hence
 * batches of rounds, and the median of many. The few instructions of user space in a
 * round are in the count.
 */

#define MANY_NOPS	1600

static double instructions_per_tick;

static uint64_t count_many_nops(void)
{
	uint64_t start, end;

	asm volatile(COUNTED(".rept	" STRING(MANY_NOPS) "\n\tnop\n\t.endr\n\t")
		     : [start] "=&r"(start), [end] "=&r"(end) : : "memory");
	return end - start;
}

static void calibrate_ticks(void)
{
	take_samples(count_many_nops, ROUNDS_FEW);
	/* the barriers and readings are a tick at the most */
	if (sample[0] < 100 || sample[0] > MANY_NOPS + 16) {
		errno = EINVAL;
		broken("%d instructions take %lld ticks: is this QEMU with -icount shift=0?", MANY_NOPS,
		       (long long)sample[0]);
	}
	instructions_per_tick = sample[0] < 110 ? 16 : 1;
}

/* Of spin(): the instructions of a turn */
#define SPIN_INSTRUCTIONS	4

/* Shared with the other tasks */
static struct shared {
	uint32_t ping, pong;
	uint32_t tid;
	volatile uint64_t spins;
} *shared;

static void measure_batches(const char *key, void (*round)(void), int rounds, int batches)
{
	int i, j;

	for (i = -1; i < batches; i++) {
		uint64_t spins = shared->spins, start = counter(), ticks;

		for (j = 0; j < rounds; j++)
			round();
		ticks = counter() - start;
		spins = shared->spins - spins;
		/* the first one warms up */
		if (i >= 0)
			sample[i] = (ticks * instructions_per_tick - spins * SPIN_INSTRUCTIONS) / rounds;
	}
	qsort(sample, batches, sizeof(sample[0]), compare_samples);
	printf("ROW %s %lld %lld %lld\n", key, (long long)sample[0], (long long)sample[batches / 2],
	       (long long)sample[batches - 1]);
	fflush(stdout);
}

static pid_t partner;

/* Another task, in an endless loop */
static void start_partner(void (*loop)(void))
{
	partner = fork();
	if (partner < 0)
		broken("fork");
	if (!partner)
		for (;;)
			loop();
}

static void end_partner(void)
{
	kill(partner, SIGKILL);
	waitpid(partner, NULL, 0);
}

static void measure_with_partner(const char *key, void (*round)(void), void (*loop)(void))
{
	start_partner(loop);
	measure_batches(key, round, 32, 100);
	end_partner();
}

static void do_fork(void)
{
	long pid = call(__NR_clone, SIGCHLD, 0, 0, 0);

	if (!pid)
		call(__NR_exit_group, 0, 0, 0, 0);
	call(__NR_wait4, pid, 0, 0, 0);
}

static void do_exec(void)
{
	static char *const argv[] = { "exit", NULL }, *const envp[] = { NULL };
	long pid = call(__NR_clone, SIGCHLD, 0, 0, 0);
	int status = -1;

	if (!pid) {
		call(__NR_execve, (long)"/exit", (long)argv, (long)envp, 0);
		call(__NR_exit_group, 1, 0, 0, 0);
	}
	call(__NR_wait4, pid, (long)&status, 0, 0);
	if (status)
		broken("/exit ended with wait status %#x", status);
}

/* A thread that ends at once: it has a stack, and uses none. */
static void do_thread(void)
{
	static char stack[64] __attribute__((aligned(16)));
	register long x8 asm("x8") = __NR_clone;
	register long x0 asm("x0") = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
				     CLONE_SYSVSEM | CLONE_CHILD_CLEARTID;
	register char *x1 asm("x1") = stack + sizeof(stack);
	register long x2 asm("x2") = 0;
	register long x3 asm("x3") = 0;
	register uint32_t *x4 asm("x4") = &shared->tid;
	uint32_t tid;

	shared->tid = 1;
	asm volatile("svc	#0\n\t"
		     "cbnz	x0, 1f\n\t"
		     "mov	x8, #93\n\t"	/* exit */
		     "svc	#0\n"
		     "1:"
		     : "+r"(x0), "+r"(x8)
		     : "r"(x1), "r"(x2), "r"(x3), "r"(x4)
		     : "memory");
	if (x0 < 0) {
		errno = -x0;
		broken("clone");
	}
	while ((tid = *(volatile uint32_t *)&shared->tid))
		call(__NR_futex, (long)&shared->tid, FUTEX_WAIT, tid, 0);
}

static void do_yield(void)
{
	call(__NR_sched_yield, 0, 0, 0, 0);
}

static int there[2], back[2];

static void do_pipe(void)
{
	char byte = 0;

	call(__NR_write, there[1], (long)&byte, 1, 0);
	call(__NR_read, back[0], (long)&byte, 1, 0);
}

static void answer_pipe(void)
{
	char byte;

	call(__NR_read, there[0], (long)&byte, 1, 0);
	call(__NR_write, back[1], (long)&byte, 1, 0);
}

static void wait_while(volatile uint32_t *word, uint32_t value)
{
	while (*word == value)
		call(__NR_futex, (long)word, FUTEX_WAIT, value, 0);
}

static void do_futex(void)
{
	uint32_t was = shared->pong;

	shared->ping = was + 1;
	call(__NR_futex, (long)&shared->ping, FUTEX_WAKE, 1, 0);
	wait_while(&shared->pong, was);
}

static void answer_futex(void)
{
	uint32_t was = shared->pong;

	wait_while(&shared->ping, was);
	shared->pong = was + 1;
	call(__NR_futex, (long)&shared->pong, FUTEX_WAKE, 1, 0);
}

static const uint64_t answer_set = 1UL << (SIGUSR2 - 1);
static pid_t program_pid;

static void do_signal(void)
{
	call(__NR_kill, partner, SIGUSR1, 0, 0);
	call(__NR_rt_sigtimedwait, (long)&answer_set, 0, 0, 8);
}

static void send_answer(int number)
{
	(void)number;
	call(__NR_kill, program_pid, SIGUSR2, 0, 0);
}

static void wait_for_signals(void)
{
	call(__NR_ppoll, 0, 0, 0, 0);
}

static int events[2], polls[2];

static void wait_for_event(int i)
{
	struct epoll_event event;
	uint64_t value;

	call6(__NR_epoll_pwait, polls[i], (long)&event, 1, -1, 0, 0);
	call(__NR_read, events[i], (long)&value, sizeof(value), 0);
}

static void send_event(int i)
{
	static const uint64_t one = 1;

	call(__NR_write, events[i], (long)&one, sizeof(one), 0);
}

static void do_epoll(void)
{
	send_event(0);
	wait_for_event(1);
}

static void answer_epoll(void)
{
	wait_for_event(0);
	send_event(1);
}

/*
 * While the program waits, this runs instead of the idle task, so that what the
 * counter counts are instructions; those of the loop are taken off.
 */
static void spin(void)
{
	struct sched_param param = { 0 };

	if (call(__NR_sched_setscheduler, 0, SCHED_IDLE, (long)&param, 0))
		_exit(1);
	asm volatile("1:	ldr	x9, [%0]\n\t"
		     "add	x9, x9, #1\n\t"
		     "str	x9, [%0]\n\t"
		     "b	1b"
		     : : "r"(&shared->spins) : "x9", "memory");
}

#define WAIT_NS		50000

static void do_nanosleep(void)
{
	static const struct timespec wait = { .tv_nsec = WAIT_NS };

	call(__NR_clock_nanosleep, CLOCK_MONOTONIC, 0, (long)&wait, 0);
}

static int timer;

static void do_timerfd(void)
{
	static const struct itimerspec wait = { .it_value.tv_nsec = WAIT_NS };
	uint64_t value;

	call(__NR_timerfd_settime, timer, 0, (long)&wait, 0);
	call(__NR_read, timer, (long)&value, sizeof(value), 0);
}

static void do_two_stops(void)
{
	round_two_stops();
}

static void switching_rows(void)
{
	/* of the other task, which may get the signal before it has run */
	struct sigaction action = { .sa_handler = send_answer };
	sigset_t set;
	int i;

	program_pid = getpid();
	calibrate_ticks();
	printf("BEGIN sve=%d instructions a tick=%.0f\n", has_sve, instructions_per_tick);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	if (shared == MAP_FAILED || pipe(there) || pipe(back) || sigprocmask(SIG_BLOCK, &set, NULL) ||
	    sigaction(SIGUSR1, &action, NULL) || prctl(PR_SET_TIMERSLACK, 1))
		broken("the rows that switch tasks");
	for (i = 0; i < 2; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		events[i] = eventfd(0, 0);
		polls[i] = epoll_create1(0);
		if (events[i] < 0 || polls[i] < 0 || epoll_ctl(polls[i], EPOLL_CTL_ADD, events[i], &event))
			broken("epoll");
	}
	timer = timerfd_create(CLOCK_MONOTONIC, 0);
	if (timer < 0)
		broken("timerfd");

	measure_batches("fork", do_fork, 8, 60);
	measure_batches("exec", do_exec, 8, 30);
	measure_batches("thread", do_thread, 32, 60);
	measure_with_partner("yield", do_yield, do_yield);
	measure_with_partner("pipe", do_pipe, answer_pipe);
	measure_with_partner("futex", do_futex, answer_futex);
	measure_with_partner("signal-other", do_signal, wait_for_signals);
	measure_with_partner("epoll", do_epoll, answer_epoll);
	start_tracee();
	measure_batches("two-stops", do_two_stops, 32, 100);
	end_tracee();
	start_partner(spin);
	measure_batches("nanosleep", do_nanosleep, 32, 60);
	measure_batches("timerfd", do_timerfd, 32, 60);
	if (!shared->spins) {
		errno = ECHILD;
		broken("the loop that runs while the program waits");
	}
	end_partner();
}

/* --- Wall-clock time, without -icount: as a sanity check only */

#define BATCHES		15

static uint64_t round_plain_call(void)
{
	return call6(the_call.nr, the_call.args[0], the_call.args[1], the_call.args[2],
		     the_call.args[3], 0, 0);
}

/* Prints picoseconds a round, of the quickest of some batches. */
static void take_time(const char *key, round_fn round, int rounds)
{
	uint64_t frequency, start;
	int i, j;

	asm("mrs	%0, cntfrq_el0" : "=r"(frequency));
	for (i = 0; i < BATCHES; i++) {
		start = counter();
		for (j = 0; j < rounds; j++)
			round();
		sample[i] = counter() - start;
	}
	qsort(sample, BATCHES, sizeof(sample[0]), compare_samples);
	printf("CLOCK %s %.0f\n", key, sample[0] * 1e12 / frequency / rounds);
	fflush(stdout);
}

static void take_time_of_call(const char *key, long want, long nr, long a0, long a1, long a2, long a3)
{
	set_call(nr, a0, a1, a2, a3);
	if ((long)round_plain_call() != want)
		broken("%s did not give %ld", key, want);
	take_time(key, round_plain_call, 4000);
}

static void clock_rows(void)
{
	take_time_of_call("getppid", getppid(), __NR_getppid, 0, 0, 0, 0);
	start_tracee();
	take_time("two-stops", round_two_stops, 50);
	ptrace_rows(take_time_of_call);
	end_tracee();
}

static void set_up(void)
{
	mkdir("/dev", 0755);
	mkdir("/tracing", 0755);
	if ((mknod("/dev/zero", S_IFCHR | 0600, makedev(1, 5)) && errno != EEXIST) ||
	    (mknod("/dev/null", S_IFCHR | 0600, makedev(1, 3)) && errno != EEXIST))
		broken("mknod");
	if (mount("tracefs", "/tracing", "tracefs", 0, NULL))
		broken("tracefs");
}

int main(void)
{
	marked_row = getenv("row");
	has_sve = getauxval(AT_HWCAP) & HWCAP_SVE;
	set_up();
	if (getenv("bench") && !strcmp(getenv("bench"), "clock")) {
		clock_rows();
		goto end;
	}
	if (getenv("bench") && !strcmp(getenv("bench"), "gips")) {
		switching_rows();
		goto end;
	}
	calibrate();
	printf("BEGIN sve=%d ticks=%lld\n", has_sve, (long long)ticks_per_instruction);
	plain_rows();
	signal_row();
	measure("fork", round_fork, ROUNDS_FEW);
	in_child("seccomp", install_filter);
	compat_row();
	traced_rows();
	exception_rows();
	audit_row();
	tracepoint_row();
	/* Last: what it has changed in this process stays. */
	uprobe_row();
end:
	printf("END\n");
	fflush(stdout);
	end_program(MACHINE_DONE);
}

#else /* arm */

static void __attribute__((noreturn)) end_program(enum machine_status status)
{
	_exit(status);
}

int main(void)
{
	calibrate();
	measure("compat", count_call, ROUNDS);
	return 0;
}

#endif
