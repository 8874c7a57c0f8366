#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# test-harness: quick tests of the harness itself, on a toy tree and on recorded
# logs. No kernel, no network. Prints TAP; the last line counts.

prog=test-harness
. "$(dirname "$0")/lib.sh"

make_work
tests=$scripts/tests
passed=0
failed=0

# result NAME STATUS: a line of TAP
result()
{
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
		say "ok $((passed + failed)) $1"
	else
		failed=$((failed + 1))
		say "not ok $((passed + failed)) $1"
		sed 's/^/# /' "$work/output" 2>/dev/null || :
	fi
}

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
		result "$_name" 0
	else
		result "$_name" 1
	fi
}

for file in "$tests"/*.sh; do
	case ${ONLY:-} in
	'') ;;
	*) case $file in *"$ONLY"*) ;; *) continue ;; esac ;;
	esac
	# shellcheck source=/dev/null
	. "$file"
done

say "1..$((passed + failed))"
say "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] || exit 1
