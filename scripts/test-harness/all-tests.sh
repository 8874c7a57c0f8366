# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make all-tests, with stand-ins for its parts.

at=$work/all-tests
mkdir -p "$at/verbs" "$at/out" "$at/top/k" "$at/say" "$at/tables"
: >"$at/out/.lock"
printf '%s\n' 'From: a <a@example.org>' 'Subject: [PATCH] one' '' '---' \
	'diff --git a/k/f b/k/f' '--- a/k/f' '+++ b/k/f' '@@ -0,0 +1 @@' '+one' >"$at/top/k/one.patch"
printf '# t: topic\nk/one.patch\n' >"$at/top/series"
echo 7.3 >"$at/top/base"
# A part prints what say/PART has, ends with the status in say/PART.rc, and is told in ran.
for at_verb in test lanes check compile compare mutants bisect-check configs bench report deps tree pairs claims; do
	cat >"$at/verbs/$at_verb.sh" <<-EOF
	#!/bin/sh
	case \${1:-} in
	--write*|--readme) echo "$at_verb \${ARCH#arm64}\$1" >>"$at/ran"; exit ;;
	esac
	name=$at_verb
	[ "\$name:\$ARCH" != test:x86_64 ] || name=test-x86_64
	echo "\$name" >>"$at/ran"
	cat "$at/say/\$name" 2>/dev/null
	exit \$(cat "$at/say/\$name.rc" 2>/dev/null || echo 0)
	EOF
	chmod +x "$at/verbs/$at_verb.sh"
done
at_reset()
{
	rm -rf "$at/out/all-tests" "$at/say" "$at/ran"
	mkdir "$at/say"
	for _p in test test-x86_64 lanes check compile mutants bisect-check configs report; do
		echo '3 passed, 0 failed, 1 skipped' >"$at/say/$_p"
	done
	echo '20 cells, 18 identical, 2 with intended differences, 0 unexplained' >"$at/say/compare"
}
all_tests()
{
	: >"$at/ran"
	env -u VARIANT -u CONFIG ASE_TOP="$at/top" O="$at/out" ASE_VERBS_DIR="$at/verbs" ASE_TABLES_DIR="$at/tables" \
		"$scripts/all-tests.sh" "$@"
}
# ran: which parts
ran() { sed -e '/^deps$/d' -e '/^tree$/d' "$at/ran" | tr '\n' ' '; }
at_ran() { [ "$(ran)" = "$1" ] || { ran >"$work/output"; return 1; }; }

at_all() { at_reset; expect 0 '^48 passed, 0 failed, 9 skipped$' all_tests && at_ran 'test test-x86_64 lanes check compile compare mutants bisect-check configs bench report '; }
check 'all-tests: all parts' at_all
check 'all-tests: each says its count and its time' expect 0 '^ok compare: 20 passed, 0 failed, 0 skipped; 0:[0-9]*, before' all_tests
check 'all-tests: what has passed is not repeated, but the lanes, which know themselves, and the page' at_ran 'lanes report '
at_force() { FORCE=1 all_tests >"$work/output" 2>&1 && [ "$(wc -w <"$at/ran")" = 13 ]; }
check 'all-tests: but with FORCE=1' at_force
at_fails()
{
	at_reset
	printf 'not ok 1 odd\n2 passed, 1 failed, 0 skipped\n' >"$at/say/mutants"
	echo 1 >"$at/say/mutants.rc"
	expect 1 '^not ok mutants: 2 passed, 1 failed, 0 skipped' all_tests && at_ran 'test test-x86_64 lanes check compile compare mutants bisect-check configs bench report ' || return 1
	rm "$at/say/mutants.rc"
	echo '3 passed, 0 failed, 0 skipped' >"$at/say/mutants"
	expect 0 '^ok mutants: 3 passed' all_tests && at_ran 'lanes mutants report '
}
check 'all-tests: what has failed is run again, and nothing else' at_fails
at_dies() { at_reset; : >"$at/say/bench"; echo 5 >"$at/say/bench.rc"; expect 5 '^not ok bench: 0 passed, 1 failed' all_tests; }
check 'all-tests: a part that counts nothing and fails' at_dies
at_changed()
{
	at_reset
	all_tests >/dev/null 2>&1 || return 1
	sed -i 's/^+one$/+two/' "$at/top/k/one.patch"
	all_tests >"$work/output" 2>&1 && [ "$(wc -w <"$at/ran")" = 13 ]
}
check 'all-tests: another series is all to be tested' at_changed
at_missing()
{
	at_reset
	printf 'ok 1 sparse # SKIP sparse is missing\n1 passed, 0 failed, 1 skipped\n' >"$at/say/check"
	expect 1 '^not ok check: 1 passed, 1 failed, 1 skipped' all_tests &&
	grep -q 'check: skipped, since a tool is missing: sparse is missing' "$work/output"
}
check 'all-tests: a missing tool is a failure' at_missing
at_skips()
{
	at_reset
	printf 'ok 1 a # SKIP no budget for gcc 99\nok 2 b # SKIP no budget for gcc 99\n1 passed, 0 failed, 2 skipped\n' >"$at/say/bench"
	expect 0 '^  skipped 2: no budget for gcc 99$' all_tests
}
check 'all-tests: why something is skipped is said' at_skips
# --write of what has passed; the others are run on, on this machine or on another.
at_write()
{
	at_reset
	rm -rf "$at/tables"
	mkdir -p "$at/tables/all-tests"
	printf '%s\n' 'a' '<!-- all-tests: begin -->' '<!-- all-tests: end -->' 'z' >"$at/tables/all-tests/README.md"
	printf 'not ok 1 odd\n2 passed, 1 failed, 0 skipped\n' >"$at/say/bench"
	! all_tests >/dev/null 2>&1 || return 1
	all_tests --write >"$work/output" 2>&1 || return 1
	at_ran '' &&
	grep -q '^# series [0-9a-f]*; ' "$at/tables/all-tests/table" &&
	grep -q '^compare	20	0	0	0:' "$at/tables/all-tests/table" &&
	! grep -q '^bench' "$at/tables/all-tests/table" &&
	grep -q '^| compare | 20 | 0 | 0 | 0:' "$at/tables/all-tests/README.md" && grep -q '^| bench | not run to its end' "$at/tables/all-tests/README.md"
}
check 'all-tests: --write writes the table of what has passed, and no other' at_write
# make tables: all verbs; one that has nothing to write is said.
tables_all()
{
	at_reset
	for _v in base patched; do
		mkdir -p "$at/out/results/$_v" "$at/out/results/$_v-x86_64"
		echo "$_v kernel: pass" >"$at/out/results/$_v/summary"
		echo "$_v kernel, x86_64: pass" >"$at/out/results/$_v-x86_64/summary"
	done
	cp "$at/verbs/bench.sh" "$at/bench.sh"
	printf '#!/bin/sh\n[ "$1" != --readme ] || { echo bench --readme >>"%s"; exit; }\necho "bench: there is nothing" >&2\nexit 1\n' \
		"$at/ran" >"$at/verbs/bench.sh"
	cp "$at/verbs/mutants.sh" "$at/verbs/all-tests.sh"
	sed -i 's/mutants/all-tests/' "$at/verbs/all-tests.sh"
	: >"$at/ran"
	expect 0 '^tables: bench --write: left as it is: bench: there is nothing$' env -u VARIANT -u CONFIG ASE_TOP="$at/top" \
		O="$at/out" ASE_VERBS_DIR="$at/verbs" "$scripts/tables.sh" || return 1
	cp "$at/bench.sh" "$at/verbs/bench.sh"
	at_ran 'mutants --write configs --write bisect-check --write compile --write compare --write bench --readme lanes --write pairs --write pairs x86_64--write all-tests --write claims --write ' || return 1
	# A run in which names were missing is no source of names.
	echo 'base kernel: FAIL: 1 test failed' >"$at/out/results/base/summary"
	: >"$at/ran"
	expect 0 '^tables: names of arm64: left as they are: ' env -u VARIANT -u CONFIG ASE_TOP="$at/top" \
		O="$at/out" ASE_VERBS_DIR="$at/verbs" "$scripts/tables.sh" && ! grep -q '^pairs --write' "$at/ran"
}
for at_option in UPTO=t TOPICS=t CONFIG=other ARCH=x86_64 VARIANT=base LINUX=/nowhere MUTANTS=few; do
	check "tables: $at_option: status 2" expect 2 "^tables: .*=.*leave it out" env -u VARIANT -u CONFIG "$at_option" \
		ASE_TOP="$at/top" O="$at/out" ASE_VERBS_DIR="$at/verbs" "$scripts/tables.sh"
done
check 'tables: all verbs, names of runs that have passed, and what is left' tables_all
check 'all-tests: and README.md' expect 0 '' all_tests --check
at_beside() { expect 0 '' flock "$at/out/.lock" env -u VARIANT -u CONFIG ASE_TOP="$at/top" O="$at/out" ASE_TABLES_DIR="$at/tables" timeout 60 "$scripts/all-tests.sh" --check; }
check 'all-tests: --check does not wait for another make' at_beside
at_elsewhere()
{
	rm -rf "$at/out/all-tests"
	echo '3 passed, 0 failed, 0 skipped' >"$at/say/bench"
	expect 0 '^ok compare: 20 passed, 0 failed, 0 skipped; 0:[0-9]*, as scripts/all-tests/table has it' all_tests && at_ran 'lanes bench report '
}
check 'all-tests: another machine goes on from the table' at_elsewhere
at_other_tools()
{
	rm -rf "$at/out/all-tests"
	sed -i '1s/QEMU [0-9.]*/QEMU 0.1/' "$at/tables/all-tests/table"
	all_tests >"$work/output" 2>&1 && [ "$(ran | wc -w)" = 11 ]
}
check 'all-tests: not from one of other tools' at_other_tools
at_odd_readme() { sed -i '/^| compare/d' "$at/tables/all-tests/README.md"; expect 1 "run scripts/all-tests.sh --readme" all_tests --check; }
check 'all-tests: a README that is not the table' at_odd_readme
check 'all-tests: README.md has what scripts/all-tests/table has' "$scripts/all-tests.sh" --check

check 'bisect-check: README.md has what scripts/bisect-check/table has' "$scripts/bisect-check.sh" --check

# bisect-check --write: what has passed here or there, of this series
mkdir -p "$at/tables/bisect-check"
printf '<!-- bisect-check: begin -->\n<!-- bisect-check: end -->\n' >"$at/tables/bisect-check/README.md"
bc_table() { ASE_TOP="$at/top" O="$at/out" ASE_TABLES_DIR="$at/tables" "$scripts/bisect-check.sh" --write; }
bc_has() { bc_table >"$work/output" 2>&1 && sed '/^#/d' "$at/tables/bisect-check/table" | cut -f 1,2,4 | tee "$work/output" | grep -qx "$1"; }
check 'bisect-check: a commit that was not tried' bc_has '1	-	one'
mkdir -p "$at/out/bisect"
echo '6 programs, 211 results: 208 passed, 0 failed, 0 skipped; 1 known failures, 2 known skips' >"$at/out/bisect/1.result"
echo 0123456789abcdef >"$at/out/bisect/1.series"
check 'bisect-check: one that was tried in another series' bc_has '1	-	one'
sed '/^#/d' "$at/tables/bisect-check/table" | cut -f 3 >"$at/out/bisect/1.series"
check 'bisect-check: one that has passed' bc_has '1	6 programs, 211 results: 208 passed, 0 failed, 0 skipped; 1 known failures, 2 known skips	one'
check 'bisect-check: the page has its numbers' grep -qx '| 1 | one | 6 | 208 | 3 |' "$at/tables/bisect-check/README.md"
rm -r "$at/out/bisect"
check 'bisect-check: the table keeps it on another machine' bc_has '1	6 programs, 211 results: 208 passed, 0 failed, 0 skipped; 1 known failures, 2 known skips	one'
# A patch more, and the same again with another change before it
cp -r "$at/top" "$at/top.old"
bc_patch() { printf 'From: a <a@b>\nSubject: [PATCH] %s\n\nText.\n---\ndiff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1 +1 @@\n-a\n+b\n' "$1" "$1" "$1" "$1" "$1" >"$at/top/$1.patch"; }
bc_patch two
echo two.patch >>"$at/top/series"
check 'bisect-check: also if a commit comes behind it' bc_has '1	6 programs, 211 results: 208 passed, 0 failed, 0 skipped; 1 known failures, 2 known skips	one'
check 'bisect-check: which was not tried' bc_has '2	-	two'
check 'bisect-check: nor does the page say more' grep -qx '| 2 | two | no result | | |' "$at/tables/bisect-check/README.md"
check 'bisect-check: it has how many' grep -qx 'Of the 2 commits of this series, 1 have been built and booted, and have passed.' "$at/tables/bisect-check/README.md"
bc_check() { ASE_TOP="$at/top" ASE_TABLES_DIR="$at/tables" "$scripts/bisect-check.sh" --check; }
check 'bisect-check: a page that is that of the table' bc_check
sed -i 's/| 208 |/| 209 |/' "$at/tables/bisect-check/README.md"
check 'bisect-check: one that is not' expect 1 'README.md is not the table beside it' bc_check
bc_readme() { ASE_TOP="$at/top" ASE_TABLES_DIR="$at/tables" "$scripts/bisect-check.sh" --readme; }
bc_readme >"$work/output" 2>&1
# Two patches change places of content: in the end all is as it was.
cp "$at/top/k/one.patch" "$at/one.patch"
sed -i 's|^+[a-z]*$|+another|' "$at/top/k/one.patch"
check 'bisect-check: a result of another commit is none' bc_readme
check 'bisect-check: the page does not have it' grep -qx '| 1 | one | no result | | |' "$at/tables/bisect-check/README.md"
cp "$at/one.patch" "$at/top/k/one.patch"
cp "$at/tables/bisect-check/table" "$at/table.keep"
sed -i 's/ 211 results/ 212 results/' "$at/tables/bisect-check/table"
check 'bisect-check: numbers that do not add up' expect 1 'row 1 is not what make run says' bc_readme
cp "$at/table.keep" "$at/tables/bisect-check/table"
bc_readme >"$work/output" 2>&1
bc_patch zero
sed -i '0,/^[^#]*\.patch$/s//zero.patch\n&/' "$at/top/series"
check 'bisect-check: but not if one comes before it' bc_has '2	-	one'
rm -r "$at/top"
mv "$at/top.old" "$at/top"
bc_table >"$work/output" 2>&1 || :
mkdir -p "$at/out/bisect"
echo '6 programs, 211 results: 208 passed, 0 failed, 0 skipped; 1 known failures, 2 known skips' >"$at/out/bisect/1.result"
sed '/^#/d' "$at/tables/bisect-check/table" | cut -f 3 >"$at/out/bisect/1.series"
bc_table >"$work/output" 2>&1 || :
rm -r "$at/out/bisect"
sed -i '1s/QEMU [0-9.]*/QEMU 0.1/' "$at/tables/bisect-check/table"
check 'bisect-check: but not with other tools' bc_has '1	-	one'
for at_option in TOPICS=t TESTS=ptrace CONFIGS=few MUTANTS=few CELLS=x ARCH=x86_64 VARIANT=base; do
	# shellcheck disable=SC2317 # called by expect
	at_with() { (export "${at_option?}" && ASE_TOP=$at/top O=$at/out ASE_VERBS_DIR=$at/verbs "$scripts/all-tests.sh"); }
	check "all-tests: with $at_option: status 2" expect 2 "^all-tests: $at_option: all-tests is of " at_with
done
