# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# TAP and the last line that counts: one place for scripts, and one for awk programs.

# tap_run COMMANDS: with what the verbs have
tap_run()
{
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'prog=tap; . "$(dirname "$0")/lib/lib.sh"; . "$(dirname "$0")/lib/tap.sh"; eval "$1"' "$scripts/tap" "$1"
}
# tap_awk COMMANDS
tap_awk() { echo | awk "$(cat "$scripts/lib/tap.awk")"' { '"$1"' }'; }
# tap_says STATUS OUTPUT sh|awk COMMANDS: all of the output, with | for line ends
tap_says()
{
	_rc=0
	case $3 in
	sh) tap_run "$4" ;;
	awk) tap_awk "$4" ;;
	esac >"$work/output" 2>&1 || _rc=$?
	[ $_rc = "$1" ] && [ "$(tr '\n' '|' <"$work/output")" = "$2" ]
}
printf 'why\nand more\n' >"$work/why"
check 'tap: what passes and is skipped: 0' tap_says 0 'ok 1 a b|ok 2 c # SKIP no tool|1..2|1 passed, 0 failed, 1 skipped|' \
	sh 'tap_ok "a b"; tap_skip c "no tool"; tap_plan; tap_end 0'
check 'tap: what fails: 1, with the reason' tap_says 1 'ok 1 a|not ok 2 b|# why|# and more|1 passed, 1 failed, 0 skipped|' \
	sh "tap_result a 0 '$work/why'; tap_result b 1 '$work/why'; tap_end 0"
check 'tap: the first lines of it' tap_says 1 'not ok 1 b|# why|0 passed, 1 failed, 0 skipped|' sh "tap_most=1; tap_not_ok b '$work/why'; tap_end 0"
check 'tap: a status of its own' tap_says 124 'not ok 1 b|0 passed, 1 failed, 0 skipped|' sh 'tap_not_ok b; tap_end 124'
check 'tap: a number of its own' tap_says 0 'ok 7 a|1..1|1 passed, 0 failed, 0 skipped|' sh 'tap_number=7; tap_ok a; tap_plan; tap_end 0'
printf '9 passed, 9 failed, 9 skipped\nx\n1 passed, 2 failed, 3 skipped\n# 4 passed, 5 failed, 6 skipped\n' >"$work/log"
check 'tap: what a log has counted is added' tap_says 1 'ok 1 a|2 passed, 2 failed, 3 skipped|' sh "tap_ok a; tap_add \$(tap_counts '$work/log'); tap_end 0"
check 'tap: a log that counts nothing' tap_says 0 '' sh "test -z \"\$(tap_counts '$work/why')\""
check 'tap.awk: the same' tap_says 0 'ok 1 a|ok c # SKIP no tool|1..2|1 passed, 0 failed, 1 skipped|' \
	awk 'tap_ok(tap_number() " a"); tap_skip("c", "no tool"); tap_plan(); exit tap_end()'
check 'tap.awk: what fails: 1' tap_says 1 '  ok a|not ok b|1 passed, 1 failed, 0 skipped|' \
	awk 'tap_margin = "  "; tap_ok("a"); tap_not_ok("b"); exit tap_end()'
# The files of test-harness.sh as one
printf 'a.sh\nb.sh\n' >"$work/files"
merged() { printf '%s\n' "$@" | awk -f "$scripts/lib/merge.awk" -v files="$work/files"; }
# merges STATUS OUTPUT LINE...
merges() { _want=$1 _says=$2; shift 2; _rc=0; _out=$(merged "$@" | tr '\n' '|') || :; merged "$@" >/dev/null || _rc=$?; echo "$_out $_rc" >"$work/output"; [ "$_out" = "$_says" ] && [ $_rc = "$_want" ]; }
_b='ok 1 y|1..1|1 passed, 0 failed, 0 skipped|# ended: b.sh 0'
merges_a() { _want=$1 _says=$2; shift 2; _all=$(printf '%s\n' "$@"; echo "$_b" | tr '|' '\n'); merges "$_want" "$_says" "$_all"; }
check 'merge: two files, numbered anew' merges_a 0 'ok 1 x|# why|ok 2 y|1..2|2 passed, 0 failed, 0 skipped|' 'ok 1 x' '# why' '1..1' '1 passed, 0 failed, 0 skipped' '' '# ended: a.sh 0'
check 'merge: one that has failed' merges_a 1 'not ok 1 x|ok 2 y|1..2|1 passed, 1 failed, 0 skipped|' 'not ok 1 x' '1..1' '0 passed, 1 failed, 0 skipped' '# ended: a.sh 1'
check 'merge: one that died' merges_a 1 'ok 1 x|not ok 2 a.sh runs to its end|ok 3 y|1..3|2 passed, 1 failed, 0 skipped|' 'ok 1 x' '# ended: a.sh 2'
check 'merge: behind a line that counts, of something else' merges_a 1 'ok 1 x|not ok 2 a.sh runs to its end|ok 3 y|1..3|2 passed, 1 failed, 0 skipped|' '4 passed, 0 failed, 0 skipped' 'ok 1 x' '# ended: a.sh 2'
check 'merge: one that counts what it has not had' merges_a 1 'ok 1 x|not ok 2 a.sh runs to its end|ok 3 y|1..3|2 passed, 1 failed, 0 skipped|' 'ok 1 x' '4 passed, 0 failed, 0 skipped' '# ended: a.sh 0'
check 'merge: one that tests nothing' merges_a 1 'not ok 1 a.sh runs to its end|ok 2 y|1..2|1 passed, 1 failed, 0 skipped|' '1..0' '0 passed, 0 failed, 0 skipped' '# ended: a.sh 0'
check 'merge: one that is missing' merges_a 1 '# nothing|ok 1 y|not ok 2 a.sh runs to its end|1..2|1 passed, 1 failed, 0 skipped|' '# nothing'
# Whoever counts by himself is found.
counted_elsewhere()
{
	(cd "$1" && grep -nE '(say|echo|printf?) "([$%(][^ ]* passed, |(not )?ok [$%])' ./*.sh lib/*.sh ./*/*.awk) | grep -vE '^[^ ]*lib/tap\.(sh|awk):' | tee "$work/output"
}
check 'tap: no verb counts by itself' test -z "$(counted_elsewhere "$scripts")"
mkdir -p "$work/counted/lib"
# shellcheck disable=SC2016 # as it stands in a script
printf '%s\n' 'say "ok $n one"' 'say "$passed passed, $failed failed, 0 skipped"' >"$work/counted/x.sh"
cp "$work/counted/x.sh" "$work/counted/lib"
check 'tap: one that does is found' test "$(counted_elsewhere "$work/counted" 2>/dev/null | grep -c 'x.sh:')" = 4
