#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants: breaks the series on purpose, one slip at a time, and sees whether a
# test notices. Each scripts/mutants/*.patch is one: what is wrong in words, the
# tests to run, and the change to the patched tree.
#
# MUTANTS="name name": only these. MUTANTS=few: some, others at each commit of
# this repository. What was run before on the same series is not run again.
#
# mutants.sh --write: put what make mutants has found into scripts/mutants/table; a
# mutant that it has no result of for this series has a "-" there. A run of all of
# them, with none that survives, does it by itself.

prog=mutants
. "$(dirname "$0")/lib.sh"
help_or 'mutants.sh [--write]' "$@"
machine_arch
. "$(dirname "$0")/build.sh"
case $#:${1:-} in
0:) write= ;;
1:--write) write=1 ;;
*) die 2 "usage: mutants.sh [--write]" ;;
esac
lock_out
"$scripts/deps.sh"
VARIANT=patched "$scripts/tree.sh"
"$scripts/guest.sh"

# How many of them make few.
few=2
results=$out/mutants
source=$linux-commit
build=$out/build/commit
mkdir -p "$results" "$build"

all=$(cd "$scripts/mutants" && printf '%s\n' *.patch | sed 's/\.patch$//')
case ${MUTANTS:-} in
'') mutants=$all ;;
few)
	count=$(echo "$all" | wc -l)
	turn=$(own_git -C "$top" rev-list --count HEAD 2>/dev/null || echo 0)
	mutants=$(echo "$all" | awk -v count="$count" -v turn="$turn" -v few="$few" '{
		for (i = 0; i < few; i++) if (NR - 1 == (turn * few + i) % count) print }') ;;
*)
	mutants=$MUTANTS
	for mutant in $mutants; do
		[ -f "$scripts/mutants/$mutant.patch" ] ||
			die 2 "MUTANTS=$mutant: no such mutant; there are: $(echo "$all" | tr '\n' ' ')"
	done ;;
esac
planned=$(echo "$mutants" | wc -w)

kernel_tree=$(kernel_tree "$linux" series)
key_of()
{
	echo "$kernel_tree $(checksum <"$scripts/mutants/$1.patch") $(config_key) $(checksum <"$guest/initramfs")"
}

write_table()
{
	add_cleanup "$scripts/mutants/table.part"
	{
		echo "# Written by scripts/mutants.sh: each mutant, and by which tests it is noticed."
		for mutant in $all; do
			_by=-
			if stamp_is "$results/$mutant.stamp" "$(key_of "$mutant")"; then
				_by=$(sed 's/^killed //' "$results/$mutant.result")
				[ "$_by" != survived ] ||
					die 1 "$mutant survives: a table of what is noticed can't have it"
			fi
			printf '%-32s %s\n' "$mutant" "$_by"
		done
	} >"$scripts/mutants/table.part"
	mv "$scripts/mutants/table.part" "$scripts/mutants/table"
}
if [ -n "$write" ]; then
	write_table
	exit 0
fi

work_tree "$source"
config_fragments
own_git -C "$source" checkout -q -f --detach series
configured "$source" "$build"

pristine()
{
	own_git -C "$source" checkout -q -f --detach series
}
trap 'pristine; exit 130' INT
trap 'pristine; exit 143' TERM HUP

# run_mutant NAME: leaves in $results/NAME.result one line: killed, survived or
# broken, and by what
run_mutant()
{
	patch=$scripts/mutants/$1.patch
	log=$results/$1.log
	tests=$(sed -n 's/^Tests: //p' "$patch")
	pristine
	own_git -C "$source" apply "$patch" >"$log" 2>&1 || {
		echo "broken does not apply: $(head -n 1 "$log")"
		return
	}
	kernel_make "$log" "$source" "$build" Image || {
		echo "broken does not build: $(grep -m 1 'error:' "$log")"
		return
	}
	rc=0
	ASE_IMAGE=$build/arch/arm64/boot/Image ASE_RESULTS=$results/$1 VARIANT=patched TESTS=$tests TIMEOUT=300 \
		"$scripts/run.sh" >>"$log" 2>&1 || rc=$?
	# The innermost ones: a test, not the program that it is part of.
	names=$(awk '$1 == "fail" || $1 == "skip" { print $2 }' "$results/$1/results" 2>/dev/null |
		awk '{ name[NR] = $1 } END { for (i = 1; i <= NR; i++) {
			inner = 1
			for (j = 1; j <= NR; j++) if (i != j && index(name[j], name[i] ":") == 1) inner = 0
			if (inner) print name[i] } }' |
		awk 'NR <= 3 { line = line (line == "" ? "" : ", ") $1 }
			END { if (NR) print line (NR > 3 ? " and " NR - 3 " more" : "") }')
	case $rc in
	0) echo "survived" ;;
	1|5|124) echo "killed ${names:-the machine: $(sed -n 's/^patched kernel: //p' "$results/$1/summary")}" ;;
	*) echo "broken run ended with status $rc, see $log" ;;
	esac
}

passed=0
failed=0
done=0
# shellcheck disable=SC2317 # called by progress_start
so_far()
{
	printf '%s of %s mutants, %s' "$done" "$planned" "$mutant"
}
# shellcheck disable=SC2086 # a list
for mutant in $mutants; do
	key=$(key_of "$mutant")
	if ! stamp_is "$results/$mutant.stamp" "$key"; then
		progress_start "mutants: trying" so_far
		run_mutant "$mutant" >"$results/$mutant.result"
		progress_stop
		stamp_write "$results/$mutant.stamp" "$key"
	fi
	done=$((done + 1))
	read -r what how <"$results/$mutant.result"
	case $what in
	killed) passed=$((passed + 1)); say "ok $done $mutant # $how" ;;
	survived) failed=$((failed + 1)); say "not ok $done $mutant # survived: no test of '$(sed -n 's/^Tests: //p' "$scripts/mutants/$mutant.patch")' notices it" ;;
	*) failed=$((failed + 1)); say "not ok $done $mutant # $how"; rm -f "$results/$mutant.stamp" ;;
	esac
done
trap 'exit 130' INT
trap 'exit 143' TERM HUP
pristine

# The table that is committed is of all of them.
if [ "$planned" = "$(echo "$all" | wc -l)" ] && [ $failed = 0 ]; then
	write_table
fi
say "1..$planned"
say "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] || exit 1
