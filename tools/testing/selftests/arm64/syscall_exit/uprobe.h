/* SPDX-License-Identifier: GPL-2.0-only */
/* Uprobes on an instruction of this program, by perf_event_open() */
#ifndef UPROBE_H
#define UPROBE_H

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/perf_event.h>

#include "kselftest_harness.h"

#define UPROBE_TYPE	"/sys/bus/event_source/devices/uprobe/type"
#define NO_UPROBES	"no " UPROBE_TYPE ": kernel without CONFIG_UPROBE_EVENTS?"

/* The type for perf_event_open(), or a negative number if there is none */
static inline int uprobe_type(struct __test_metadata *_metadata)
{
	char line[16] = "";
	int fd = open(UPROBE_TYPE, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fd;
	ASSERT_LT(0, read(fd, line, sizeof(line) - 1));
	ASSERT_EQ(0, close(fd));
	return atoi(line);
}

/* Where in the file of this program an instruction is */
static inline unsigned long file_offset(struct __test_metadata *_metadata,
					unsigned long insn)
{
	unsigned long start, end, offset;
	unsigned long found = ULONG_MAX;
	char line[PATH_MAX + 128];
	FILE *maps;

	maps = fopen("/proc/self/maps", "re");
	ASSERT_TRUE(!!maps);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end,
			   &offset) == 3 && insn >= start && insn < end)
			found = insn - start + offset;
	}
	ASSERT_EQ(0, fclose(maps));
	ASSERT_NE(ULONG_MAX, found);
	return found;
}

/* For one task; 0 is the caller. Returns a descriptor, or a negative errno. */
static inline int open_uprobe(struct __test_metadata *_metadata, int type,
			      pid_t pid, unsigned long insn)
{
	struct perf_event_attr attr = {
		.type = type,
		.size = sizeof(attr),
		.sample_period = 1,
		.wakeup_events = 1,
		.uprobe_path = (unsigned long)"/proc/self/exe",
		.probe_offset = file_offset(_metadata, insn),
	};
	int fd = syscall(__NR_perf_event_open, &attr, pid, -1, -1,
			 PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

#endif /* UPROBE_H */
