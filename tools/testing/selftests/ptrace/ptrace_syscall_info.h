/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PTRACE_GET_SYSCALL_INFO and PTRACE_SET_SYSCALL_INFO, and what all who use
 * them have to know.
 */
#ifndef PTRACE_SYSCALL_INFO_H
#define PTRACE_SYSCALL_INFO_H

#include <assert.h>

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

/* How much there is to get in a stop of each kind, and what is to be set */
#define SIZE_NONE	24
#define SIZE_ENTRY	80
#define SIZE_EXIT	33
#define SIZE_SECCOMP	84
#define SIZE_SET	88

static_assert(sizeof(struct sc_info) == SIZE_SET, "size of struct sc_info");

/*
 * The request, or its error as a negative number: unlike errno, that survives
 * what prints a failure.
 */
static inline long try_ptrace(int request, pid_t pid, unsigned long addr,
			      void *data)
{
	long ret = sys_ptrace(request, pid, addr, (unsigned long)data);

	return ret < 0 ? -errno : ret;
}

static inline long get_info(pid_t pid, unsigned long size, void *data)
{
	return try_ptrace(PTRACE_GET_SYSCALL_INFO, pid, size, data);
}

static inline long set_info(pid_t pid, unsigned long size, const void *data)
{
	return try_ptrace(PTRACE_SET_SYSCALL_INFO, pid, size, (void *)data);
}

/* Is there PTRACE_SET_SYSCALL_INFO? It refuses a size of 0 by EINVAL. */
static inline bool have_set_info(pid_t pid)
{
	return set_info(pid, 0, NULL) != -EIO;
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
	ASSERT_EQ(sizes[op], get_info(pid, sizeof(*info), info)) {
		TH_LOG("op %d instead of %d", info->op, op);
	}
	ASSERT_EQ(op, info->op);
	ASSERT_EQ(0, info->reserved);
	ASSERT_EQ(0, info->flags);
}

/* Resume a tracee, and wait for its next stop */
static inline int resume(struct __test_metadata *_metadata, pid_t pid,
			 int request)
{
	ASSERT_EQ(0, sys_ptrace(request, pid, 0, 0));
	return next_stop(_metadata, pid);
}

#endif /* PTRACE_SYSCALL_INFO_H */
