#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check: the series as a reviewer's tools see it. checkpatch and the compiler on
# each commit, W=1 and sparse on what it touches, the generic code for other
# architectures, other trees that it must apply to, and the round trip through the
# mailbox. Prints TAP; the last line counts.

prog=check
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/build.sh"
. "$(dirname "$0")/apt.sh"
no_arguments "$@"
lock_out
# The series is arm64's; other architectures come below.
ARCH=arm64
machine_arch
"$scripts/deps.sh" check
VARIANT=patched "$scripts/tree.sh"

base=$(cat "$top/base")
work=$out/check
source=$linux-commit
build=$out/build/commit
rm -rf "$work"
mkdir -p "$work" "$build"
passed=0
failed=0
skipped=0

# verdict NAME STATUS [FILE]: FILE says why
verdict()
{
	progress_stop
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
		say "ok $((passed + failed + skipped)) $1"
	else
		failed=$((failed + 1))
		say "not ok $((passed + failed + skipped)) $1"
		[ -z "${3:-}" ] || sed 's/^/# /' "$3" | head -n 40
	fi
}

skip()
{
	skipped=$((skipped + 1))
	say "ok $((passed + failed + skipped)) $1 # SKIP $2"
}

own_git -C "$linux" rev-list --reverse base..series >"$work/commits"
subject_of() { own_git -C "$linux" log -1 --format=%s "$1"; }

# --- checkpatch: no errors; a warning only if checkpatch-allowed has its reason
sed -n -e '/^#/d' -e 's/ # .*//' -e '/./p' "$scripts/checkpatch-allowed" >"$work/allowed"
while read -r commit; do
	own_git -C "$linux" format-patch -1 --stdout "$commit" >"$work/mail"
	(cd "$linux" && ./scripts/checkpatch.pl --strict --no-signoff --terse --show-types \
		--no-summary "$work/mail") >"$work/checkpatch" 2>&1 </dev/null || :
	grep -E '(ERROR|WARNING|CHECK):' "$work/checkpatch" | sed "s,^$work/mail:[0-9]*: ,," |
		grep -vEf "$work/allowed" >"$work/left" || :
	rc=0
	[ ! -s "$work/left" ] || rc=1
	verdict "checkpatch --strict: $(subject_of "$commit")" $rc "$work/left"
done <"$work/commits"

# --- A work tree of its own, to go from commit to commit
base_commit=$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}')
work_tree "$source"
own_git -C "$source" checkout -q -f --detach "$base_commit"

configured "$source" "$build"
progress_start "check: preparing a build for single commits" true
kernel_make "$build/build.log" "$source" "$build" prepare ||
	die 4 "make prepare failed; the log is $build/build.log"
progress_stop

# What a commit's files are compiled into: by the patched build's own records. Of a
# header, the objects that the series is about; make bisect-check builds all.
# Tests need no object here; the guest builds them.
objects_of()
{
	own_git -C "$linux" diff-tree -r --no-commit-id --name-only "$1" |
	while read -r _file; do
		case $_file in
		tools/*|Documentation/*) ;;
		*.[cS]) printf '%s.o\n' "${_file%.*}" ;;
		*.h) (cd "$(build_of patched)" &&
			find arch/arm64/kernel kernel kernel/entry -maxdepth 1 -name '.*.o.cmd' -exec grep -l "$_file" {} + |
			sed 's,/\.\([^/]*\)\.o\.cmd$,/\1.o,') || : ;;
		esac
	done | grep -v -e '/vdso' -e '/kvm/hyp/nvhe' -e 'asm-offsets' |
	# Before arm64 has the generic code, it can't be compiled for it.
	if grep -q '^CONFIG_GENERIC_SYSCALL=y' "$build/.config"; then
		cat
	else
		grep -v '^kernel/entry/syscall-common' || :
	fi | sort -u
}

# W=1 and sparse: messages without line numbers, before and after. .c files that
# the series touches, and through them the headers.
own_git -C "$linux" diff --name-only base series -- 'arch/*.c' 'kernel/*.c' >"$work/touched"
sed 's/\.c$/.o/' "$work/touched" >"$work/touched.o"
messages()
{
	: >"$work/messages.log"
	while read -r _file; do
		touch "$source/$_file"
	done <"$work/touched"
	# shellcheck disable=SC2046 # a list
	kernel_make "$work/messages.log" "$source" "$build" -s W=1 C=2 CHECK=sparse $(cat "$work/touched.o") || :
	grep -E '(warning|error):' "$work/messages.log" | sed -e "s,$source/,,g" -e 's,^\.\./*,,' -e 's/:[0-9]*:[0-9]*:/:/' |
		sort -u
}
progress_start "check: W=1 and sparse on the unpatched kernel" true
messages >"$work/messages.base"
progress_stop

while read -r commit; do
	own_git -C "$source" checkout -q -f --detach "$commit"
	configured "$source" "$build"
	objects_of "$commit" >"$work/objects"
	n=$(wc -l <"$work/objects")
	if [ "$n" = 0 ]; then
		continue
	fi
	progress_start "check: $n objects of '$(subject_of "$commit")'" true
	rc=0
	: >"$work/build.log"
	# shellcheck disable=SC2046 # a list
	kernel_make "$work/build.log" "$source" "$build" $(cat "$work/objects") || rc=1
	grep -E '(warning|error):|Error [0-9]' "$work/build.log" >"$work/left" || :
	[ ! -s "$work/left" ] || rc=1
	verdict "compiles, $n objects: $(subject_of "$commit")" $rc "$work/left"
done <"$work/commits"

progress_start "check: W=1 and sparse on the patched kernel" true
messages >"$work/messages.patched"
comm -13 "$work/messages.base" "$work/messages.patched" >"$work/left"
rc=0
[ ! -s "$work/left" ] || rc=1
verdict "no new message of W=1 or sparse in $(tr '\n' ' ' <"$work/touched")" $rc "$work/left"
own_git -C "$source" checkout -q -f --detach "$base_commit"

# --- The generic code for architectures that the series is not about: with and
# without the generic entry code, little and big endian, 32 and 64 bits. As above,
# messages before and after.
{
	printf 'kernel/ptrace.o\nkernel/signal.o\n'
	grep '^kernel/[^/]*\.o$' "$work/touched.o" || :
} | sort -u >"$work/generic.o"
# What has the generic entry code in it stands behind.
others='riscv:riscv64-linux-gnu-:defconfig:arch/riscv/kernel/traps.o
powerpc:powerpc64le-linux-gnu-:ppc64le_defconfig:arch/powerpc/kernel/syscall.o
s390:s390x-linux-gnu-:defconfig:arch/s390/kernel/syscall.o
arm:arm-linux-gnueabihf-:multi_v7_defconfig:'
# other_messages ARCHITECTURE CROSS DEFCONFIG OBJECT COMMIT: into a file, and whether it compiles
other_messages()
{
	ARCH=$1
	cross=$2
	_other=$out/build/check-$1
	_said=$work/$1.$5
	_key="$base_commit $3 $(compiler_version)"
	mkdir -p "$_other"
	own_git -C "$source" checkout -q -f --detach "$5"
	: >"$_said.log"
	_bad=0
	if ! stamp_is "$_other/.stamp" "$_key"; then
		kernel_make "$_said.log" "$source" "$_other" "$3" || _bad=1
	fi
	{ cat "$work/generic.o"; [ -z "$4" ] || echo "$4"; } >"$work/$1.o"
	sed 's/o$/c/' "$work/$1.o" | while read -r _file; do
		touch "$source/$_file"
	done
	# shellcheck disable=SC2046 # a list
	[ $_bad != 0 ] ||
		kernel_make "$_said.log" "$source" "$_other" W=1 $(cat "$work/$1.o") || _bad=1
	[ $_bad != 0 ] || stamp_write "$_other/.stamp" "$_key"
	grep -E '(warning|error):|Error [0-9]' "$_said.log" |
		sed -e "s,$source/,,g" -e 's,^\.\./*,,' -e 's/:[0-9]*:[0-9]*:/:/' | sort -u >"$_said"
	ARCH=arm64
	machine_arch
	return $_bad
}
for other in $others; do
	name=${other%%:*}
	rest=${other#*:}
	object=${rest##*:}
	rest=${rest%:*}
	progress_start "check: generic code for $name" true
	rc=0
	for commit in base series; do
		other_messages "$name" "${rest%%:*}" "${rest#*:}" "$object" "$commit" || rc=1
	done
	comm -13 "$work/$name.base" "$work/$name.series" >"$work/left"
	[ ! -s "$work/left" ] || rc=1
	[ $rc = 0 ] || [ -s "$work/left" ] || cp "$work/$name.series" "$work/left"
	verdict "compiles for $name without new messages: $(tr '\n' ' ' <"$work/$name.o")" $rc "$work/left"
done
own_git -C "$source" checkout -q -f --detach "$base_commit"

# --- What is applied on top of the series, on purpose: mutants, and one nop more
rc=0
own_git -C "$source" checkout -q -f --detach series
for patch in "$scripts"/mutants/*.patch "$scripts/bench/one-nop.patch"; do
	own_git -C "$source" apply --check "$patch" 2>&1 | sed "s,^,${patch#"$scripts/"}: ,"
done >"$work/left"
[ ! -s "$work/left" ] || rc=1
if [ -n "$TOPICS" ]; then
	skip "the mutants apply to the series" "they are for all topics"
else
	verdict "the mutants apply to the series" $rc "$work/left"
fi
own_git -C "$source" checkout -q -f --detach "$base_commit"

# --- LINUX= with a git tree, and the way there and back on the real thing
rc=0
mkdir -p "$work/repo"
(cd "$top" && own_git ls-files -z --cached --others --exclude-standard -- . ':!scripts' |
	cpio -0 -p -d --quiet "$work/repo") || rc=1
LINUX=$source ASE_TOP=$work/repo O=$work/out ASE_LOCKED='' \
	"$scripts/tree.sh" >"$work/log" 2>&1 || rc=1
# Not their ids: a series that was just refreshed has the dates of the work on it.
commits_of() { own_git -C "$1" log --format='%T %an <%ae> %B' "$base_commit..series"; }
[ "$(commits_of "$work/out/linux")" = "$(commits_of "$linux")" ] || rc=1
verdict "LINUX= with a git tree gives the same commits" $rc "$work/log"
rc=0
LINUX=$source ASE_TOP=$work/repo O=$work/out ASE_LOCKED='' \
	"$scripts/refresh.sh" >"$work/log" 2>&1 || rc=1
(cd "$work/repo" && find . -type f | sort) | while read -r file; do
	cmp "$work/repo/$file" "$top/$file" || exit 1
done >>"$work/log" 2>&1 || rc=1
verdict "mbox, am, refresh leave the series byte-identical" $rc "$work/log"
rm -rf "$work/out" "$work/repo"

# --- Other trees. Only the files that the series changes are unpacked: git am
# looks at no others.
# applies_to VERSION: the newest of Debian's packages of it, topic by topic
applies_to()
{
	package=linux-source-$1
	found=
	for suite in unstable testing stable +backports; do
		case $suite in
		+*) suite=$(private_apt_codename)-${suite#+} ;;
		esac
		private_apt_suite "$suite" arm64 || continue
		found=$(private_apt_version "$package")
		[ -z "$found" ] || break
	done
	if [ -z "$found" ]; then
		skip "applies to $package" "no suite of Debian carries it any more, or none could be read: not tried"
		return
	fi
	deb=$(find "$cache" -name "${package}_$(printf '%s' "$found" | sed 's/:/%3a/')_*.deb" | head -n 1)
	if [ -z "$deb" ]; then
		progress_start "check: downloading $package $found" true
		private_apt_download "$cache/other" "$package" || {
			progress_stop
			skip "applies to $package $found" "it could not be downloaded: not tried"
			return
		}
		progress_stop
		deb=$(find "$cache/other" -name "${package}_*.deb" | sort -V | tail -n 1)
	fi
	tree=$work/$package
	rm -rf "$tree"
	mkdir -p "$tree"
	progress_start "check: applying to $package $found" true
	own_git -C "$linux" diff --name-only --diff-filter=MD base series |
		sed "s,^,$package/," >"$work/files"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$package.tar.xz" |
		tar -xJ -C "$tree" --strip-components=1 -T "$work/files" 2>"$work/log" || :
	own_git -C "$tree" init -q -b main
	own_git -C "$tree" add -A -f
	own_git -C "$tree" commit -q -m "$found"
	sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$top/series" >"$work/topics"
	while read -r topic; do
		own_git -C "$tree" checkout -q -f --detach main
		rc=0
		TOPICS=$topic SIGNOFF='' "$scripts/mbox.sh" >"$work/mbox"
		own_git -C "$tree" am -q --no-3way "$work/mbox" >"$work/log" 2>&1 || rc=1
		[ $rc = 0 ] || own_git -C "$tree" am --abort >/dev/null 2>&1 || :
		# What does not apply to an older kernel is said in this list.
		why=$(sed -n "s/^$1 $topic # //p" "$scripts/applies-not")
		if [ $rc != 0 ] && [ -n "$why" ]; then
			progress_stop
			skip "applies to $package $found: up to $topic" "$why"
		else
			verdict "applies to $package $found: up to $topic" $rc "$work/log"
		fi
	done <"$work/topics"
	progress_stop
	rm -rf "$tree"
}
debian_mirror
applies_to "$base"
applies_to 7.2

say "1..$((passed + failed + skipped))"
say "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] || exit 1
