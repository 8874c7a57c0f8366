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

# compile --write: what has passed here or there, of this kernel code by this compiler
cp_dir=$work/compile
mkdir -p "$cp_dir/top/k" "$cp_dir/tables/compile" "$cp_dir/out/compile"
printf 'From: a <a@b>\nSubject: [PATCH] one\n\nText.\n---\ndiff --git a/k/f b/k/f\n--- a/k/f\n+++ b/k/f\n@@ -1 +1 @@\n-a\n+b\n' >"$cp_dir/top/k/one.patch"
printf '# t: topic\nk/one.patch\n' >"$cp_dir/top/series"
echo 7.3 >"$cp_dir/top/base"
printf '<!-- compile: begin -->\n<!-- compile: end -->\n' >"$cp_dir/tables/compile/README.md"
cp_words='arm64 defconfig, gcc 12: 345 objects'
cp_run() { env -u ARCH -u KERNELS ASE_TOP="$cp_dir/top" O="$cp_dir/out" ASE_TABLES_DIR="$cp_dir/tables" "$scripts/compile.sh" "$@"; }
cp_write() { cp_run --write >"$work/output" 2>&1; }
cp_has() { cp_write && grep -q "$1" "$cp_dir/tables/compile/table" && grep -qxF "$2" "$cp_dir/tables/compile/README.md"; }
cp_none='| arm64/gcc/defconfig | not run on this code | |'
cp_row='| arm64 defconfig, gcc 12 | 345 | 2 |'
# cp_passed CODE: as a run leaves it, of that code; the sum of the row is what --write says
cp_passed()
{
	echo "0 $cp_words" >"$cp_dir/out/compile/arm64-gcc-defconfig.result"
	printf 'k/f.o\nk/g.o\n' >"$cp_dir/out/compile/arm64-gcc-defconfig.touched"
	echo "$1 $(printf '%s\n' "arm64-gcc-defconfig $(awk '$1 "/" $2 "/" $3 == "arm64/gcc/defconfig" { for (i = 4; i <= NF; i++) print $i }' "$scripts/compile/matrix") $(aarch64-linux-gnu-gcc --version 2>/dev/null | head -n 1 || :)" | checksum | cut -c1-8)" \
		>"$cp_dir/out/compile/arm64-gcc-defconfig.code"
}
check 'compile: a row that was not tried' cp_has '^arm64/gcc/defconfig	-	-	-$' "$cp_none"
cp_passed 0123456789abcdef
check 'compile: one of other code' cp_has '^arm64/gcc/defconfig	-	-	-$' "$cp_none"
cp_code=$(sed -n '1s/.*; code \([0-9a-f]*\);.*/\1/p' "$cp_dir/tables/compile/table")
cp_passed "$cp_code"
check 'compile: one that has passed' cp_has "^arm64/gcc/defconfig	$cp_words	[0-9a-f]*	k/f.o k/g.o\$" "$cp_row"
rm -r "$cp_dir/out/compile"
check 'compile: the table keeps it on another machine' cp_has "^arm64/gcc/defconfig	$cp_words	" "$cp_row"
check 'compile: a page that is that of the table' cp_run --check
sed -i 's/| 345 |/| 346 |/' "$cp_dir/tables/compile/README.md"
check 'compile: one that is not' expect 1 'README.md is not the table beside it' cp_run --check
sed -i 's/^+b$/+c/' "$cp_dir/top/k/one.patch"
check 'compile: not if the code is another' cp_has '^arm64/gcc/defconfig	-	-	-$' "$cp_none"
check 'compile: the page is that of the table, and the table of the matrix' "$scripts/compile.sh" --check
