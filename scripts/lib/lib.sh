# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# What the verbs share. Each script sets $prog, then sources this file.
#
# Exit status of every verb:
#   0 pass   1 a test failed   2 wrong usage   3 fetch or patch failed
#   4 build or config failed   5 boot failed, kernel splat, truncated output
#   124 time-out

set -eu
umask 022
LC_ALL=C
export LC_ALL
unset CDPATH

scripts=$(cd "$(dirname "$0")" && pwd -P)
case $scripts in */lib) scripts=${scripts%/lib} ;; esac
top=${ASE_TOP:-$(cd "$scripts/.." && pwd -P)}

# A user's git set-up must not change what the scripts write or apply: none of git's
# variables, save where its own programs are, and none of its files. What git reads
# from a file alone, or what other programs that call it need, is in git.config.
for _v in $(env | sed -n 's/^\(GIT_[A-Za-z0-9_]*\)=.*/\1/p'); do
	[ "$_v" = GIT_EXEC_PATH ] || unset "$_v"
done
GIT_CONFIG_NOSYSTEM=1
GIT_ATTR_NOSYSTEM=1
GIT_CONFIG_GLOBAL=$scripts/lib/git.config
export GIT_CONFIG_NOSYSTEM GIT_ATTR_NOSYSTEM GIT_CONFIG_GLOBAL

die()
{
	_status=$1
	shift
	printf '%s: %s\n' "$prog" "$*" >&2
	exit "$_status"
}

say()
{
	printf '%s\n' "$*"
}

# help_or SYNOPSIS "$@": --help tells the synopsis and the head of the script
help_or()
{
	case ${2:-} in
	-h|--help)
		say "usage: $1"
		sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
		say 'The options are variables: make help-options has them.'
		exit 0 ;;
	esac
}

# no_arguments "$@": for a script that takes none
no_arguments()
{
	help_or "$prog.sh" "$@"
	[ $# = 0 ] || die 2 "$1: it takes no arguments; options are variables, see make help-options"
}

# --- Options, as Makefile hands them down in the environment

: "${V:=0}" "${TOPICS:=}" "${LINUX:=}" "${SIGNOFF:=}" "${AUTHOR:=}" "${VARIANT:=}"
: "${CONFIG:=test}" "${TESTS:=}" "${TIMEOUT:=}" "${ARCH:=arm64}" "${COLLECTIONS:=}" "${TOPIC:=}"
export ARCH
# TOPICS= is the older word.
topics_word=TOPICS
if [ -n "${UPTO:-}" ]; then
	[ -z "$TOPICS" ] || [ "$TOPICS" = "$UPTO" ] || die 2 "UPTO=$UPTO and TOPICS=$TOPICS are the same option; give one of them"
	TOPICS=$UPTO
	topics_word=UPTO
	export TOPICS
fi
unset UPTO
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 1)}

out=${O:-$top/out}
case $out in
/*) ;;
*) out=$top/$out ;;
esac

# LANE=6.12: the topic fixes for that kernel. stable/6.12 is this layout once more, and
# what its series names but it does not have is the main one's; all of it is built in a
# directory of its own.
main=$top
out_of_all=$out
: "${LANE:=}"
lanes()
{
	(cd "$main/stable" 2>/dev/null && for _p in */series; do [ ! -f "$_p" ] || printf '%s\n' "${_p%/series}"; done) |
		sort -V
}
if [ -n "$LANE" ]; then
	lanes | grep -qxF -e "$LANE" ||
		die 2 "LANE=$LANE: no such lane; there are: $(lanes | tr '\n' ' ')"
	case $prog in
	fetch|mbox|tree|refresh|kernel|guest|run|shell|pairs|'test'|verdict|deps|clean) ;;
	*) die 2 "LANE=$LANE: $prog is of the whole series; leave it out" ;;
	esac
	[ -z "${COLLECTIONS:-}" ] || die 2 "LANE=$LANE has the tests of the fixes; leave out COLLECTIONS="
	top=$main/stable/$LANE
	out=$out/lane-$LANE
fi

# place_of PATH: the directory that has what series names
place_of()
{
	if [ -n "$LANE" ] && [ ! -e "$top/$1" ]; then
		printf '%s\n' "$main"
	else
		printf '%s\n' "$top"
	fi
}
# What is not a repository in there is not taken for the one around it.
GIT_CEILING_DIRECTORIES=$out
export GIT_CEILING_DIRECTORIES

# For what builds: neither the kernel's makefiles nor QEMU take any path.
plain_paths()
{
	for _p in "O=$out" "TMPDIR=${TMPDIR:-}" "$top"; do
		case $_p in
		*[!A-Za-z0-9_./+@=-]*)
			die 2 "$_p: the kernel's makefiles and QEMU take no path with such characters;" \
			    "use another one, or another place for this repository" ;;
		esac
	done
}

check_jobs()
{
	case $JOBS in
	''|0*|*[!0-9]*) die 2 "JOBS=$JOBS: give a number of jobs, from 1" ;;
	esac
}

# check_options: of all those that many verbs share, before anything is done
check_options()
{
	check_jobs
	case $TIMEOUT in
	0*|*[!0-9]*) die 2 "TIMEOUT=$TIMEOUT: give a number of seconds, from 1" ;;
	esac
	for _v in TOPICS TOPIC TESTS COLLECTIONS CONFIG CONFIGS MUTANTS COMMITS CELLS BENCH; do
		eval "_p=\${$_v:-}"
		case $_p in
		''|*[!\ ,]*) ;;
		*) die 2 "$_v=\"$_p\" names nothing; leave it out for all of them" ;;
		esac
	done
	check_topics
	if [ -n "$LINUX" ]; then
		[ -d "$LINUX" ] || die 2 "LINUX=$LINUX is not a directory"
		[ -f "$LINUX/Makefile" ] && [ -d "$LINUX/arch/arm64" ] && grep -q '^PATCHLEVEL = ' "$LINUX/Makefile" ||
			die 2 "LINUX=$LINUX is not a Linux kernel tree"
	fi
	for _p in $COLLECTIONS; do
		case $_p in
		*[!A-Za-z0-9_./-]*|/*|*..*) die 2 "COLLECTIONS=$_p: no such collection; the kernel has them in tools/testing/selftests" ;;
		esac
	done
}

# of_all ALL BOTH: for a verb that is of all there is, and takes no option that makes it
# less. Its words for that, and of ARCH=.
of_all()
{
	for _v in TOPICS TESTS COLLECTIONS CONFIGS MUTANTS COMMITS CELLS BENCH ROW LINUX VARIANT KERNELS; do
		eval "_p=\${$_v:-}"
		[ "$_v" != TOPICS ] || _v=$topics_word
		[ -z "$_p" ] || die 2 "$_v=$_p: $1; leave it out"
	done
	[ "$CONFIG" = test ] || die 2 "CONFIG=$CONFIG: $1; leave it out"
	machine_arch
	[ "$ARCH" = arm64 ] || die 2 "ARCH=$ARCH: $2; leave it out"
}

check_topics()
{
	case $TOPIC:$prog in
	:*|*:mbox|*:cover|*:mails|*:range-diff) ;;
	*) die 2 "TOPIC=$TOPIC: a topic alone is for make mbox, cover, mails and range-diff; to stop after it, use UPTO=$TOPIC" ;;
	esac
	[ -n "$TOPICS$TOPIC" ] && [ -f "$top/series" ] || return 0
	_topics=$(topics_of "$top/series")
	if [ -n "$TOPIC" ]; then
		[ -z "$TOPICS" ] || die 2 "TOPIC=$TOPIC is that topic alone, UPTO=$TOPICS is up to one; give one of them"
		case " $_topics" in *" $TOPIC "*) return 0 ;; esac
		die 2 "TOPIC=$TOPIC: no such topic; series has: $_topics"
	fi
	case $TOPICS in
	*[!\ ]*) ;;
	*) die 2 "$topics_word=\"$TOPICS\" names nothing; series has: $_topics" ;;
	esac
	_seen=' '
	for _p in $TOPICS; do
		case " $_topics" in *" $_p "*) ;; *) die 2 "$topics_word=$_p: no such topic; series has: $_topics" ;; esac
		case $_seen in *" $_p "*) die 2 "$topics_word=\"$TOPICS\" names $_p twice" ;; esac
		_seen="$_seen$_p "
	done
}

# check_person OPTION VALUE: a name and an address, of which a header and a trailer are made
check_person()
{
	_line=$(printf '%s' "$2" | tr -s '[:cntrl:]' ' ')
	[ "$_line" = "$2" ] && printf '%s\n' "$2" |
		grep -qE '^[^][:space:]<>@]([^<>]*[^[:space:]<>])? <[^[:space:]<>@]+@[^[:space:]<>@]+>$' ||
		die 2 "$1=\"$_line\": write it as $1=\"Name <mail@example.org>\""
}

# known_tests: the programs that a guest has, as far as that is known before there is one:
# by the names that they have to report, and what the main job leaves out
known_tests()
{
	{
		sed -n 's/^[a-z][a-z]* \([^ :]*:[^ ]*\)$/\1/p' "$scripts/guest/names.$ARCH"
		sed -n 's/^\([^ ]* \)\{0,1\}leave-out[ 	]*\([^ ]*:[^ ]*\) .*/\2/p' "$scripts/guest/expected"
	} | sort -u
}

# has_source COLLECTION:TEST: whether there is a file for a test that is not known yet
has_source()
{
	_name=${1##*:}
	for _d in "$top" "$linux"; do
		[ ! -d "$_d/tools/testing/selftests/${1%%:*}" ] ||
			[ -z "$(find "$_d/tools/testing/selftests/${1%%:*}" -name "${_name%_compat}*" | head -n 1)" ] || return 0
	done
	return 1
}

# check_tests: of TESTS= what can be known before there is a guest. With another tree or
# other collections, their programs are not known.
check_tests()
{
	for _p in $TESTS; do
		case " $(collections) $(other_collections) " in
		*" ${_p%%:*} "*) ;;
		*) die 2 "TESTS=$_p: no such collection; there are: $(collections)" ;;
		esac
		case $_p in
		*:|*:*[!A-Za-z0-9_.-]*) die 2 "TESTS=$_p: write it as COLLECTION or COLLECTION:TEST" ;;
		*:*)
			[ -z "$LINUX$COLLECTIONS${ASE_IMAGE:-}" ] || continue
			case " $(collections) " in *" ${_p%%:*} "*) ;; *) continue ;; esac
			known_tests | grep -qxF -e "$_p" || has_source "$_p" ||
				die 2 "TESTS=$_p: no such test; there are: $(known_tests | grep "^${_p%%:*}:" | tr '\n' ' ')" ;;
		esac
	done
}

linux=$out/linux
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/arm64-syscall-exit
identity_name=arm64-syscall-exit
identity_mail=series@arm64-syscall-exit.invalid

# What an architecture has, of lib/arch/ARCH. What is arm64's has no suffix: out/guest,
# out/build/VARIANT, out/results/VARIANT.
machine_arch()
{
	case $ARCH in
	arm64|x86_64) ;;
	*) die 2 "ARCH=$ARCH: take arm64 or x86_64" ;;
	esac
	# shellcheck source=lib/arch/arm64
	. "$scripts/lib/arch/$ARCH"
	# The fixes have no tests in the others.
	if [ -n "$LANE" ]; then
		arch_collections=$(echo " $arch_collections " | sed 's/ rseq / /; s/^ //; s/ $//')
		arch_other_collections=
	fi
	# Other collections than those of the main job do not touch what it has.
	other=
	[ -z "$COLLECTIONS" ] || other=-other
	guest=$out/guest$arch_suffix$other
}

variant_or()
{
	case ${VARIANT:=$1} in
	base|patched) ;;
	*) die 2 "VARIANT=$VARIANT: take base or patched" ;;
	esac
}

# is_old_runner: whether run_kselftest.sh is that of an older kernel: it plans each
# collection for itself, can't skip a test, and ends with 0 whatever its tests did
is_old_runner()
{
	_runner=$linux/tools/testing/selftests/run_kselftest.sh
	[ -f "$_runner" ] && ! grep -q ktap_set_plan "$_runner"
}

# The collections of kselftests that run there.
collections()
{
	echo "${COLLECTIONS:-$arch_collections}"
}

# Those that the guest has, but the main job does not run: make configs does.
other_collections()
{
	[ -n "$COLLECTIONS" ] || echo "$arch_other_collections"
}

# The kernel source of a variant.
source_of()
{
	case $1 in
	base) printf '%s\n' "$linux-base" ;;
	*) printf '%s\n' "$linux" ;;
	esac
}

# A config of the user's own is built beside the default one, not over it.
build_of()
{
	if [ "$CONFIG" = test ]; then
		printf '%s\n' "$out/build/$1$arch_suffix"
	else
		printf '%s\n' "$out/build/$1$arch_suffix-$(printf '%s' "$CONFIG" | tr -c 'A-Za-z0-9_.-' _)"
	fi
}

results_of()
{
	printf '%s\n' "$out/results/$1$arch_suffix$other"
}

# The topics that out/linux has, after tree.sh.
applied_topics()
{
	sed -n 's/^topic //p' "$out/series.entries" | tr '\n' ' '
}

# work_tree DIR: a work tree of out/linux, to go from commit to commit in. What the
# scripts change in it is taken back on any way out; what they find changed there is
# someone else's.
work_tree()
{
	if [ -d "$1" ]; then
		not_ours "$1"
		no_changes "$1"
	else
		own_git -C "$linux" worktree prune
		own_git -C "$linux" worktree add -q --detach "$1" series ||
			die 3 "git could not write $1; is the disk full?"
	fi
	busy_tree=$1
	: >"$1.busy"
	undo=work_tree_back
}

# pristine: $source, such a work tree, without what was changed for a trial
pristine()
{
	own_git -C "$source" checkout -q -f --detach series
}

# shellcheck disable=SC2317 # called by on_exit
work_tree_back()
{
	own_git -C "$busy_tree" checkout -q -f --detach series && rm -f "$busy_tree.busy"
}

# not_ours DIR: complain if a directory is no tree that the scripts have made
not_ours()
{
	if [ "$1" = "$linux" ]; then
		[ ! -f "$1/.git/fetch.stamp" ] || return 0
	elif [ -f "$1/.git" ] && _common=$(own_git -C "$1" rev-parse --git-common-dir 2>/dev/null) &&
		[ "$(cd "$_common" 2>/dev/null && pwd -P)" = "$(cd "$linux/.git" 2>/dev/null && pwd -P)" ]; then
		return 0
	fi
	die 2 "$1 is not a tree that make fetch has made, or no longer part of $linux; move it away"
}

# no_changes DIR: complain if there is something in a work tree of the scripts' own
# that is in no commit. What they had left there when they were killed goes into a
# file beside it.
no_changes()
{
	_changes=$(own_git -C "$1" status --porcelain) ||
		die 3 "git can't read $1; move it away"
	[ -n "$_changes" ] || return 0
	if [ -f "$1.busy" ] && ! echo "$_changes" | grep -q '^??'; then
		own_git -C "$1" diff HEAD >>"$1.left"
		own_git -C "$1" checkout -q -f --detach
		say "$prog: $1 had changes when a script was killed in it; they are in $1.left" >&2
		return 0
	fi
	die 2 "$1 has changes ($(echo "$_changes" | sed -n '1s/^.. *//p')); the scripts go from commit to commit there: take them elsewhere, or drop them with git -C $1 checkout -f and git clean"
}

# --- Time and progress

now()
{
	date +%s
}

elapsed()
{
	_s=$(($(now) - $1))
	printf '%d:%02d' $((_s / 60)) $((_s % 60))
}

# progress_start TEXT COMMAND...: until progress_stop, show TEXT, the time since
# and what COMMAND prints: on a terminal as one line that updates, in a log as
# a line each half minute.
progress_pid=
progress_start()
{
	_text=$1
	shift
	_begin=$(now)
	if [ "$V" = 1 ]; then
		say "$_text"
		return
	fi
	[ -t 1 ] || say "  $_text"
	(
		trap '' INT QUIT
		# Nobody reads it any more: the end of the whole.
		trap 'kill -PIPE $$; exit' PIPE
		_n=0
		while :; do
			sleep 1 9>&- &
			wait $!
			_n=$((_n + 1))
			if [ -t 1 ]; then
				printf '\r  %s  %s  %s\033[K' "$_text" \
					"$(elapsed "$_begin")" "$("$@" 2>/dev/null)"
			elif [ $((_n % 30)) = 0 ]; then
				printf '  %s  %s  %s\n' "$_text" \
					"$(elapsed "$_begin")" "$("$@" 2>/dev/null)"
			fi
		done
	) 9>&- &
	progress_pid=$!
}

progress_stop()
{
	[ -n "$progress_pid" ] || return 0
	# Not TERM: for as long as the process has not left the traps of its parent,
	# that would be lost, and the wait be for ever.
	kill -KILL "$progress_pid" 2>/dev/null || :
	wait "$progress_pid" 2>/dev/null || :
	progress_pid=
	[ ! -t 1 ] || printf '\r\033[K'
}

# --- Nothing half-done: clean-up on any way out

cleanup_words=
undo=
child=

# add_cleanup PATH...: is removed when the script ends, whatever is in its name. The
# paths are kept as words in quotes; the x saves a line end from $( ).
add_cleanup()
{
	for _p in "$@"; do
		_p=$(printf '%sx' "$_p" | sed "s/'/'\\\\''/g")
		cleanup_words="$cleanup_words '${_p%x}'"
	done
}

# Keep what add_cleanup was told: it is whole now.
no_cleanup()
{
	cleanup_words=
}

# make_work: $work is a directory that is gone when the script ends
make_work()
{
	# awk takes a backslash in a file's name for an escape.
	case ${TMPDIR:-} in
	*\\*|*"
"*) die 2 "TMPDIR=$TMPDIR: a name with a backslash or a line end can't be used; set another TMPDIR" ;;
	esac
	work=$(mktemp -d 2>/dev/null) || die 3 "no place for a temporary directory; set TMPDIR"
	case $work in
	/*) ;;
	*) work=$PWD/$work ;;
	esac
	add_cleanup "$work"
}

on_exit()
{
	_status=$?
	# Nothing cuts this short, not even that nobody reads any more what is said.
	trap - EXIT
	trap '' INT QUIT TERM HUP PIPE
	progress_stop
	if [ -n "$child" ]; then
		# By its own number if it has no session of its own yet.
		kill -- "-$child" 2>/dev/null || kill -KILL "$child" 2>/dev/null || :
		wait "$child" 2>/dev/null || :
	fi
	[ -z "$undo" ] || "$undo" || :
	eval "set -- $cleanup_words"
	for _p in "$@"; do
		rm -rf -- "$_p"
	done
	exit "$_status"
}
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 131' QUIT
trap 'exit 141' PIPE
trap 'exit 143' TERM HUP

# run_logged LOG COMMAND...: in a session of its own, so that an interrupt ends
# the command with all that it has started, and nothing of it is left behind.
run_logged()
{
	_log=$1
	shift
	(
		exec 9>&-
		exec setsid "$@"
	) >>"$_log" 2>&1 </dev/null &
	child=$!
	_rc=0
	wait "$child" || _rc=$?
	child=
	return "$_rc"
}

# --- Stamps: a step is done if its stamp holds the key of its inputs. It is
# dropped before the step begins and written when it has succeeded.

stamp_is()
{
	[ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

stamp_write()
{
	printf '%s\n' "$2" >"$1.new"
	mv -f "$1.new" "$1"
}

checksum()
{
	sha256sum | cut -d' ' -f1
}

# --- One verb at a time in one out/

# For what builds; what does not takes any path.
lock_out()
{
	plain_paths
	lock_any_path
}

lock_any_path()
{
	[ -z "${ASE_LOCKED:-}" ] || return 0
	check_options
	# What is in there was made by these scripts, or else is not theirs to change.
	if [ -e "$out" ] && [ ! -f "$out/.lock" ] && [ -n "$(ls -A "$out" 2>/dev/null)" ]; then
		die 2 "$out holds things that were not made here; choose an empty or a new directory with O="
	fi
	# A lane is in the directory of all.
	if [ -n "$LANE" ] && [ -e "$out_of_all" ] && [ ! -f "$out_of_all/.lock" ] && [ -n "$(ls -A "$out_of_all")" ]; then
		die 2 "$out_of_all holds things that were not made here; choose an empty or a new directory with O="
	fi
	mkdir -p "$out" 2>/dev/null && : >>"$out_of_all/.lock" || die 2 "cannot write to $out; choose another place with O="
	exec 9>>"$out/.lock" || die 2 "cannot write to $out; choose another place with O="
	if ! flock -n 9; then
		say "$prog: another make is at work in $out ($(cat "$out/.lock" 2>/dev/null)); waiting for it" >&2
		flock 9
	fi
	printf '%s, process %s\n' "$prog" "$$" >"$out/.lock"
	ASE_LOCKED=1
	export ASE_LOCKED
}

# --- Disk

# need_disk MIB DIRECTORY WHAT
need_disk()
{
	_free=$(df -Pk "$2" | awk 'NR == 2 { print int($4 / 1024) }')
	if [ "${ASE_FREE_MIB:-$_free}" -lt "$1" ]; then
		die 3 "$3 needs $1 MiB in $2, but ${ASE_FREE_MIB:-$_free} are free; make room or choose another place with O="
	fi
}

# --- git: what it writes and applies is the same whatever the user has set up

own_git()
{
	git -c core.hooksPath=/dev/null -c gc.auto=0 \
	    -c maintenance.auto=false -c advice.detachedHead=false \
	    -c core.autocrlf=false -c core.eol=lf -c core.fileMode=true -c color.ui=false \
	    -c core.attributesFile=/dev/null -c core.excludesFile=/dev/null \
	    -c diff.noprefix=false -c diff.mnemonicPrefix=false -c diff.orderFile=/dev/null \
	    -c diff.suppressBlankEmpty=false -c diff.relative=false -c log.showSignature=false \
	    -c status.showUntrackedFiles=normal -c core.quotePath=true \
	    -c apply.whitespace=warn -c apply.ignoreWhitespace=no \
	    -c commit.gpgSign=false -c tag.gpgSign=false \
	    -c i18n.commitEncoding=UTF-8 -c i18n.logOutputEncoding=UTF-8 \
	    -c mailinfo.scissors=false -c trailer.separators=: \
	    -c user.name="$identity_name" -c user.email="$identity_mail" \
	    "$@"
}

# --- series

# topics_of SERIES: the topics of such a file, in order, a space behind each
topics_of()
{
	sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$1" | tr '\n' ' '
}

# new_files HOW SERIES: a lane's series, with (fill) or without (drop) the new files of each
# patch that has the same ones in the main series: they need not be named again
new_files()
{
	awk -v how="$1" '
	{ sub(/[ \t]+$/, "") }
	/^[ \t]+\+/ { plus[FILENAME, path] = plus[FILENAME, path] $0 "\n"; if (FNR == NR) next; held = held $0 "\n"; next }
	!/^#/ && NF { path = $0; sub(/^stable\/[^\/]*\//, "", path) }
	FNR == NR { main = FILENAME; next }
	{ put(); print; if (!/^#/ && NF) last = path }
	END { put() }
	function put(    of_main) {
		of_main = last == "" ? "" : plus[main, last]
		if (how == "drop" && held == of_main) held = ""
		if (how == "fill" && held == "") held = of_main
		printf "%s", held
		held = last = ""
	}' "$main/series" "$2"
}

# Lines "topic NAME", "patch PATH" and "new PATH", of the topics up to the last
# that TOPICS names, or of TOPIC alone; with a second argument, up to that topic, or if
# it is empty, of all. Complains of anything that is not there.
series_entries()
{
	_series=$top/series
	[ -f "$_series" ] || die 3 "no file 'series' in $top; restore it with git checkout series"
	check_topics
	_up_to=$TOPICS
	_only=$TOPIC
	[ $# = 1 ] || { _up_to=$2; _only=; }
	awk -v topics="$_up_to" -v only="$_only" '
	BEGIN { n = split(topics, t, " "); for (i = 1; i <= n; i++) want[t[i]] = 1; left = n }
	{ sub(/[ \t]+$/, "") }
	/^# [a-z0-9-]+:/ {
		if (n && !left) exit
		name = $2; sub(/:$/, "", name)
		other = only != "" && name != only
		if (!other) print "topic " name
		if (name in want) { delete want[name]; left-- }
		next
	}
	other || /^#/ || /^$/ { next }
	/^[ \t]+\+[ \t]+/ { sub(/^[ \t]+\+[ \t]+/, ""); print "new " $0; next }
	{ print "patch " $0 }' >"$1" <<-END
	$(if [ -z "$LANE" ]; then cat "$_series"; else new_files fill "$_series"; fi)
	END
	while read -r _kind _path; do
		case $_kind in
		patch)
			[ -f "$(place_of "$_path")/$_path" ] ||
				die 3 "series names $_path, which is missing; restore it or take it out of series" ;;
		new)
			[ -e "$(place_of "$_path")/$_path" ] ||
				die 3 "series names $_path as a new file, which is missing; restore it or take it out of series" ;;
		esac
	done <"$1"
}

# --- Versions of a set that is sent

# version: $mail_version, what V= is for mails and cover: the number of the version
version()
{
	case $V in
	0) mail_version=1 ;;
	[1-9]|[1-9][0-9]) mail_version=$V ;;
	*) die 2 "V=$V: give the number of the version, from 1" ;;
	esac
}

# subject_tag N M: what stands in the Subject of patch N of M
subject_tag()
{
	_v=
	[ "$mail_version" = 1 ] || _v=" v$mail_version"
	printf '[PATCH%s %0*d/%d]\n' "$_v" "${#2}" "$1" "$2"
}

# --- Tables: what was measured, and on which series

# end_sum REGEX: a checksum of what the series, from first to last topic, leaves in the
# files that it changes, but for those that the regular expression finds: of their last
# versions, as git names them, and of the lines that each has more or less than before. So
# the order of the commits, which changes no kernel, is no part of it, nor are the
# messages, since they tell what tables say. make tree looks whether git's names are true.
end_sum()
{
	# A mailbox that can't be made is like no other.
	{ TOPICS='' TOPIC='' SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" || printf 'diff --git a/broken\n@@\n+%s %s\n' $$ "$(now)"; } |
		awk -v but="$1" "$(cat "$scripts/lib/end.awk")" | LC_ALL=C sort | checksum | cut -c1-16
}

# Of all but Documentation/, which changes no result
series_sum()
{
	end_sum '^Documentation/'
}

# Of the kernel alone: what instructions are counted of is no other with other tests
code_sum()
{
	end_sum '^(Documentation|tools|MAINTAINERS)'
}

# order_sum: the checksum of the changes of each commit of the kernel's code, in order: of
# what was measured at single commits
order_sum()
{
	{ TOPICS='' TOPIC='' SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" || printf 'diff --git a/broken\n%s %s\n' $$ "$(now)"; } |
		awk '/^From 0+ /{ on = 0; print "commit" } /^diff --git /{ on = substr($3, 3) !~ /^(Documentation|tools|MAINTAINERS)/ } on' |
		uniq | checksum | cut -c1-16
}

# commit_sums: of each commit, in order, the checksum of its changes and those of all
# before it, as in series_sum: what is true of a commit does not depend on what follows.
# Needs make_work.
commit_sums()
{
	rm -rf "$work/diffs"
	mkdir "$work/diffs"
	TOPICS='' TOPIC='' SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" |
		awk -v dir="$work/diffs" '
			/^From 0+ /{ on = 0; if (file) close(file); file = sprintf("%s/%04d", dir, ++n); printf "" >file }
			/^diff --git /{ on = substr($3, 3) !~ /^Documentation\// }
			on { print >file }'
	_sum=
	for _diff in "$work/diffs"/*; do
		[ -f "$_diff" ] || continue
		_sum=$({ echo "$_sum"; cat "$_diff"; } | checksum | cut -c1-16)
		echo "$_sum"
	done
}

# base_release: of what the file base has, the whole version of a Debian package, the
# release that the package is named after
base_release()
{
	sed -n '1s/^\([0-9]*\.[0-9]*\).*/\1/p' "$top/base"
}

# upstream_release: of the same, the release of Linux that Debian has made the package from
upstream_release()
{
	sed -n '1s/^\([0-9][0-9.]*\).*/\1/p' "$top/base"
}

# lane_lacks: the patches that the lane does not have, in one line; nothing without LANE=
lane_lacks()
{
	[ -n "$LANE" ] || return 0
	_lane_has=" $(sed -n 's,^stable/[^/]*/,,; /^[^# 	]/p' "$top/series" | tr '\n' ' ') "
	sed -n '/^[^# 	]/p' "$main/series" | while read -r _patch; do
		case $_lane_has in
		*" $_patch "*) ;;
		*) printf '%s ' "$_patch" ;;
		esac
	done
}

# newest_release: that of the series which is not a lane's
newest_release()
{
	sed -n '1s/^\([0-9]*\.[0-9]*\).*/\1/p' "$main/base" 2>/dev/null || :
}

# source_release: VERSION.PATCHLEVEL of the kernel source
source_release()
{
	sed -n -e 's/^VERSION = //p' -e 's/^PATCHLEVEL = //p' "$linux/Makefile" 2>/dev/null | paste -sd .
}

# The base kernel's whole version: of the Debian package, or a tree's own words.
base_version()
{
	case $(cat "$linux/.git/fetch.stamp" 2>/dev/null) in
	deb\ *) sed 's/^deb [^_]*_//; s/_[a-z0-9]*\.deb$//; s/%3a/:/' "$linux/.git/fetch.stamp" ;;
	tree\ *) echo "tree $(own_git -C "$linux" describe --always base)" ;;
	*) echo unknown ;;
	esac
}

# subjects: PATCH<TAB>SUBJECT of each commit of the series, in order
subjects()
{
	sed -e '/^#/d' -e '/^[ 	]/d' -e '/^$/d' "$top/series" | while read -r _patch; do
		printf '%s\t%s\n' "$_patch" "$(awk '
			/^Subject: / { s = $0; sub(/^Subject: (\[[^]]*\] *)?/, "", s); on = 1; next }
			on && /^ / { sub(/^ /, ""); s = s " " $0; next }
			on { print s; exit }' "$(place_of "$_patch")/$_patch")"
	done
}

# Needs machine_arch, as what follows
qemu_version()
{
	"$qemu" --version 2>/dev/null | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p'
}

# table_head: the first line of each table that a run has written. Needs
# machine_arch and build.sh.
table_head()
{
	printf '# series %s; %s; QEMU %s; Linux %s\n' "$(series_sum)" "$(compiler_version)" \
		"$(qemu_version)" "$(base_version)"
}
# The same of a table that depends on the kernel code alone
code_head()
{
	table_head | sed "s/^# series [0-9a-f]*/&; code $(code_sum)/"
}

# order_head table_head|code_head: the same of a table that depends on what is done by which
# commit
order_head()
{
	"$1" | sed "s/^# series [0-9a-f]*\(; code [0-9a-f]*\)\{0,1\}/&; order $(order_sum)/"
}

# table_sum FILE: the series that a table was measured on; none if it does not say
table_sum()
{
	sed -n '1s/^# series \([0-9a-f]\{16\}\);.*/\1/p' "$1" 2>/dev/null
}

# table_code FILE: the kernel code that it was measured on, if that is all it depends on
table_code()
{
	sed -n '1s/^# series [0-9a-f]*; code \([0-9a-f]\{16\}\);.*/\1/p' "$1" 2>/dev/null
}

# table_order FILE: the order of commits that it was measured on, if it depends on that
table_order()
{
	sed -n '1s/^# series [^;]*;\( code [^;]*;\)\{0,1\} order \([0-9a-f]\{16\}\);.*/\2/p' "$1" 2>/dev/null
}

# table_is_ours FILE: whether a table was measured on this very series, or on its kernel
# code
table_is_ours()
{
	[ -f "$1" ] && [ -n "$(table_sum "$1")" ] || return 1
	[ -z "$(table_order "$1")" ] || [ "$(table_order "$1")" = "$(order_sum)" ] || return 1
	: "${ours_sum:=$(series_sum)}"
	[ "$(table_sum "$1")" != "$ours_sum" ] || return 0
	[ -n "$(table_code "$1")" ] && [ "$(table_code "$1")" = "$(code_sum)" ]
}

# table_linux FILE: the version of Linux that it was measured on
table_linux()
{
	sed -n '1s/^# series .*; Linux //p' "$1" 2>/dev/null
}

# table_words FILE: a sentence about the series that a table was measured on, for what
# is made of it
table_words()
{
	if [ -z "$(table_sum "$1")" ]; then
		echo '**It is not known on which series this was measured.**'
	elif table_is_ours "$1" && [ -n "$(table_code "$1")" ]; then
		echo "Measured on the kernel code of this series: its checksum is $(table_code "$1")."
	elif table_is_ours "$1"; then
		echo "Measured on this series: its checksum is $(table_sum "$1")."
	else
		echo "**Measured on an earlier series, not on this one**: its checksum was $(table_sum "$1")."
	fi
}

# between NAME README: what stands in a README between <!-- NAME: begin ... --> and
# <!-- NAME: end -->
between()
{
	sed -n "/^<!-- $1: begin/,/^<!-- $1: end/p" "$2" | sed '1d;$d'
}

# write_between NAME README COMMAND...: what the command prints, in the place of that
write_between()
{
	_name=$1 _file=$2
	shift 2
	grep -q "^<!-- $_name: begin" "$_file" && grep -q "^<!-- $_name: end" "$_file" ||
		die 1 "$_file has no lines <!-- $_name: begin --> and <!-- $_name: end -->; restore it with git checkout"
	add_cleanup "$_file.part"
	"$@" >"$_file.part"
	sed -i -e "/^<!-- $_name: begin/r $_file.part" -e "/^<!-- $_name: begin/,/^<!-- $_name: end/{/^<!-- $_name: /!d;}" "$_file"
}
