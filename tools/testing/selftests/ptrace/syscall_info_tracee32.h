/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system calls that syscall_info_tracee32 makes, for the tracer to know.
 * arm and i386 have the same numbers for these.
 */
#ifndef SYSCALL_INFO_TRACEE32_H
#define SYSCALL_INFO_TRACEE32_H

#define CALL32_EXIT	1
#define CALL32_CLOSE	6
#define CALL32_GETPPID	64
#define CALL32_MMAP2	192

/* An address with the top bit set, as those of errors have */
#define CALL32_ADDR	0xa0000000

/* number, six arguments; mmap2 asks for private, anonymous memory there */
static const unsigned int calls32[][7] = {
	{ CALL32_GETPPID, 0x80000001, 0xffffffff, 0x7fffffff,
			  0xdeadbeef, 0x80000000, 0xfffffffe },
	{ CALL32_CLOSE, 0xffffffff, 1, 2, 3, 4, 0x87654321 },
	{ CALL32_MMAP2, CALL32_ADDR, 4096, 3, 0x100022, 0xffffffff, 0 },
	{ 0x7000, 0xf0000001, 0xf0000002, 0xf0000003,
		  0xf0000004, 0xf0000005, 0xf0000006 },
	{ 0xffffffff, 0xf1000001, 0xf1000002, 0xf1000003,
		      0xf1000004, 0xf1000005, 0xf1000006 },
	{ CALL32_EXIT, 0, 0xf2000002, 0xf2000003,
		       0xf2000004, 0xf2000005, 0xf2000006 },
};

#endif /* SYSCALL_INFO_TRACEE32_H */
