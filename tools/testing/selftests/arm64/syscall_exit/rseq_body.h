/* SPDX-License-Identifier: GPL-2.0-only */
/* The tracee of syscall_exit_rseq.c, with a restartable sequence */
#ifndef RSEQ_BODY_H
#define RSEQ_BODY_H

/* As the C library has it */
#ifndef RSEQ_SIG
#ifdef __aarch64__
#define RSEQ_SIG	0xd428bc00
#else
#define RSEQ_SIG	0xe7f5def3
#endif
#endif

/* Offsets into struct tokens */
#define TOKENS_RSEQ_CS	(0 * __SIZEOF_LONG__)
#define TOKENS_CS	(1 * __SIZEOF_LONG__)
#define TOKENS_INSIDE	(2 * __SIZEOF_LONG__)
#define TOKENS_BEGUN	(3 * __SIZEOF_LONG__)
#define TOKENS_DONE	(4 * __SIZEOF_LONG__)
#define TOKENS_ABORTED	(5 * __SIZEOF_LONG__)

#ifndef __ASSEMBLER__

#include <assert.h>
#include <stddef.h>

/* Shared with the tracee */
struct tokens {
	/* the word of the area that takes the address of the struct rseq_cs */
	unsigned long *rseq_cs;
	struct rseq_cs *cs;
	unsigned long inside;
	/* set in the sequence before the call, set after it, aborts */
	unsigned long begun, done, aborted;
};

static_assert(offsetof(struct tokens, rseq_cs) == TOKENS_RSEQ_CS,
	      "TOKENS_RSEQ_CS");
static_assert(offsetof(struct tokens, cs) == TOKENS_CS, "TOKENS_CS");
static_assert(offsetof(struct tokens, inside) == TOKENS_INSIDE,
	      "TOKENS_INSIDE");
static_assert(offsetof(struct tokens, begun) == TOKENS_BEGUN, "TOKENS_BEGUN");
static_assert(offsetof(struct tokens, done) == TOKENS_DONE, "TOKENS_DONE");
static_assert(offsetof(struct tokens, aborted) == TOKENS_ABORTED,
	      "TOKENS_ABORTED");

void rseq_body(struct tokens *tokens);
extern char outside_svc[], section_start[], inside_svc[], section_inside[];
extern char section_end[], section_abort[];

#endif /* !__ASSEMBLER__ */
#endif /* RSEQ_BODY_H */
