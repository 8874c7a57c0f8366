# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Which objects make compile builds: the names that a diff defines; and what is wrong in
# a call of it.

names_of()
{
	printf '%s\n' "$@" | awk -f "$scripts/compile/names.awk" | paste -s -d ' '
}
check 'compile: a macro, on either side of a diff' expect 0 '^TIF_OLD NEW_BIT$' names_of \
	'--- a/thread_info.h' '+++ b/thread_info.h' '-#define TIF_OLD		22	/* 32bit process */' '+# define NEW_BIT(x)	(1 << (x))' \
	' #define CONTEXT	1'
check 'compile: a bit of syscall_work, and what it is called by' expect 0 '^SYSCALL_WORK_BIT_AUDITED AUDITED SYSCALL_WORK_AUDITED$' names_of \
	'+++ b/thread_info.h' '+	SYSCALL_WORK_BIT_AUDITED,'
check 'compile: a function, a type and a member' expect 0 '^reason_of stop_reason syscall_work$' names_of \
	'+++ b/x.h' '+static inline enum stop_reason reason_of(struct task_struct *t)' '+enum stop_reason {' '+	unsigned long		syscall_work;	/* flags */'
check 'compile: what a function does is no definition' expect 0 '^$' names_of \
	'+++ b/x.h' '+	return permit;' '+	if (test(child))' '+		step(current);' '+ * comment_of(regs)' '+#include <linux/sched.h>'
check 'compile: options of a Kconfig' expect 0 '^CONFIG_GENERIC_ENTRY CONFIG_OTHER$' names_of \
	'+++ b/arch/arm64/Kconfig' '+	select GENERIC_ENTRY' '-config OTHER' '+	bool "text"'
compile_of()
{
	env -u ARCH O="$work/compile-out" KERNELS="$1" "$scripts/compile.sh"
}
check 'compile: a kernel that there is not: status 2' expect 2 'KERNELS=arm64/gcc/tinyconfig: no such row; there are: arm64/gcc/defconfig ' \
	compile_of arm64/gcc/tinyconfig
check 'compile: no kernel: status 2' expect 2 'KERNELS= names no row' compile_of ' '
check 'compile: nothing is made before that' [ ! -e "$work/compile-out" ]
