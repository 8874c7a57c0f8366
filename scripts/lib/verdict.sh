#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# verdict RESULTS VARIANT EXPECTED [CLAIMS]: judge what one boot has left behind, write
# RESULTS/results and RESULTS/summary, print the summary. What the claims say of the
# unpatched kernel is expected there as well.
#
# RESULTS holds plan (the tests asked for), tests (those that there are), facts (of the
# run), ktap.log, console.log and qemu.status. A pass needs all of: the machine's own
# word that the tests have run, with the number that only it was told; every planned
# test reported, with the names that it has to report; no splat in the kernel's log and
# no taint; no failure and no skip that is not expected, and none expected that is not
# there. QEMU's status alone proves nothing: it is 0 after a panic.
#
# verdict --check EXPECTED [CLAIMS]: whether each line of those lists is one.

prog=verdict
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/splats.sh"
help_or 'verdict.sh RESULTS VARIANT EXPECTED [CLAIMS]' "$@"

machine_arch
if [ "${1:-}" = --check ]; then
	echo 'BEGIN { read_expected(expected); if (claims != "") read_claims(claims) }' |
		awk -v arch="$ARCH" -v expected="$2" -v claims="${3:-}" -f "$scripts/lib/glob.awk" -f "$scripts/lib/expected.awk" -f -
	exit
fi
case $# in
3|4) ;;
*) die 2 "usage: verdict.sh RESULTS VARIANT EXPECTED [CLAIMS]" ;;
esac
dir=$1
variant=$2
expected=$3
claims=${4:-}
allowed=${ASE_SPLATS_ALLOWED:-$scripts/guest/splats-allowed}
names=${ASE_NAMES:-$scripts/guest/names.$ARCH}
for file in "$dir/plan" "$dir/tests" "$dir/facts" "$dir/qemu.status" "$expected" ${claims:+"$claims"} "$allowed"; do
	[ -f "$file" ] || die 2 "verdict needs $file, which is missing"
done
[ -f "$dir/ktap.log" ] || : >"$dir/ktap.log"
[ -f "$dir/console.log" ] || : >"$dir/console.log"
status=$(cat "$dir/qemu.status")

# fact NAME: of the run: nonce, scope (all or some of the tests), qemu, linux, release, topics
fact()
{
	sed -n "s/^$1 //p" "$dir/facts"
}
nonce=$(fact nonce)
[ -n "$nonce" ] || die 2 "$dir/facts has no nonce"

# The names are those of the whole series on one version of Linux. With a tree of the
# user's own, the kernel's own tests may be others: what is not used there is only said.
strict=1
judge_names=judge
if [ "$(fact topics)" != all ]; then
	judge_names='this is not the whole series'
elif [ -n "${other:-}" ]; then
	judge_names='these are other collections'
elif [ -f "$names" ] && [ -z "$LANE" ] && [ "$(fact linux)" != "$(table_linux "$names")" ]; then
	judge_names="scripts/guest/names.$ARCH is of Linux $(table_linux "$names"), and this is $(fact linux)"
fi
[ "$judge_names" = judge ] || strict=

# The port and the console may end lines with CR.
tr -d '\000\r' <"$dir/ktap.log" >"$dir/ktap.part"
tr -d '\000\r' <"$dir/console.log" >"$dir/console.part"
# An old run_kselftest.sh has a plan for each collection, and numbers its programs.
if [ "$(fact runner)" = old ]; then
	awk '/^1\.\.[0-9]+/ { planned += substr($1, 4); next }
		/^(not )?ok [0-9]+ / { sub(/ok [0-9]+ /, "ok " ++n " ") }
		{ line[++lines] = $0 }
		END { if (planned) print "1.." planned; for (i = 1; i <= lines; i++) print line[i] }' "$dir/ktap.part" >"$dir/ktap.one"
	mv "$dir/ktap.one" "$dir/ktap.part"
fi
add_cleanup "$dir/ktap.part" "$dir/console.part" "$dir/splats.part" "$dir/splats-allowed.part"

# --- Splats: what is allowed on this version of Linux
release=$(fact release | grep . || newest_release)
awk -v linux="$release" "$(cat "$scripts/lib/glob.awk" "$scripts/lib/expected.awk")"'
$1 ~ /^linux[<=>]/ && sub(/\//, " ") { if (!holds($1)) next; sub(/^[^ ]* /, "") }
{ print }' "$allowed" >"$dir/splats-allowed.part"
splats_left "$dir/console.part" "$variant" "$dir/splats-allowed.part" "$allowed" >"$dir/splats.part"
splat=$(sed -n '/^allowed /d; s/^[0-9]*://; p; q' "$dir/splats.part")
splats_allowed=$(sed -n '/^allowed /p' "$dir/splats.part")
export splat splats_allowed

# --- Tests
rc=0
awk -v variant="$variant" -v arch="$ARCH" -v expected="$expected" -v claims="$claims" -v lacks="$(lane_lacks)" \
    -v planfile="$dir/plan" -v testsfile="$dir/tests" -v leftoutfile="$dir/left-out" \
    -v names="$judge_names" -v namesfile="$names" -v strict="$strict" \
    -v nonce="$nonce" -v scope="$(fact scope)" -v qemu="$(fact qemu)" -v runner="$(fact runner)" -v linux="$release" \
    -v resultsfile="$dir/results" -v status="$status" \
    -v splats="$(grep -vc '^allowed ' "$dir/splats.part" || :)" \
    -v booted="$(grep -ac 'Linux version ' "$dir/console.part" || :)" \
    -f "$scripts/lib/glob.awk" -f "$scripts/lib/expected.awk" -f "$scripts/lib/verdict.awk" "$dir/ktap.part" >"$dir/summary" || rc=$?
cat "$dir/summary"
exit "$rc"
