# SPDX-License-Identifier: GPL-2.0-only
#
# TAP and its last line, for awk programs: see tap.sh. What passes is printed behind
# tap_margin. tap_end() returns the status to exit with.

function tap_number() {
	return tap_passed + tap_failed + tap_skipped + 1
}

function tap_ok(text) {
	tap_passed++
	print tap_margin "ok " text
}

function tap_not_ok(text) {
	tap_failed++
	print "not ok " text
}

function tap_skip(text, why) {
	tap_skipped++
	print tap_margin "ok " text " # SKIP " why
}

function tap_plan() {
	print "1.." tap_number() - 1
}

function tap_end() {
	printf "%d passed, %d failed, %d skipped\n", tap_passed, tap_failed, tap_skipped
	return tap_failed > 0
}
