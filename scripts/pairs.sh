#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# pairs: what the unpatched kernel does and what the patched one does, test by
# test, from the last run of each. Fails if a test that is to show a fix passes
# on the unpatched kernel as well, or if any test does worse on the patched one.
#
# pairs.sh --write: put the names that the last two runs have reported into
# scripts/guest/names.ARCH, which verdict.sh holds each run against.

prog=pairs
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/build.sh"
help_or 'pairs.sh [--write]' "$@"
case $#:${1:-} in
0:|1:--write) ;;
*) die 2 "usage: pairs.sh [--write]" ;;
esac

machine_arch
for variant in base patched; do
	[ -s "$(results_of $variant)/results" ] ||
		die 1 "there is no result of the $variant kernel for $ARCH; run make run VARIANT=$variant ARCH=$ARCH${COLLECTIONS:+ COLLECTIONS=\"$COLLECTIONS\"}"
done

# names_of VARIANT: PROGRAM<TAB>NAME of each result of a run, PROGRAM<TAB> of each program
names_of()
{
	awk '{
		name = $0; sub(/^[^ ]+ +/, "", name); sub(/ # .*/, "", name)
		split(name, w, ":"); program = w[1] ":" w[2]
		print program "\t" (name == program ? "" : substr(name, length(program) + 2))
	}' "$(results_of "$1")/results" | sort
}
if [ "${1:-}" = --write ]; then
	names=${ASE_NAMES:-$scripts/guest/names.$ARCH}
	sum=$(series_sum)
	make_work
	for variant in base patched; do
		results=$(results_of $variant)
		for line in 'scope all' 'topics all' "series $sum"; do
			grep -qxF "$line" "$results/facts" 2>/dev/null ||
				die 1 "the last run of the $variant kernel was not of all tests of this series; run make run VARIANT=$variant ARCH=$ARCH"
		done
		# Names that are missing or new are what this is for; nothing else is.
		awk -v plan="$results/plan" '
		BEGIN { while ((getline line < plan) > 0) planned[line] = 1 }
		/ # (reported|planned|is reported twice|was not asked)/ { sub(/^[^ ]+ +/, ""); print; exit 1 }
		{ name = $0; sub(/^[^ ]+ +/, "", name); sub(/ # .*/, "", name); delete planned[name] }
		END { for (name in planned) { print name " has no result"; exit 1 } }' "$results/results" >"$work/bad" ||
			die 1 "the last run of the $variant kernel is not whole: $(head -n 1 "$work/bad")"
		names_of $variant >"$work/$variant"
	done
	add_cleanup "$names.part"
	{
		table_head
		echo '# The names that each program has to report: KERNEL PROGRAM, then a line each. Written by scripts/pairs.sh --write.'
		awk -F '\t' -v basefile="$work/base" '
		function block(text,    part, n, i) {
			n = split(text, part, "\n")
			for (i = 1; i < n; i++) if (part[i] != "") print "\t" part[i]
		}
		BEGIN {
			while ((getline line < basefile) > 0) {
				split(line, f, "\t")
				base[f[1]] = base[f[1]] f[2] "\n"
				if (!(f[1] in there)) { there[f[1]] = 1; order[++n] = f[1] }
			}
		}
		{
			patched[$1] = patched[$1] $2 "\n"
			if (!($1 in there)) { there[$1] = 1; order[++n] = $1 }
		}
		END {
			for (i = 1; i <= n; i++) {
				name = order[i]
				if (base[name] == patched[name]) { print "any " name; block(base[name]); continue }
				if (name in base) { print "base " name; block(base[name]) }
				if (name in patched) { print "patched " name; block(patched[name]) }
			}
		}' "$work/patched"
	} >"$names.part"
	[ -f "$names" ] || : >"$names"
	diff "$names" "$names.part" >"$work/changes" || :
	say "names: $(grep -c '^>.	' "$work/changes" || :) new, $(grep -c '^<.	' "$work/changes" || :) gone, in $names"
	mv "$names.part" "$names"
	exit 0
fi

# No other collections than those of the main job show a fix. Tests of the collection
# arm64 are no claim for another architecture.
expected=${ASE_EXPECTED:-$scripts/guest/expected}
claims=$scripts/claims/list
[ -z "${ASE_EXPECTED:-}" ] || claims=${ASE_CLAIMS:-}
fact()
{
	sed -n "s/^$1 //p" "$(results_of patched)/facts"
}
# A lane counts them by fix, which has the name of the whole series.
make_work
[ -z "$LANE" ] || (top=$main && subjects) >"$work/subjects"
awk -v arch="$ARCH" -v other="$other" -v variant=base -v expected="$expected" -v claimsfile="$claims" \
	-v lacks="$(lane_lacks)" -v planfile="${LANE:+$(results_of patched)/plan}" -v subjectsfile="$work/subjects" \
	-v qemu="$(fact qemu)" -v linux="$(fact release | grep . || newest_release)" \
	"$(cat "$scripts/lib/glob.awk" "$scripts/lib/expected.awk" "$scripts/lib/tap.awk")"'
function plain(state) { sub(/^expected-/, "", state); return state }
function rank(state) { return state == "pass" || state == "xfail" ? 2 : state == "skip" ? 1 : 0 }
# Of a lane, what its series has a test of: what fails on its base kernel alone, and what
# is no bug of it, and passes on both
function claims_of_lane(    line, w, planned, subject, i, program) {
	while ((getline line < planfile) > 0) planned[line] = 1
	while ((getline line < subjectsfile) > 0) { split(line, w, "\t"); subject[w[1]] = w[2] }
	for (i = 1; i <= claimed; i++) {
		if (cstate[i] != "fail") continue
		split(cname[i], w, ":"); there = 0
		for (program in planned) if (matches(program, w[1] ":" w[2])) there = 1
		if (!there) continue
		if (!(cname[i] in of_this_linux)) {
			if (!clacks[i]) { claim[++claims] = cname[i]; reason[claims] = mended_by(i); fix[claims] = subject[cpatch[i]] }
		} else if (ekind[of_this_linux[cname[i]]] == "pass") {
			absent[++absents] = cname[i]; absent_why[absents] = ewhy[of_this_linux[cname[i]]]; absent_fix[absents] = subject[cpatch[i]]
		}
	}
}
function count_fix(name, how) {
	if (!((name, how) in fix_count)) fix_order[++fixes] = name SUBSEP how
	fix_count[name, how]++
}
BEGIN {
	read_expected(expected)
	if (claimsfile != "") expect_claims(claimsfile, lacks)
	if (planfile != "") claims_of_lane()
	else for (i = 1; i <= entries && other == ""; i++)
		if (ekind[i] == "fail" && eonly[i] && (arch == "arm64" || ename[i] !~ /^arm64:/)) {
			claim[++claims] = ename[i]; reason[claims] = ewhy[i]
		}
}
{
	state = plain($1); name = $0
	sub(/^[^ ]+ +/, "", name); sub(/ # .*/, "", name)
	if (FNR == NR) { base[name] = state; order[++n] = name }
	else { patched[name] = state; if (!(name in base)) order[++n] = name }
}
END {
	if (refused) exit 2
	printf "%-62s %-8s %s\n", "what differs", "base", "patched"
	for (i = 1; i <= n; i++) {
		name = order[i]
		b = name in base ? base[name] : "-"; p = name in patched ? patched[name] : "-"
		if (b == p) { same++; continue }
		printf "  %-60s %-8s %s\n", name, b, p
		if (rank(p) < rank(b)) { worse++; tap_not_ok(name " is worse on the patched kernel: " b ", " p) }
	}
	for (i = 1; i <= claims; i++) {
		b = said(claim[i], base); p = said(claim[i], patched)
		if (b == "fail" && p == "pass") { shown++; count_fix(fix[i], "base fail, patched pass"); continue }
		tap_not_ok(claim[i] " is to fail on base and pass on patched (" reason[i] "), but: " b ", " p)
	}
	for (i = 1; i <= absents; i++) {
		b = said(absent[i], base); p = said(absent[i], patched)
		if (b == "pass" && p == "pass") { none++; count_fix(absent_fix[i], "base pass, patched pass"); continue }
		tap_not_ok(absent[i] " is to pass on both kernels (" absent_why[i] "), but: " b ", " p)
	}
	for (i = 1; i <= fixes && planfile != ""; i++) {
		split(fix_order[i], w, SUBSEP)
		printf "  fix \"%s\": %d result%s: %s\n", w[1], fix_count[w[1], w[2]], (fix_count[w[1], w[2]] > 1 ? "s" : ""), w[2]
	}
	printf "%d results are the same on both kernels, %d of %d fixes are shown%s\n", same, shown, claims, \
		(none ? ", " none " bugs are not there" : "")
	if (!same || (!claims && arch == "arm64" && other == "")) tap_not_ok("nothing was compared")
	# That nothing is worse is one result.
	tap_passed = shown + none + !worse
	exit tap_end()
}' "$(results_of base)/results" "$(results_of patched)/results"
