#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# bisect-check: builds and boots the kernel at every commit of the series, and
# runs some short tests of the kernel's own and those of the series that are
# there by then. So whoever bisects finds no commit that is broken.
#
# COMMITS="2 5": only these, counted from 1. COMMITS=topics: the last one of each
# topic, save the very last, which every other verb builds.
#
# A commit that has passed is not tried again until something that it depends on changes,
# nor one that scripts/bisect-check/table has from a run of this series with these tools,
# unless COMMITS= names it; FORCE=1 does it nevertheless.
#
# bisect-check.sh --write: put what is known of this series into scripts/bisect-check/table;
# a commit that has not passed has a "-" there.

prog=bisect-check
. "$(dirname "$0")/lib/lib.sh"
help_or 'bisect-check.sh [--write]' "$@"
machine_arch
. "$(dirname "$0")/lib/build.sh"
case $#:${1:-} in
0:) write= ;;
1:--write) write=1 ;;
*) die 2 "usage: bisect-check.sh [--write]" ;;
esac
committed=${ASE_TABLES_DIR:-$scripts}/bisect-check/table

# committed_line N: what the table that is committed has of a commit, if it is of this
# series and of these tools: how its tests ended
committed_line()
{
	[ -f "$committed" ] && [ "$(head -n 1 "$committed")" = "$(table_head)" ] || return 0
	awk -F '\t' -v n="$1" '$1 == n && $2 != "-" { print $2 }' "$committed"
}

if [ -n "$write" ]; then
	mkdir -p "${committed%/*}"
	add_cleanup "$committed.part"
	sum=$(series_sum)
	{
		table_head
		echo '# Written by scripts/bisect-check.sh --write: each commit, how its tests ended, and its subject; -: not tried.'
		subjects | cut -f 2 | awk '{ print NR "\t" $0 }' | while IFS='	' read -r number title; do
			found=$(committed_line "$number")
			[ "$(cat "$out/bisect/$number.series" 2>/dev/null)" != "$sum" ] || found=$(cat "$out/bisect/$number.result")
			printf '%s\t%s\t%s\n' "$number" "${found:--}" "$title"
		done
	} >"$committed.part"
	mv "$committed.part" "$committed"
	exit 0
fi
lock_out
"$scripts/deps.sh"
VARIANT=patched "$scripts/tree.sh"
"$scripts/guest.sh"

short='ptrace:get_syscall_info ptrace:set_syscall_info ptrace:peeksiginfo arm64:ptrace arm64:syscall-abi rseq:basic_test'
results=$out/bisect
source=$linux-commit
build=$out/build/commit
mkdir -p "$results" "$build"
work_tree "$source"
config_fragments

own_git -C "$linux" rev-list --reverse refs/tags/base..series >"$results/commits"
planned=$(wc -l <"$results/commits")

# What is known to fail there: as on the unpatched kernel, what a later commit mends.
# scripts/guest/expected has its subject.
expected_at()
{
	own_git -C "$linux" log --format=%s "refs/tags/base..$1" |
	awk 'FNR == NR { there[$0] = 1; next }
		/^(arm64\/)?base[ \t]+fail/ {
			if (match($0, /# "[^"]*"/)) subject = substr($0, RSTART + 3, RLENGTH - 4)
			if (!known(subject)) sub(/base[ \t]+fail/, "any may-fail")
		}
		{ print }
		function known(subject,    s) {
			for (s in there) if (index(s, subject)) return 1
			return 0
		}' - "$scripts/guest/expected"
}

# The tests of the series whose source is there at a commit.
tests_at()
{
	own_git -C "$linux" diff --name-only --diff-filter=A refs/tags/base "$1" -- tools/testing/selftests |
	while read -r file; do
		collection=${file#tools/testing/selftests/}
		name=${file##*/}
		name=${name%.c}
		for test in "${collection%%/*}:$name" "${collection%%/*}:${name}_compat"; do
			! grep -qxF "$test" "$guest/tests" || printf '%s ' "$test"
		done
	done
}

[ -n "${COMMITS:-}" ] || unset COMMITS
named=${COMMITS:-}
if [ "${COMMITS:-}" = topics ]; then
	COMMITS=$(awk '/^topic / { if (n) ends = ends n " "; next } /^patch / { n++ } END { print ends }' "$out/series.entries")
fi
COMMITS=${COMMITS-$(seq "$planned")}
for commit in $COMMITS; do
	case $commit in
	*[!0-9]*) die 2 "COMMITS=$commit: give numbers from 1 to $planned, or topics" ;;
	esac
	[ "$commit" -ge 1 ] && [ "$commit" -le "$planned" ] ||
		die 2 "COMMITS=$commit: there is no such commit; give numbers from 1 to $planned, or topics"
done
COMMITS=$(echo "$COMMITS" | tr '\n' ' ')
run=$(echo "$COMMITS" | tr ' ' '\n' | sed '/^$/d' | sort -u | wc -l)

# All that a result follows from, beside the commit
common=$({
	config_key
	checksum <"$guest/initramfs"
	"$qemu" --version
	cat "$scripts/bisect-check.sh" "$scripts/run.sh" "$scripts/lib/boot.sh" "$scripts/lib/build.sh" "$scripts"/lib/verdict.* \
		"$scripts"/lib/splats* "$scripts"/lib/*.awk "$scripts"/guest/*
} 2>&1 | checksum)
sum=$(series_sum)
# Whether a result is one of the series as it is committed, and the table may have some
whole=1
[ -z "$TOPICS$LINUX" ] && [ "$CONFIG" = test ] || whole=
resume=$whole
[ -z "${FORCE:-}$named" ] || resume=

passed=0
failed=0
n=0
# shellcheck disable=SC2317 # called by progress_start
so_far()
{
	printf 'commit %s of %s, %s' "$n" "$planned" "$subject"
}
while read -r commit; do
	n=$((n + 1))
	case " $COMMITS " in *" $n "*) ;; *) continue ;; esac
	subject=$(own_git -C "$linux" show -s --format=%s "$commit")
	log=$results/$n.log
	result=$results/$n.result
	tests="$short $(tests_at "$commit")"
	key="$(kernel_tree "$linux" "$commit") $common $(echo "$tests" | checksum)"
	found=
	if [ -z "${FORCE:-}" ] && stamp_is "$results/$n.stamp" "$key" && [ -f "$result" ]; then
		found="$(cat "$result"), before"
		[ -z "$whole" ] || echo "$sum" >"$results/$n.series"
	elif [ -n "$resume" ]; then
		found=$(committed_line "$n")
		found=${found:+"$found, as scripts/bisect-check/table has it"}
	fi
	if [ -n "$found" ]; then
		passed=$((passed + 1))
		say "ok $n $subject # $found"
		continue
	fi
	rm -f "$results/$n.stamp" "$results/$n.series"
	progress_start "bisect-check:" so_far
	own_git -C "$source" checkout -q -f --detach "$commit"
	configured "$source" "$build"
	rc=0
	: >"$log"
	kernel_make "$log" "$source" "$build" Image || rc=4
	if [ $rc = 0 ]; then
		expected_at "$commit" >"$results/$n.expected"
		ASE_IMAGE=$build/arch/arm64/boot/Image ASE_RESULTS=$results/$n VARIANT=patched \
			ASE_EXPECTED=$results/$n.expected \
			TESTS=$tests TIMEOUT=600 \
			"$scripts/run.sh" >>"$log" 2>&1 </dev/null || rc=$?
	fi
	progress_stop
	if [ $rc = 0 ]; then
		passed=$((passed + 1))
		sed -n 's/^  tests *//p' "$results/$n/summary" >"$result"
		stamp_write "$results/$n.stamp" "$key"
		[ -z "$whole" ] || echo "$sum" >"$results/$n.series"
		say "ok $n $subject # $(cat "$result")"
	else
		failed=$((failed + 1))
		say "not ok $n $subject # status $rc, see $log"
		awk '$1 == "fail" || $1 == "skip"' "$results/$n/results" 2>/dev/null | sed 's/^/#   /' | head -n 10
	fi
done <"$results/commits"
own_git -C "$source" checkout -q -f --detach series
say "1..$((passed + failed))"
[ $((passed + failed)) = "$run" ] || die 1 "$run commits were to be tried, but only $((passed + failed)) were"
say "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] || exit 1
