#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# test: the daily check, about an hour from nothing: the tests on both kernels, claims,
# make check of the last commit of each topic, two mutants, and the instructions of
# system calls against their budget. What it leaves to make all-tests it says at the end.
# The last line counts: "N passed, N failed, N skipped". Failures that stock Linux is
# known for, and skips that are expected, count as skipped; both are listed with their
# reasons in scripts/guest/expected, or are claimed in scripts/claims/list. With
# ARCH=x86_64, only what is tested there; with LANE=6.12, the tests of the fixes on both
# kernels of that lane.

prog='test'
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/tap.sh"
no_arguments "$@"
machine_arch
lock_out
whole=
[ "$ARCH$LANE" != arm64 ] || whole=yes
if [ -n "$whole" ]; then
	"$scripts/deps.sh" check
else
	"$scripts/deps.sh"
fi
begin=$(now)
results=$out/results
mkdir -p "$results"
worst=0
: >"$results/skips"

# shellcheck disable=SC2317 # called by progress_start
part_so_far()
{
	printf '%s results; %s' "$(grep -cE '^(not )?ok ' "$1")" "$(tail -n 1 "$1" | cut -c1-100)"
}

# part NAME COMMAND...: a step with TAP of its own, and a last line that counts
part()
{
	_name=$1
	shift
	say "== $_name"
	_log=$results/$_name.log
	: >"$_log"
	progress_start "test: $_name" part_so_far "$_log"
	_rc=0
	run_logged "$_log" "$@" || _rc=$?
	progress_stop
	_counts=$(tap_counts "$_log")
	if [ -n "$_counts" ]; then
		# shellcheck disable=SC2086 # three numbers
		tap_add $_counts
		say "   $(tail -n 1 "$results/$_name.log") ($results/$_name.log)"
		sed -n 's/^# note: /   /p' "$_log"
		grep -A 12 '^not ok' "$results/$_name.log" | head -n 60 || :
	else
		tail -n 20 "$results/$_name.log"
	fi
	# Why something was skipped is said again at the end.
	sed -n 's/.*# SKIP //p' "$_log" | sort | uniq -c | sort -rn | sed "s/^ *\([0-9]*\) /  skipped  $_name, \1 results: # SKIP /" >>"$results/skips"
	# It may fail without a test of its own that failed.
	_failed=$(echo "$_counts" | cut -d' ' -f2)
	if [ $_rc != 0 ] && [ "${_failed:-0}" = 0 ]; then
		tap_add 0 1 0
		say "   $_name ended with status $_rc; see $_log"
	fi
	[ $_rc -le $worst ] || worst=$_rc
}

# boot VARIANT: the main job on it
boot()
{
	say "== run VARIANT=$1 ARCH=$ARCH"
	_rc=0
	_before=$tap_failed
	VARIANT=$1 "$scripts/run.sh" || _rc=$?
	_results=$(results_of "$1")/results
	if [ -f "$_results" ]; then
		# shellcheck disable=SC2046 # three numbers
		tap_add $(awk '{ n[$1]++ } END {
			print n["pass"] + n["xfail"], n["fail"] + n["skip"], n["expected-fail"] + n["expected-skip"] }' \
			"$_results")
	fi
	# Not only tests that failed: the boot itself, or lines of no use in expected.
	[ $_rc = 0 ] || [ "$tap_failed" != "$_before" ] || tap_add 0 1 0
	[ $_rc -le $worst ] || worst=$_rc
}

# On another architecture, what is the same for all: a verb of its own, since its
# two kernels would take make test beyond the hour.
if [ -n "$whole" ]; then
	part shellcheck "$scripts/lib/shellcheck.sh"
	part harness "$scripts/test-harness.sh"
fi
boot patched
boot base
part "pairs$arch_suffix" "$scripts/pairs.sh"
if [ -n "$whole" ]; then
	part claims "$scripts/claims.sh"
	part bench env CONFIG= "$scripts/bench.sh" --budget
	part check env COMMITS=topics "$scripts/check.sh"
	export MUTANTS=few
	part mutants "$scripts/mutants.sh"
	say
	say "What the series mends (make claims tells all, make pairs test by test):"
	sed -n 's/^  ok \(.*\): base fail, patched pass$/  \1/p' "$results/claims.log" |
		awk -F ': ' '$1 != last { printf "  %-64s unpatched fail, patched pass\n", $1; last = $1 }' | sed 's/^  //'
else
	say
fi
sed -n 's/^\([0-9]* results are the same.*\)$/\1/p' "$results/pairs$arch_suffix.log"
for variant in patched base; do
	sed -n '2,3p' "$(results_of "$variant")/summary" 2>/dev/null ||
		say "$variant kernel, $ARCH${LANE:+, lane $LANE}: no result"
done
cat "$results/skips"
[ -z "$whole" ] || say "  not here make all-tests has: the other mutants, make configs, compare, compile, bisect-check, bench, check of each commit"
say "  logs     $results"
say "  time     $(elapsed "$begin")"
tap_end "$worst"
