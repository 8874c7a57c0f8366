# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The claims: the table in README.md, and what a claim that does not hold does.

check "README.md has the table of scripts/claims" "$scripts/claims.sh" --check

claims_dir=$work/claims
mkdir -p "$claims_dir/out/results/base" "$claims_dir/out/results/patched" "$claims_dir/k"
printf 'Subject: [PATCH] one: Mend\n\n' >"$claims_dir/k/one.patch"
printf 'Subject: [PATCH] two: A subject\n of two lines\n\n' >"$claims_dir/k/two.patch"
printf '# t: topic\nk/one.patch\nk/two.patch\n' >"$claims_dir/series"
# base_says, patched_says RESULT...: "STATE NAME"
base_says() { printf '%s\n' "$@" >"$claims_dir/out/results/base/results"; }
patched_says() { printf '%s\n' "$@" >"$claims_dir/out/results/patched/results"; }
claims_are() { printf '%s\n' "$@" >"$claims_dir/claims"; }
claims_run()
{
	ASE_TOP=$claims_dir O=$claims_dir/out ASE_CLAIMS=$claims_dir/claims "$scripts/claims.sh"
}
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
check "claims: a test that was not run" expect 1 'not ok keeps y: a:y\*: base not run' claims_run
base_says 'expected-fail a:x' 'pass a:y1'
claims_are 'k/one.patch' '	fail pass a:x # mends x'
check "claims: a commit that claims nothing" expect 1 'not ok k/two.patch claims nothing' claims_run
claims_are 'k/one.patch' '	fail pass a:x # mends x' 'k/two.patch' '	pass pass a:y* # keeps y' 'k/gone.patch' '	pass pass a:x # is gone'
check "claims: of a commit that is not in series" expect 1 'not ok k/gone.patch has claims' claims_run
rm "$claims_dir/out/results/base/results"
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
