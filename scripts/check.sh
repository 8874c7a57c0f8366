#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check: the series as a reviewer's tools see it. checkpatch and the compiler on
# each commit, checkpatch on the mails of make mails, W=1 and sparse on what it touches,
# the generic code for other architectures, the lanes of stable/, other trees that it must
# apply to, and the round trip through the mailbox. Prints TAP; the last line counts.
#
# COMMITS=topics: of the commits, compile only the last of each topic that has code, and
# leave out the mails.

prog=check
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/tap.sh"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/apt.sh"
. "$(dirname "$0")/lib/objects.sh"
no_arguments "$@"
case ${COMMITS:=all} in
all|topics) ;;
*) die 2 "COMMITS=$COMMITS: check takes COMMITS=topics, or compiles all" ;;
esac
lock_out
# The series is arm64's; other architectures come below.
ARCH=arm64
machine_arch
"$scripts/deps.sh" check
# Its build tells what a header of the series is part of.
VARIANT=patched "$scripts/kernel.sh"

base=$(base_release)
work=$out/check
source=$linux-commit
build=$out/build/commit
records=$(build_of patched)
rm -rf "$work"
mkdir -p "$work" "$build"

# verdict NAME STATUS [FILE]: FILE says why
verdict()
{
	progress_stop
	tap_result "$@"
}

own_git -C "$linux" rev-list --reverse base..series >"$work/commits"
[ -s "$work/commits" ] || die 3 "there is no commit between base and series in $linux"
subject_of() { own_git -C "$linux" log -1 --format=%s "$1"; }

# --- checkpatch: no errors; a warning only if checkpatch-allowed has its reason
sed -n -e '/^#/d' -e 's/ # .*//' -e '/./p' "$scripts/check/checkpatch-allowed" >"$work/allowed"
while read -r commit; do
	own_git -C "$linux" format-patch -1 --stdout "$commit" >"$work/mail"
	rc=0
	if checkpatch "$work/mail" "$work/messages"; then
		grep -vEf "$work/allowed" "$work/messages" >"$work/left" || :
		[ ! -s "$work/left" ] || rc=1
	else
		cp "$work/messages" "$work/left"
		rc=1
	fi
	verdict "checkpatch --strict: $(subject_of "$commit")" $rc "$work/left"
done <"$work/commits"

# --- The same of the mails as they are sent, signed
# sent_as_mails TOPIC
sent_as_mails()
{
	rm -rf "$work/mails"
	rc=0
	progress_start "check: the mails of $1" true
	LINUX='' TOPIC=$1 TOPICS='' DIR=$work/mails V=0 AUTHOR='A Developer <developer@example.org>' SIGNOFF='A Developer <developer@example.org>' \
		BASE_COMMIT='' OLD='' CHANGES='' "$scripts/mails.sh" >"$work/left" 2>&1 || rc=1
	for mail in "$work/mails"/*; do
		case $mail in */0000-*) continue ;; esac
		checkpatch "$mail" "$work/messages" --signoff || rc=1
		! grep -vEf "$work/allowed" "$work/messages" >"$work/left.1" || rc=1
		sed "s/^/${mail##*/}: /" "$work/left.1" >>"$work/left"
	done
	verdict "the mails of $1: checkpatch --strict" $rc "$work/left"
}
if [ "$COMMITS" = all ]; then
	for topic in $(applied_topics); do
		sent_as_mails "$topic"
	done
else
	tap_skip 'the mails of each topic: checkpatch --strict' 'make check has them, without COMMITS=topics'
fi

# --- A work tree of its own, to go from commit to commit
base_commit=$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}')
work_tree "$source"
own_git -C "$source" checkout -q -f --detach "$base_commit"

configured "$source" "$build"
progress_start "check: preparing a build for single commits" true
kernel_make "$build/build.log" "$source" "$build" prepare ||
	die 4 "make prepare failed; the log is $build/build.log"
progress_stop

# W=1 and sparse: messages without line numbers, before and after. .c files that
# the series touches, and through them the headers.
own_git -C "$linux" diff --name-only --diff-filter=d base series -- '*.c' ':!tools' ':!Documentation' |
	ours | sed 's/\.c$/.o/' | in_records >"$work/touched.o"
sed 's/\.o$/.c/' "$work/touched.o" >"$work/touched"
# messages VARIANT: into a file, and whether all objects were built, and looked at
messages()
{
	_said=$work/messages.$1
	_whole=0
	in_config <"$work/touched.o" | in_tree >"$_said.o"
	: >"$_said.log"
	must_build "$_said.log" "$source" "$build" "$_said.o" W=1 C=2 CHECK="$sparse" || _whole=1
	must_check "$_said.log" "$_said.o" || _whole=1
	diagnostics "$_said.log" "$source" >"$_said"
	cat "$_said.log.missing" "$_said.log.unchecked" >"$_said.left"
	return $_whole
}
# Of a list of objects, those whose source there is: a file may come with the series.
in_tree()
{
	while read -r _object; do
		[ ! -f "$source/${_object%.o}.c" ] || printf '%s\n' "$_object"
	done
}
rc=0
sparse_works "$work" || rc=1
echo 'it is silent about 0 for a pointer' >"$work/left"
verdict "sparse finds a mistake that is there" $rc "$work/left"
rc=0
progress_start "check: W=1 and sparse on the unpatched kernel" true
messages base || rc=1
verdict "W=1 and sparse on $(wc -l <"$work/messages.base.o") objects of the unpatched kernel" $rc "$work/messages.base.left"

# Those to compile: all that have code, or the last one of each topic.
while read -r commit <&4; do
	# The same order as in the mailbox, where a topic begins with a line of its own.
	while read -r kind name <&5 && [ "$kind" != patch ]; do
		[ "$kind" != topic ] || echo topic
	done
	[ -z "$(code_of "$commit")" ] || echo "$commit"
done 4<"$work/commits" 5<"$out/series.entries" |
	awk -v all="$COMMITS" '
	$0 == "topic" { if (last != "" && all != "all") print last; last = ""; next }
	all == "all" { print; next }
	{ last = $0 }
	END { if (last != "") print last }' >"$work/compiled"
while read -r commit; do
	own_git -C "$source" checkout -q -f --detach "$commit"
	configured "$source" "$build"
	progress_start "check: objects of '$(subject_of "$commit")'" true
	rc=0
	compiles "$commit" || rc=1
	progress_stop
	verdict "compiles, $(wc -l <"$work/objects") objects: $(subject_of "$commit")" $rc "$work/left"
done <"$work/compiled"
[ "$COMMITS" = all ] || say "# note: only the last commit of each topic was compiled; make check compiles each"

# --- The fixes can be taken one by one: each applies to the unpatched kernel, and compiles,
# with what check/stands-on says that it needs, and with nothing else.
awk '/^topic /{ on = $2 == "fixes" } on && /^patch /{ print $2 }' "$out/series.entries" >"$work/fixes"
# commit_of_patch PATCH
commit_of_patch()
{
	sed -n "$(sed -n 's/^patch //p' "$out/series.entries" | grep -nxF "$1" | cut -d: -f1)p" "$work/commits"
}
# apply_patches PATCH...: to the unpatched kernel, in $source
apply_patches()
{
	own_git -C "$source" reset -q --hard "$base_commit"
	for _patch; do
		own_git -C "$linux" format-patch -1 --stdout "$(commit_of_patch "$_patch")" |
			own_git -C "$source" apply --index >"$work/left" 2>&1 || return 1
	done
}
# stands PATCH NEEDED...: whether the patch applies behind the others, and compiles
stands()
{
	_last=$1
	shift
	apply_patches "$@" "$_last" || return 1
	_last=$(commit_of_patch "$_last")
	[ "$COMMITS" = all ] && [ -n "$(code_of "$_last")" ] || return 0
	compiles "$_last"
}
own_git -C "$source" checkout -q -f --detach "$base_commit"
configured "$source" "$build"
while read -r patch <&4; do
	needed=$(sed -n "s,^$patch \\(.*\\) # .*,\\1,p" "$scripts/check/stands-on")
	progress_start "check: $patch on the unpatched kernel" true
	rc=0
	# shellcheck disable=SC2086 # a list
	stands "$patch" $needed || rc=1
	# What only the compiler sees is looked for where each commit is compiled.
	if [ $rc = 0 ] && [ -n "$needed" ] && stands "$patch" && [ "$COMMITS" = all ]; then
		echo "check/stands-on says that it needs $needed, but it does not" >"$work/left"
		rc=1
	fi
	verdict "on the unpatched kernel${needed:+ with what it needs}: $patch" $rc "$work/left"
done 4<"$work/fixes"
own_git -C "$source" reset -q --hard series
configured "$source" "$build"

progress_start "check: W=1 and sparse on the patched kernel" true
rc=0
messages patched || rc=1
comm -13 "$work/messages.base" "$work/messages.patched" | cat - "$work/messages.patched.left" >"$work/left"
[ ! -s "$work/left" ] || rc=1
verdict "no new message of W=1 or sparse in $(tr '\n' ' ' <"$work/touched")" $rc "$work/left"

# --- What is to break the build does: a flag and a field that BPF programs know
# guarded FILE SED WORDS: whether the build fails with these words when FILE is changed so
guarded()
{
	own_git -C "$source" checkout -q -f --detach series
	sed -i "$2" "$source/$1"
	: >"$work/left"
	rc=0
	if own_git -C "$source" diff --quiet; then
		echo "there is nothing to change in $1" >"$work/left"
		rc=1
	else
		echo arch/arm64/kernel/ptrace.o >"$work/guarded.o"
		: >"$work/guarded.log"
		progress_start "check: $3 moves" true
		! must_build "$work/guarded.log" "$source" "$build" "$work/guarded.o" || rc=1
		progress_stop
		grep -q "static assertion failed: .*$3" "$work/guarded.log" || rc=1
		[ $rc = 0 ] || tail -n 10 "$work/guarded.log" >"$work/left"
	fi
	own_git -C "$source" checkout -q -f --detach series
}
if own_git -C "$linux" grep -q 'static_assert(TIF_32BIT == 22)' series -- arch/arm64/kernel/ptrace.c; then
	guarded arch/arm64/include/asm/thread_info.h 's/^\(#define TIF_32BIT[[:blank:]]*\)22/\129/' 'TIF_32BIT == 22'
	verdict "the build fails if TIF_32BIT moves" $rc "$work/left"
	guarded arch/arm64/include/asm/ptrace.h 's/^\tu64 orig_x0;/\tu64 moved[2];\n&/' 'offsetof(struct pt_regs, orig_x0)'
	verdict "the build fails if orig_x0 moves" $rc "$work/left"
elif [ -n "$TOPICS" ]; then
	tap_skip "the build fails if TIF_32BIT or orig_x0 moves" "the series has no such test up to there"
else
	echo 'arch/arm64/kernel/ptrace.c has no static_assert(TIF_32BIT == 22)' >"$work/left"
	verdict "the build fails if TIF_32BIT or orig_x0 moves" 1 "$work/left"
fi
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
	: >"$_said.log.missing"
	_bad=0
	if ! stamp_is "$_other/.stamp" "$_key"; then
		kernel_make "$_said.log" "$source" "$_other" "$3" || _bad=1
	fi
	{ cat "$work/generic.o"; [ -z "$4" ] || echo "$4"; } >"$work/$1.o"
	[ $_bad != 0 ] ||
		must_build "$_said.log" "$source" "$_other" "$work/$1.o" W=1 || _bad=1
	[ $_bad != 0 ] || stamp_write "$_other/.stamp" "$_key"
	diagnostics "$_said.log" "$source" | cat - "$_said.log.missing" >"$_said"
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

# --- How large it is, as README.md has it
rc=0
size=$(own_git -C "$linux" diff --shortstat base series -- ':!tools' ':!Documentation' ':!MAINTAINERS' |
	sed 's/^ *\([0-9]*\) files changed, \([0-9]*\) ins.*, \([0-9]*\) del.*/\1 files of kernel code (\2 lines more, \3 less)/')
tr '\n' ' ' <"$top/README.md" | grep -qF "$size" || { rc=1; echo "README.md does not say: $size" >"$work/left"; }
if [ -n "$TOPICS" ]; then
	tap_skip "README.md has the size of the series" "it is of all topics"
else
	verdict "README.md has the size of the series" $rc "$work/left"
fi

# --- What is applied on top of the series, on purpose: mutants, and one nop more
rc=0
own_git -C "$source" checkout -q -f --detach series
for patch in "$scripts"/mutants/*.patch "$scripts/bench/one-nop.patch"; do
	own_git -C "$source" apply --check "$patch" 2>&1 | sed "s,^,${patch#"$scripts/"}: ,"
done >"$work/left"
[ ! -s "$work/left" ] || rc=1
if [ -n "$TOPICS" ]; then
	tap_skip "the mutants apply to the series" "they are for all topics"
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
# find_deb PACKAGE WHAT: $deb is the newest of Debian's packages, $found its version; or
# WHAT is skipped
find_deb()
{
	package=$1
	found=
	for suite in unstable testing stable +backports oldstable; do
		case $suite in
		+*) suite=$(private_apt_codename)-${suite#+} ;;
		esac
		private_apt_suite "$suite" arm64 || continue
		found=$(private_apt_version "$package")
		[ -z "$found" ] || break
	done
	if [ -z "$found" ]; then
		tap_skip "$2 $package" "no suite of Debian carries it any more, or none could be read: not tried"
		return 1
	fi
	deb=$(find "$cache" -name "${package}_$(printf '%s' "$found" | sed 's/:/%3a/')_*.deb" | head -n 1)
	if [ -z "$deb" ]; then
		progress_start "check: downloading $package $found" true
		private_apt_download "$cache/other" "$package" || {
			progress_stop
			tap_skip "$2 $package $found" "it could not be downloaded: not tried"
			return 1
		}
		progress_stop
		deb=$(find "$cache/other" -name "${package}_*.deb" | sort -V | tail -n 1)
	fi
}

# unpack_deb: those of its files that $work/files names, in $tree, a git tree
unpack_deb()
{
	tree=$work/$package
	rm -rf "$tree"
	mkdir -p "$tree"
	progress_start "check: applying to $package $found" true
	sed "s,^,$package/," "$work/files" >"$work/files.tar"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$package.tar.xz" |
		tar -xJ -C "$tree" --strip-components=1 -T "$work/files.tar" 2>"$work/log" || :
	own_git -C "$tree" init -q -b main
	own_git -C "$tree" add -A -f
	own_git -C "$tree" commit -q -m "$found"
}

# applies_to VERSION: the newest of Debian's packages of it, topic by topic
applies_to()
{
	find_deb "linux-source-$1" 'applies to' || return 0
	own_git -C "$linux" diff --name-only --diff-filter=MD base series >"$work/files"
	unpack_deb
	topics_of "$top/series" | tr ' ' '\n' >"$work/topics"
	while read -r topic; do
		own_git -C "$tree" checkout -q -f --detach main
		rc=0
		TOPICS=$topic TOPIC='' SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" >"$work/mbox"
		own_git -C "$tree" am -q --no-3way "$work/mbox" >"$work/log" 2>&1 || rc=1
		[ $rc = 0 ] || own_git -C "$tree" am --abort >/dev/null 2>&1 || :
		# What does not apply to an older kernel is said in this list.
		why=$(sed -n "s/^$1 $topic # //p" "$scripts/check/applies-not")
		if [ $rc != 0 ] && [ -n "$why" ]; then
			progress_stop
			tap_skip "applies to $package $found: up to $topic" "$why"
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

# --- The lanes: each mailbox applies to its package; its patches are as checkpatch wants
# them, and its fixes no longer than stable does
# lane_is_fit LANE
lane_is_fit()
{
	found=$(cat "$main/stable/$1/base")
	package=linux-source-$1
	deb=$(find "$cache" -name "${package}_$(printf '%s' "$found" | sed 's/:/%3a/')_*.deb" | head -n 1)
	[ -n "$deb" ] || find_deb "$package" "LANE=$1 applies to" || return 0
	LANE=$1 TOPICS='' TOPIC='' SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" >"$work/mbox"
	awk '/^From 0+ /{ body = 1 } /^diff --git /{ body = 0; name = substr($3, 3); if (!(name in new)) old[name] = 1 }
		!body && /^new file mode /{ delete old[name]; new[name] = 1 } END { for (name in old) print name }' "$work/mbox" >"$work/files"
	unpack_deb
	rc=0
	own_git -C "$tree" am -q --no-3way --keep-cr "$work/mbox" >"$work/log" 2>&1 || rc=1
	verdict "LANE=$1 applies to $package $found" $rc "$work/log"
	rm -rf "$tree" "$work/mails"
	mkdir "$work/mails"
	own_git mailsplit --keep-cr -o"$work/mails" "$work/mbox" >/dev/null
	rc=0
	: >"$work/left"
	: >"$work/long"
	for mail in "$work"/mails/*; do
		checkpatch "$mail" "$work/messages" || rc=1
		grep -vEf "$work/allowed" "$work/messages" >"$work/left.1" || :
		[ ! -s "$work/left.1" ] || rc=1
		cat "$work/left.1" >>"$work/left"
		# Of what is for stable: from the first line of the diff to the last
		grep -q '^Cc: stable@' "$mail" || continue
		_subject=$(own_git mailinfo /dev/null /dev/null <"$mail" | sed -n 's/^Subject: //p')
		_lines=$(awk '/^diff --git /{ on = 1 } on' "$mail" | wc -l)
		[ "$_lines" -le 100 ] || printf '%s lines\t%s\n' "$_lines" "$_subject" >>"$work/long"
	done
	verdict "LANE=$1: checkpatch --strict" $rc "$work/left"
	# The subjects of those that may be longer
	(LANE=$1 top=$main/stable/$1 && subjects) | sed 's,^stable/[^/]*/,,' >"$work/subjects"
	sed -n 's/ # .*//; /^#/!p' "$scripts/check/over-100-lines" | while read -r _patch; do
		awk -F '\t' -v patch="$_patch" '$1 == patch { print $2 }' "$work/subjects"
	done >"$work/may-be-long"
	rc=0
	cut -f2 "$work/long" | grep -vxFf "$work/may-be-long" >"$work/left" && rc=1
	cut -f2 "$work/long" | sort >"$work/long.sorted"
	sort "$work/may-be-long" | comm -13 "$work/long.sorted" - | sed 's/^/no longer than 100 lines, but in over-100-lines: /' >>"$work/left"
	[ ! -s "$work/left" ] || rc=1
	verdict "LANE=$1: the fixes have at most 100 lines, but for $(wc -l <"$work/may-be-long") that scripts/check/over-100-lines has" $rc "$work/left"
}
for lane in $(lanes); do
	lane_is_fit "$lane"
done

tap_plan
tap_end 0
