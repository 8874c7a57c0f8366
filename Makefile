# SPDX-License-Identifier: GPL-2.0-only
#
# Every verb of this repository; "make help" lists them. A verb is a script in
# scripts/ that does all its own set-up. make itself knows one failing status,
# 2, and prints the script's as "Error N"; scripts/VERB.sh exits with it.

.POSIX:
.SUFFIXES:
MAKEFLAGS += --no-print-directory

export ARCH VARIANT UPTO TOPIC TOPICS LINUX CONFIG SIGNOFF TESTS TIMEOUT JOBS O V MUTANTS COMMITS CELLS \
	BENCH ROW KERNELS CONFIGS FORCE COLLECTIONS

verbs = deps fetch mbox cover tree refresh kernel guest run shell test all-tests check pairs \
	claims compile compare mutants bisect-check configs bench path test-harness clean

# What the scripts tell one another, and the tests tell them; never a user's
unexport $(filter ASE_%,$(.VARIABLES))

.PHONY: help $(verbs)

help:
	@sed -n 's/^# | \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

$(verbs):
	@scripts/$@.sh

# | The main job, and the tests:
# |   make run            fetch, patch, build and boot Linux, run the tests in it
# |   make test           the daily check (an hour or more): both kernels, these scripts, the
# |                       last commit of each topic, counts, two mutants
# |   make all-tests      the full test suite (hours); it resumes where it was interrupted
# |
# | Take the series:
# |   make -s mbox | git -C ~/linux am
# |   make -s cover       the cover letter of the series, a mail to go in front of that
# |
# | Single steps; each does what it needs before:
# |   make deps           install the Debian packages (as root), or name the command
# |   make fetch          the base kernel in out/linux, from Debian's linux-source
# |   make tree           out/linux with the series applied, branch "series"
# |   make refresh        write patches, new files and series back from out/linux
# |   make kernel         cross-build the kernel
# |   make guest          build kselftests, PID 1 and the initramfs
# |   make shell          boot to a shell (leave it with exit)
# |   make check          the series as a reviewer's tools see it: checkpatch, objects of
# |                       each commit, W=1, sparse, other architectures, other trees that
# |                       it must apply to
# |   make compile        all objects that the series can affect: defconfig and allmodconfig
# |                       of arm64 by GCC and clang, loongarch, x86
# |   make pairs          what the last runs of base and patched say, test by test
# |   make claims         what each commit claims, and what its tests said on either kernel
# |   make compare        record what user space sees of system calls, on either kernel, and
# |                       compare: 4400 cells (5 minutes after the kernels are built)
# |   make mutants        break the series on purpose: does a test notice? (hours)
# |   make bisect-check   build, boot and test every commit (hours)
# |   make configs        build, boot and test the patched kernel in nineteen configurations:
# |                       COMPAT=n, PREEMPT_RT, 64K pages, KASAN, clang ... (hours at first)
# |   make bench          count the instructions of system calls on either kernel, in two
# |                       configurations (3 minutes after the five kernels are built)
# |   make path           one system call on either kernel: how many instructions of
# |                       each function; with V=1, which
# |   make test-harness   the tests of these scripts: minutes, no kernel
# |   make clean          remove what was built; out/linux stays
# |
# | Options:
# |   VARIANT=base|patched   which kernel (patched): tree, kernel, run, shell
# |   ARCH=arm64|x86_64      which architecture (arm64): deps, kernel, guest, run, shell,
# |                          pairs, test. On x86_64, ptrace and seccomp are tested
# |   UPTO=exit-work         stop after that topic (TOPICS= is the same)
# |   TOPIC=fixes            that topic alone: mbox
# |   LINUX=/path/to/tree    start from your own git tree; it is only read
# |   CONFIG=name            scripts/config/name.config instead of test, or your own
# |                          fragment by its path; several with commas. Of bench: that one
# |                          only; of path: instead of bench-min
# |   TESTS="ptrace arm64:hwcap"   only these collections or tests: run
# |   COLLECTIONS="timers futex"   these kselftests of the kernel instead of ptrace, seccomp,
# |                          rseq and arm64: guest, run, pairs. What fails is not judged;
# |                          make pairs compares the two kernels
# |   SIGNOFF="Name <mail>"  add your Signed-off-by to each mail: mbox
# |   MUTANTS="name name"    only these, or "few": mutants
# |   COMMITS="2 5"          only these, counted from 1, or "topics", the last one of each
# |                          topic but the last: bisect-check. "topics" of check: compile
# |                          the last commit of each topic only
# |   CONFIGS="name name"    only these of scripts/config/matrix, or "few": configs. FORCE=1:
# |                          those that have passed as well
# |   CELLS="compat read"    only the cells with these words in their name: compare
# |   BENCH="self-test"      only that part, of measure, self-test and clock: bench
# |   ROW=name               another row of scripts/bench/rows than getppid: path
# |   KERNELS="arm64/gcc/defconfig"   only these of scripts/compile/matrix: compile
# |   O=dir                  build there instead of in out/
# |   JOBS=n  TIMEOUT=seconds  V=1   how many jobs, how long a boot may take, tell all
