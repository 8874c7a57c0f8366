# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make mutants on a toy kernel, which is a list of tests and what each says, with a
# stand-in for QEMU that says it. How it is run and judged is as ever.

mt=$work/mutants
mkdir -p "$mt/bin" "$mt/list" "$mt/top" "$mt/out/linux/scripts/kconfig" "$mt/out/linux/arch/arm64" \
	"$mt/out/linux/tools" "$mt/out/guest"
cp -R "$scripts" "$mt/scripts"
printf 'leave-out a:long # known to time out\n' >"$mt/scripts/guest/expected"
printf '%s\n' a:one a:two a:long >"$mt/out/guest/tests"
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
	@mkdir -p $(O)/arch/arm64/boot && cp kernel $(O)/arch/arm64/boot/Image
EOF2
: >"$mt/out/linux/arch/arm64/Kconfig"
: >"$mt/out/linux/tools/Makefile"
# PROGRAM TEST STATE
printf '%s\n' boots 'a:one x ok' 'a:one y ok' 'a:one z ok' 'a:two x ok' 'a:two y no' 'a:long x no' ends >"$mt/out/linux/kernel"
echo 'any fail a:two:y # as ever' >>"$mt/scripts/guest/expected"
own_git init -q -b series "$mt/out/linux"
own_git -C "$mt/out/linux" add -A
own_git -C "$mt/out/linux" commit -q -m toy
echo 'the series' >"$mt/series"

# What QEMU is to do, by the toy kernel: boots, says WORDS, hangs, ends; and what
# run_kselftest.sh would say of the tests that are asked for
cat >"$mt/bin/qemu" <<'EOF2'
#!/bin/sh
[ "$1" != --version ] || { echo 'QEMU emulator version 7.2.0'; exit 0; }
echo run >>"$MT/ran"
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

mutant one-fails 'Tests: a:one a:two' 's/a:one y ok/a:one y no/'
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
check "mutants: a named test fails" expect 0 '^ok 1 one-fails # noticed by a:one:y$' mutants_run
check "mutants: after a control" eval '[ "$(boots)" = 2 ]'
check "mutants: what was tried is not tried again" expect 0 '^ok 1 one-fails # noticed by a:one:y, before$' mutants_run
check "mutants: no boot for it" no_boot
mt_force=1
check "mutants: but with FORCE=1" expect 0 '^ok 1 one-fails # noticed by a:one:y$' mutants_run
mt_force=
# All that decides is in the key.
for _file in verdict.awk boot.sh guest/expected mutants/judge.awk; do
	echo '# another' >>"$mt/scripts/$_file"
	check "mutants: nothing is known after a change of $_file" expect 0 '^ok 1 one-fails # noticed by a:one:y$' mutants_run
done
cp "$mt/bin/qemu" "$mt/bin/other-qemu"
check "mutants: nor with another QEMU" eval "mt_qemu=other-qemu expect 0 '^ok 1 one-fails # noticed by a:one:y\$' mutants_run"
check "mutants: QEMU ends at once, after a control that is known" eval "mt_qemu=ends-qemu mt_force=1 expect 1 '^0 passed, 1 failed' mutants_run"
mkdir -p "$mt/clean/mutants" "$mt/clean/linux"
: >"$mt/clean/.lock"
check "mutants: make clean forgets all" eval 'ASE_TOP=$mt/top O=$mt/clean expect 0 "" "$scripts/clean.sh" && [ "$(ls "$mt/clean")" = linux ]'

mutant none 'Tests: a:one a:two' 's/^boots$/boots now/'
mutant known-one 'Tests: a:one a:two' 's/a:two y no/a:two y TIMEOUT/'
mutant left-out 'Tests: a:one a:long' 's/a:long x no/a:long x late/'
mutant red 'Tests: a:long' 's/a:one x ok/a:one x no/'
mutant skips 'Tests: a:one' 's/a:one z ok/a:one z skip/'
mutant dies-in-it 'Tests: a:one a:two' 's/a:one z ok/a:one z lost/'
mutant late 'Tests: a:one' 's/a:one z ok/a:one z late/'
mutant program-late 'Tests: a:one' 's/a:one z ok/a:one z TIMEOUT/'
mutant late-known 'Tests: a:one
Dies: hang' 's/a:one z ok/a:one z late/'
mutant panics 'Tests: a:one' 's/^a:one y.*/says Kernel panic - not syncing: of it\ndies/'
mutant panics-known 'Tests: a:one
Dies: Kernel panic - .*: of it' 's/^a:one y.*/says Kernel panic - not syncing: of it\ndies/'
mutant panics-otherwise 'Tests: a:one
Dies: Kernel panic - .*: of this' 's/^a:one y.*/says Kernel panic - not syncing: of it\ndies/'
mutant warns 'Tests: a:one' 's/^ends/says WARNING: at x.c\nends/'
mutant warns-known 'Tests: a:one
Dies: WARNING: at x' 's/^ends/says WARNING: at x.c\nends/'
mutant no-boot 'Tests: a:one' 's/^boots/dies/'
mutant no-boot-known 'Tests: a:one
Dies: Kernel panic' 's/^boots/dies/'
mutant lives 'Tests: a:one
Dies: hang' 's/^boots$/boots now/'
mutant breaks 'Tests: a:one' 's/^ends/BREAKS/'
mutant hangs 'Tests: a:one' 's/^ends/hangs/'
mutant hangs-known 'Tests: a:one
Dies: hang' 's/^ends/hangs/'
mutant silent 'Tests: a:one
Dies: silent' 's/^boots/hangs/'
mt_timeout=2
mt_names='none known-one left-out red skips dies-in-it late program-late late-known panics panics-known
	panics-otherwise warns warns-known no-boot no-boot-known lives breaks hangs hangs-known silent'
check "mutants: some that are noticed, and some that are not" expect 1 '^7 passed, 14 failed, 0 skipped$' mutants_run
cp "$work/output" "$mt/all"
mt_boots=$(boots)
# says NAME LINE: what was said of it
says()
{
	check "mutants: $1" sh -c 'grep -qE -e "$2" "$1" || { cat "$1" >"$3"; exit 1; }' says "$mt/all" "$2" "$work/output"
}
says "none notices" "^not ok [0-9]* none # survived 'a:one a:two': not noticed$"
says "a test that fails without the mutant too" '^not ok [0-9]* known-one # survived'
says "a test that expected leaves out" '^not ok [0-9]* left-out # survived'
says "tests of which none is left" '^not ok [0-9]* red # the control is red'
says "a test that is skipped now" '^ok [0-9]* skips # noticed by a:one:z$'
says "a program that dies is a test that fails" '^ok [0-9]* dies-in-it # noticed by a:one$'
says "a time-out of a test is none" "^not ok [0-9]* late # survived 'a:one': nothing but time-outs: a:one:z$"
says "nor that of a program" "^not ok [0-9]* program-late # survived 'a:one': nothing but time-outs: a:one$"
says "but if it says so" '^ok [0-9]* late-known # the guest died, as it must: time-out of a:one:z$'
says "a panic is no test" '^not ok [0-9]* panics # survived .*no Dies: says so$'
says "but if it says so" '^ok [0-9]* panics-known # the guest died, as it must: Kernel panic - not syncing: of it$'
says "and which" '^not ok [0-9]* panics-otherwise # survived .*does not end as Dies: '
says "a warning is no test" '^not ok [0-9]* warns # survived'
says "but if it says so" '^ok [0-9]* warns-known # the guest died, as it must: WARNING: at x$'
says "no boot" '^not ok [0-9]* no-boot # it did not boot'
says "even if it is to panic" '^not ok [0-9]* no-boot-known # it did not boot'
says "it is to die, and lives" '^not ok [0-9]* lives # survived'
says "it does not build" '^not ok [0-9]* breaks # does not build: kernel:1: error: broken'
says "it hangs" '^not ok [0-9]* hangs # survived .*no Dies: says so'
says "but if it says so" '^ok [0-9]* hangs-known # the guest died, as it must: hangs in its tests$'
says "also before it has a log" '^ok [0-9]* silent # the guest died, as it must: hangs before it has a log$'
# 19 were booted, and four sets of tests without a mutant; of those that are to die, eight, once more.
check "mutants: a control right before each one that is to die" [ "$mt_boots" = 31 ]
mt_names='none skips'
check "mutants: a survivor is tried again, what is noticed is not" eval 'expect 1 "^ok 2 skips .*before$" mutants_run && [ "$(boots)" = 1 ]'
mt_timeout=
mutant no-tests 'What tests?' 's/^boots/boots now/'
check "mutants: one that names no tests" expect 1 "no-tests.patch has no line 'Tests: ...'" mutants_run
rm "$mt/list/no-tests.patch"

# --- The table
mt_names=
check "mutants: --write" expect 0 '' mutants_run --write
check "mutants: the table begins with the series" grep -q '^# series [0-9a-f]*; a compiler 12.2.0; QEMU 7.2.0' "$mt/list/table"
check "mutants: what has no result" grep -qE '^late +-$' "$mt/list/table"
check "mutants: what a test has noticed, and what none" \
	sh -c "grep -qE '^skips +[0-9a-f]{8} tests a:one:z\$' '$mt/list/table' && grep -qE '^panics-known +[0-9a-f]{8} guest Kernel panic' '$mt/list/table'"
for _mutant in none known-one left-out red late program-late panics panics-otherwise warns no-boot no-boot-known lives breaks hangs silent hangs-known; do
	rm "$mt/list/$_mutant.patch"
done
rm -rf "$mt/out/mutants"
sed -i 's/^\(skips *\) .*/\1 -/' "$mt/list/table"
check "mutants: all of them" expect 0 '^6 passed, 0 failed, 0 skipped$' mutants_run
check "mutants: noticed by a test is not the death of a guest" grep -qx '  noticed  3 by tests, 3 by the death of the guest alone' "$work/output"
check "mutants: from the table, and which were not in it" grep -qx '  table    5 of them were tried .*' "$work/output"
check "mutants: the table has all of them" sh -c "! grep -qE ' -\$' '$mt/list/table'"
rm -rf "$mt/out/mutants"
check "mutants: a clone of the same series needs no kernel" expect 0 '^6 passed' mutants_run
check "mutants: nothing was built" nothing_called
mutant skips 'Tests: a:one' 's/a:one x ok/a:one x skip/'
check "mutants: a changed mutant is tried" expect 0 '^ok [0-9] skips # noticed by a:one:x$' mutants_run
check "mutants: and no other" eval '[ "$(boots)" = 2 ]'
check "mutants: a row of another series is none" eval "echo another >'$mt/series'; rm -rf '$mt/out/mutants'; expect 0 '^  noticed  3 by tests, 3 by' mutants_run && ! grep -q ' table ' '$work/output'"
mt_names=few
check "mutants: few" expect 0 '^2 passed' mutants_run
check "mutants: few are the same ones in any clone" eval "grep '^ok' '$work/output' | sed 's/, before//' >'$mt/few'; own_git -C '$mt/out/linux' commit -q --allow-empty -m more; mutants_run >'$work/output'; grep '^ok' '$work/output' | sed 's/, before//' | cmp - '$mt/few'"
