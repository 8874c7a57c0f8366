# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# How a verb tells what has passed: TAP, a line for each result, and a last line that
# counts, "N passed, N failed, N skipped". tap.awk is the same for awk.

tap_passed=0
tap_failed=0
tap_skipped=0

tap_count()
{
	echo $((tap_passed + tap_failed + tap_skipped))
}

# tap_line ok|'not ok' NAME: with $tap_number, that number instead of the result's
tap_line()
{
	say "$1 ${tap_number:-$(tap_count)} $2"
}

tap_ok()
{
	tap_passed=$((tap_passed + 1))
	tap_line ok "$1"
}

# tap_not_ok NAME [FILE]: the first lines of FILE, or $tap_most of them, say why
tap_not_ok()
{
	tap_failed=$((tap_failed + 1))
	tap_line 'not ok' "$1"
	[ ! -f "${2:-}" ] || sed 's/^/# /' "$2" | head -n "${tap_most:-40}"
}

# tap_skip NAME WHY
tap_skip()
{
	tap_skipped=$((tap_skipped + 1))
	tap_line ok "$1 # SKIP $2"
}

# tap_result NAME STATUS [FILE]
tap_result()
{
	if [ "$2" = 0 ]; then
		tap_ok "$1"
	else
		tap_not_ok "$1" "${3:-}"
	fi
}

# tap_add PASSED FAILED SKIPPED: what has been counted elsewhere
tap_add()
{
	tap_passed=$((tap_passed + $1))
	tap_failed=$((tap_failed + $2))
	tap_skipped=$((tap_skipped + $3))
}

# tap_counts LOG: PASSED FAILED SKIPPED, of the last line that counts; none if there is none
tap_counts()
{
	sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$1" | tail -n 1
}

tap_plan()
{
	say "1..$(tap_count)"
}

# tap_end STATUS: the last line. Returns that status, or 1 if only results have failed.
tap_end()
{
	say "$tap_passed passed, $tap_failed failed, $tap_skipped skipped"
	[ "$1" = 0 ] || return "$1"
	[ "$tap_failed" = 0 ]
}
