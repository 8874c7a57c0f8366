#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# test-harness: quick tests of the harness itself, on a toy tree and on recorded
# logs. No kernel, no network. Prints TAP; the last line counts. With a WORD, only
# those files of scripts/test-harness with it in their name. The files do not depend on one
# another: JOBS= of them run at a time, or as many as there are processors.

prog=test-harness
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/tap.sh"
help_or 'test-harness.sh [WORD]' "$@"
file=
case $#:${1:-} in
0:|1:[!-]*) only=${1:-} ;;
2:--file) file=$2 ;;
*) die 2 "usage: test-harness.sh [WORD]" ;;
esac
check_jobs
at_once=$JOBS
# The tests are the same whatever this one was told.
unset HOSTS KERNELS ASE_LOCKED VARIANT ARCH TOPICS TOPIC UPTO LINUX CONFIG CONFIGS SIGNOFF TESTS TIMEOUT JOBS O V MUTANTS \
	COMMITS CELLS BENCH ROW FORCE COLLECTIONS QEMU QEMU_X86_64 AUTHOR DIR OLD CHANGES BASE_COMMIT SOURCE_DATE_EPOCH

"$scripts/deps.sh" test-harness
make_work
tests=$scripts/test-harness
# All that a command has said, with its status behind it
tap_most=1000

# expect STATUS WORDS COMMAND...: the status, and one line with the words
# shellcheck disable=SC2317 # called by the files
expect()
{
	_want=$1
	_words=$2
	shift 2
	_rc=0
	"$@" >"$work/output" 2>&1 || _rc=$?
	echo "(status $_rc, expected $_want with: $_words)" >>"$work/output"
	[ "$_rc" = "$_want" ] && grep -qe "$_words" "$work/output"
}

# shellcheck disable=SC2317 # called by the files
check()
{
	_name=$1
	shift
	if "$@"; then
		tap_ok "$_name"
	else
		tap_not_ok "$_name" "$work/output"
	fi
}

if [ -n "$file" ]; then
	# shellcheck source=/dev/null
	. "$tests/$file"
	tap_plan
	tap_end 0
	exit
fi

(cd "$tests" && ls -- *"$only"*.sh) >"$work/files" 2>/dev/null ||
	die 2 "$only: no file in scripts/test-harness has this in its name"
mkfifo "$work/pipe"
# By its name in the environment, whatever is in its path
ASE_HARNESS=$scripts/test-harness.sh PARALLEL='' PARALLEL_SHELL=/bin/sh PARALLEL_HOME=$work setsid parallel --will-cite --keep-order --jobs "$at_once" \
	--termseq TERM,60000 -a "$work/files" \
	"rc=0; sh \"\$ASE_HARNESS\" --file {} 2>&1 || rc=\$?; echo; echo '# ended: '{} \$rc" >"$work/pipe" </dev/null &
child=$!
# In the background, so that a signal to this script alone is not put off
awk -f "$scripts/lib/merge.awk" -v files="$work/files" "$work/pipe" &
merge=$!
rc=0
wait "$merge" || rc=1
wait "$child" || :
child=
exit $rc
