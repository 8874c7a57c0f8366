#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# verdict RESULTS VARIANT EXPECTED: judge what one boot has left behind, write
# RESULTS/results and RESULTS/summary, print the summary.
#
# RESULTS holds plan (the tests asked for), ktap.log, console.log and
# qemu.status. A pass needs all of: the machine's own word that the tests have
# run, every planned test reported, no splat in the kernel's log, no failure and
# no skip that is not expected. QEMU's status alone proves nothing: it is 0 after
# a panic.

prog=verdict
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/splats.sh"
help_or 'verdict.sh RESULTS VARIANT EXPECTED' "$@"

[ $# = 3 ] || die 2 "usage: verdict.sh RESULTS VARIANT EXPECTED"
dir=$1
variant=$2
machine_arch
expected=$3
allowed=${ASE_SPLATS_ALLOWED:-$scripts/guest/splats-allowed}
for file in "$dir/plan" "$dir/qemu.status" "$expected" "$allowed"; do
	[ -f "$file" ] || die 2 "verdict needs $file, which is missing"
done
[ -f "$dir/ktap.log" ] || : >"$dir/ktap.log"
[ -f "$dir/console.log" ] || : >"$dir/console.log"
status=$(cat "$dir/qemu.status")

# The port and the console may end lines with CR.
tr -d '\r' <"$dir/ktap.log" >"$dir/ktap.part"
tr -d '\r' <"$dir/console.log" >"$dir/console.part"
add_cleanup "$dir/ktap.part" "$dir/console.part" "$dir/verdict.part" "$dir/splats.part"

# --- Splats
splats_left "$dir/console.part" "$variant" "$allowed" >"$dir/splats.part"

# --- Tests
rc=0
awk -v variant="$variant" -v arch="$ARCH" -v expected="$expected" -v planfile="$dir/plan" -v leftoutfile="$dir/left-out" \
    -v resultsfile="$dir/results" -v status="$status" \
    -v splats="$(grep -vc '^allowed ' "$dir/splats.part" || :)" \
    -v splat="$(sed -n '/^allowed /d; s/^[0-9]*://; p; q' "$dir/splats.part")" \
    -v booted="$(grep -ac 'Linux version ' "$dir/console.part" || :)" \
    -f "$scripts/glob.awk" -f "$scripts/verdict.awk" "$dir/ktap.part" >"$dir/summary" || rc=$?
cat "$dir/summary"
exit "$rc"
