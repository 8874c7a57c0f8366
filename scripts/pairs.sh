#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# pairs: what the unpatched kernel does and what the patched one does, test by
# test, from the last run of each. Fails if a test that is to show a fix passes
# on the unpatched kernel as well, or if any test does worse on the patched one.

prog=pairs
. "$(dirname "$0")/lib.sh"
no_arguments "$@"

machine_arch
for variant in base patched; do
	[ -s "$(results_of $variant)/results" ] ||
		die 1 "there is no result of the $variant kernel for $ARCH; run make run VARIANT=$variant ARCH=$ARCH${COLLECTIONS:+ COLLECTIONS=\"$COLLECTIONS\"}"
done

# No other collections than those of the main job show a fix.
awk -v arch="$ARCH" -v other="$other" -v expected="${ASE_EXPECTED:-$scripts/guest/expected}" "$(cat "$scripts/glob.awk")"'
function plain(state) { sub(/^expected-/, "", state); return state }
function rank(state) { return state == "pass" || state == "xfail" ? 2 : state == "skip" ? 1 : 0 }
BEGIN {
	while ((getline line < expected) > 0)
		# Tests of the collection arm64 are no claim for another architecture.
		if (other == "" && line ~ /^([a-z0-9_]+\/)?base[ \t]+fail[ \t]/ &&
		    (index(line, "/base") == 0 || index(line, arch "/") == 1) &&
		    (arch == "arm64" || line !~ /^[^ \t]+[ \t]+fail[ \t]+arm64:/)) {
			why = line; sub(/^.* # /, "", why)
			sub(/ # .*/, "", line); sub(/^[^ \t]+[ \t]+fail[ \t]+/, "", line); sub(/[ \t]+$/, "", line)
			claim[++claims] = line; reason[claims] = why
		}
}
{
	state = plain($1); name = $0
	sub(/^[^ ]+ +/, "", name); sub(/ # .*/, "", name)
	if (FNR == NR) { base[name] = state; order[++n] = name }
	else { patched[name] = state; if (!(name in base)) order[++n] = name }
}
END {
	printf "%-62s %-8s %s\n", "what differs", "base", "patched"
	for (i = 1; i <= n; i++) {
		name = order[i]
		b = name in base ? base[name] : "-"; p = name in patched ? patched[name] : "-"
		if (b == p) { same++; continue }
		printf "  %-60s %-8s %s\n", name, b, p
		if (rank(p) < rank(b)) { worse++; print "not ok " name " is worse on the patched kernel: " b ", " p }
		else passed++
	}
	for (i = 1; i <= claims; i++) {
		b = said(claim[i], base); p = said(claim[i], patched)
		if (b == "fail" && p == "pass") { shown++; continue }
		lost++
		print "not ok " claim[i] " is to fail on base and pass on patched (" reason[i] "), but: " b ", " p
	}
	printf "%d results are the same on both kernels, %d of %d fixes are shown\n", same, shown, claims
	if (!same || (!claims && arch == "arm64" && other == "")) { lost++; print "not ok nothing was compared" }
	printf "%d passed, %d failed, 0 skipped\n", shown + (worse ? 0 : 1), lost + worse
	exit lost + worse > 0
}' "$(results_of base)/results" "$(results_of patched)/results"
