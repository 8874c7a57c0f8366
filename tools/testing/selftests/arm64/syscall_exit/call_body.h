/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracee of most tests: it stops itself, makes one system call and exits. It
 * is in assembly, so that there is no system call but those named here.
 */
#ifndef CALL_BODY_H
#define CALL_BODY_H

/* Offsets into struct call */
#define CALL_NR		(0 * __SIZEOF_LONG__)
#define CALL_ARGS	(1 * __SIZEOF_LONG__)
#define CALL_X7		(5 * __SIZEOF_LONG__)
#define CALL_RESULT	(6 * __SIZEOF_LONG__)
#define CALL_X7_AFTER	(7 * __SIZEOF_LONG__)

#ifndef __ASSEMBLER__

#include <assert.h>
#include <stddef.h>

struct call {
	unsigned long nr;
	unsigned long args[4];
	/* what is in x7 during the call; in ip, for compat tasks */
	unsigned long x7;
	/* written after the call: x0, and what x7 has become */
	unsigned long result;
	unsigned long x7_after;
};

static_assert(offsetof(struct call, nr) == CALL_NR, "CALL_NR");
static_assert(offsetof(struct call, args) == CALL_ARGS, "CALL_ARGS");
static_assert(offsetof(struct call, x7) == CALL_X7, "CALL_X7");
static_assert(offsetof(struct call, result) == CALL_RESULT, "CALL_RESULT");
static_assert(offsetof(struct call, x7_after) == CALL_X7_AFTER,
	      "CALL_X7_AFTER");

/* @call is a struct call */
void call_body(void *call);
/* the svc of the call, and that of the exit_group() after it */
extern char body_svc[], body_exit_svc[];

#endif /* !__ASSEMBLER__ */
#endif /* CALL_BODY_H */
