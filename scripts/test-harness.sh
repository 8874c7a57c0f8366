#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# test-harness: quick tests of the harness itself, on a toy tree and on recorded
# logs. No kernel, no network. Prints TAP; the last line counts. With a WORD, only
# those files of scripts/test-harness with it in their name.

prog=test-harness
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/tap.sh"
help_or 'test-harness.sh [WORD]' "$@"
case $#:${1:-} in
0:|1:[!-]*) only=${1:-} ;;
*) die 2 "usage: test-harness.sh [WORD]" ;;
esac
# The tests are the same whatever this one was told.
unset HOSTS KERNELS ASE_LOCKED VARIANT ARCH TOPICS TOPIC UPTO LINUX CONFIG CONFIGS SIGNOFF TESTS TIMEOUT JOBS O V MUTANTS \
	COMMITS CELLS BENCH ROW FORCE COLLECTIONS QEMU QEMU_X86_64 AUTHOR DIR OLD CHANGES BASE_COMMIT SOURCE_DATE_EPOCH

"$scripts/deps.sh" test-harness
make_work
tests=$scripts/test-harness
# All that a command has said, with its status behind it
tap_most=1000

# expect STATUS WORDS COMMAND...: the status, and one line with the words
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

for file in "$tests"/*.sh; do
	case ${file##*/} in
	*"$only"*) ;;
	*) continue ;;
	esac
	# shellcheck source=/dev/null
	. "$file"
done

[ "$(tap_count)" != 0 ] || die 2 "$only: no file in scripts/test-harness has this in its name"
tap_plan
tap_end 0
