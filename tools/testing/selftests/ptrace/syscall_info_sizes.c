// SPDX-License-Identifier: GPL-2.0-only
/*
 * PTRACE_GET_SYSCALL_INFO fills a buffer of any size as far as it goes, tells
 * how much there was, and touches nothing else. PTRACE_SET_SYSCALL_INFO takes
 * nothing shorter than the structure, refuses what it does not know, and has
 * then changed nothing.
 */
#include "syscall_info.h"

#define LARGEST		(sizeof(struct sc_info) + 16)

#define RET_DATA	0xfedc

FIXTURE(sizes)
{
	pid_t pid;
	struct call *call;
	/* a page, with nothing accessible behind it */
	unsigned char *page;
	unsigned char *end;
	bool have_set;
	/* all that there is to get */
	struct sc_info full;
};

FIXTURE_VARIANT(sizes)
{
	int op;
	long available;
};

FIXTURE_VARIANT_ADD(sizes, none) {
	.op = PTRACE_SYSCALL_INFO_NONE,
	.available = SIZE_NONE,
};

FIXTURE_VARIANT_ADD(sizes, entry) {
	.op = PTRACE_SYSCALL_INFO_ENTRY,
	.available = SIZE_ENTRY,
};

FIXTURE_VARIANT_ADD(sizes, exit) {
	.op = PTRACE_SYSCALL_INFO_EXIT,
	.available = SIZE_EXIT,
};

FIXTURE_VARIANT_ADD(sizes, seccomp) {
	.op = PTRACE_SYSCALL_INFO_SECCOMP,
	.available = SIZE_SECCOMP,
};

FIXTURE_SETUP(sizes)
{
	long page_size = sysconf(_SC_PAGESIZE);
	bool seccomp = variant->op == PTRACE_SYSCALL_INFO_SECCOMP;
	unsigned int i;

	if (seccomp && !have_filters())
		SKIP(return, NO_FILTERS);
	self->page = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_TRUE(self->page != MAP_FAILED);
	self->end = self->page + page_size;
	ASSERT_EQ(0, mprotect(self->end, page_size, PROT_NONE));

	self->call = shared_page(_metadata);
	self->call->nr = __NR_getppid;
	/* no byte of them is 0 or the same as its neighbour */
	for (i = 0; i < ARRAY_SIZE(self->call->args); i++)
		self->call->args[i] = 0xf1e2d3c4b5a69788ULL + i;

	self->pid = start_call(_metadata, self->call, seccomp, RET_DATA);
	switch (variant->op) {
	case PTRACE_SYSCALL_INFO_EXIT:
		ASSERT_EQ(SYSCALL_STOP,
			  resume(_metadata, self->pid, PTRACE_SYSCALL));
		__attribute__((fallthrough));
	case PTRACE_SYSCALL_INFO_ENTRY:
		ASSERT_EQ(SYSCALL_STOP,
			  resume(_metadata, self->pid, PTRACE_SYSCALL));
		break;
	case PTRACE_SYSCALL_INFO_SECCOMP:
		ASSERT_EQ(EVENT_STOP(PTRACE_EVENT_SECCOMP),
			  resume(_metadata, self->pid, PTRACE_CONT));
		break;
	}
	self->have_set = have_set_info(self->pid);
	get_all(_metadata, self->pid, &self->full, variant->op);
}

FIXTURE_TEARDOWN(sizes)
{
	kill_and_reap(self->pid);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Pointers that nothing can be written to or read from */
static int bad_pointers(void *end, void *bad[4])
{
	bad[0] = NULL;
	bad[1] = end;
	bad[2] = (void *)-1UL;
	bad[3] = (void *)(1UL << (sizeof(long) * 8 - 1));
	/* on a 64-bit kernel, all of the 32-bit addresses may be in use */
	return sizeof(long) == 8 ? 4 : 2;
}

/* Nothing has changed since the setup */
static void check_same(struct __test_metadata *_metadata, pid_t pid,
		       const struct sc_info *full, const char *what)
{
	struct sc_info now;

	memset(&now, 0, sizeof(now));
	ASSERT_LT(0, get_info(pid, sizeof(now), &now));
	ASSERT_EQ(0, memcmp(full, &now, sizeof(now))) {
		TH_LOG("changed by: %s", what);
	}
}

TEST_F(sizes, get_any_size)
{
	static const unsigned char fill[] = { 0x00, 0xa5, 0xff };
	unsigned char buf[LARGEST + 1];
	size_t size, written, i;
	unsigned int f;

	for (f = 0; f < ARRAY_SIZE(fill); f++) {
		for (size = 0; size <= LARGEST; size++) {
			memset(buf, fill[f], sizeof(buf));
			ASSERT_EQ(variant->available,
				  get_info(self->pid, size, buf)) {
				TH_LOG("size %zu", size);
			}
			written = smaller(size, variant->available);
			ASSERT_EQ(0, memcmp(buf, &self->full, written)) {
				TH_LOG("size %zu: differs", size);
			}
			for (i = written; i < sizeof(buf); i++) {
				ASSERT_EQ(fill[f], buf[i]) {
					TH_LOG("size %zu: byte %zu", size, i);
				}
			}
		}
	}
}

/* The size is a promise, and no more of it is used than there is to write */
TEST_F(sizes, get_end_of_memory)
{
	static const unsigned long promise[] = {
		LARGEST, 4096, 4097, INT_MAX, LONG_MAX, ULONG_MAX,
	};
	size_t size, written;
	unsigned char *p;
	unsigned int i;

	for (size = 1; size <= LARGEST; size++) {
		written = smaller(size, variant->available);
		memset(self->page, 0xa5, self->end - self->page);
		p = self->end - written;
		ASSERT_EQ(variant->available, get_info(self->pid, size, p)) {
			TH_LOG("size %zu", size);
		}
		ASSERT_EQ(0, memcmp(p, &self->full, written));
		ASSERT_EQ(0xa5, p[-1]);

		p = self->end - (written - 1);
		ASSERT_EQ(-EFAULT, get_info(self->pid, size, p)) {
			TH_LOG("size %zu, and one byte less", size);
		}
	}
	for (i = 0; i < ARRAY_SIZE(promise); i++) {
		p = self->end - variant->available;
		memset(p, 0xa5, variant->available);
		ASSERT_EQ(variant->available,
			  get_info(self->pid, promise[i], p)) {
			TH_LOG("size %lu", promise[i]);
		}
		ASSERT_EQ(0, memcmp(p, &self->full, variant->available));
	}
}

TEST_F(sizes, get_bad_pointer)
{
	void *bad[4];
	int i, n = bad_pointers(self->end, bad);
	size_t size;

	for (i = 0; i < n; i++) {
		for (size = 1; size <= LARGEST; size++) {
			ASSERT_EQ(-EFAULT,
				  get_info(self->pid, size, bad[i])) {
				TH_LOG("%p, size %zu", bad[i], size);
			}
		}
		/* where nothing is copied, the pointer does not matter */
		ASSERT_EQ(variant->available, get_info(self->pid, 0, bad[i])) {
			TH_LOG("%p, size 0", bad[i]);
		}
	}

	ASSERT_EQ(0, mprotect(self->page, self->end - self->page, PROT_READ));
	ASSERT_EQ(-EFAULT, get_info(self->pid, 1, self->page));
	ASSERT_EQ(-EFAULT, get_info(self->pid, LARGEST, self->page));
	ASSERT_EQ(variant->available, get_info(self->pid, 0, self->page));
}

/* What was got can be set, with any size from that of the structure on */
TEST_F(sizes, set_any_size)
{
	static const unsigned long large[] = {
		SIZE_SET + 1, LARGEST, 4096, 4097, INT_MAX, LONG_MAX, ULONG_MAX,
	};
	struct sc_info *info = (void *)(self->end - sizeof(*info));
	long ok = variant->op == PTRACE_SYSCALL_INFO_NONE ? -EINVAL : 0;
	unsigned long size;
	unsigned int i;

	if (!self->have_set)
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");

	*info = self->full;
	for (size = 0; size < SIZE_SET; size++) {
		ASSERT_EQ(-EINVAL, set_info(self->pid, size, info)) {
			TH_LOG("size %lu", size);
		}
		/* the size is what is looked at first */
		ASSERT_EQ(-EINVAL, set_info(self->pid, size, self->end)) {
			TH_LOG("size %lu, bad pointer", size);
		}
	}
	/* What is behind the structure is not read: nothing is there. */
	ASSERT_EQ(ok, set_info(self->pid, SIZE_SET, info));
	for (i = 0; i < ARRAY_SIZE(large); i++) {
		ASSERT_EQ(ok, set_info(self->pid, large[i], info)) {
			TH_LOG("size %lu", large[i]);
		}
	}
	check_same(_metadata, self->pid, &self->full,
		   "setting what was there");
}

TEST_F(sizes, set_bad_pointer)
{
	void *bad[4], *p;
	int i, n = bad_pointers(self->end, bad);
	size_t size;

	if (!self->have_set)
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");

	for (i = 0; i < n; i++) {
		for (size = SIZE_SET; size <= LARGEST; size++) {
			ASSERT_EQ(-EFAULT,
				  set_info(self->pid, size, bad[i])) {
				TH_LOG("%p, size %zu", bad[i], size);
			}
		}
	}
	/* a part of it is not enough, even if that has all that is used */
	memset(self->page, 0, self->end - self->page);
	for (size = 1; size < SIZE_SET; size++) {
		p = self->end - size;
		memcpy(p, &self->full, size);
		ASSERT_EQ(-EFAULT, set_info(self->pid, SIZE_SET, p)) {
			TH_LOG("%zu bytes are there", size);
		}
	}
	check_same(_metadata, self->pid, &self->full,
		   "bad pointer");
}

/* Have every value ready that would make a difference if it were taken */
static struct sc_info poisoned(const struct sc_info *full, int op)
{
	struct sc_info info = *full;
	unsigned int i;

	if (op == PTRACE_SYSCALL_INFO_EXIT) {
		info.exit.rval = 4711;
		info.exit.is_error = 0;
	} else {
		info.entry.nr = __NR_getpid;
		for (i = 0; i < ARRAY_SIZE(info.entry.args); i++)
			info.entry.args[i] = 4711 + i;
	}
	return info;
}

TEST_F(sizes, set_reserved)
{
	struct sc_info info;
	unsigned int i;

	if (!self->have_set)
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");

	for (i = 0; i < 16; i++) {
		info = poisoned(&self->full, variant->op);
		info.flags = 1 << i;
		ASSERT_EQ(-EINVAL, set_info(self->pid, sizeof(info), &info)) {
			TH_LOG("flags %x", info.flags);
		}
	}
	for (i = 0; i < 8; i++) {
		info = poisoned(&self->full, variant->op);
		info.reserved = 1 << i;
		ASSERT_EQ(-EINVAL, set_info(self->pid, sizeof(info), &info)) {
			TH_LOG("reserved %x", info.reserved);
		}
	}
	check_same(_metadata, self->pid, &self->full,
		   "flags, reserved");
}

TEST_F(sizes, set_wrong_op)
{
	struct sc_info info;
	unsigned int op;

	if (!self->have_set)
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");

	for (op = 0; op < 256; op++) {
		if (op == variant->op && op != PTRACE_SYSCALL_INFO_NONE)
			continue;
		info = poisoned(&self->full, op);
		info.op = op;
		ASSERT_EQ(-EINVAL, set_info(self->pid, sizeof(info), &info)) {
			TH_LOG("op %u", op);
		}
	}
	check_same(_metadata, self->pid, &self->full,
		   "wrong op");
}

/* What can not be set is not looked at */
TEST_F(sizes, set_ignored)
{
	struct sc_info info = self->full;

	if (!self->have_set)
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");
	if (variant->op == PTRACE_SYSCALL_INFO_NONE)
		SKIP(return, "nothing can be set in this stop");

	info.arch = ~info.arch;
	info.ip = ~info.ip;
	info.sp = ~info.sp;
	if (variant->op == PTRACE_SYSCALL_INFO_EXIT) {
		/* all that comes after is_error */
		memset((char *)&info + SIZE_EXIT, 0xff,
		       sizeof(info) - SIZE_EXIT);
	} else {
		info.entry.ret_data = ~info.entry.ret_data;
		info.entry.reserved2 = ~0;
	}
	ASSERT_EQ(0, set_info(self->pid, sizeof(info), &info));
	check_same(_metadata, self->pid, &self->full,
		   "members that can't be set");
}

/* A number is an int, an argument is an unsigned long of the kernel */
TEST_F(sizes, set_range)
{
	static const __s64 bad_nr[] = {
		(__s64)INT_MAX + 1, (__s64)INT_MIN - 1, UINT_MAX,
		(__s64)UINT_MAX + 1, (1LL << 32) | __NR_getpid,
		INT64_MAX, INT64_MIN,
	};
	static const __s64 bad_32[] = {
		(__s64)UINT_MAX + 1, (__s64)INT_MIN - 1, INT64_MAX, INT64_MIN,
	};
	struct sc_info info;
	unsigned int i, j;

	if (!self->have_set)
		SKIP(return, "no PTRACE_SET_SYSCALL_INFO");
	if (variant->op == PTRACE_SYSCALL_INFO_NONE)
		SKIP(return, "nothing can be set in this stop");

	if (variant->op == PTRACE_SYSCALL_INFO_EXIT) {
		for (i = 0; !kernel_is_64bit() && i < ARRAY_SIZE(bad_32); i++) {
			info = self->full;
			info.exit.rval = bad_32[i];
			ASSERT_EQ(-ERANGE,
				  set_info(self->pid, sizeof(info), &info)) {
				TH_LOG("rval %llx", info.exit.rval);
			}
		}
		check_same(_metadata, self->pid, &self->full,
			   "rval out of range");
		return;
	}

	for (i = 0; i < ARRAY_SIZE(bad_nr); i++) {
		info = poisoned(&self->full, variant->op);
		info.entry.nr = bad_nr[i];
		ASSERT_EQ(-ERANGE, set_info(self->pid, sizeof(info), &info)) {
			TH_LOG("nr %llx", info.entry.nr);
		}
	}
	check_same(_metadata, self->pid, &self->full,
		   "nr out of range");

	for (i = 0; i < ARRAY_SIZE(bad_32); i++) {
		for (j = 0; j < ARRAY_SIZE(info.entry.args); j++) {
			info = self->full;
			info.entry.args[j] = bad_32[i];
			ASSERT_EQ(kernel_is_64bit() ? 0 : -ERANGE,
				  set_info(self->pid, sizeof(info), &info)) {
				TH_LOG("argument %u is %llx", j,
				       info.entry.args[j]);
			}
		}
	}
	info = self->full;
	ASSERT_EQ(0, set_info(self->pid, sizeof(info), &info));
	check_same(_metadata, self->pid, &self->full,
		   "arguments out of range");
}

TEST_HARNESS_MAIN
