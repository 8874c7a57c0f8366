# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# LANE=: the layout of stable/VERSION, and what its series only names.

# --- The lanes that there are
ln_mbox() { env LANE="$1" O="$work/lanes-out" XDG_CACHE_HOME="$work/lanes-cache" "$scripts/mbox.sh"; }
# One commit for each patch that series names, and nothing fetched or built
ln_whole()
{
	ln_mbox "$1" >"$work/lane.mbox" 2>"$work/output" &&
	[ "$(grep -c '^From 0' "$work/lane.mbox")" = "$(grep -c '^[^#[:blank:]].*\.patch$' "$top/stable/$1/series")" ] &&
	[ ! -e "$work/lanes-out" ] && [ ! -e "$work/lanes-cache" ]
}
check 'there are lanes' test -n "$(lanes)"
for ln_lane in $(lanes); do
	check "mbox LANE=$ln_lane: each commit of it, and neither a tree nor a build" ln_whole "$ln_lane"
	check "LANE=$ln_lane: base is a version of it" grep -q "^$ln_lane\.[0-9]" "$top/stable/$ln_lane/base"
done
for ln_lane in 0.1 .. '*' 6 '6.12/x' '' ; do
	[ -n "$ln_lane" ] || continue
	check "LANE=$ln_lane: status 2, and which there are" expect 2 "^mbox: LANE=.*: no such lane; there are: $(lanes | tr '\n' ' ' | sed 's/\./\\./g')" ln_mbox "$ln_lane"
done
ln_first=$(lanes | head -n 1)
ln_verb() { env LANE="$ln_first" O="$work/lanes-out" "$scripts/$1.sh"; }
for ln_word in check claims compare mutants configs bench bisect-check compile all-tests cover lanes; do
	check "$ln_word LANE=$ln_first: status 2" expect 2 "^$ln_word: LANE=$ln_first: $ln_word is of the whole series; leave it out" ln_verb $ln_word
done
check 'run LANE= COLLECTIONS=: status 2' expect 2 '^run: LANE=.*leave out COLLECTIONS=' env COLLECTIONS=timers LANE="$ln_first" O="$work/lanes-out" "$scripts/run.sh"
check 'LANE= leaves nothing behind' test ! -e "$work/lanes-out"

# No file of a lane is the main tree's, or another lane's: of a patch, but for where it
# applies; of any other file, to the byte.
ln_plain() { sed -e '/^index [0-9a-f]*\.\./d' -e 's/^@@ -[0-9,]* +[0-9,]* @@.*/@@/' "$1"; }
ln_twice()
{
	(cd "$1" && find stable -type f ! -path 'stable/*/base' ! -path 'stable/*/series' | sort) | while read -r _file; do
		_path=${_file#stable/*/}
		for _other in "$1/$_path" "$1"/stable/*/"$_path"; do
			[ -f "$_other" ] && [ "$_other" != "$1/$_file" ] || continue
			case $_path in
			*.patch) [ "$(ln_plain "$1/$_file")" != "$(ln_plain "$_other")" ] || echo "$_file is ${_other#"$1/"}" ;;
			*) ! cmp -s "$1/$_file" "$_other" || echo "$_file is ${_other#"$1/"}" ;;
			esac
		done
	done >"$work/output"
	[ ! -s "$work/output" ]
}
check 'no file of a lane is there twice' ln_twice "$top"
# And each is named by the series of its lane, or by another's.
ln_named()
{
	(cd "$1" && find stable -type f ! -path 'stable/*/base' ! -path 'stable/*/series' ! -path 'stable/*/config' | sort) | while read -r _file; do
		_path=${_file#stable/*/}
		_lane=${_file%"/$_path"}
		sed 's/^[[:blank:]]*+[[:blank:]]*//' "$1/$_lane/series" | grep -qxF "$_path" || echo "$_file is in no series"
	done >"$work/output"
	[ ! -s "$work/output" ]
}
check 'each file of a lane is in its series' ln_named "$top"
ln_copy=$work/lanes-copy
mkdir -p "$ln_copy/k" "$ln_copy/stable/1.0/k" "$ln_copy/stable/1.1"
printf 'From: a\nSubject: b\n\n---\ndiff --git a/k/f b/k/f\nindex 0123..4567 100644\n--- a/k/f\n+++ b/k/f\n@@ -1,2 +1,2 @@ int a;\n-x\n+y\n z\n' >"$ln_copy/k/p.patch"
sed -e 's/^index.*/index 89ab..cdef 100644/' -e 's/^@@.*/@@ -11,2 +11,2 @@/' "$ln_copy/k/p.patch" >"$ln_copy/stable/1.0/k/p.patch"
echo k/p.patch >"$ln_copy/stable/1.0/series"
: >"$ln_copy/stable/1.1/series"
ln_not() { ! "$@"; }
check 'a patch that only applies elsewhere is noticed' ln_not ln_twice "$ln_copy"
sed -i 's/^ z/ context/' "$ln_copy/stable/1.0/k/p.patch"
check 'one of another context is none' ln_twice "$ln_copy"
echo k/q.patch >"$ln_copy/stable/1.0/series"
check 'one that no series names is noticed' ln_not ln_named "$ln_copy"

# --- There and back, on a toy: an older kernel, where one patch of two applies as it is
ln=$work/lanes-toy
ln_new()
{
	rm -rf "$ln"
	mkdir -p "$ln/repo/stable/1.0" "$ln/new/arch/arm64/kernel"
	cd "$ln/new" || return
	printf 'VERSION = 7\nPATCHLEVEL = 3\n' >Makefile
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "line $n"; done >arch/arm64/kernel/a.c
	cp arch/arm64/kernel/a.c arch/arm64/kernel/b.c
	own_git init -q -b main .
	own_git add -A
	own_git commit -q -m base
	cp -R "$ln/new" "$ln/old"
	cd "$ln/old" || return
	printf 'VERSION = 1\nPATCHLEVEL = 0\n' >Makefile
	# Both are elsewhere in it, and the other one of another context.
	{ echo 'before'; cat arch/arm64/kernel/a.c; } >a && mv a arch/arm64/kernel/a.c
	sed -i 's/^line 9$/old line 9/' arch/arm64/kernel/b.c
	own_git commit -q -a -m old
	cd "$top" || return
	echo 7.3 >"$ln/repo/base"
	echo 1.0.1-1 >"$ln/repo/stable/1.0/base"
	printf '# fixes: the topic\n' >"$ln/repo/series"
	ln_toy 7.3 "$scripts/fetch.sh" >/dev/null || return 1
	t=$ln/out/linux
	own_git -C "$t" checkout -q -B series base
	sed -i 's/^line 8$/line eight/' "$t/arch/arm64/kernel/a.c"
	own_git -C "$t" commit -q -a -m 'a: As it is'
	sed -i 's/^line 8$/line eight/' "$t/arch/arm64/kernel/b.c"
	mkdir "$t/tests"
	echo 'int test;' >"$t/tests/test.c"
	own_git -C "$t" add -A
	own_git -C "$t" commit -q -m 'b: Another one'
	ln_toy 7.3 "$scripts/refresh.sh" >/dev/null
}
# ln_toy LANE COMMAND...: 7.3 is none
ln_toy()
{
	if [ "$1" = 7.3 ]; then set -- new "$@"; shift 2; set -- LINUX="$ln/new" "$@"; else shift; set -- LANE=1.0 LINUX="$ln/old" "$@"; fi
	env -u VARIANT -u ARCH -u TOPICS -u TOPIC -u UPTO -u SIGNOFF -u ASE_LOCKED -u CONFIG -u TESTS \
		ASE_TOP="$ln/repo" O="$ln/out" XDG_CACHE_HOME="$ln/cache" "$@"
}
ln_sum() { (cd "$ln/repo" && find . -type f -exec sha256sum {} + | sort); }
ln_conflict()
{
	cp "$ln/repo/series" "$ln/repo/stable/1.0/series"
	expect 3 'another-one.patch does not apply: hunk at arch/arm64/kernel/b.c:5' ln_toy 1.0 "$scripts/tree.sh"
}
ln_port()
{
	sed -i '/another-one/,$d' "$ln/repo/stable/1.0/series"
	ln_toy 1.0 "$scripts/tree.sh" >"$work/output" 2>&1 || return 1
	t=$ln/out/lane-1.0/linux
	sed -i 's/^line 8$/line eight/' "$t/arch/arm64/kernel/b.c"
	mkdir "$t/tests"
	cp "$ln/repo/tests/test.c" "$t/tests"
	own_git -C "$t" add -A
	own_git -C "$t" commit -q -m 'b: Another one'
	ln_sum | grep -v ' \./stable/' >"$work/before"
	expect 0 '2 commits' ln_toy 1.0 "$scripts/refresh.sh" &&
	ln_sum | grep -v ' \./stable/' | cmp - "$work/before" >>"$work/output" 2>&1 &&
	(cd "$ln/repo/stable/1.0" && find . -type f | sort) | tr '\n' ' ' >"$work/output" &&
	[ "$(cat "$work/output")" = './arch/arm64/kernel/another-one.patch ./base ./series ' ]
}
ln_round()
{
	ln_sum >"$work/before"
	rm -rf "$ln/out"
	ln_toy 1.0 "$scripts/tree.sh" >"$work/output" 2>&1 && ln_toy 1.0 "$scripts/refresh.sh" >"$work/output" 2>&1 &&
	ln_sum | cmp - "$work/before" >>"$work/output" 2>&1 && [ ! -e "$ln/out/linux" ]
}
ln_changed()
{
	echo 'int more;' >>"$ln/out/lane-1.0/linux/tests/test.c"
	own_git -C "$ln/out/lane-1.0/linux" commit -q -a --amend --no-edit
	expect 0 '1 files changed' ln_toy 1.0 "$scripts/refresh.sh" && grep -q 'int more' "$ln/repo/stable/1.0/tests/test.c" &&
	! grep -q 'int more' "$ln/repo/tests/test.c"
}
check 'a toy with a lane' ln_new
check 'a patch that does not apply in a lane: file and hunk' ln_conflict
check 'refresh in a lane: its own patch, and no copy of what is the same' ln_port
check 'a lane: tree and refresh leave the repository byte-identical' ln_round
check 'refresh in a lane: a changed test is the lane'"'"'s, and the main one stays' ln_changed

# The new files of a patch are those that it has in the main series, unless they are named.
ln_new_files()
{
	_series=$work/lane-series
	printf '%s\n' '# fixes: the topic' stable/1.1/arch/arm64/kernel/another-one.patch arch/arm64/kernel/as-it-is.patch '	+ other' >"$_series"
	# shellcheck disable=SC2034 # for new_files
	(main=$ln/repo && new_files fill "$_series") >"$work/output" &&
	[ "$(sed -n '3p;5p' "$work/output" | tr '\n\t' '  ')" = ' + tests/test.c  + other ' ] &&
	(main=$ln/repo && new_files drop "$work/output") | cmp - "$_series"
}
check 'a lane: new files of the main series need not be named' ln_new_files

# --- pairs: what a lane has to show. Two results of a lane, as run.sh leaves them; and a
# commit that the lane does not have.
ln_pairs_new()
{
	rm -rf "$ln/out/lane-1.0/results"
	echo 'linux<1.1/any pass seccomp:t:one.c # it never was there' >"$ln/expected"
	printf '%s\n' arch/arm64/kernel/as-it-is.patch '	fail pass seccomp:t:one.a seccomp:t:one.b # mends both' \
		arch/arm64/kernel/another-one.patch '	fail pass seccomp:t:one.c seccomp:elsewhere:x # mends more' \
		arch/arm64/kernel/later.patch '	fail pass seccomp:t:one.d # mends the rest' >"$ln/claims"
	for _v in base patched; do
		mkdir -p "$ln/out/lane-1.0/results/$_v"
		printf 'qemu 7.2\nrelease 1.0\n' >"$ln/out/lane-1.0/results/$_v/facts"
		echo seccomp:t >"$ln/out/lane-1.0/results/$_v/plan"
		printf '%-13s %s\n' pass seccomp:t pass seccomp:t:one.a pass seccomp:t:one.b pass seccomp:t:one.c fail seccomp:t:one.d >"$ln/out/lane-1.0/results/$_v/results"
	done
	sed -i 's/^pass \(.*one.[ab]\)$/fail \1/' "$ln/out/lane-1.0/results/base/results"
}
ln_pairs() { env ASE_EXPECTED="$ln/expected" ASE_CLAIMS="$ln/claims" ASE_TOP="$ln/repo" O="$ln/out" LANE=1.0 "$scripts/pairs.sh"; }
ln_later() { cp "$ln/repo/series" "$ln/series"; echo arch/arm64/kernel/later.patch >>"$ln/repo/series"; echo 'Subject: later' >"$ln/repo/arch/arm64/kernel/later.patch"; }
ln_later
ln_pairs_new
check 'pairs in a lane: what is mended' expect 0 '^  fix "a: As it is": 2 results: base fail, patched pass$' ln_pairs
check 'pairs in a lane: a bug that it does not have' expect 0 '^  fix "b: Another one": 1 result: base pass, patched pass$' ln_pairs
check 'pairs in a lane: nothing of tests or commits that are not there' expect 0 ' 2 of 2 fixes are shown, 1 bugs are not there$' ln_pairs
sed -i 's/^pass \(.*one.c\)$/fail \1/' "$ln/out/lane-1.0/results/base/results"
check 'pairs in a lane: one that it does have' expect 1 '^not ok seccomp:t:one.c is to pass on both kernels' ln_pairs
ln_pairs_new
sed -i '/one.c$/d' "$ln/out/lane-1.0/results/base/results"
check 'pairs in a lane: one that was not tested' expect 1 '^not ok seccomp:t:one.c is to pass on both kernels .*: not run, pass$' ln_pairs
ln_pairs_new
sed -i 's/^fail \(.*one.b\)$/pass \1/' "$ln/out/lane-1.0/results/base/results"
check 'pairs in a lane: a fix that is not shown' expect 1 '^not ok seccomp:t:one.b is to fail on base' ln_pairs
ln_pairs_new
mv "$ln/series" "$ln/repo/series"
check 'pairs in a lane: of a commit that it has, what is not mended' expect 1 '^not ok seccomp:t:one.d is to fail on base and pass on patched' ln_pairs
rm "$ln/repo/arch/arm64/kernel/later.patch"

# --- make lanes, with a stand-in for make test
mkdir -p "$ln/verbs" "$ln/tables/lanes"
printf '<!-- lanes: begin -->\n<!-- lanes: end -->\n' | tee "$ln/repo/README.md" >"$ln/tables/lanes/README.md"
cat >"$ln/verbs/test.sh" <<EOF
#!/bin/sh
echo "\$LANE" >>"$ln/ran"
mkdir -p "\$O/lane-\$LANE/results/patched"
echo 'linux 1.0.1-1' >"\$O/lane-\$LANE/results/patched/facts"
cat "$ln/say-pairs" >"\$O/lane-\$LANE/results/pairs.log"
cat "$ln/say"
exit \$(cat "$ln/say.rc")
EOF
chmod +x "$ln/verbs/test.sh"
ln_lanes() { env -u FORCE ASE_TOP="$ln/repo" O="$ln/out" ASE_VERBS_DIR="$ln/verbs" ASE_TABLES_DIR="$ln/tables" "$scripts/lanes.sh" "$@"; }
ln_say()
{
	echo "$1" >"$ln/say.rc"
	printf '%s\n' "$2" >"$ln/say"
	printf '%s\n' "$3" '  fix "Mend c": 1 result: base pass, patched pass' >"$ln/say-pairs"
	: >"$ln/ran"
}
ln_shown='  fix "Mend a": 2 results: base fail, patched pass'
ln_say 1 '4 passed, 1 failed, 0 skipped' "$ln_shown"
check 'lanes: a lane that fails' expect 1 '^not ok 1 LANE=1.0: 4 passed, 1 failed' ln_lanes
check 'lanes: there is nothing to write' expect 1 '^lanes: no lane has passed as it is; run make lanes$' ln_lanes --write
ln_say 5 'boom' "$ln_shown"
check 'lanes: a lane that ends early' expect 5 '^not ok 1 LANE=1.0: 0 passed, 1 failed' ln_lanes
ln_say 0 '4 passed, 0 failed, 1 skipped' ''
check 'lanes: a lane that shows no fix' expect 1 '^not ok 1 LANE=1.0: 4 passed, 1 failed' ln_lanes
ln_say 0 '4 passed, 0 failed, 1 skipped' "$ln_shown"
check 'lanes: one that passes' expect 0 '^ok 1 LANE=1.0: 4 passed, 0 failed, 1 skipped (' ln_lanes
check 'lanes: it is not repeated' expect 0 '^ok 1 LANE=1.0: 4 passed, 0 failed, 1 skipped, before (' ln_lanes
check 'lanes: nor was it run again' test "$(wc -l <"$ln/ran")" = 1
check 'lanes: --write' ln_lanes --write
check 'lanes: the table has what is mended' grep -qxF "$(printf 'fix\t1.0\tMend a\tfail, pass')" "$ln/tables/lanes/table"
check 'lanes: and what is no bug' grep -q '^| Mend c | no such bug: pass, pass |$' "$ln/tables/lanes/README.md"
check 'lanes: README.md has a row for it' grep -q '^| 1.0 | 1.0.1-1 | 1 | 1 | 0:0[0-9] |$' "$ln/repo/README.md"
check 'lanes: --check' ln_lanes --check
sed -i 's/Mend c/Mend d/' "$ln/tables/lanes/README.md"
check 'lanes: --check of a page that is not the table' expect 1 'run scripts/lanes.sh --readme' ln_lanes --check
sed -i 's/int more/int less/' "$ln/repo/stable/1.0/tests/test.c"
check 'lanes: --write of another lane' expect 1 'no lane has passed as it is' ln_lanes --write
ln_lanes --readme
check 'lanes: the page of another lane says so' grep -q '^\*\*Measured on an earlier series, not on this one\*\*: 1.0\.$' "$ln/tables/lanes/README.md"
mkdir "$ln/repo/stable/1.1"
cp "$ln/repo/stable/1.0/base" "$ln/repo/stable/1.0/series" "$ln/repo/stable/1.1"
ln_lanes --readme
check 'lanes: one that has not passed' grep -q '^| Mend c | no such bug: pass, pass | not passed |$' "$ln/tables/lanes/README.md"
rm -r "$ln/repo/stable/1.1"
ln_lanes >"$work/output" 2>&1
check 'lanes: another lane is run again' test "$(wc -l <"$ln/ran")" = 2
check 'lanes: the pages are those of the table' "$scripts/lanes.sh" --check
