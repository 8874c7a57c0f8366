#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants: breaks the series on purpose, one slip at a time, and sees whether a
# test notices. Each scripts/mutants/*.patch is one: what is wrong in words, then a
# header, "---", and the change to the patched tree. The header is
#
#	Tests: TEST...		what runs on it; a mutant without it is an error
#	Dies: REGEX		the kernel's log has this line, for the reason that the
#				words give, and no test may be left to notice
#	Dies: hang		the tests, or some of them, never end
#
# The same tests run on the kernel without the mutant first, as a control, and have
# to pass there. A mutant is noticed by the tests that pass in the control and, on the
# mutant, fail, or are skipped where a skip is not expected. A program that dies in the
# middle is such a test itself; those of its results that it never wrote are not counted.
# A test or a program that runs into its time-out is none, since a slow host does the
# same, and neither is a guest that dies: that shows only what Dies: says, and only
# if the control has passed right before, in the same invocation.
#
# MUTANTS="name name": only these. MUTANTS=few: some, which depend on the series.
# What was tried before on the same series, with the same judges, is not tried again:
# results of this out/, and, unless MUTANTS= or FORCE=1 is given, rows of
# scripts/mutants/table if that is of this series.
#
# mutants.sh --write: put what is known of this series into scripts/mutants/table, and
# what can be read of it into README.md beside it; a mutant that has no result has a "-"
# there. --readme: README.md alone; --check: whether it is that of the table.

prog=mutants
. "$(dirname "$0")/lib/lib.sh"
help_or 'mutants.sh [--write|--readme|--check]' "$@"
machine_arch
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/jobs.sh"
. "$(dirname "$0")/lib/tap.sh"
write=
case $#:${1:-} in
0:|1:--prepare|2:--job) ;;
1:--write|1:--readme|1:--check) write=${1#--} ;;
*) die 2 "usage: mutants.sh [--write|--readme|--check]" ;;
esac
[ "$ARCH" = arm64 ] || die 2 "ARCH=$ARCH: the mutants are of arm64 alone"
check_options
: "${TIMEOUT:=600}"
jobs_at_once=2

# How many of them make few.
few=2
directory=${ASE_MUTANTS_DIR:-$scripts/mutants}
table=$directory/table
results=$out/mutants

# --- Which: judged before anything is built

all=$(cd "$directory" && printf '%s\n' *.patch | sed 's/\.patch$//')
# header NAME KEY: what the header of a mutant has for it
header()
{
	sed -n -e '/^---$/q' -e "s/^$2:[ 	]*//p" "$directory/$1.patch"
}
for mutant in $all; do
	[ -n "$(header "$mutant" Tests)" ] ||
		die 1 "scripts/mutants/$mutant.patch has no line 'Tests: ...' above its ---; say which tests are to notice it"
done
sum=$(series_sum)
head=$(table_head)
case ${MUTANTS:-} in
'') mutants=$all ;;
few)
	# Some others for each series, and the same ones wherever it is.
	mutants=$(echo "$all" | awk -v count="$(echo "$all" | wc -l)" -v turn="$((0x${sum%????????????}))" -v few="$few" '{
		for (i = 0; i < few; i++) if (NR - 1 == (turn + i) % count) print }') ;;
*)
	# shellcheck disable=SC2086 # a list
	mutants=$(printf '%s\n' $MUTANTS | awk '!seen[$0]++')
	for mutant in $mutants; do
		[ -f "$directory/$mutant.patch" ] ||
			die 2 "MUTANTS=$mutant: no such mutant; there are: $(echo "$all" | tr '\n' ' ')and few"
	done ;;
esac
planned=$(echo "$mutants" | wc -w)

# --- What is known

patch_sum()
{
	checksum <"$directory/$1.patch" | cut -c1-8
}

# By what a result is judged
judges_sum()
{
	cat "$scripts/mutants/judge.awk" "$scripts/lib/verdict.awk" "$scripts/lib/verdict.sh" "$scripts/lib/splats" |
		checksum | cut -c1-8
}

# The row of a mutant in the committed table, if that is of this series, these tools,
# these judges and this mutant: KIND WORDS
table_row()
{
	[ "$CONFIG" = test ] && [ "$(sed -n 1p "$table" 2>/dev/null)" = "$head" ] &&
		[ "$(sed -n 's/^# judges //p' "$table")" = "$judges" ] || return 0
	awk -v name="$1" -v patch="$(patch_sum "$1")" '$1 == name && $2 == patch {
		sub(/^[^ ]+ +[^ ]+ +/, ""); print }' "$table"
}

# All that a result follows from, beside the mutant: the kernel without it, how both
# are built, booted and judged, and by what.
common_key()
{
	{
		kernel_tree "$linux" series
		config_key
		checksum <"$guest/initramfs"
		command -v "$qemu"
		"$qemu" --version
		cat "$scripts/mutants.sh" "$scripts/mutants/judge.awk" "$scripts/run.sh" "$scripts/lib/boot.sh" "$scripts/lib/arch/arm64" \
			"$scripts/lib/build.sh" "$scripts/lib/lib.sh" "$scripts/lib/verdict.sh" "$scripts/lib/splats.sh" \
			"$scripts/lib/splats" "$scripts"/lib/*.awk "$scripts"/guest/*
	} 2>&1 | checksum
}
key_of()
{
	echo "$common $(checksum <"$directory/$1.patch")"
}

write_table()
{
	add_cleanup "$table.part"
	{
		echo "$head"
		echo "# judges $judges"
		echo "# Written by scripts/mutants.sh --write: each mutant, the checksum of its patch, and what notices it:"
		echo "# tests that pass without it, or the death of the guest that it says it causes; -: not tried."
		for mutant in $all; do
			_found=
			if [ -n "$common" ] && stamp_is "$results/$mutant.stamp" "$(key_of "$mutant")"; then
				_found=$(cat "$results/$mutant.result")
			fi
			_found=${_found:-$(table_row "$mutant")}
			case $_found in
			'') printf '%-32s -\n' "$mutant" ;;
			*) printf '%-32s %s %s\n' "$mutant" "$(patch_sum "$mutant")" "$_found" ;;
			esac
		done
	} >"$table.part"
	mv "$table.part" "$table"
}
# For README.md: what is wrong, the paragraph above the header, and who notices it
readable()
{
	table_words "$table"
	echo
	echo '| mutant | what is wrong | noticed by |'
	echo '|---|---|---|'
	for _m in $all; do
		printf '%s\t%s\t%s\n' "$_m" "$(sed '/^$/q' "$directory/$_m.patch" | tr '\n' ' ')" \
			"$(sed -n "s/^$_m  *\([^ ].*\)/\1/p" "$table")"
	done | awk -F '\t' '{
		gsub(/\|/, "\\|"); sub(/ *$/, "", $2); sub(/\.$/, "", $2)
		by = $3
		if (by == "" || by ~ /^-/) by = "not tried on this series"
		else {
			sub(/^[0-9a-f]+ /, "", by)
			if (!sub(/^guest /, "the guest, which dies: ", by)) {
				sub(/^tests /, "", by)
				n = split(by, name, ", ")
				more = name[n]; if (!sub(/^.* and /, "and ", more)) more = ""
				sub(/ and [0-9]+ more$/, "", name[n])
				by = "`" name[1] "`" (n > 1 ? ", `" name[2] "`" : "") (n > 2 ? ", `" name[3] "`" : "") (more == "" ? "" : " " more)
			}
		}
		print "| [" $1 "](" $1 ".patch) | " $2 " | " by " |"
	}'
}
common=
judges=$(judges_sum)
case $write in
write)
	[ "$CONFIG" = test ] && [ -z "$TOPICS$LINUX" ] && [ "$(applied_topics)" = "$(topics_of "$top/series")" ] ||
		die 1 "the last make mutants was not of the whole series in CONFIG=test; run it without UPTO=, CONFIG= and LINUX="
	[ ! -f "$guest/initramfs" ] || [ ! -d "$linux" ] || common=$(common_key)
	write_table
	write_between mutants "$directory/README.md" readable
	exit 0 ;;
readme) write_between mutants "$directory/README.md" readable; exit 0 ;;
check)
	[ "$(readable)" = "$(between mutants "$directory/README.md")" ] ||
		die 1 "scripts/mutants/README.md is not the table beside it; run scripts/mutants.sh --readme"
	exit 0 ;;
esac

# --- How one is tried

lock_out
jobs_check
mkdir -p "$results"
# What all of them need, on each host
prepare()
{
	VARIANT=patched "$scripts/kernel.sh"
	"$scripts/guest.sh"
}
# boot IMAGE RESULTS LOG TESTS: the leave-outs of expected hold here too
boot()
{
	_rc=0
	rm -rf "$2"
	ASE_IMAGE=$1 ASE_RESULTS=$2 VARIANT=patched TESTS=$4 TIMEOUT=$TIMEOUT ASE_EXPECTED=$scripts/guest/expected \
		"$scripts/run.sh" >>"$3" 2>&1 </dev/null || _rc=$?
	return "$_rc"
}

# control NAME TESTS [again]: whether a set of tests passes on the kernel without a
# mutant. Known for each set that has passed; tried again for who asks. Of two jobs that
# want the same, one waits for the other.
control()
{
	_dir=$results/control-$1
	exec 6>>"$_dir.lock"
	flock 6
	_rc=0
	if [ -n "${3:-}" ] || ! stamp_is "$_dir.stamp" "$common" || [ ! -f "$_dir/results" ]; then
		rm -f "$_dir.stamp"
		: >"$_dir.log"
		boot "$(build_of patched)/$image_path" "$_dir" "$_dir.log" "$2" 6>&- || _rc=1
		[ $_rc != 0 ] || stamp_write "$_dir.stamp" "$common"
	fi
	exec 6>&-
	return $_rc
}

# no_control NAME TESTS: why that is
no_control()
{
	_why=$(sed -n "s/^patched kernel: //p" "$results/control-$1/summary" 2>/dev/null || :)
	echo "broken the control is red, '$2' without the mutant: ${_why:-$(tail -n 1 "$results/control-$1.log")}; see $results/control-$1.log"
}

# run_mutant NAME: leaves in $results/NAME.result one line: what has noticed it, tests
# or guest, and which; or survived or broken, and why
run_mutant()
{
	log=$results/$1.log
	tests=$(header "$1" Tests)
	dies=$(header "$1" Dies)
	set_name=$(echo "$tests" | checksum | cut -c1-8)
	control "$set_name" "$tests" || { no_control "$set_name" "$tests"; return; }
	pristine
	own_git -C "$source" apply "$directory/$1.patch" >"$log" 2>&1 || {
		echo "broken does not apply: $(head -n 1 "$log")"
		return
	}
	jobs_make "$log" "$source" "$build" "$image_target" || {
		echo "broken does not build: $(grep -m 1 -E 'error:|undefined|Error [0-9]' "$log")"
		return
	}
	# Once more, with results of its own: those of the set are there for other mutants.
	[ -z "$dies" ] || control "again-$1" "$tests" again || { no_control "again-$1" "$tests"; return; }
	rc=0
	boot "$build/$image_path" "$results/$1" "$log" "$tests" || rc=$?
	for file in "$results/$1/results" "$results/$1/ktap.log" "$results/$1/console.log"; do
		[ -f "$file" ] || : >"$file"
	done
	awk -v control="$results/control-$set_name/results" -v results="$results/$1/results" \
		-v dies="$dies" -v console="$results/$1/console.log" -v rc="$rc" \
		-v status="$(cat "$results/$1/qemu.status" 2>/dev/null)" \
		-v summary="$(sed -n 's/^patched kernel: //p' "$results/$1/summary" 2>/dev/null)" \
		-f "$scripts/mutants/judge.awk" "$results/$1/ktap.log" || echo "broken $results/$1 can't be judged"
}

case ${1:-} in
--prepare)
	prepare
	jobs_tools
	exit 0 ;;
--job)
	mutant=$2
	[ -f "$directory/$mutant.patch" ] || die 2 "$mutant: no such mutant"
	[ -n "${ASE_PREPARED:-}" ] || prepare
	jobs_slot
	work_tree "$source"
	config_fragments
	pristine
	configured "$source" "$build"
	common=$(common_key)
	add_cleanup "$results/$mutant.result.part"
	run_mutant "$mutant" >"$results/$mutant.result.part"
	mv "$results/$mutant.result.part" "$results/$mutant.result"
	exit 0 ;;
esac

# --- All of them

by_tests=0
by_death=0
from_table=0
# say_result MUTANT RESULT [WORDS]
say_result()
{
	words=${2#* }
	case $2 in
	tests*) by_tests=$((by_tests + 1)); tap_ok "$1 # noticed by $words${3:-}" ;;
	guest*) by_death=$((by_death + 1)); tap_ok "$1 # the guest died, as it must: $words${3:-}" ;;
	survived*) tap_not_ok "$1 # survived '$(header "$1" Tests)': $words${3:-}" ;;
	*) tap_not_ok "$1 # $words" ;;
	esac
}

# Those that are known
todo=
# shellcheck disable=SC2086 # a list
for mutant in $mutants; do
	row=
	[ -n "${MUTANTS:-}${FORCE:-}" ] || row=$(table_row "$mutant")
	if [ -n "$row" ]; then
		from_table=$((from_table + 1))
		say_result "$mutant" "$row" ', from scripts/mutants/table'
		continue
	fi
	if [ -z "$common" ]; then
		prepare
		common=$(common_key)
	fi
	if [ -z "${FORCE:-}" ] && stamp_is "$results/$mutant.stamp" "$(key_of "$mutant")" && [ -f "$results/$mutant.result" ]; then
		say_result "$mutant" "$(cat "$results/$mutant.result")" ', before'
	else
		rm -f "$results/$mutant.stamp"
		jobs_key "$mutant" "$(key_of "$mutant")"
		todo="$todo $mutant"
	fi
done

# The others
# shellcheck disable=SC2086 # a list
jobs_begin $todo
jobs_watch "mutants: trying" jobs_left
while jobs_next; do
	progress_stop
	if [ -z "$job_died" ]; then
		found=$(cat "$results/$item.result")
		case $found in
		tests*|guest*) stamp_write "$results/$item.stamp" "$(cat "$results/$item.key")" ;;
		esac
	else
		found="broken $job_died"
	fi
	say_result "$item" "$found"
	jobs_watch "mutants: trying" jobs_left
done
progress_stop

tap_plan
[ "$(tap_count)" = "$planned" ] || die 1 "$planned mutants were to be tried, but only $(tap_count) were"
say "  noticed  $by_tests by tests, $by_death by the death of the guest alone"
[ "$from_table" = 0 ] || say "  table    $from_table of them were tried when scripts/mutants/table was written; FORCE=1 tries them again"
tap_end 0
