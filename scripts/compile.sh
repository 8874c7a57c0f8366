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
# KERNELS="arm64/gcc/defconfig ...": only these

prog=compile
. "$(dirname "$0")/lib/lib.sh"
no_arguments "$@"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/objects.sh"
matrix=$scripts/compile/matrix
all_rows=$(awk '!/^#/ && NF { printf "%s/%s/%s ", $1, $2, $3 }' "$matrix")
: "${KERNELS:=$all_rows}"
[ -n "$(printf '%s' "$KERNELS" | tr -d ' ')" ] || die 2 "KERNELS= names no row; there are: $all_rows"
for row in $KERNELS; do
	case " $all_rows" in
	*" $row "*) ;;
	*) die 2 "KERNELS=$row: no such row; there are: $all_rows" ;;
	esac
done
lock_out
ARCH=arm64
machine_arch
"$scripts/deps.sh" compile
VARIANT=patched "$scripts/tree.sh"
begin=$(now)
work=$out/compile
source=$linux-commit
base_commit=$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}')
rm -rf "$work"
mkdir -p "$work"
passed=0
failed=0

# verdict NAME STATUS FILE: FILE says why
verdict()
{
	progress_stop
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
		say "ok $((passed + failed)) $1"
	else
		failed=$((failed + 1))
		say "not ok $((passed + failed)) $1"
		sed 's/^/# /' "$3" | head -n 40
	fi
}

own_git -C "$linux" diff --name-only --diff-filter=d base series -- '*.c' '*.S' ':!tools' ':!Documentation' ':!samples' |
	sort -u >"$work/touched"
own_git -C "$linux" diff -U0 base series -- '*.h' '*Kconfig*' ':!tools' ':!Documentation' ':!samples' |
	awk -f "$scripts/compile/names.awk" >"$work/names"
: >"$work/users"
[ ! -s "$work/names" ] || own_git -C "$linux" grep -lwFf "$work/names" series -- '*.c' '*.S' ':!tools' ':!Documentation' ':!samples' |
	sed 's/^[^:]*://' | sort -u >"$work/users" || :
sort -u "$work/touched" "$work/users" | sed 's/\.[cS]$/.o/' >"$work/wanted"

work_tree "$source"

# row_of ARCH/COMPILER/CONFIG: sets what the functions of build.sh look at
row_of()
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
	build=$out/build/compile-$name
	mkdir -p "$build"
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
		echo "this configuration has not: $_lost" >>"$work/left"
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
		comm -12 "$work/wanted.sorted" "$work/$name.all"
		grep -E "^(arch/$kernel_arch/(kernel|kvm|entry)/|kernel/entry/|kernel/[^/]*$)" "$work/$name.all"
	} | sort -u >"$work/$name.o"
	for _o in kernel/fork.o kernel/signal.o kernel/entry/common.o "arch/$kernel_arch/kernel/ptrace.o" fs/exec.o net/socket.o; do
		grep -qxF "$_o" "$work/$name.all" || echo "$_o is not in the list of make -n" >>"$work/left"
	done
	[ ! -s "$work/left" ]
}

# speakers LOG: the objects, of those of make -O, that came with a message
speakers()
{
	awk '/^  (CC|AS)( \[M\])? / { object = $NF } /(warning|error):/ && object != "" { print object }' "$1" | sort -u
}

sort -u "$work/wanted" >"$work/wanted.sorted"
: >"$work/compiled"
for row in $KERNELS; do
	row_of "$row"
	log=$work/$name
	rc=0
	: >"$work/left"
	: >"$log.o"
	: >"$log.series"
	: >"$log.base"
	progress_start "compile: $row" true
	if prepared series "$log.series.config" && listed; then
		must_build "$log.series" "$source" "$build" "$log.o" -Otarget W=1 || rc=1
		cat "$log.series.missing" >>"$work/left"
		cat "$log.o" >>"$work/compiled"
		# Of the unpatched kernel, what had something to say on the patched one.
		speakers "$log.series" >"$log.speakers"
		if [ -s "$log.speakers" ]; then
			prepared base "$log.base.config" || rc=1
			must_build "$log.base" "$source" "$build" "$log.speakers" -Otarget W=1 || :
		fi
		diagnostics "$log.series" "$source" >"$log.series.said"
		diagnostics "$log.base" "$source" >"$log.base.said"
		comm -13 "$log.base.said" "$log.series.said" >>"$work/left"
	else
		rc=1
		grep -E '(error:|Error [0-9])' "$log.series.config" >>"$work/left" || :
	fi
	[ ! -s "$work/left" ] || rc=1
	n=$(wc -l <"$log.o" 2>/dev/null || echo 0)
	verdict "$ARCH $CONFIG, $(compiler_version): $n objects" $rc "$work/left"
done
own_git -C "$source" checkout -q -f --detach "$base_commit"

# A file of the series that no row compiles is one that nobody has compiled.
if [ "$KERNELS" = "$all_rows" ]; then
	rc=0
	sed 's/\.[cS]$/.o/' "$work/touched" | sort -u >"$work/touched.o"
	sed 's/\.\(nvhe\|pi\)\.o$/.o/' "$work/compiled" | sort -u | comm -13 - "$work/touched.o" >"$work/left"
	[ ! -s "$work/left" ] || rc=1
	verdict "each of the $(wc -l <"$work/touched") .c and .S files of the series is compiled in a row" $rc "$work/left"
fi
say "1..$((passed + failed))"
say "  logs     $work"
say "  time     $(elapsed "$begin")"
say "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] || exit 1
