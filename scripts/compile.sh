#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# compile: whatever the series can affect, compiled by GCC and clang in the kernels of
# scripts/compile/matrix, with W=1: no object may fail, nor give a message that it does
# not give on the unpatched kernel. Prints TAP; the last line counts.
#
# The objects of a row are those of the kernel's makefiles (make -n), of
#   - the files that the series changes,
#   - the files that use a name which its headers and Kconfig files define otherwise than
#     before (scripts/compile/names.awk); not what uses such a name through an inline
#     function of another header,
#   - arch/ARCH/{kernel,kvm,entry}, kernel/entry and kernel/, the last without its other
#     directories.
#
# KERNELS="arm64/gcc/defconfig ...": only these. A row that has passed is not done again
# until something that it depends on changes, nor one that scripts/compile/table has from a
# run of the same kernel code with the same compiler, unless KERNELS= names it; FORCE=1 does
# it nevertheless.
#
# compile.sh --write: put the rows that have passed on this kernel code into
# scripts/compile/table and README.md beside it; another one has a "-" there. --readme: the
# latter alone; --check: whether both are those of the matrix.

prog=compile
. "$(dirname "$0")/lib/lib.sh"
help_or 'compile.sh [--write|--readme|--check]' "$@"
write=
case $#:${1:-} in
0:|1:--prepare|2:--job) ;;
1:--write|1:--readme|1:--check) write=${1#--} ;;
*) die 2 "usage: compile.sh [--write|--readme|--check]; options are variables, see make help-options" ;;
esac
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/objects.sh"
. "$(dirname "$0")/lib/jobs.sh"
. "$(dirname "$0")/lib/tap.sh"
matrix=$scripts/compile/matrix
all_rows=$(awk '!/^#/ && NF { printf "%s/%s/%s ", $1, $2, $3 }' "$matrix")
committed=${ASE_TABLES_DIR:-$scripts}/compile/table
readme=${committed%/*}/README.md
results=$out/compile
work=$results
named=${KERNELS:-}
: "${KERNELS:=$all_rows}"
[ -n "$(printf '%s' "$KERNELS" | tr -d ' ')" ] || die 2 "KERNELS= names no row; there are: $all_rows"
for row in $KERNELS; do
	case " $all_rows" in
	*" $row "*) ;;
	*) die 2 "KERNELS=$row: no such row; there are: $all_rows" ;;
	esac
done
# shellcheck disable=SC2086 # a list
KERNELS=$(printf '%s\n' $KERNELS | awk '!seen[$0]++' | tr '\n' ' ')

# names_of_row ARCH/COMPILER/CONFIG: sets what the functions of build.sh look at, options
# and name
names_of_row()
{
	ARCH=${1%%/*}
	CONFIG=${1##*/}
	ASE_COMPILER=${1#*/}
	ASE_COMPILER=${ASE_COMPILER%/*}
	export ARCH ASE_COMPILER
	kernel_arch=$ARCH
	case $ARCH in
	arm64|x86_64) machine_arch ;;
	# clang needs no prefix.
	*) cross= ;;
	esac
	[ "$ARCH" != x86_64 ] || kernel_arch=x86
	options=$(awk -v row="$1" '!/^#/ && $1 "/" $2 "/" $3 == row { for (i = 4; i <= NF; i++) print $i }' "$matrix")
	name=$(printf '%s' "$1" | tr / -)
}
# names_of_none: after that
names_of_none()
{
	ARCH=arm64
	CONFIG='test'
	unset ASE_COMPILER
	machine_arch
}
names_of_none

# --- What is committed, a line of code_head first:
# ROW<TAB>WORDS<TAB>ROW_SUM<TAB>the objects of the series' own files

# row_sum: of the row of names_of_row: what is asked of it, and by which compiler
row_sum()
{
	echo "$name $options $(compiler_version 2>/dev/null || :)" | checksum | cut -c1-8
}

# committed_line: of the row of names_of_row, if the table has it of this kernel code
committed_line()
{
	[ -f "$committed" ] && [ "$(head -n 1 "$committed")" = "$head" ] || return 0
	awk -F '\t' -v row="$ARCH/$ASE_COMPILER/$CONFIG" -v sum="$(row_sum)" '$1 == row && $2 != "-" && $3 == sum' "$committed"
}

readable()
{
	table_words "$committed"
	echo
	echo '| kernel | objects | of files that the series changes |'
	echo '|---|---:|---:|'
	awk -F '\t' '
	/^#/ { next }
	$2 == "-" { print "| " $1 " | not run on this code | |"; next }
	{ n = split($4, of_series, " "); words = $2; objects = $2
	  sub(/: [0-9]+ objects$/, "", words); sub(/^.*: /, "", objects); sub(/ objects$/, "", objects)
	  print "| " words " | " objects " | " n " |" }' "$committed"
}

case $write in
write)
	mkdir -p "${committed%/*}"
	head=$(code_head)
	code=$(code_sum)
	add_cleanup "$committed.part"
	{
		echo "$head"
		echo '# Written by scripts/compile.sh --write: each row of the matrix, what was compiled by which compiler, a sum of the row, and the objects of files that the series changes.'
		for row in $all_rows; do
			names_of_row "$row"
			line=$(committed_line)
			[ "$(cat "$work/$name.code" 2>/dev/null)" != "$code $(row_sum)" ] || line="$row	$(sed 's/^0 //' "$work/$name.result")	$(row_sum)	$(tr '\n' ' ' <"$work/$name.touched" | sed 's/ $//')"
			printf '%s\n' "${line:-$row	-	-	-}"
		done
	} >"$committed.part"
	mv "$committed.part" "$committed"
	write_between compile "$readme" readable
	exit 0 ;;
readme)
	write_between compile "$readme" readable
	exit 0 ;;
check)
	[ "$(sed '/^#/d' "$committed" | cut -f 1 | tr '\n' ' ')" = "$all_rows" ] ||
		die 1 "scripts/compile/table has other rows than scripts/compile/matrix; run scripts/compile.sh --write"
	[ "$(readable)" = "$(between compile "$readme")" ] ||
		die 1 "scripts/compile/README.md is not the table beside it; run scripts/compile.sh --readme"
	exit 0 ;;
esac

lock_out
jobs_check
jobs_compilers='clang-19 gcc'
source=$linux-commit
# What all rows need, on each host; and what is to be compiled
prepare()
{
	"$scripts/deps.sh" compile
	VARIANT=patched "$scripts/tree.sh"
	mkdir -p "$work"
	own_git -C "$linux" diff --name-only --diff-filter=d base series -- '*.c' '*.S' ':!tools' ':!Documentation' ':!samples' |
		sort -u >"$work/touched"
	sed 's/\.[cS]$/.o/' "$work/touched" | sort -u >"$work/touched.o"
	own_git -C "$linux" diff -U0 base series -- '*.h' '*Kconfig*' ':!tools' ':!Documentation' ':!samples' |
		awk -f "$scripts/compile/names.awk" >"$work/names"
	: >"$work/users"
	[ ! -s "$work/names" ] || own_git -C "$linux" grep -lwFf "$work/names" series -- '*.c' '*.S' ':!tools' ':!Documentation' ':!samples' |
		sed 's/^[^:]*://' | sort -u >"$work/users" || :
	sort -u "$work/touched" "$work/users" | sed 's/\.[cS]$/.o/' | sort -u >"$work/wanted"
}
jobs_prepared "$@"
begin=$(now)
base_commit=$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}')

# row_of ARCH/COMPILER/CONFIG: names_of_row, and build and key
row_of()
{
	names_of_row "$1"
	build=$out/build/compile-$name
	key="$base_commit $(kernel_tree "$linux" series) $options $(compiler_version 2>/dev/null || :) $(cat "$scripts/compile.sh" \
		"$scripts/lib/objects.sh" "$scripts/lib/build.sh" "$work/wanted" | checksum)"
}

# prepared COMMIT LOG: the row's configuration of a commit, ready for single objects. Not
# with WERROR, which makes an error of a message that the unpatched kernel has as well.
prepared()
{
	own_git -C "$source" checkout -q -f --detach "$1"
	kernel_make "$2" "$source" "$build" "$CONFIG" || return 1
	sed -i 's/^\(CONFIG_[A-Z0-9_]*WERROR\)=y$/# \1 is not set/' "$build/.config" || return 1
	kernel_make "$2" "$source" "$build" olddefconfig || return 1
	_lost=$(for _o in $options; do
		grep -qxE "CONFIG_$_o=[ym]" "$build/.config" || printf '%s ' "$_o"
	done)
	if [ "$1" = series ] && [ -n "$_lost" ]; then
		echo "this configuration has not: $_lost" >>"$left"
		return 1
	fi
	kernel_make "$2" "$source" "$build" prepare
}

# listed: all objects that a whole build would make, from make -n. It ends with an error,
# as nothing is there to be linked; what it has to have is looked at below.
listed()
{
	kernel_make "$work/$name.n" "$source" "$build" -n -k vmlinux modules || :
	sed -n "s/.*echo '  \(CC\|AS\)\( \[M\]\)\? *\([^' ]*\.o\)'.*/\3/p" "$work/$name.n" |
		grep -vE '/vdso|/pi/|purgatory' | sort -u >"$work/$name.all"
	rm -f "$work/$name.n"
	{
		comm -12 "$work/wanted" "$work/$name.all"
		grep -E "^(arch/$kernel_arch/(kernel|kvm|entry)/|kernel/entry/|kernel/[^/]*$)" "$work/$name.all"
	} | sort -u >"$work/$name.o"
	for _o in kernel/fork.o kernel/signal.o kernel/entry/common.o "arch/$kernel_arch/kernel/ptrace.o" fs/exec.o net/socket.o; do
		grep -qxF "$_o" "$work/$name.all" || echo "$_o is not in the list of make -n" >>"$left"
	done
	[ ! -s "$left" ]
}

# speakers LOG: the objects, of those of make -O, that came with a message
speakers()
{
	awk '/^  (CC|AS)( \[M\])? / { object = $NF } /(warning|error):/ && object != "" { print object }' "$1" | sort -u
}

# In NAME.left is what is wrong, in NAME.result the status and words for it
if [ "${1:-}" = --job ]; then
	for row in $all_rows; do
		[ "$(printf '%s' "$row" | tr / -)" != "$2" ] || break
	done
	row_of "$row"
	mkdir -p "$build"
	work_tree "$source"
	log=$work/$name
	left=$work/$name.left
	rc=0
	for _file in "$log".*; do [ "$_file" = "$log.key" ] || rm -f "$_file"; done
	: >"$left"
	: >"$log.o"
	: >"$log.series"
	: >"$log.base"
	if prepared series "$log.series.config" && listed; then
		must_build "$log.series" "$source" "$build" "$log.o" -Otarget W=1 || rc=1
		cat "$log.series.missing" >>"$left"
		# Of the unpatched kernel, what had something to say on the patched one.
		speakers "$log.series" >"$log.speakers"
		if [ -s "$log.speakers" ]; then
			prepared base "$log.base.config" || rc=1
			must_build "$log.base" "$source" "$build" "$log.speakers" -Otarget W=1 || :
		fi
		diagnostics "$log.series" "$source" >"$log.series.said"
		diagnostics "$log.base" "$source" >"$log.base.said"
		comm -13 "$log.base.said" "$log.series.said" >>"$left"
	else
		rc=1
		grep -E '(error:|Error [0-9])' "$log.series.config" >>"$left" || :
	fi
	[ ! -s "$left" ] || rc=1
	sed 's/\.\(nvhe\|pi\)\.o$/.o/' "$log.o" | sort -u | comm -12 - "$work/touched.o" >"$log.touched"
	printf '%s %s\n' "$rc" "$ARCH $CONFIG, $(compiler_version): $(wc -l <"$log.o") objects" >"$log.result"
	exit 0
fi

# result_of WORDS: of the row that is looked at
result_of()
{
	read -r rc words <"$work/$name.result"
	if [ "$rc" = 0 ]; then
		stamp_write "$work/$name.stamp" "$key"
		[ -n "$TOPICS$LINUX" ] || echo "$code $(row_sum)" >"$work/$name.code"
	fi
	tap_result "$words$1" "$rc" "$work/$name.left"
}
head=$(code_head)
code=$(code_sum)
# The table is of the whole series.
resume=1
[ -z "${FORCE:-}$named$TOPICS$LINUX" ] || resume=
todo=
for row in $KERNELS; do
	row_of "$row"
	line=$(committed_line)
	if [ -z "${FORCE:-}" ] && stamp_is "$work/$name.stamp" "$key" && [ -f "$work/$name.result" ]; then
		result_of ', before'
	elif [ -n "$resume" ] && [ -n "$line" ]; then
		printf '%s\n' "$line" | cut -f 4 | tr ' ' '\n' >"$work/$name.touched"
		tap_ok "$(printf '%s\n' "$line" | cut -f 2), as scripts/compile/table has it"
	else
		rm -f "$work/$name.stamp" "$work/$name.code"
		jobs_key "$name" "$key"
		todo="$todo $name"
	fi
done
names_of_none
# shellcheck disable=SC2086 # a list
jobs_begin $todo
jobs_watch "compile:" jobs_left
while jobs_next; do
	progress_stop
	for row in $KERNELS; do
		[ "$(printf '%s' "$row" | tr / -)" != "$item" ] || break
	done
	row_of "$row"
	if [ -z "$job_died" ]; then
		key=$(cat "$work/$name.key")
		result_of ''
	else
		echo "$job_died" >"$work/left"
		tap_result "$row" 1 "$work/left"
	fi
	jobs_watch "compile:" jobs_left
done
progress_stop

# A file of the series that no row compiles is one that nobody has compiled.
if [ "$KERNELS" = "$all_rows" ]; then
	rc=0
	for row in $all_rows; do
		cat "$work/$(printf '%s' "$row" | tr / -).touched" 2>/dev/null || :
	done | sort -u | comm -13 - "$work/touched.o" >"$work/left"
	[ ! -s "$work/left" ] || rc=1
	tap_result "each of the $(wc -l <"$work/touched") .c and .S files of the series is compiled in a row" $rc "$work/left"
fi
tap_plan
say "  logs     $work"
say "  time     $(elapsed "$begin")"
tap_end 0
