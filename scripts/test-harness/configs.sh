# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The configurations: whether the list is sound and the README.md beside it its table; and
# make configs on a toy list, with a toy kernel that is built in no time and a
# stand-in for the boot.

check "scripts/config/README.md has the table, and that has the rows of the list" \
	"$scripts/configs.sh" --check

cf=$work/configs
mkdir -p "$cf/scripts/guest" "$cf/bin" "$cf/list" "$cf/top" "$cf/out/linux/scripts/kconfig" "$cf/out/guest" "$cf/say"
cp "$scripts/configs.sh" "$cf/scripts"
cp -R "$scripts/lib" "$cf/scripts"
: >"$cf/out/guest/initramfs"
: >"$cf/out/.lock"
: >"$cf/scripts/guest/splats-allowed"
printf 'any skip a:gone # not here\nany skip a:other # not here\n' >"$cf/scripts/guest/expected"
printf '<!-- configs: begin -->\n<!-- configs: end -->\n' >"$cf/list/README.md"

# script NAME LINES: a stand-in for another script of the harness
script()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$cf/$1"
	chmod +x "$cf/$1"
}
for _s in tree guest; do script "scripts/$_s.sh" :; done
script scripts/deps.sh "[ -z \"\$*\" ] || echo \"\$*\" >>'$cf/say/deps'"
script scripts/mbox.sh "cat '$cf/say/series'"
printf 'diff --git a/f b/f\n@@ -0,0 +1 @@\n+the series\n' >"$cf/say/series"
# As the kernel's: the fragments are the config. A fragment of the word LOSES loses it.
script out/linux/scripts/kconfig/merge_config.sh 'shift; out=$2; shift 2; grep -v LOSES "$@" >"$out/.config"; exit 0'
cat >"$cf/out/linux/Makefile" <<'EOF'
Image:
	@echo '  CC      it'
	@! grep -q BREAKS $(O)/.config || { echo 'it.c:1: error: broken'; exit 1; }
	@echo "$(LLVM) $(CC)" >>$(O)/built
	@mkdir -p $(O)/arch/arm64/boot && cp $(O)/.config $(O)/arch/arm64/boot/Image
EOF
own_git init -q -b series "$cf/out/linux"
own_git -C "$cf/out/linux" add -A
own_git -C "$cf/out/linux" commit -q -m toy
echo deb linux-source-7.3_7.3.4-1_all.deb >"$cf/out/linux/.git/fetch.stamp"
script scripts/run.sh "mkdir -p \"\$ASE_RESULTS\"
echo 0 >\"\$ASE_RESULTS/qemu.status\"
echo \"\$ASE_IMAGE|\$ASE_CPU|\$ASE_MACHINE\" >\"\$ASE_RESULTS/machine\"
echo \"\$TESTS|\$ASE_PARAMETERS|\$TIMEOUT|\$(cat \"\$ASE_EXPECTED\")|\$(cat \"\$ASE_SPLATS_ALLOWED\")\" >\"\$ASE_RESULTS/asked\"
cat '$cf/say/console' >\"\$ASE_RESULTS/console.log\"
cat '$cf/say/results' >\"\$ASE_RESULTS/results\"
cat '$cf/say/summary' >\"\$ASE_RESULTS/summary\"
exit \"\$(cat '$cf/say/status')\""
for _c in aarch64-linux-gnu-gcc clang-19; do script "bin/$_c" 'echo "a compiler (Debian 12.2.0-14) 12.2.0"'; done
script bin/qemu-system-aarch64 "echo \"QEMU emulator version \$(cat '$cf/say/qemu')\""
echo 7.2.1 >"$cf/say/qemu"

machine_says()
{
	echo "$1" >"$cf/say/status"
	echo "$2" >"$cf/say/console"
	echo "$3" >"$cf/say/summary"
	shift 3
	printf '%s\n' "$@" >"$cf/say/results"
}
list_is() { printf '%s\n' "$@" >"$cf/list/matrix"; }
fragment() { printf '%s\n' "$2" >"$cf/list/$1.config"; }
configs_run()
{
	env -u ASE_LOCKED -u VARIANT -u ARCH -u CONFIG -u TESTS -u TIMEOUT -u TOPICS \
		ASE_FREE_MIB=100000 ASE_CONFIGS_DIR="$cf/list" ASE_TOP="$cf/top" O="$cf/out" \
		XDG_CACHE_HOME="$cf/cache" PATH="$cf/bin:$PATH" CONFIGS="${cf_rows:-}" FORCE="${cf_force:-}" \
		"$cf/scripts/configs.sh" "$@"
}
# How many kernels were built
built() { cat "$cf/out/build"/configs-*/built 2>/dev/null | wc -l; }
builds() { _before=$(built) _more=$1; shift; "$@" && [ "$(($(built) - _before))" = "$_more" ]; }
asked() { cat "$cf/out/configs/$1/asked"; }

fragment matrix 'CONFIG_A=y
CONFIG_B=y'
fragment no-a '# CONFIG_A is not set'
fragment c 'CONFIG_C=y'
list_is 'tests native a:one a:two' 'tests compat a:one_compat' '' \
	'plain # all of it' '	few' '	config c' '' \
	'no-a # A=n' '	config no-a c' '	without *_compat a:two' '	parameters b=1 c=2' '	timeout 77' \
	'	expect any skip a:new # why' '	expect any names a:names # judged by verdict.awk' '	unexpect any skip a:gone' '	splat WARNING: odd # why' '	log has C' '' \
	'llvm # clang' '	config c' '	compiler clang-19' '	tests a:one' '' \
	'other # the same kernel' '	config c' '	cpu cortex-a72,midr=0x1' '	machine virtualization=on' '' \
	'absent D: there is none.'
machine_says 0 'it has C
WARNING: odd' 'patched kernel: pass' 'pass a:one' 'xfail a:gone' 'pass a:gone' 'expected-skip a:new # why'

check "configs: the tests of a row" expect 0 '^tests      a:one $' configs_run --plan no-a
check "configs: sets of tests, if the row names none" expect 0 '^tests      a:one a:two a:one_compat $' configs_run --plan plain
check "configs: the fragment of a row, of two lines for an option the later one" expect 0 '^# CONFIG_A is not set$' configs_run --fragment no-a
check "configs: not the earlier one" sh -c "! grep -q CONFIG_A=y '$work/output'"
check "configs: a plan of no row: status 2" expect 2 'CONFIGS=none: no such configuration; there are: plain no-a llvm other and few' configs_run --plan none
cf_rows='plain none'
check "configs: a row that is none: status 2" expect 2 'CONFIGS=none: no such configuration' configs_run
cf_rows=' '
check "configs: a list of rows with none in it: status 2" expect 2 "CONFIGS=' ' names no configuration" configs_run
cf_rows='*'
check "configs: a pattern is no row: status 2" expect 2 'CONFIGS=[*]: no such configuration' configs_run
check "configs: none of them has built anything" test ! -e "$cf/out/configs"
cf_rows=few
check "configs: few" expect 0 '^1 passed, 0 failed, 0 skipped$' builds 1 configs_run
check "configs: clang is not installed for rows of gcc" test ! -e "$cf/say/deps"
cf_rows=
check "configs: all, of which one was done before, and one has its kernel" expect 0 '^4 passed, 0 failed, 0 skipped$' builds 2 configs_run
check "configs: the kernel of another row" grep -qx ".*/out/configs/plain.image|cortex-a72,midr=0x1|virtualization=on" "$cf/out/configs/other/machine"
check "configs: the machine of make run" grep -qx ".*/out/configs/plain.image||" "$cf/out/configs/plain/machine"
cf_rows='other few'
check "configs: few and others, in the order of the list" expect 0 '^ok 2 other: ' builds 0 configs_run
cf_rows=
check "configs: a row that was done before says so" expect 0 \
	'^ok 1 plain: all of it; gcc 12.2.0; built, booted; 3 passed, 0 failed, 1 known to fail or skip; [0-9:]*, before$' configs_run
check "configs: clang is installed if a row has it" grep -qx configs "$cf/say/deps"
check "configs: clang has the LLVM tools of its version" grep -q -- '^-19 .*clang-19$' "$cf/out/build/configs-clang/built"
check "configs: tests, parameters and time-out of a row" expect 0 '^a:one |b=1 c=2 |77|' asked no-a
check "configs: expected is that of all, with the row's own" expect 0 '^any names a:names # judged by verdict.awk|WARNING: odd # why$' asked no-a
check "configs: what is known elsewhere and has to pass here" sh -c "! grep -q a:gone '$cf/out/configs/no-a/asked'"
check "configs: and what is known elsewhere alone" grep -q a:other "$cf/out/configs/no-a/asked"
check "configs: an option that a row takes away is not lost" grep -qx '# CONFIG_A is not set' "$cf/out/configs/no-a.config"
check "configs: and is not there twice" sh -c "! grep -q CONFIG_A=y '$cf/out/configs/no-a.config'"
check "configs: nothing is done twice" expect 0 '^4 passed' builds 0 configs_run
cf_force=1
check "configs: but with FORCE=1" expect 0 '^4 passed' builds 4 configs_run
cf_force=

check "configs: --write" expect 0 '' configs_run --write
check "configs: what was found is in README.md" grep -qxF '| no-a | A=n | gcc 12.2.0 | yes | yes | 3 | 0 | 1 |' "$cf/list/README.md"
check "configs: and what is absent" grep -qxF -- '- D: there is none.' "$cf/list/README.md"
check "configs: and the series" grep -q "its checksum is $(printf '1\tf\tthe series\n' | sha256sum | cut -c1-16)[.]$" "$cf/list/README.md"
check "configs: the table begins with the series and the tools" \
	grep -q "^# series [0-9a-f]*; a compiler .* 12.2.0; QEMU 7.2.1; Linux 7.3.4-1$" "$cf/list/table"
check "configs: --check of it" expect 0 '' configs_run --check
check "configs: which has nothing to say" sh -c "! grep -q configs: '$work/output'"

# What is in the table need not be done again: only for this series, these tools and these rows.
in_table() { rm -rf "$cf/out/configs"; expect 0 "$1" builds "$2" configs_run; }
all_of_it='^ok 4 other: the same kernel; gcc 12.2.0; as scripts/config/table has it$'
check "configs: what the table has is done" in_table "$all_of_it" 0
check "configs: and --write keeps it" sh -c "cp '$cf/list/table' '$cf/before'"
check "configs: --write" expect 0 '' configs_run --write
check "configs: byte for byte" cmp "$cf/list/table" "$cf/before"
cf_rows=other
check "configs: not if CONFIGS= names it" in_table '^ok 1 other: .*built, booted' 1
cf_rows=""
cf_force=1
check "configs: nor with FORCE=1" in_table '^ok 4 other: .*built, booted' 4
cf_force=
echo 10.0.0 >"$cf/say/qemu"
check "configs: nor with another QEMU" in_table '^ok 4 other: .*built, booted' 3
echo 7.2.1 >"$cf/say/qemu"
sed -i 's/midr=0x1/midr=0x2/' "$cf/list/matrix"
check "configs: nor a row that is another one now" in_table '^ok 4 other: .*built, booted' 1
check "configs: --check says so" expect 1 'other is another one in scripts/config/matrix than it was' configs_run --check
sed -i 's/midr=0x2/midr=0x1/; s/# why/# for this reason/' "$cf/list/matrix"
check "configs: a reason makes no other row" in_table "$all_of_it" 0
sed -i 's/# for this reason/# why/' "$cf/list/matrix"
sed -i 's/^other\(.*\)yes\t3\t0/other\1yes\t2\t1/' "$cf/list/table"
check "configs: nor a row that did not pass" in_table '^ok 4 other: .*built, booted' 1
cp "$cf/before" "$cf/list/table"
printf 'diff --git a/f b/f\n@@ -0,0 +1 @@\n+another series\n' >"$cf/say/series"
check "configs: README.md does not say yet that the table is of another series" expect 1 \
	'scripts/config/README.md is not the table beside it' configs_run --check
check "configs: --readme" expect 0 '' configs_run --readme
check "configs: has it say so" grep -q 'an earlier series, not on this one' "$cf/list/README.md"
check "configs: and its rows are run" in_table '^ok 4 other: .*built, booted' 3
rm -rf "$cf/out/configs"
check "configs: --write without a run of this series" configs_run --write
check "configs: says not run" grep -qxF '| no-a | A=n | gcc | not run | | | | |' "$cf/list/README.md"
sed -i 's/not run/yes/' "$cf/list/README.md"
check "configs: README.md that is not the table" expect 1 'README.md is not the table beside it' configs_run --check
sed -i '1d' "$cf/list/table"
configs_run --write && sed -i '1d' "$cf/list/table"
check "configs: a table that does not say on which series" expect 1 'does not say on which series' configs_run --check
sed -i '/^no-a/d' "$cf/list/table"
check "configs: a table without a row of the list" expect 1 'table has other rows than' configs_run --check

printf 'diff --git a/f b/f\n@@ -0,0 +1 @@\n+the series\n' >"$cf/say/series"
cf_rows=no-a cf_force=1
machine_says 1 'it has C' 'patched kernel: FAIL: 1 not as expected' 'pass a:one' 'fail a:two'
check "configs: a test that fails" expect 1 '^not ok 1 no-a: .*built, booted; 1 passed, 1 failed, 0 known.* # FAIL: 1 not as expected' configs_run
check "configs: and is told" expect 1 '^#   fail a:two' configs_run
cf_force=
check "configs: what has failed is run again, not built again" expect 1 '^0 passed, 1 failed' builds 0 configs_run
machine_says 5 '' "patched kernel: FAIL: the kernel's log has no sign of a boot"
: >"$cf/say/results"
check "configs: no boot" expect 1 "^not ok .*built, not booted; 0 passed, 0 failed, 0 known.*no sign of a boot" configs_run
machine_says 0 'nothing of it' 'patched kernel: pass' 'pass a:one'
check "configs: a log without the line that it must have" expect 1 "^not ok .* # its log has no 'has C'" configs_run
machine_says 0 'it has C
WARNING: odd' 'patched kernel: pass' 'pass a:gone'
check "configs: a line of expect that nothing is like" expect 1 "^not ok .* # nothing is as its line says: expect any skip a:new; take it off" configs_run
machine_says 0 'it has C
WARNING: odd' 'patched kernel: pass' 'expected-skip a:gone' 'expected-skip a:new'
check "configs: a line of unexpect that nothing is like" expect 1 "^not ok .* # nothing is as its line says: unexpect any skip a:gone; take it off" configs_run
machine_says 0 'it has C' 'patched kernel: pass' 'pass a:gone' 'expected-skip a:new'
check "configs: a line of splat that nothing is like" expect 1 "^not ok .* # nothing is as its line says: splat WARNING: odd # why; take it off" configs_run
machine_says 0 'it has C
WARNING: odd' 'patched kernel: pass' 'pass a:gone' 'expected-skip a:new'
fragment c 'CONFIG_C_BREAKS=y'
check "configs: a kernel that does not build" expect 1 '^not ok .*not built, not booted; .* # does not build: it.c:1: error: broken' configs_run
fragment c 'CONFIG_C_LOSES=y'
check "configs: an option that does not survive" expect 1 '^not ok .* # .*did not survive the merge: CONFIG_C_LOSES=y' configs_run
fragment c 'CONFIG_C=y'
check "configs: mended" expect 0 '^1 passed, 0 failed' configs_run
cf_rows=

# A row that has to end with a panic
list_is 'tests native a:one' 'tests compat a:two' 'overflow # dies' '	config c no-a' '	dies Insufficient stack' '	log has C'
splat="patched kernel: FAIL: the kernel's log has 3 lines of a splat:"
panics() { machine_says "$1" "Linux version 7.3
it has C" "$2"; : >"$cf/say/results"; }
panics 5 "$splat [ 1.0] Insufficient stack space to handle exception!"
check "configs: the kernel ends as the row says" expect 0 '^ok 1 overflow: dies; .*built, booted; 1 passed, 0 failed, 0 known' configs_run
cf_force=1
panics 5 "$splat [ 1.0] Unable to handle kernel paging request"
check "configs: it ends, but otherwise" expect 1 "^not ok 1 .* # the kernel was to end with 'Insufficient stack'; it did not: FAIL: .*Unable to handle" configs_run
panics 5 "patched kernel: FAIL: the log ends before the tests did: Insufficient stack"
check "configs: it ends, and no splat says why" expect 1 "^not ok 1 .* it did not: FAIL: the log ends" configs_run
panics 124 "$splat Insufficient stack"
check "configs: it says so, but goes on" expect 1 '^not ok 1 .*the kernel was to end with' configs_run
panics 0 'patched kernel: pass'
check "configs: it does not end" expect 1 '^not ok 1 .*the kernel was to end with' configs_run
panics 5 "$splat Insufficient stack"
sed -i 's/echo 0 >/echo 62 >/' "$cf/scripts/run.sh"
check "configs: init ends it, not the kernel" expect 1 '^not ok 1 .*the kernel was to end with' configs_run
sed -i 's/echo 62 >/echo 0 >/' "$cf/scripts/run.sh"
machine_says 5 'Linux version 7.3' "$splat Insufficient stack"
: >"$cf/say/results"
check "configs: it ends as the row says, without its other words" expect 1 "^not ok 1 .*its log has no 'has C'" configs_run
cf_force=

list_is 'tests native a:one' 'tests compat a:two' 'strange # no such compiler' '	config c no-a' '	compiler clang-99'
machine_says 0 'it has C' 'patched kernel: pass' 'pass a:one'
check "configs: a compiler that is not there fails, and is not skipped" \
	expect 1 '^not ok 1 strange: .*not built, not booted; .* # there is no clang-99; install it' builds 0 configs_run

list_check() { list_is 'tests native a:one' 'tests compat a:two' 'row # a row' "$@"; expect 1 "$words" configs_run --check; }
words='row in scripts/config/matrix names no fragment'
check "configs: a row without a fragment" list_check '	timeout 7'
words='no fragment scripts/config/odd.config'
check "configs: a fragment that is not there" list_check '	config c no-a odd'
words='no row of scripts/config/matrix has the fragment no-a.config'
check "configs: a fragment that no row has" list_check '	config c'
words='line 5: 	cmopiler gcc: this is neither a row nor'
check "configs: a key that is none" list_check '	config c no-a' '	cmopiler gcc'
words='no set of tests odd'
check "configs: a set of tests that is not there" list_check '	config c no-a' '	tests native odd'
words='row in scripts/config/matrix has no tests'
check "configs: a row without tests" list_check '	config c no-a' '	without a:*'
words='compiler is gcc or clang-VERSION'
check "configs: a compiler that is none" list_check '	config c no-a' '	compiler tcc'
words='cpu is one line of one word'
check "configs: a CPU of two words" list_check '	config c no-a' '	cpu cortex-a53 -smp'
words='machine is one line of one word'
check "configs: a machine of two lines" list_check '	config c no-a' '	machine mte=on' '	machine its=off'
words='timeout is a number of seconds'
check "configs: a time-out that is no number" list_check '	config c no-a' '	timeout long'
words='has these rows twice: row '
check "configs: a row twice" list_check '	config c no-a' 'row # again' '	config c'

own_compiler()
{
	# shellcheck disable=SC2016 # for the inner shell
	ASE_COMPILER=$1 PATH="$cf/bin:$PATH" sh -c 'prog=run; . "${0%/*}/lib/lib.sh"; . "${0%/*}/lib/build.sh"; machine_arch
		kernel_make_words source build' "$scripts/x"
}
check "ASE_COMPILER=clang-19 in the words to repeat" expect 0 ' LLVM=-19 LOCALVERSION=' own_compiler clang-19
check "ASE_COMPILER= that is none: status 2" expect 2 'ASE_COMPILER=tcc: take gcc or clang-VERSION' own_compiler tcc
check "configs: on another architecture: status 2" expect 2 'the configurations are of arm64 alone' \
	env ARCH=x86_64 "$scripts/configs.sh" --check
