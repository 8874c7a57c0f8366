#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# compare: what user space sees of system calls, on the unpatched and on the
# patched kernel. A recorder, scripts/compare/record.c, drives a task through a
# matrix of cells and writes down all that happens; the two records have
# to be the same, save for what scripts/compare/intended lists. The unpatched
# kernel is recorded twice: that has to give the same bytes, or comparing is
# worth nothing.
#
# A record counts only if it is whole: the recorder of either ABI has said that it is
# done, with as many cells as scripts/compare/cells has, none of which hangs, and the
# kernel's log has no splat.
#
# CELLS="word word": only the cells whose name has these words in it. UPTO= and CONFIG=
# as everywhere: "make compare UPTO=exit-work", "make compare
# CONFIG=test,no-debug-rseq".
#
# compare.sh --write: put what it last said of the whole series into scripts/compare/table,
# and what can be read of it into README.md beside it. --readme: README.md alone; --check:
# whether it is that of the table.

prog=compare
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/jobs.sh"
help_or 'compare.sh [--write|--readme|--check]' "$@"
case $#:${1:-} in
0:|1:--write|1:--readme|1:--check|1:--prepare|2:--job) ;;
*) die 2 "usage: compare.sh [--write|--readme|--check]" ;;
esac
machine_arch
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/boot.sh"
. "$(dirname "$0")/lib/splats.sh"
[ "$ARCH" = arm64 ] || die 2 "ARCH=$ARCH: the record is of arm64 alone"
case ${TIMEOUT:=900} in
*[!0-9]*) die 2 "TIMEOUT=$TIMEOUT: give a number of seconds" ;;
esac
# The words that names of cells have are known; not which of them go together.
set -f
for word in $(printf '%s' "${CELLS:-}" | tr , ' '); do
	all_words="native compat $(sed -n 's/^words //p' "$scripts/compare/cells" | tr '\n' ' ')"
	printf '%s\n' "$all_words" | tr ' ' '\n' | grep -qF -e "$word" ||
		die 2 "CELLS=$word: no cell has this in its name; there are: $all_words"
done
set +f
results=$out/compare
committed=${ASE_TABLES_DIR:-$scripts}/compare
readable()
{
	table_words "$committed/table"
	awk '
	/^[0-9]+ cells, / { print "\n" $0 ".\n\n| cells | the commit, and what differs |\n|---:|---|"; next }
	/^  [0-9]+ cells: / {
		n = $1; sub(/^[^:]*: /, ""); gsub(/\|/, "\\|")
		commit = $0; sub(/^"/, "", commit); sub(/": .*/, "", commit)
		sub(/^"[^"]*": /, "")
		print "| " n " | **" commit "**: " $0 " |"; next
	}
	/^  [0-9]+ cells with / { if (!with++) print "\n| cells | with |\n|---:|---|"; print "| " $1 " | `" $4 "` |"; next }
	/^  twice on base/ { sub(/^ */, ""); print "\nRecorded " $0 "." }' "$committed/table"
}
case ${1:-} in
--write)
	table_is_ours "$results/table" ||
		die 1 "make compare has not passed with all cells of this series; run it without CELLS=, CONFIG= and UPTO="
	cp "$results/table" "$committed/table"
	write_between compare "$committed/README.md" readable
	exit 0 ;;
--readme) write_between compare "$committed/README.md" readable; exit 0 ;;
--check)
	[ "$(readable)" = "$(between compare "$committed/README.md")" ] ||
		die 1 "scripts/compare/README.md is not the table beside it; run scripts/compare.sh --readme"
	exit 0 ;;
esac
lock_out
jobs_check
[ "$HOSTS" = : ] || [ -z "${CELLS:-}" ] || die 2 "CELLS=$CELLS: other hosts record all cells; leave out HOSTS="
config_fragments
begin=$(now)
# What all of them need, on each host
prepare()
{
	VARIANT=patched "$scripts/kernel.sh"
	VARIANT=base "$scripts/kernel.sh"
	"$scripts/guest.sh"
	[ -x "$guest/root/compare/record" ] ||
		die 2 "$topics_word=$TOPICS: up to there the series has no syscall_exit.h, which the recorder is built with"
}
jobs_prepared "$@"

# One boot: NAME.log is the record, NAME.console the kernel's log, NAME.status how QEMU ended.
if [ "${1:-}" = --job ]; then
	mkdir -p "$results"
	record=$results/$2.log
	image=$(build_of "${2%-again}")/$image_path
	{
		boot_words "$image" "$guest/initramfs"
		append_words "record=$(echo "${CELLS:-all}" | tr -s " " ,)"
		log_words "$results/$2.console" "$record"
	} | shell_line >"$results/$2.cmd"
	rc=0
	start_machine "$results/$2.cmd" "$results/$2.qemu" || rc=$?
	echo "$rc" >"$results/$2.status"
	exit 0
fi

rm -rf "$results"
mkdir -p "$results"
worst=0

# judge NAME: whether $results/NAME.log is a whole record
judge()
{
	record=$results/$1.log
	console=$results/$1.console
	_rc=$(cat "$results/$1.status")
	[ -f "$record" ] || : >"$record"
	tr -d '\000\r' <"$record" >"$record.part"
	mv "$record.part" "$record"
	# A cell is named in the kernel's log before it runs.
	[ -f "$console" ] || : >"$console"
	splats=$(splats_in "$console")
	splat=$(printf '%s\n' "$splats" | head -n 1)
	if [ -n "$splat" ]; then
		cell=$(head -n "${splat%%:*}" "$console" | tr -d '\000\r' | sed -n 's/.*\(cell .*\)/\1/p' | tail -n 1)
		say "compare: ${record##*/}: the kernel's log has a splat, in ${cell:-no cell}: ${splat#*:}"
		exit 5
	fi
	if [ "$_rc" = 124 ] || [ "$_rc" = 137 ]; then
		say "compare: ${record##*/}: time-out after $TIMEOUT s, in $(grep '^cell ' "$record" | tail -n 1)"
		exit 124
	fi
	cells=$scripts/compare/cells
	[ -z "${CELLS:-}" ] || cells=
	awk -v name="${record##*/}" -v status="$_rc" -v cellsfile="$cells" \
		-f "$scripts/compare/record.awk" "$record" || {
		_rc=$?
		[ $_rc = 1 ] || exit 5
		worst=1
	}
	sed -i '/^# /d' "$record"
}
# shellcheck disable=SC2317 # called by progress_start
recorded()
{
	for _record in base base-again patched; do
		[ ! -f "$results/$_record.log" ] || printf '%s: %s cells; ' "$_record" "$(grep -ac '^cell ' "$results/$_record.log")"
	done
}

# A machine has little more to do than one processor can.
jobs_at_once=2
jobs_begin base base-again patched
jobs_watch 'compare: recording' recorded
died=
while jobs_next; do
	progress_stop
	[ -z "$job_died" ] || died="$item: $job_died"
	jobs_watch 'compare: recording' recorded
done
progress_stop
[ -z "$died" ] || die 5 "$died"
for record in base base-again patched; do
	judge "$record"
done

rc=0
awk -f "$scripts/lib/glob.awk" -f "$scripts/compare/compare.awk" -v topics="$(applied_topics)" \
	-v intendedfile="$scripts/compare/intended" \
	-v basefile="$results/base.log" -v againfile="$results/base-again.log" \
	-v patchedfile="$results/patched.log" </dev/null >"$results/summary" || rc=$?
cat "$results/summary"
[ "$rc" != 0 ] || rc=$worst

# What --write takes: of all topics and cells
topics=$(topics_of "$top/series")
if [ "$rc" = 0 ] && [ -z "${CELLS:-}$LINUX" ] && [ "$CONFIG" = test ] && [ "$(applied_topics)" = "$topics" ]; then
	{
		table_head
		echo "# Written by scripts/compare.sh --write: what it said of the whole series."
		echo "topics: ${topics% }"
		cat "$results/summary"
	} >"$results/table"
fi
say "  records  $results/{base,base-again,patched}.log"
say "  time     $(elapsed "$begin")"
exit "$rc"
