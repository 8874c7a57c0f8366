# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make mutants on a toy kernel, which is a list of tests and what each says, with a
# stand-in for QEMU that says it. How it is run and judged is as ever.

# No mutant is there twice, whatever its name and words.
twice()
{
	for _file in "$@"; do
		printf '%s %s\n' "$(sed -e '1,/^---$/d' -e '/^@@/d' "$_file" | checksum)" "${_file##*/}"
	done | sort >"$work/sums"
	cut -d ' ' -f 1 "$work/sums" | uniq -d | while read -r _sum; do grep "^$_sum" "$work/sums"; done >"$work/output"
	[ -s "$work/output" ]
}
not_twice() { ! twice "$@"; }
check 'mutants: each is there once' not_twice "$scripts"/mutants/*.patch
sed 's/^@@ .*/@@ -1,2 +1,2 @@/' "$scripts/mutants/gate-inverted.patch" >"$work/gate-again.patch"
check 'mutants: one that is there twice is noticed' twice "$scripts"/mutants/*.patch "$work/gate-again.patch"

mt=$work/mutants
mkdir -p "$mt/bin" "$mt/list" "$mt/top" "$mt/out/linux/scripts/kconfig" "$mt/out/linux/arch/arm64" \
	"$mt/out/linux/tools" "$mt/out/guest"
cp -R "$scripts" "$mt/scripts"
printf 'leave-out ptrace:long # known to time out\n' >"$mt/scripts/guest/expected"
printf '%s\n' ptrace:one ptrace:two ptrace:long >"$mt/out/guest/tests"
: >"$mt/out/guest/initramfs"
: >"$mt/out/.lock"
echo 'topic one' >"$mt/out/series.entries"
echo '# one: the topic' >"$mt/top/series"
# The names of the toy's tests are those of another Linux, and not looked at.
echo '# series 0; a compiler; QEMU 7; Linux of another version' >"$mt/scripts/guest/names.arm64"

# mt_script NAME LINES
mt_script()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$mt/$1"
	chmod +x "$mt/$1"
}
for _s in tree guest deps; do mt_script "scripts/$_s.sh" "echo $_s >>'$mt/called'"; done
mt_script scripts/mbox.sh "cat '$mt/series'"
# A stand-in for kernel.sh: the kernel without a mutant
mt_script scripts/kernel.sh "echo kernel >>'$mt/called'
mkdir -p '$mt/out/build/patched/arch/arm64/boot'
cp '$mt/out/linux/kernel' '$mt/out/build/patched/arch/arm64/boot/Image'"
# shellcheck disable=SC2016 # for the script
mt_script out/linux/scripts/kconfig/merge_config.sh 'shift; out=$2; shift 2; cat "$@" >"$out/.config"; exit 0'
cat >"$mt/out/linux/Makefile" <<'EOF2'
Image:
	@! grep -q BREAKS kernel || { echo 'kernel:1: error: broken'; exit 1; }
	@echo built >>$(O)/built
	@[ ! -d $(MT)/meet ] || { mkdir $(MT)/making || echo two >>$(MT)/overlap; sleep 1; rmdir $(MT)/making; }
	@mkdir -p $(O)/arch/arm64/boot && cp kernel $(O)/arch/arm64/boot/Image
EOF2
: >"$mt/out/linux/arch/arm64/Kconfig"
: >"$mt/out/linux/tools/Makefile"
# PROGRAM TEST STATE
printf '%s\n' boots 'ptrace:one x ok' 'ptrace:one y ok' 'ptrace:one z ok' 'ptrace:two x ok' 'ptrace:two y no' 'ptrace:long x no' ends >"$mt/out/linux/kernel"
echo 'any fail ptrace:two:y # as ever' >>"$mt/scripts/guest/expected"
own_git init -q -b series "$mt/out/linux"
own_git -C "$mt/out/linux" add -A
own_git -C "$mt/out/linux" commit -q -m toy
printf '%s\n' 'From 0000' 'diff --git the series' >"$mt/series"

# What QEMU is to do, by the toy kernel: boots, says WORDS, hangs, ends; and what
# run_kselftest.sh would say of the tests that are asked for
cat >"$mt/bin/qemu" <<'EOF2'
#!/bin/sh
[ "$1" != --version ] || { echo 'QEMU emulator version 7.2.0'; exit 0; }
echo run >>"$MT/ran"
# Two mutants at once wait for each other.
case " $* " in
*/build/commit*)
	if [ -d "$MT/meet" ]; then
		: >"$MT/meet/$$"
		n=0
		while [ "$(ls "$MT/meet" | wc -l)" -lt 2 ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
		[ $n -lt 100 ] || exit 1
	fi ;;
esac
for word; do
	case $word in
	file:*) console=${word#file:} ;;
	file,*) ktap=${word#*path=} ;;
	*tests=*)
		nonce=$(echo "$word" | sed 's/.*nonce=\([^ ]*\).*/\1/')
		tests=,$(echo "$word" | sed 's/.*tests=\([^ ]*\).*/\1/'),; skip=,$(echo "$word" | sed -n 's/.*skip=\([^ ]*\).*/\1/p'), ;;
	*/Image) image=$word ;;
	esac
done
: >"$console"
awk -v tests="$tests" -v skip="$skip" -v console="$console" -v nonce="$nonce" '
	function program_ends() {
		if (program == "") return
		print "# 1.." n + lost
		for (i = 1; i <= n; i++) printf "%s", result[i]
		split(program, word, ":")
		print (bad ? "not ok " : "ok ") ++programs " selftests: " word[1] ": " word[2] how
		failed += bad
		n = bad = lost = 0; how = ""
	}
	/^boots/ { print "Linux version 7.3" >console; next }
	/^says / { sub(/^says /, ""); print >console; next }
	/^dies/ { dies = 1; exit }
	/^hangs/ { fflush(); system("sleep 60") }
	/^ends/ { ends = 1; next }
	{
		if (!index(tests, "," $1 ",") || index(skip, "," $1 ",")) next
		if ($1 != program) { program_ends(); program = $1; planned++ }
		if ($3 == "lost") { lost++; bad = 1; next }
		if ($3 == "TIMEOUT") { lost++; bad = 1; how = " # TIMEOUT 300 seconds"; next }
		if ($3 == "late") { $3 = "no"; late = "# # " $2 ": Test terminated by timeout\n" } else late = ""
		bad += $3 == "no"
		result[++n] = late "# " ($3 == "no" ? "not ok " : "ok ") n " " $2 ($3 == "skip" ? " # SKIP of it" : "") "\n"
	}
	END {
		if (dies) exit
		program_ends()
		print "1.." programs
		if (ends) print "# machine " nonce ": all tests have run, run_kselftest.sh exited with " !!failed ", taint 0"
		exit ends ? 60 + !!failed : 0
	}' "$image" >"$ktap"
EOF2
chmod +x "$mt/bin/qemu"
mt_script bin/aarch64-linux-gnu-gcc 'echo "a compiler 12.2.0"'

# mutant NAME HEADER SED: one more
mutant()
{
	cp "$mt/out/linux/kernel" "$mt/kernel"
	sed "$3" "$mt/kernel" >"$mt/kernel.new"
	{
		printf 'A slip.\n\n%s\n---\n' "$2"
		diff -u --label a/kernel --label b/kernel "$mt/kernel" "$mt/kernel.new" || :
	} >"$mt/list/$1.patch"
}
mutants_run()
{
	rm -f "$mt/called" "$mt/ran"
	env ASE_FREE_MIB=100000 ASE_MUTANTS_DIR="$mt/list" ASE_TOP="$mt/top" O="$mt/out" MT="$mt" \
		XDG_CACHE_HOME="$mt/cache" PATH="$mt/bin:$PATH" QEMU="${mt_qemu:-qemu}" TIMEOUT="${mt_timeout:-20}" \
		MUTANTS="${mt_names:-}" FORCE="${mt_force:-}" "$mt/scripts/mutants.sh" "$@"
}
built() { wc -l 2>/dev/null <"$mt/out/build/commit/built" || echo 0; }
boots() { wc -l 2>/dev/null <"$mt/ran" || echo 0; }
no_boot() { [ "$(boots)" = 0 ]; }
nothing_called() { [ ! -e "$mt/called" ]; }

mutant one-fails 'Tests: ptrace:one ptrace:two' 's/ptrace:one y ok/ptrace:one y no/'
mt_names=' '
check "mutants: a blank list: status 2" expect 2 'MUTANTS=.* names nothing' mutants_run
check "mutants: before anything is built" nothing_called
mt_names='one-fails none'
check "mutants: a name that is none: status 2" expect 2 'MUTANTS=none: no such mutant; there are: one-fails and few' mutants_run
check "mutants: before anything is built" nothing_called
check "mutants: TIMEOUT=0: status 2" eval "mt_timeout=0 expect 2 'give a number of seconds, from 1' mutants_run"
mt_names=one-fails
check "mutants: a QEMU that can't start kills nothing" eval "mt_qemu=no-such-qemu expect 1 '^0 passed, 1 failed, 0 skipped\$' mutants_run"
mt_script bin/ends-qemu 'exit 1'
check "mutants: nor one that ends at once" eval "mt_qemu=ends-qemu expect 1 '^0 passed, 1 failed, 0 skipped\$' mutants_run"
check "mutants: and says why" grep -q '^not ok 1 one-fails # the control is red' "$work/output"
check "mutants: a named test fails" expect 0 '^ok 1 one-fails # noticed by ptrace:one:y$' mutants_run
check "mutants: after a control" eval '[ "$(boots)" = 2 ]'
check "mutants: what was tried is not tried again" expect 0 '^ok 1 one-fails # noticed by ptrace:one:y, before$' mutants_run
check "mutants: no boot for it" no_boot
mt_force=1
check "mutants: but with FORCE=1" expect 0 '^ok 1 one-fails # noticed by ptrace:one:y$' mutants_run
mt_force=
# All that decides is in the key.
for _file in lib/verdict.awk guest/expected; do
	echo '# another' >>"$mt/scripts/$_file"
	check "mutants: nothing is known after a change of $_file" expect 0 '^ok 1 one-fails # noticed by ptrace:one:y$' mutants_run
done
cp "$mt/bin/qemu" "$mt/bin/other-qemu"
check "mutants: nor with another QEMU" eval "mt_qemu=other-qemu expect 0 '^ok 1 one-fails # noticed by ptrace:one:y\$' mutants_run"
check "mutants: QEMU ends at once, after a control that is known" eval "mt_qemu=ends-qemu mt_force=1 expect 1 '^0 passed, 1 failed' mutants_run"
mkdir -p "$mt/clean/linux"
# Every directory that a script has its results or its build in
mt_dirs=$(sed -n 's,^\(results\|work\|bench_dir\|build\|report\)=$out/\([a-z][a-z-]*\).*,\2,p' "$scripts"/*.sh "$scripts"/lib/*.sh | sort -u)
check "mutants: there are such directories" test "$(echo "$mt_dirs" | wc -l)" -ge 8
for _dir in $mt_dirs slot-2/build; do mkdir -p "$mt/clean/$_dir"; done
: >"$mt/clean/.lock"
check "mutants: make clean forgets all" eval 'ASE_TOP=$mt/top O=$mt/clean expect 0 "" "$scripts/clean.sh" && [ "$(ls "$mt/clean")" = linux ]'

# Two are tried at once, each with a tree and a build of its own, after one control.
mutant meets-one 'Tests: ptrace:one' 's/ptrace:one y ok/ptrace:one y no/'
mutant meets-another 'Tests: ptrace:one' 's/ptrace:one z ok/ptrace:one z no/'
mt_names='meets-one meets-another'
mkdir "$mt/meet"
check "mutants: two at once" expect 0 '^2 passed, 0 failed, 0 skipped$' mutants_run
check "mutants: each is tried by itself" eval 'grep -q "meets-one # noticed by ptrace:one:y$" "$work/output" && grep -q "meets-another # noticed by ptrace:one:z$" "$work/output"'
check "mutants: one control for both" eval '[ "$(boots)" = 3 ]'
check "mutants: each has a tree" test -f "$mt/out/slot-2/linux-commit/kernel" -a -f "$mt/out/slot-2/build/commit/built"
check "mutants: but only one is built at a time" test ! -e "$mt/overlap"
rm -r "$mt/meet" "$mt/list/meets-one.patch" "$mt/list/meets-another.patch"

mutant none 'Tests: ptrace:one ptrace:two' 's/^boots$/boots now/'
mutant left-out 'Tests: ptrace:one ptrace:long' 's/ptrace:long x no/ptrace:long x late/'
mutant red 'Tests: ptrace:long' 's/ptrace:one x ok/ptrace:one x no/'
mutant skips 'Tests: ptrace:one' 's/ptrace:one z ok/ptrace:one z skip/'
mutant late 'Tests: ptrace:one' 's/ptrace:one z ok/ptrace:one z late/'
mutant panics-known 'Tests: ptrace:one
Dies: Kernel panic - .*: of it' 's/^ptrace:one y.*/says Kernel panic - not syncing: of it\ndies/'
mutant panics-too 'Tests: ptrace:one
Dies: Kernel panic - .*: too' 's/^ptrace:one y.*/says Kernel panic - not syncing: too\ndies/'
mutant no-boot 'Tests: ptrace:one' 's/^boots/dies/'
mutant silent 'Tests: ptrace:one
Dies: hang' 's/^boots/hangs/'
mutant breaks 'Tests: ptrace:one' 's/^ends/BREAKS/'
mt_timeout=2
mt_names='none left-out red skips late panics-known panics-too no-boot silent breaks'
check "mutants: some that are noticed, and some that are not" expect 1 '^3 passed, 7 failed, 0 skipped$' mutants_run
cp "$work/output" "$mt/all"
mt_boots=$(boots)
# says NAME LINE: what was said of it
says()
{
	# shellcheck disable=SC2016 # for the inner shell
	check "mutants: $1" sh -c 'grep -qE -e "$2" "$1" || { cat "$1" >"$3"; exit 1; }' says "$mt/all" "$2" "$work/output"
}
says "none notices" "^not ok [0-9]* none # survived 'ptrace:one ptrace:two': not noticed$"
says "a test that expected leaves out" '^not ok [0-9]* left-out # survived'
says "tests of which none is left" '^not ok [0-9]* red # the control is red'
says "a test that is skipped now" '^ok [0-9]* skips # noticed by ptrace:one:z$'
says "a time-out of a test is none" "^not ok [0-9]* late # survived 'ptrace:one': nothing but time-outs: ptrace:one:z$"
says "a panic that it tells" '^ok [0-9]* panics-known # the guest died, as it must: Kernel panic - not syncing: of it$'
says "no boot" '^not ok [0-9]* no-boot # it did not boot'
says "it hangs before it has a log, which is no boot" '^not ok [0-9]* silent # it did not boot: QEMU ended with status 124$'
says "it does not build" '^not ok [0-9]* breaks # does not build: kernel:1: error: broken'
# 8 were booted, and two sets of tests without a mutant, as one was known; before the three that are to die, that once more.
check "mutants: a control right before each one that is to die" [ "$mt_boots" = 13 ]
mt_names='none skips'
check "mutants: a survivor is tried again, what is noticed is not" eval 'expect 1 "^ok 1 skips .*before$" mutants_run && [ "$(boots)" = 1 ]'

# --- The judge alone. judge DIES STATUS CONSOLE RESULT...: the control has a and b of the
# program, and the program, that pass, and c, which fails
judge()
{
	printf '%s\n' 'pass a:p:a' 'pass a:p:b' 'fail a:p:c' 'expected-skip a:p:d # why' 'pass a:p' >"$mt/control"
	_dies=$1 _status=$2
	echo "$3" >"$mt/console"
	shift 3
	printf '%s\n' "$@" >"$mt/results"
	awk -v control="$mt/control" -v results="$mt/results" -v dies="$_dies" -v console="$mt/console" \
		-v status="$_status" -v rc="${mt_rc:-1}" -v summary="${mt_summary:-}" -f "$scripts/mutants/judge.awk" "$mt/ktap"
}
mt_log='Linux version 7.3
WARNING: at x.c:1 y
Kernel panic - not syncing: of it'
late() { printf '# # %s: Test terminated by timeout\n# not ok 1 %s\n' "$1" "$1"; }
printf '# ok 1 a\nok 1 selftests: a: p\n' >"$mt/ktap"
check "judge: a test fails" expect 0 '^tests a:p:b$' judge '' 61 "$mt_log" 'pass a:p:a' 'fail a:p:b # why' 'fail a:p'
check "judge: that it fails in the control too is nothing" expect 0 '^survived no test, but: status 1; ' judge '' 61 "$mt_log" 'pass a:p:a' 'fail a:p:c'
check "judge: nor that it is skipped in both" expect 0 '^survived' judge '' 61 "$mt_log" 'pass a:p:a' 'skip a:p:d # why'
check "judge: nor that it is not there" expect 0 '^survived' judge '' 61 "$mt_log" 'pass a:p:a'
check "judge: nor that it is new" expect 0 '^survived' judge '' 61 "$mt_log" 'pass a:p:a' 'fail a:p:e'
check "judge: nor a failure that is expected" expect 0 '^survived' judge '' 61 "$mt_log" 'expected-fail a:p:a' 'pass a:p:b'
check "judge: a program that died" expect 0 '^tests a:p$' judge '' 61 "$mt_log" 'pass a:p:a' 'fail a:p # reported 1 of 4 results'
check "judge: a panic" expect 0 '^survived no test, but: of it; no Dies: says so$' eval "mt_summary='FAIL: of it' judge '' 0 '$mt_log' 'pass a:p:a'"
check "judge: a panic that it tells" expect 0 '^guest Kernel panic - not syncing: of it$' judge 'Kernel panic - .*: of it' 0 "$mt_log" 'pass a:p:a'
check "judge: another one" expect 0 '^survived it does not end as Dies: Kernel panic - .*: of this says' judge 'Kernel panic - .*: of this' 0 "$mt_log" 'pass a:p:a'
check "judge: a warning that it tells" expect 0 '^guest WARNING: at x.c$' judge 'WARNING: at x.c' 60 "$mt_log" 'pass a:p:a'
check "judge: a test that fails before" expect 0 '^tests a:p:a$' judge 'WARNING: at x.c' 60 "$mt_log" 'fail a:p:a'
check "judge: it is to die, and lives" expect 0 '^survived it does not end as Dies: hang says' judge hang 60 "$mt_log" 'pass a:p:a'
check "judge: it hangs" expect 0 '^survived no test' judge '' 124 "$mt_log" 'pass a:p:a'
check "judge: it hangs as it tells" expect 0 '^guest hangs in its tests$' judge hang 124 "$mt_log" 'pass a:p:a'
check "judge: no log, but QEMU ended" expect 0 '^broken it did not boot: QEMU ended with status 1$' judge hang 1 '' 'pass a:p:a'
check "judge: no log, and a panic was told" expect 0 '^broken it did not boot' judge 'Kernel panic' 0 '' ''
late b >"$mt/ktap"
echo 'not ok 1 selftests: a: p # exit=1' >>"$mt/ktap"
check "judge: a time-out of a test" expect 0 '^survived nothing but time-outs: a:p:b$' judge '' 61 "$mt_log" 'fail a:p:b' 'fail a:p'
check "judge: as it tells" expect 0 '^guest time-out of a:p:b$' judge hang 61 "$mt_log" 'fail a:p:b' 'fail a:p'
check "judge: and a failure" expect 0 '^tests a:p:a$' judge '' 61 "$mt_log" 'fail a:p:a' 'fail a:p:b' 'fail a:p'
echo 'not ok 1 selftests: a: p # TIMEOUT 300 seconds' >"$mt/ktap"
check "judge: a time-out of a program" expect 0 '^survived nothing but time-outs: a:p$' judge '' 61 "$mt_log" 'pass a:p:a' 'fail a:p # TIMEOUT 300 seconds'

mutant no-tests 'What tests?' 's/^boots/boots now/'
check "mutants: one that names no tests" expect 1 "no-tests.patch has no line 'Tests: ...'" mutants_run
rm "$mt/list/no-tests.patch"

check 'scripts/mutants/README.md is that of the table' "$scripts/mutants.sh" --check

# --- The table
printf 'before\n<!-- mutants: begin -->\n<!-- mutants: end -->\n' >"$mt/list/README.md"
mt_names='' mt_timeout=2
check "mutants: --write" expect 0 '' mutants_run --write
check "mutants: the table begins with the series" grep -q '^# series [0-9a-f]*; a compiler 12.2.0; QEMU 7.2.0' "$mt/list/table"
check "mutants: README.md has what is wrong, and who notices" grep -qE '^\| \[skips\]\(skips.patch\) \| .* \| `ptrace:one:z` \|$' "$mt/list/README.md"
check "mutants: and which guest dies" grep -qE '^\| \[panics-known\].* \| the guest, which dies: Kernel panic' "$mt/list/README.md"
check "mutants: and what was not tried" grep -qE '^\| \[late\].* \| not tried on this series \|$' "$mt/list/README.md"
check "mutants: --check" expect 0 '' mutants_run --check
check "mutants: what has no result" grep -qE '^late +-$' "$mt/list/table"
check "mutants: what a test has noticed, and what none" \
	sh -c "grep -qE '^skips +[0-9a-f]{8} tests ptrace:one:z\$' '$mt/list/table' && grep -qE '^panics-known +[0-9a-f]{8} guest Kernel panic' '$mt/list/table'"
for _mutant in none left-out red late no-boot silent breaks; do
	rm "$mt/list/$_mutant.patch"
done
rm -rf "$mt/out/mutants"
sed -i 's/^\(skips *\) .*/\1 -/' "$mt/list/table"
check "mutants: all of them" expect 0 '^4 passed, 0 failed, 0 skipped$' mutants_run
check "mutants: noticed by a test is not the death of a guest" grep -qx '  noticed  2 by tests, 2 by the death of the guest alone' "$work/output"
check "mutants: from the table, and which were not in it" grep -qx '  table    2 of them were tried .*' "$work/output"
check "mutants: the table waits for --write" grep -qE '^skips +-$' "$mt/list/table"
check "mutants: --write again" expect 0 '' mutants_run --write
check "mutants: the table has all of them" sh -c "! grep -qE ' -\$' '$mt/list/table'"
rm -rf "$mt/out/mutants"
check "mutants: a clone of the same series needs no kernel" expect 0 '^4 passed' mutants_run
check "mutants: nothing was built" nothing_called
# Not with another judge or other tools
cp "$mt/list/table" "$mt/table.kept"
sed -i 's/^# judges .*/# judges 01234567/' "$mt/list/table"
check "mutants: rows that another judge has judged are none" eval "expect 0 '^  noticed  2 by tests, 2 by' mutants_run && ! grep -q ' table ' '$work/output'"
cp "$mt/table.kept" "$mt/list/table"
rm -rf "$mt/out/mutants"
sed -i '1s/QEMU 7[0-9.]*/QEMU 0.1/' "$mt/list/table"
check "mutants: nor are those of another QEMU" eval "expect 0 '^  noticed  2 by tests, 2 by' mutants_run && ! grep -q ' table ' '$work/output'"
cp "$mt/table.kept" "$mt/list/table"
rm -rf "$mt/out/mutants"
mutant skips 'Tests: ptrace:one' 's/ptrace:one x ok/ptrace:one x skip/'
check "mutants: a changed mutant is tried" expect 0 '^ok [0-9] skips # noticed by ptrace:one:x$' mutants_run
check "mutants: and no other" eval '[ "$(boots)" = 2 ]'
mt_timeout=2
check "mutants: a row of another series is none" eval "printf 'diff --git a/f b/f\n@@ -0,0 +1 @@\n+another\n' >'$mt/series'; rm -rf '$mt/out/mutants'; expect 0 '^  noticed  2 by tests, 2 by' mutants_run && ! grep -q ' table ' '$work/output'"
mt_names=few
check "mutants: few" expect 0 '^2 passed' mutants_run
check "mutants: few are the same ones in any clone" eval "grep '^ok' '$work/output' | sed 's/, before//' >'$mt/few'; own_git -C '$mt/out/linux' commit -q --allow-empty -m more; mutants_run >'$work/output'; grep '^ok' '$work/output' | sed 's/, before//' | cmp - '$mt/few'"
