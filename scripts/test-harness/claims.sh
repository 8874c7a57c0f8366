# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The claims: the table in README.md, and what a claim that does not hold does.

check "scripts/claims/README.md has the claims of the list" "$scripts/claims.sh" --check

claims_dir=$work/claims
claims_out=$claims_dir/out
mkdir -p "$claims_out/results/base" "$claims_out/results/patched" "$claims_dir/k" "$claims_dir/Documentation" \
	"$claims_dir/compare" "$claims_dir/bench" "$claims_dir/claims" "$claims_dir/config" "$claims_dir/mutants" "$claims_dir/all-tests"
: >"$claims_out/.lock"
# claims_patch FILE SUBJECT CHANGED: a patch that changes that file
claims_patch()
{
	printf 'From: a <a@example.org>\nSubject: [PATCH] %s\n\nWhy.\n---\ndiff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1 +1 @@\n-a\n+b\n' \
		"$2" "$3" "$3" "$3" "$3" >"$claims_dir/$1"
}
claims_patch k/one.patch 'one: Mend' k/one.c
claims_patch k/two.patch 'two: A subject
 of two lines' k/two.c
printf '# t: topic\nk/one.patch\nk/two.patch\n' >"$claims_dir/series"
echo 7.3 >"$claims_dir/base"
claims_env()
{
	env ASE_TOP="$claims_dir" O="$claims_out" ASE_CLAIMS_DIR="$claims_dir" ASE_NAMES="$claims_dir/names" "$@"
}
claims_sum()
{
	# shellcheck disable=SC2016 # expanded there
	claims_env sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; series_sum' "$scripts/sum"
}
claims_facts()
{
	for _v in base patched; do
		echo "series $(claims_sum)" >"$claims_out/results/$_v/facts"
	done
}
claims_facts
: >"$claims_dir/names"
# base_says, patched_says RESULT...: "STATE NAME"
base_says() { printf '%s\n' "$@" >"$claims_out/results/base/results"; }
patched_says() { printf '%s\n' "$@" >"$claims_out/results/patched/results"; }
claims_are() { printf '%s\n' "$@" >"$claims_dir/claims/list"; }
claims_run() { claims_env "$scripts/claims.sh" "$@"; }
base_says 'expected-fail a:x' 'pass a:y1' 'pass a:y2'
patched_says 'pass a:x' 'pass a:y1' 'pass a:y2'
claims_are 'k/one.patch' '	fail pass a:x # mends x' 'k/two.patch' '	pass pass a:y* # keeps y'
check "claims: all hold" expect 0 '^2 passed, 0 failed' claims_run
check "claims: a subject of two lines" expect 0 '^two: A subject of two lines' claims_run
base_says 'pass a:x' 'pass a:y1' 'pass a:y2'
check "claims: a fix that the unpatched kernel does not need" expect 1 'not ok mends x: a:x: base pass, patched pass; wanted fail, pass' claims_run
base_says 'expected-fail a:x' 'fail a:y1' 'pass a:y2'
check "claims: tests of one pattern that differ" expect 1 'not ok keeps y: a:y\*: base not all the same' claims_run
base_says 'expected-fail a:x'
check "claims: a test that was not run" expect 1 'not ok keeps y: a:y\*: base of one program only' claims_run
base_says 'expected-fail a:x' 'pass a:y1'
claims_are 'k/one.patch' '	fail pass a:x # mends x'
check "claims: a commit that claims nothing" expect 1 'not ok k/two.patch claims nothing' claims_run
claims_are 'k/one.patch' '	fail pass a:x # mends x' 'k/two.patch' '	pass pass # keeps y'
check "claims: a claim without a test" expect 1 'not ok keeps y: no test is named' claims_run
claims_are 'k/one.patch' '	fail pass a:x # mends x' 'k/two.patch' '	pass pass a:y1 # keeps y' 'k/gone.patch' '	pass pass a:x # is gone'
check "claims: of a commit that is not in series" expect 1 'not ok k/gone.patch has claims' claims_run

# --- Patterns: what has vanished shows nothing
base_says 'fail a:p:x.1' 'fail a:p_compat:x.1' 'pass a:y'
patched_says 'pass a:p:x.1' 'pass a:p_compat:x.1' 'pass a:y'
claims_are 'k/one.patch' '	fail pass a:p*:x.* # mends x' 'k/two.patch' '	pass pass a:y # keeps y'
printf 'any a:p\n\tx.1\nany a:p_compat\n\tx.1\nany a:y\n' >"$claims_dir/names"
check "claims: a pattern" expect 0 '^2 passed, 0 failed' claims_run
printf '\tx.2\n' >>"$claims_dir/names"
sed -i 's/^any a:y/base a:y/; /^\tx.2/d; s/^any a:p_compat/&\n\tx.2/' "$claims_dir/names"
check "claims: a pattern of which a name has vanished" expect 1 'not ok mends x: a:p\*:x.\*: base not run: a:p_compat:x.2' claims_run
sed -i '/x\.2/d' "$claims_dir/names"
patched_says 'pass a:p:x.1' 'pass a:y'
check "claims: a program of which all has vanished" expect 1 'not ok mends x: .*, patched not run: a:p_compat' claims_run
: >"$claims_dir/names"
check "claims: a pattern of programs that finds one" expect 1 'not ok mends x: .*, patched of one program only' claims_run

# --- What other verbs show
patched_says 'pass a:p:x.1' 'pass a:p_compat:x.1' 'pass a:y'
# by WORDS...: what is claimed of the second commit
by() { claims_are 'k/one.patch' '	fail pass a:p*:x.* # mends x' 'k/two.patch' "	by $* # keeps y"; }
claims_tables()
{
	printf '# series %s; gcc; QEMU 7.2; Linux 7.3\n' "$1" | tee "$claims_dir/compare/table" "$claims_dir/bench/results.csv" \
		"$claims_dir/config/table" "$claims_dir/mutants/table" >"$claims_dir/all-tests/table"
	printf '20 cells, 20 identical, 0 with intended differences, 0 unexplained\n  3 cells with call=execve\n' >>"$claims_dir/compare/table"
	printf 'config,cpu,row,kind,base_min,base_median,base_max,patched_min\nb,off,one,exact,10,10,10,9\nb,off,two,exact,10,10,10,10\n' >>"$claims_dir/bench/results.csv"
	printf 'good\tgcc\tyes\tyes\t5\t0\t0\nbad\tgcc\tyes\tyes\t5\t1\t0\nnever\tgcc\t-\t-\t-\t-\t-\n' >>"$claims_dir/config/table"
	printf 'slip   a:y\nuntried -\n' >>"$claims_dir/mutants/table"
	printf 'check\t9\t0\t0\t1:00\nbisect-check\t9\t1\t0\t1:00\n' >>"$claims_dir/all-tests/table"
}
claims_tables "$(claims_sum)"
# shows WORDS..., does_not WHY WORDS..., not_yet WHY WORDS...
shows() { by "$@"; expect 0 "^  ok keeps y: by $*\$" claims_run && grep -q '^2 passed, 0 failed, 0 skipped' "$work/output"; }
does_not() { _not=$1; shift; by "$@"; expect 1 "^not ok keeps y: by $*: $_not" claims_run; }
not_yet() { _not=$1; shift; by "$@"; expect 0 "^  ok keeps y: by $* # SKIP $_not" claims_run && grep -q '^1 passed, 0 failed, 1 skipped' "$work/output"; }
check "claims: shown by make compare" shows compare
check "claims: by some of its cells" shows compare call=execve
check "claims: by cells that it does not have" does_not 'there are no cells with call=read' compare call=read
check "claims: by a row of make bench" shows bench two
check "claims: by a row that has fewer instructions" shows bench one fewer
check "claims: by one that has not" does_not 'not fewer in b, off: 10, then 10' bench two fewer
check "claims: by a row that is not there" does_not 'there is no such row' bench three
check "claims: by a configuration" shows configs good
check "claims: by one that failed" does_not 'bad did not pass' configs good bad
check "claims: by one that was not run" not_yet 'never has not been run' configs never
check "claims: by one that is not there" does_not 'there is no configuration odd' configs odd
check "claims: by a mutant" shows mutants slip
check "claims: by one that was not tried" not_yet 'untried has not been tried' mutants untried
check "claims: by one that is not there" does_not 'there is no mutant odd' mutants odd
check "claims: by make check" shows check
check "claims: by make bisect-check, which failed" does_not 'it did not pass' bisect-check
check "claims: by what is no verb" does_not 'wishing is no verb that shows claims' wishing
check "claims: by documentation that is code" does_not 'it changes k/two.c' documentation
claims_patch k/two.patch 'two: A page' Documentation/two.rst
claims_facts
claims_tables "$(claims_sum)"
check "claims: by documentation" shows documentation
printf '	+ Documentation/new.rst\n' >>"$claims_dir/series"
echo page >"$claims_dir/Documentation/new.rst"
claims_facts
check "claims: by documentation that is new" shows documentation
printf '	+ k/new.c\n' >>"$claims_dir/series"
echo 'int x;' >"$claims_dir/k/new.c"
claims_facts
check "claims: by documentation with a new file that is code" does_not 'it changes k/new.c' documentation
sed -i '/^	/d' "$claims_dir/series"
claims_facts
sed -i 's/, 0 unexplained/, 1 unexplained/' "$claims_dir/compare/table"
check "claims: by a comparison that failed" does_not 'not all differences are explained' compare
claims_tables 0123456789abcdef
for claims_verb in compare 'bench one' 'configs good' 'mutants slip' check; do
	# shellcheck disable=SC2086 # words
	check "claims: by $claims_verb, of another series" not_yet '.* is of another series; run make' $claims_verb
done
rm "$claims_dir/compare/table"
check "claims: by a table that is missing" not_yet 'compare/table is missing; run make compare' compare

# --- What is committed says of which series it is
claims_write()
{
	printf '<!-- claims: begin -->\nold\n<!-- claims: end -->\nkept\n' >"$claims_dir/claims/README.md"
	claims_run --write >"$work/output" 2>&1 &&
	[ "$(sed -n '1s/^# series \([0-9a-f]*\);.*/\1/p' "$claims_dir/claims/table")" = "$(claims_sum)" ] &&
	grep -q '^Measured on this series: ' "$claims_dir/claims/README.md" && grep -q '^kept$' "$claims_dir/claims/README.md" &&
	expect 0 '' claims_run --check
}
by check
claims_tables "$(claims_sum)"
check "claims: --write writes the table and README.md" claims_write
claims_patch k/one.patch 'one: Mend' k/another.c
check "claims: with another patch README.md is not right" expect 1 'scripts/claims/README.md is not that of the list' claims_run --check
check "claims: nor was the run of this series" expect 1 'the last run of the base kernel was not with this series' claims_run
claims_stale()
{
	claims_run --readme && expect 0 '' claims_run --check &&
	grep -q '^\*\*Measured on an earlier series, not on this one\*\*' "$claims_dir/claims/README.md"
}
check "claims: README.md says it then" claims_stale
claims_facts
base_says 'pass a:p:x.1' 'pass a:p_compat:x.1' 'pass a:y'
check "claims: what does not hold is not written" expect 1 'there is nothing to write down' claims_run --write
rm "$claims_out/results/base/results"
check "claims: no run to take it from" expect 1 'run make run VARIANT=base' claims_run

# --- Who has written the patches: nobody's own name comes from whose git it was
strangers()
{
	own_git -C "$top" ls-files -- '*.patch' ':!scripts' | while read -r patch; do
		[ "$(sed -n 1p "$top/$patch")" = "From: $identity_name <$identity_mail>" ] || echo "$patch"
		! grep -qiE '^(signed-off|reviewed|tested|acked|co-developed)-by:' "$top/$patch" || echo "$patch"
	done
}
check "the patches are from the series, and no one signs them" test -z "$(strangers)"
