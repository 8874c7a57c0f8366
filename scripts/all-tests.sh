#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# all-tests: all that there is, in parts: make test on both architectures, and what make
# test does a little of, in full. Hours. Stopped and begun again, it goes on: each part
# goes on where it was, and one that has passed on this very series, with these tools, is
# not repeated, nor is one that scripts/all-tests/table has, from a run of this series on
# another machine with the same tools (FORCE=1: they are). A part that skips something
# because a tool is missing has failed. The last line counts: "N passed, N failed, N skipped".
#
# all-tests.sh --write: put what each part that has passed said, and how long it took,
# into scripts/all-tests/table and README.md beside it; make tables does it for all verbs.
# --readme: only README.md; --check: whether the table is there.

prog=all-tests
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/tap.sh"
. "$(dirname "$0")/lib/build.sh"
help_or 'all-tests.sh [--write|--readme|--check]' "$@"
case $#:${1:-} in
0:|1:--write|1:--readme|1:--check) ;;
*) die 2 "usage: all-tests.sh [--write|--readme|--check]" ;;
esac
of_all 'all-tests is of all' 'all-tests is of both architectures'
# What each is, make help tells; test-x86_64 is make test ARCH=x86_64.
parts='test test-x86_64 lanes check compile compare mutants bisect-check configs bench report'
verbs_dir=${ASE_VERBS_DIR:-$scripts}
committed=${ASE_TABLES_DIR:-$scripts}/all-tests/table
results=$out/all-tests
readme=${committed%/*}/README.md
unset CONFIG VARIANT

# command_of PART: the words
command_of()
{
	case $1 in
	test-x86_64) echo "env ARCH=x86_64 $verbs_dir/test.sh" ;;
	report) echo "$verbs_dir/report.sh --browser" ;;
	*) echo "$verbs_dir/$1.sh" ;;
	esac
}

# Of each part that has passed on this series: PART<TAB>PASSED<TAB>FAILED<TAB>SKIPPED<TAB>TIME
passed_here()
{
	stamp_is "$results/$1.stamp" "$key" && [ -f "$results/$1.result" ]
}
passed_there()
{
	[ -f "$committed" ] && [ "$(head -n 1 "$committed")" = "$key" ] &&
		awk -F '\t' -v part="$1" '$1 == part && $3 == 0 { print; yes = 1 } END { exit !yes }' "$committed"
}

table()
{
	table_words "$committed"
	echo
	echo '| part | passed | failed | skipped | time, min:s |'
	echo '|---|---:|---:|---:|---:|'
	for part in $parts; do
		awk -F '\t' -v part="$part" '
			$1 == part { print "| " part " | " $2 " | " $3 " | " $4 " | " $5 " |"; there = 1 }
			END { if (!there) print "| " part " | not run to its end | | | |" }' "$committed"
	done
}

case ${1:-} in
--readme) write_between all-tests "$readme" table; exit 0 ;;
--check)
	[ "$(table)" = "$(between all-tests "$readme")" ] ||
		die 1 "scripts/all-tests/README.md is not the table beside it; run scripts/all-tests.sh --readme"
	exit 0 ;;
--write)
	lock_any_path
	key=$(order_head table_head)
	mkdir -p "${committed%/*}"
	add_cleanup "$committed.part"
	{
		order_head table_head
		echo '# Written by scripts/all-tests.sh --write: each part of make all-tests that has passed, how many passed, failed and were skipped, and how long it took.'
		for part in $parts; do
			if passed_here "$part"; then
				cat "$results/$part.result"
			else
				passed_there "$part" || :
			fi
		done
	} >"$committed.part"
	mv "$committed.part" "$committed"
	write_between all-tests "$readme" table
	exit 0 ;;
esac

# shellcheck disable=SC2317 # called by progress_start
part_so_far()
{
	printf '%s' "$(tail -n 1 "$1" | cut -c1-100)"
}

# run_part NAME: leaves NAME.log and NAME.result
run_part()
{
	log=$results/$1.log
	: >"$log"
	rm -f "$results/$1.stamp"
	part_begin=$(now)
	progress_start "all-tests: $1" part_so_far "$log"
	rc=0
	# shellcheck disable=SC2046 # words
	run_logged "$log" $(command_of "$1") || rc=$?
	progress_stop
	# What the part counts itself; make compare counts cells.
	counts=$(tap_counts "$log")
	[ -n "$counts" ] || counts=$(sed -n 's/^\([0-9]*\) cells, .* \([0-9]*\) unexplained$/\1 \2 0/p' "$log" | tail -n 1)
	read -r p f s <<-END
	${counts:-0 0 0}
	END
	[ $rc = 0 ] || [ "$f" != 0 ] || f=1
	# A part that counts nothing is one
	[ $rc != 0 ] || [ -n "$counts" ] || p=1
	# make test tells what its own parts have skipped.
	missing=$(sed -n 's/.*# SKIP //p' "$log" |
		grep -E 'missing|not installed|not found|no such (command|program|tool)' | sort -u || :)
	if [ -n "$missing" ]; then
		f=$((f + 1))
		printf '%s\n' "$missing" | sed "s/^/not ok $1: skipped, since a tool is missing: /" | tee -a "$log"
	fi
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$p" "$f" "$s" "$(elapsed "$part_begin")" >"$results/$1.result"
	[ "$f" != 0 ] || stamp_write "$results/$1.stamp" "$key"
	[ $rc -le $worst ] || worst=$rc
}

lock_out
mkdir -p "$results"
"$verbs_dir/deps.sh"
VARIANT=patched "$verbs_dir/tree.sh"
key=$(order_head table_head)
begin=$(now)
worst=0
for part in $parts; do
	again=
	result=$results/$part.result
	# The page is another one with each table that is written.
	[ "$part" != report ] || FORCE=1
	# The lanes are of other series, and know by themselves what has passed.
	if [ "$part" = lanes ]; then
		run_part "$part"
	elif [ -z "${FORCE:-}" ] && passed_here "$part"; then
		again=', before'
	elif [ -z "${FORCE:-}" ] && passed_there "$part" >"$results/$part.there"; then
		again=', as scripts/all-tests/table has it'
		result=$results/$part.there
	else
		run_part "$part"
	fi
	IFS='	' read -r _ p f s time <"$result"
	tap_add "$p" "$f" "$s"
	ok=ok
	[ "$f" = 0 ] || ok='not ok'
	say "$ok $part: $p passed, $f failed, $s skipped; $time$again ($results/$part.log)"
	[ "$result" = "$results/$part.result" ] || continue
	[ "$f" = 0 ] || grep '^not ok' "$results/$part.log" | head -n 20 | sed 's/^/  /' || :
	# Why something was skipped is said, each reason once.
	sed -n 's/.*# SKIP //p' "$results/$part.log" | sort | uniq -c | sort -rn | head -n 20 | sed 's/^ *\([0-9]*\) /  skipped \1: /'
	sed -n 's/^ *# note: /  /p' "$results/$part.log"
done
say "  time     $(elapsed "$begin")"
[ "$tap_failed" != 0 ] || say "  tables   make tables puts all of it into the tables that are committed"
tap_end "$worst"
