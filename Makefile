# SPDX-License-Identifier: GPL-2.0-only
#
# Every verb of this repository; "make help" lists them, and
# "make help-options" what they take. A verb is a script in scripts/
# that does all its own set-up. make itself knows one failing status,
# 2, and prints the script's as "Error N"; scripts/VERB.sh exits with it.

.POSIX:
.SUFFIXES:
MAKEFLAGS += --no-print-directory

export ARCH VARIANT LANE UPTO TOPIC TOPICS LINUX CONFIG SIGNOFF TESTS TIMEOUT JOBS O V MUTANTS COMMITS CELLS \
	BENCH ROW KERNELS CONFIGS FORCE COLLECTIONS HOSTS AUTHOR DIR OLD CHANGES BASE_COMMIT

verbs = deps fetch mbox cover mails range-diff tree refresh kernel guest run shell test all-tests check pairs \
	lanes claims compile compare mutants bisect-check configs bench path tables report \
	test-harness clean

# What the scripts tell one another, and the tests tell them; never a user's
unexport $(filter ASE_%,$(.VARIABLES))

.PHONY: help help-options $(verbs)

help:
	@sed -n 's/^# |v \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

help-options:
	@sed -n 's/^# |o \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

$(verbs):
	@scripts/$@.sh

# |v   make run            fetch, patch, build and boot Linux, run the tests in it
# |v   make test           the daily check: both kernels, claims, counts (an hour)
# |v   make all-tests      the full test suite (hours); it resumes
# |v
# |v   make -s mbox | git -C ~/linux am     apply it; make -s cover: the cover letter
# |v   make mails TOPIC=fixes DIR=mails     a set as mails, for git send-email and b4
# |v   make range-diff OLD=tag              what has changed in the patches since
# |v
# |v Single steps; each does what it needs before:
# |v   deps fetch tree     packages; the base kernel; with the series, out/linux
# |v   kernel guest shell  cross-build the kernel; build the tests; boot to a shell
# |v   refresh             write patches, new files and series back from out/linux
# |v   pairs claims        the last runs of both kernels: each test, each claim
# |v   compare             all that user space sees, on both kernels
# |v   mutants             the series broken on purpose: does a test notice? (hours)
# |v   check compile       as a reviewer's tools see it; all objects it can affect
# |v   bisect-check        build, boot and test every commit (hours)
# |v   configs lanes       19 configurations, such as KASAN; older kernels (hours)
# |v   bench path          instructions of system calls; of one call, by function
# |v   tables report       write what was found into the tables; a page of them, HTML
# |v   test-harness        the tests of these scripts (minutes, no kernel)
# |v   clean               remove what was built; out/linux stays
# |v
# |v Options are variables: make help-options. More of a verb: scripts/VERB.sh --help

# |o   VARIANT=base|patched   which kernel (patched): tree, kernel, run, shell
# |o   ARCH=arm64|x86_64      which architecture (arm64): deps, kernel, guest, run, shell,
# |o                          pairs, test. On x86_64, ptrace and seccomp are tested
# |o   LANE=6.12              the topic fixes for that kernel, of stable/: fetch, mbox, tree,
# |o                          refresh, kernel, guest, run, shell, pairs, test, clean
# |o   UPTO=exit-work         stop after that topic (TOPICS= is the same)
# |o   TOPIC=fixes            that topic alone: mbox, cover, mails, range-diff
# |o   LINUX=/path/to/tree    start from your own git tree; it is only read
# |o   CONFIG=name            scripts/config/name.config instead of test, or your own
# |o                          fragment by its path; several with commas. Of bench: that one
# |o                          only; of path: instead of bench-min
# |o   TESTS="ptrace arm64:hwcap"   only these collections or tests: run
# |o   COLLECTIONS="timers futex"   these kselftests of the kernel instead of ptrace, seccomp,
# |o                          rseq and arm64: guest, run, pairs. What fails is not judged;
# |o                          make pairs compares the two kernels
# |o   SIGNOFF="Name <mail>"  add your Signed-off-by to each mail: mbox, mails
# |o   AUTHOR="Name <mail>"   whom the mails are from: mbox, cover, mails
# |o   DIR=dir                an empty or a new directory to write into: mails
# |o   OLD=tag                a tag or commit of this repository: range-diff; and of mails
# |o                          with V=2, or a later version: that which had the one before
# |o   CHANGES=file           what has changed since: mails with V=2
# |o   BASE_COMMIT=id         the commit of upstream to apply to: mails. LINUX= with the
# |o                          release's tag gives it too
# |o   MUTANTS="name name"    only these, or "few": mutants
# |o   COMMITS="2 5"          only these, counted from 1, or "topics", the last one of each
# |o                          topic but the last: bisect-check. "topics" of check: compile
# |o                          the last commit of each topic only
# |o   CONFIGS="name name"    only these of scripts/config/matrix, or "few": configs
# |o   FORCE=1                what has passed as well: configs, mutants, compile, bisect-check,
# |o                          lanes, all-tests
# |o   CELLS="compat read"    only the cells with these words in their name: compare
# |o   BENCH="self-test"      only that part, of measure, self-test and clock: bench
# |o   ROW=name               another row of scripts/bench/rows than getppid: path
# |o   KERNELS="arm64/gcc/defconfig"   only these of scripts/compile/matrix: compile
# |o   HOSTS="build1 build2 :"    share the jobs of compare, configs, mutants, compile
# |o                          and bisect-check with other Debian machines that ssh reaches
# |o   O=dir                  build there instead of in out/
# |o   JOBS=n                 how many compilers at a time, or files of test-harness
# |o   TIMEOUT=seconds  V=1   how long a boot may take; tell all. Of mails and cover, V= is
# |o                          the version
# |o   QEMU=program  QEMU_X86_64=program   instead of qemu-system-aarch64, qemu-system-x86_64
