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
add_cleanup "$dir/ktap.part" "$dir/console.part" "$dir/verdict.part" "$dir/splats.part" "$dir/allowed.part"

# --- Splats
sed -n -e '/^#/d' -e 's/ # .*//' -e '/./p' "$allowed" >"$dir/allowed.part"
grep -nE 'BUG:|WARNING:|Oops|Kernel panic|Internal error:|Call trace:|Unable to handle kernel|KASAN:|KCSAN:|KFENCE:|UBSAN:|rcu: INFO:|rcu_.* detected stalls|self-detected stall|INFO: task .* blocked|INFO: possible |possible (recursive|circular|irq) |suspicious RCU|soft lockup|hard LOCKUP|list_(add|del) corruption|refcount_t:|scheduling while atomic|sleeping function called|DEBUG_LOCKS_WARN|Bad mode in|Insufficient stack space' \
	"$dir/console.part" >"$dir/splats.part" || :
if [ -s "$dir/allowed.part" ]; then
	grep -vE -f "$dir/allowed.part" "$dir/splats.part" >"$dir/splats.new" || :
	mv "$dir/splats.new" "$dir/splats.part"
fi

# --- Tests
rc=0
awk -v variant="$variant" -v arch="$ARCH" -v expected="$expected" -v planfile="$dir/plan" -v leftoutfile="$dir/left-out" \
    -v resultsfile="$dir/results" -v status="$status" \
    -v splats="$(wc -l <"$dir/splats.part")" -v splat="$(sed -n 's/^[0-9]*://; 1p' "$dir/splats.part")" \
    -v booted="$(grep -c 'Linux version ' "$dir/console.part" || :)" \
    -f "$scripts/glob.awk" -f "$scripts/verdict.awk" "$dir/ktap.part" >"$dir/summary" || rc=$?
cat "$dir/summary"
exit "$rc"
