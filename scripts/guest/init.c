// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of the test machine: mounts, runs the kernel's own run_kselftest.sh
 * with its output on a port of its own, and ends the machine with a status that
 * the host can trust.
 *
 * QEMU reports status 0 when the kernel panics, so that 0 can mean nothing. What
 * is reported, through semihosting on arm64 and a debug device on x86_64, is told
 * by the numbers below, which no other end of the machine gives. The runner on the
 * host knows them too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#ifdef __x86_64__
#include <sys/io.h>
#endif
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum machine_status {
	MACHINE_TESTS_PASSED = 60,	/* run_kselftest.sh exited with 0 */
	MACHINE_TESTS_FAILED = 61,	/* it exited with anything else */
	MACHINE_BROKEN = 62,		/* the tests could not be run at all */
};

#define ARRAY_SIZE(array)	((int)(sizeof(array) / sizeof((array)[0])))

#if defined(__aarch64__)
#define SYS_EXIT_EXTENDED	0x20
#define ADP_STOPPED_APPLICATION_EXIT	0x20026UL

static void report_status(enum machine_status status)
{
	unsigned long block[2] = { ADP_STOPPED_APPLICATION_EXIT, status };

	asm volatile("mov	x0, %0\n"
		     "mov	x1, %1\n"
		     "hlt	#0xf000\n"
		     : : "r"((unsigned long)SYS_EXIT_EXTENDED), "r"(block)
		     : "x0", "x1", "memory");
}
#elif defined(__x86_64__)
#define DEBUG_EXIT_PORT		0xf4	/* -device isa-debug-exit,iobase=0xf4 */

static void report_status(enum machine_status status)
{
	if (!ioperm(DEBUG_EXIT_PORT, 1, 1))
		outb(status, DEBUG_EXIT_PORT);
}
#endif

static void __attribute__((noreturn)) end_machine(enum machine_status status)
{
	sync();
	report_status(status);

	/* Without a way to report: the host then misses the status, and says so. */
	for (;;)
		reboot(RB_POWER_OFF);
}

static void __attribute__((noreturn, format(printf, 1, 2))) broken(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "init: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, ": %s\n", strerror(errno));
	va_end(args);
	end_machine(MACHINE_BROKEN);
}

static void mount_on(const char *type, const char *where)
{
	if (mkdir(where, 0755) && errno != EEXIST)
		broken("mkdir %s", where);
	if (mount(type, where, type, 0, NULL))
		broken("mount %s", where);
}

/* The same, of what not every kernel has: without it, the tests that need it say so. */
static void mount_if_there(const char *type, const char *where)
{
	char line[64], name[32];
	FILE *list = fopen("/proc/filesystems", "r");
	bool there = false;

	if (!list)
		broken("open /proc/filesystems");
	snprintf(name, sizeof(name), "\t%s\n", type);
	while (fgets(line, sizeof(line), list))
		there |= strstr(line, name) != NULL;
	fclose(list);
	if (there)
		mount_on(type, where);
}

/*
 * The scheduler calls perf only while a task has a perf event: this switches the calls
 * on for good. Otherwise the tests that have events switch them on and off, which
 * changes the code of the running kernel, and QEMU 7.2 seems to go on with the old code
 * now and then, on a CPU that is just translating it. Such a CPU puts the events of a
 * task in place and never takes them away; once that ended in an oops of the unpatched
 * kernel. A kernel without perf has no such calls.
 */
static void keep_perf_in_scheduler(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
	};

	if (syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC) < 0 &&
	    errno != ENOSYS)
		broken("perf_event_open");
}

/* Copy what is there to read; false at the end of the file. */
static bool copy(int from, int to)
{
	char buffer[4096];
	ssize_t length, done, n;

	while ((length = read(from, buffer, sizeof(buffer))) > 0)
		for (done = 0; done < length; done += n) {
			n = write(to, buffer + done, length - done);
			if (n < 0)
				broken("writing the results");
		}
	return length < 0 && errno == EAGAIN;
}

/*
 * Run a program to its end, with its output copied to @output. The program gets
 * a pipe, since the port can be opened only once and scripts write to
 * /dev/stdout. Its children may outlive it with the pipe open: its own end
 * counts, not the pipe's.
 */
static int run(char *const argv[], int output)
{
	int pipe_fds[2], status, null;
	bool open_pipe = true;
	pid_t child, pid;

	if (pipe2(pipe_fds, O_CLOEXEC) || fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK))
		broken("pipe");
	child = fork();
	if (child < 0)
		broken("fork");
	if (!child) {
		setsid();
		if (output < 0) {
			ioctl(STDIN_FILENO, TIOCSCTTY, 0);
		} else {
			null = open("/dev/null", O_RDONLY);
			dup2(null, STDIN_FILENO);
			dup2(pipe_fds[1], STDOUT_FILENO);
			dup2(pipe_fds[1], STDERR_FILENO);
		}
		execv(argv[0], argv);
		_exit(127);
	}
	close(pipe_fds[1]);
	do {
		struct pollfd poll_fd = { .fd = open_pipe ? pipe_fds[0] : -1, .events = POLLIN };

		poll(&poll_fd, 1, 100);
		if (open_pipe)
			open_pipe = copy(pipe_fds[0], output);
		/* PID 1 inherits what the tests leave behind. */
		pid = waitpid(-1, &status, WNOHANG);
		if (pid < 0)
			broken("waitpid");
	} while (pid != child);
	if (open_pipe)
		copy(pipe_fds[0], output);
	close(pipe_fds[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The port is found by its name, since its number depends on what else there is. */
static int open_port(const char *name)
{
	char path[64], line[64];
	int i;

	for (i = 0; i < 8; i++) {
		FILE *file;

		snprintf(path, sizeof(path), "/sys/class/virtio-ports/vport0p%d/name", i);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (!fgets(line, sizeof(line), file))
			line[0] = '\0';
		fclose(file);
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, name))
			continue;
		snprintf(path, sizeof(path), "/dev/vport0p%d", i);
		return open(path, O_WRONLY | O_CLOEXEC);
	}
	errno = ENODEV;
	return -1;
}

/*
 * Words are separated by commas. One with a colon is a test, COLLECTION:TEST,
 * and one without is a whole collection.
 */
static int add_words(char **argv, int argc, int max, char *words, char *option)
{
	char *word;

	if (!words)
		return argc;
	for (word = strtok(words, ","); word; word = strtok(NULL, ",")) {
		if (argc + 2 >= max)
			broken("too many tests are named");
		argv[argc++] = strchr(word, ':') ? option : "-c";
		argv[argc++] = word;
	}
	return argc;
}

/*
 * Both records of system calls, whole or the cells that have these words in
 * their name. The kernel's log gets the name of each cell before it runs.
 */
static int record(char *words, int port)
{
	char *programs[] = {
		"/compare/record",
		"/compare/record_compat",
	};
	char *argv[64];
	int argc, i, rc = 0;
	char *word;

	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		char copied[256];

		argc = 0;
		argv[argc++] = programs[i];
		argv[argc++] = "-k";
		snprintf(copied, sizeof(copied), "%s", strcmp(words, "all") ? words : "");
		for (word = strtok(copied, ","); word; word = strtok(NULL, ",")) {
			if (argc + 3 >= ARRAY_SIZE(argv))
				broken("too many words in record=");
			argv[argc++] = "-c";
			argv[argc++] = word;
		}
		argv[argc] = NULL;
		rc |= run(argv, port);
	}
	return rc;
}

/* What the kernel has noted of itself by now: 0, or bits such as that of a warning. */
static long taint(void)
{
	FILE *file = fopen("/proc/sys/kernel/tainted", "re");
	long bits;

	if (!file || fscanf(file, "%ld", &bits) != 1)
		broken("/proc/sys/kernel/tainted");
	fclose(file);
	return bits;
}

/*
 * What has to end the machine, by the kernel's own way to try its defences (LKDTM):
 * the name of one of its crash points.
 */
static void provoke(const char *name)
{
	int fd = open("/sys/kernel/debug/provoke-crash/DIRECT", O_WRONLY);

	if (fd < 0)
		broken("open provoke-crash/DIRECT");
	if (write(fd, name, strlen(name)) < 0)
		broken("write %s to provoke-crash/DIRECT", name);
	broken("the kernel has survived %s", name);
}

int main(void)
{
	char *const install[] = { "/bin/busybox", "--install", "-s", "/bin", NULL };
	char *const shell[] = { "/bin/bash", "-l", NULL };
	/*
	 * Under emulation, and on a host that does other things, a test may take
	 * longer than the runner's default of 45 seconds.
	 */
	char *suite[256] = { "/bin/sh", "/kselftest/run_kselftest.sh", "-o", "300" };
	int argc = 4, port, rc;
	char *nonce;

	mount_on("proc", "/proc");
	mount_on("sysfs", "/sys");
	mount_on("devtmpfs", "/dev");
	mount_on("tmpfs", "/tmp");
	mount_on("tmpfs", "/dev/shm");
	mount_if_there("debugfs", "/sys/kernel/debug");
	mount_if_there("tracefs", "/sys/kernel/tracing");
	keep_perf_in_scheduler();

	setenv("PATH", "/bin:/usr/bin", 1);
	setenv("HOME", "/tmp", 1);
	setenv("TERM", "vt100", 0);
	/* Else glibc has registered rseq before the tests can. */
	setenv("GLIBC_TUNABLES", "glibc.pthread.rseq=0", 1);

	if (run(install, STDERR_FILENO))
		broken("busybox --install");
	if (symlink("/proc/self/fd", "/dev/fd") || symlink("/proc/self/fd/1", "/dev/stdout") ||
	    symlink("/proc/self/fd/2", "/dev/stderr"))
		broken("symlink");

	if (getenv("interactive")) {
		if (chdir("/kselftest"))
			broken("chdir");
		run(shell, -1);
		end_machine(MACHINE_TESTS_PASSED);
	}

	port = open_port("ktap");
	if (port < 0)
		broken("the port for the results");

	if (getenv("provoke"))
		provoke(getenv("provoke"));

	if (getenv("record")) {
		rc = record(getenv("record"), port);
		dprintf(port, "# machine: taint %ld\n", taint());
		dprintf(port, "# machine: the record is complete, status %d\n", rc);
		fsync(port);
		close(port);
		end_machine(rc ? MACHINE_TESTS_FAILED : MACHINE_TESTS_PASSED);
	}

	/* A run_kselftest.sh that knows no other options than tests */
	if (getenv("old_runner"))
		argc = 2;
	/* tests= and skip= on the kernel's command line */
	argc = add_words(suite, argc, ARRAY_SIZE(suite), getenv("tests"), "-t");
	argc = add_words(suite, argc, ARRAY_SIZE(suite), getenv("skip"), "-S");
	suite[argc] = NULL;
	/* nonce= is for the last line, and not for what the tests print. */
	nonce = strdup(getenv("nonce") ?: "");
	unsetenv("nonce");

	rc = run(suite, port);

	/*
	 * The host takes a log without this line, and without the number that it has
	 * given, for a truncated one.
	 */
	dprintf(port, "# machine %s: all tests have run, run_kselftest.sh exited with %d, taint %ld\n",
		nonce, rc, taint());
	fsync(port);
	close(port);
	end_machine(rc ? MACHINE_TESTS_FAILED : MACHINE_TESTS_PASSED);
}
