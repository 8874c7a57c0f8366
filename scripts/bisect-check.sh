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
# nor one that scripts/bisect-check/table has from a run with these tools, of a series that
# was the same up to there, unless COMMITS= names it; FORCE=1 does it nevertheless.
#
# bisect-check.sh --expected N: print what is known to fail or to be skipped there.
# --write: put what is known of this series into scripts/bisect-check/table and README.md
# beside it; a commit that has not passed has a "-" there. --readme: the latter alone;
# --check: whether the table has the series' commits, and README.md is that of the table.

prog=bisect-check
. "$(dirname "$0")/lib/lib.sh"
help_or 'bisect-check.sh [--expected N|--write|--readme|--check]' "$@"
machine_arch
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/jobs.sh"
. "$(dirname "$0")/lib/tap.sh"
write=
case $#:${1:-} in
0:|1:--prepare|2:--job) ;;
2:--expected) COMMITS=$2 ;;
1:--write|1:--readme|1:--check) write=${1#--} ;;
*) die 2 "usage: bisect-check.sh [--expected N|--write|--readme|--check]" ;;
esac
committed=${ASE_TABLES_DIR:-$scripts}/bisect-check/table

# sum_of N: the checksum of the series up to there
sum_of()
{
	[ -f "$work/sums" ] || commit_sums >"$work/sums"
	sed -n "$1p" "$work/sums"
}

# committed_line N: what the table that is committed has of a commit, if the series is the
# same up to there, and the tools are: how its tests ended
committed_line()
{
	[ -f "$committed" ] && [ "$(sed -n '1s/^[^;]*; //p' "$committed")" = "$(table_head | sed 's/^[^;]*; //')" ] || return 0
	awk -F '\t' -v sum="$(sum_of "$1")" '$3 == sum && $2 != "-" { print $2 }' "$committed"
}

# readable: the page, from the table that is committed
readable()
{
	[ -f "$work/sums" ] || commit_sums >"$work/sums"
	awk -F '\t' -v sums="$work/sums" '
	BEGIN { while ((getline line <sums) > 0) sum[++n] = line }
	/^#/ { next }
	{
		all++
		gsub(/\|/, "\\|", $4)
		if ($2 == "-" || $3 != sum[$1]) { rows = rows "| " $1 " | " $4 " | no result | | |\n"; next }
		split($2, c, /[^0-9]+/)
		if ($2 !~ /^[0-9]+ programs, [0-9]+ results: [0-9]+ passed, 0 failed, 0 skipped; [0-9]+ known failures, [0-9]+ known skips$/ ||
		    c[2] != c[3] + c[6] + c[7]) {
			print "row " $1 " is not what make run says" >"/dev/stderr"
			exit 1
		}
		done++
		rows = rows "| " $1 " | " $4 " | " c[1] " | " c[3] " | " c[6] + c[7] " |\n"
	}
	END {
		print "Of the " all + 0 " commits of this series, " done + 0 " have been built and booted, and have passed.\n"
		print "| | commit | programs | results that passed | known to fail, or skipped |"
		print "|---:|---|---:|---:|---:|"
		printf "%s", rows
	}' "$committed"
}

[ -z "$write" ] || make_work
if [ "$write" = readme ]; then
	write_between bisect-check "${committed%/*}/README.md" readable
	exit 0
fi
if [ "$write" = check ]; then
	[ -n "$(table_sum "$committed")" ] && [ "$(sed '/^#/d' "$committed" | cut -f 4)" = "$(subjects | cut -f 2)" ] ||
		die 1 "scripts/bisect-check/table has other commits than series; run scripts/bisect-check.sh --write"
	[ "$(readable)" = "$(between bisect-check "${committed%/*}/README.md")" ] ||
		die 1 "scripts/bisect-check/README.md is not the table beside it; run scripts/bisect-check.sh --readme"
	exit 0
fi
if [ "$write" = write ]; then
	mkdir -p "${committed%/*}"
	add_cleanup "$committed.part"
	{
		table_head
		echo '# Written by scripts/bisect-check.sh --write: each commit, how its tests ended (-: it has not passed), the checksum of the series up to there, and its subject.'
		subjects | cut -f 2 | awk '{ print NR "\t" $0 }' | while IFS='	' read -r number title; do
			found=$(committed_line "$number")
			[ "$(cat "$out/bisect/$number.series" 2>/dev/null)" != "$(sum_of "$number")" ] || found=$(cat "$out/bisect/$number.result")
			printf '%s\t%s\t%s\t%s\n' "$number" "${found:--}" "$(sum_of "$number")" "$title"
		done
	} >"$committed.part"
	mv "$committed.part" "$committed"
	write_between bisect-check "${committed%/*}/README.md" readable
	exit 0
fi

# Which: judged before anything is built
check_options
make_work
series_entries "$work/entries"
planned=$(grep -c "^patch " "$work/entries" || :)
[ -n "${COMMITS:-}" ] || unset COMMITS
named=${COMMITS:-}
if [ "${COMMITS:-}" = topics ]; then
	COMMITS=$(awk '/^topic / { if (n) ends = ends n " "; next } /^patch / { n++ } END { print ends }' "$work/entries")
fi
COMMITS=${COMMITS-$(seq "$planned")}
for commit in $COMMITS; do
	case $commit in
	*[!0-9]*) die 2 "COMMITS=$commit: give numbers from 1 to $planned, or topics" ;;
	esac
	[ "$commit" -ge 1 ] && [ "$commit" -le "$planned" ] ||
		die 2 "COMMITS=$commit: there is no such commit; give numbers from 1 to $planned, or topics"
done
COMMITS=$(echo "$COMMITS" | tr ' ' '\n' | sed '/^$/d' | sort -nu | tr '\n' ' ')
run=$(echo "$COMMITS" | wc -w)

# expected_at N: what is known of that commit: what no patch up to it mends may still fail,
# as it does on the unpatched kernel. What they mend has to pass.
expected_at()
{
	cat "$scripts/guest/expected"
	sed -n 's/^patch //p' "$work/entries" | head -n "$1" |
		awk -v claims="$scripts/claims/list" "$(cat "$scripts/lib/glob.awk" "$scripts/lib/expected.awk")"'
		{ there[$0] = 1 }
		END {
			read_claims(claims)
			for (i = 1; i <= claimed; i++)
				if (!(cpatch[i] in there)) print "any may-" cstate[i] " " cname[i] " # " mended_by(i)
		}'
}

if [ "${1:-}" = --expected ]; then
	[ "$run" = 1 ] || die 2 "usage: bisect-check.sh --expected N"
	expected_at "${COMMITS% }"
	exit
fi

# What all of them need, on each host
prepare()
{
	"$scripts/deps.sh"
	VARIANT=patched "$scripts/tree.sh"
	"$scripts/guest.sh"
}
lock_out
jobs_check
jobs_prepared "$@"

short='ptrace:get_syscall_info ptrace:set_syscall_info ptrace:peeksiginfo arm64:ptrace arm64:syscall-abi rseq:basic_test'
results=$out/bisect
jobs_at_once=2
mkdir -p "$results"
config_fragments
# commit_of N
commit_of()
{
	own_git -C "$linux" rev-list --reverse refs/tags/base..series | sed -n "$1p"
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

# All that a result follows from, beside the commit
common=$({
	config_key
	checksum <"$guest/initramfs"
	"$qemu" --version
	cat "$scripts/bisect-check.sh" "$scripts/run.sh" "$scripts/lib/boot.sh" "$scripts/lib/arch/arm64" "$scripts/lib/build.sh" "$scripts"/lib/verdict.* \
		"$scripts"/lib/splats* "$scripts"/lib/*.awk "$scripts"/guest/* "$scripts/claims/list"
} 2>&1 | checksum)
# Whether a result is one of the series as it is committed, and the table may have some
whole=1
[ -z "$TOPICS$LINUX" ] && [ "$CONFIG" = test ] || whole=
resume=$whole
[ -z "${FORCE:-}$named" ] || resume=

# look_at N: sets n, commit, subject, log, result, tests and key
look_at()
{
	n=$1
	commit=$(commit_of "$n")
	subject=$(own_git -C "$linux" show -s --format=%s "$commit")
	log=$results/$n.log
	result=$results/$n.result
	tests="$short $(tests_at "$commit")"
	key="$(kernel_tree "$linux" "$commit") $common $(echo "$tests" | checksum)"
}

# In RESULT: how the tests ended, or "-" and why they did not pass
if [ "${1:-}" = --job ]; then
	look_at "$2"
	rm -rf "$result" "${results:?}/$n"
	jobs_slot
	work_tree "$source"
	own_git -C "$source" checkout -q -f --detach "$commit"
	configured "$source" "$build"
	rc=0
	: >"$log"
	jobs_make "$log" "$source" "$build" Image || rc=4
	if [ $rc = 0 ]; then
		expected_at "$n" >"$results/$n.expected"
		ASE_IMAGE=$build/arch/arm64/boot/Image ASE_RESULTS=$results/$n VARIANT=patched \
			ASE_EXPECTED=$results/$n.expected \
			TESTS=$tests TIMEOUT=1200 \
			"$scripts/run.sh" >>"$log" 2>&1 </dev/null || rc=$?
	fi
	if [ $rc = 0 ]; then
		sed -n 's/^  tests *//p' "$results/$n/summary" >"$result"
	else
		echo "- status $rc" >"$result"
	fi
	exit 0
fi

# say_result STATUS WORDS: of look_at, with the number of the commit
say_result()
{
	tap_number=$n
	tap_result "$subject # $2" "$1"
}

# Those that are known
todo=
for n in $COMMITS; do
	look_at "$n"
	if [ -z "${FORCE:-}" ] && stamp_is "$results/$n.stamp" "$key" && [ -f "$result" ]; then
		[ -z "$whole" ] || sum_of "$n" >"$results/$n.series"
		say_result 0 "$(cat "$result"), before"
	elif [ -n "$resume" ] && [ -n "$(committed_line "$n")" ]; then
		say_result 0 "$(committed_line "$n"), as scripts/bisect-check/table has it"
	else
		rm -f "$results/$n.stamp" "$results/$n.series"
		jobs_key "$n" "$key"
		todo="$todo $n"
	fi
done

# The others
# shellcheck disable=SC2086 # a list
jobs_begin $todo
jobs_watch "bisect-check:" jobs_left
while jobs_next; do
	progress_stop
	look_at "$item"
	key=$(cat "$results/$n.key")
	case ${job_died:-$(cat "$result")} in
	"$job_died") say_result 1 "$job_died" ;;
	'- '*)
		say_result 1 "$(sed 's/^- //' "$result"), see $log"
		awk '$1 == "fail" || $1 == "skip"' "$results/$n/results" 2>/dev/null | sed 's/^/#   /' | head -n 10 ;;
	*)
		stamp_write "$results/$n.stamp" "$key"
		[ -z "$whole" ] || sum_of "$n" >"$results/$n.series"
		say_result 0 "$(cat "$result")" ;;
	esac
	jobs_watch "bisect-check:" jobs_left
done
progress_stop
tap_plan
[ "$(tap_count)" = "$run" ] || die 1 "$run commits were to be tried, but only $(tap_count) were"
tap_end 0
