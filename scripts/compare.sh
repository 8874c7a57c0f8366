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
help_or 'compare.sh [--write|--readme|--check]' "$@"
case $#:${1:-} in
0:|1:--write|1:--readme|1:--check) ;;
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
config_fragments
begin=$(now)
VARIANT=patched "$scripts/kernel.sh"
VARIANT=base "$scripts/kernel.sh"
"$scripts/guest.sh"
[ -x "$guest/root/compare/record" ] ||
	die 2 "$topics_word=$TOPICS: up to there the series has no syscall_exit.h, which the recorder is built with"
rm -rf "$results"
mkdir -p "$results"
worst=0

# record NAME VARIANT: into $results/NAME.log
record()
{
	record=$results/$1.log
	console=$results/$1.console
	image=$(build_of "$2")/$image_path
	{
		boot_words "$image" "$guest/initramfs"
		append_words "record=$(echo "${CELLS:-all}" | tr -s " " ,)"
		log_words "$console" "$record"
	} | shell_line >"$record.cmd"
	progress_start "compare: recording ${record##*/}" recorded
	_rc=0
	start_machine "$record.cmd" "$record.qemu" || _rc=$?
	progress_stop
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
	printf '%s cells' "$(grep -ac '^cell ' "$record")"
}

record base base
record base-again base
record patched patched

rc=0
awk -f "$scripts/lib/glob.awk" -f "$scripts/compare/compare.awk" -v topics="$(applied_topics)" \
	-v intendedfile="$scripts/compare/intended" \
	-v basefile="$results/base.log" -v againfile="$results/base-again.log" \
	-v patchedfile="$results/patched.log" </dev/null >"$results/summary" || rc=$?
cat "$results/summary"
[ "$rc" != 0 ] || rc=$worst

# What --write takes: of all topics and cells
topics=$(sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$top/series" | tr '\n' ' ')
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
