# shellcheck shell=sh
# shellcheck disable=SC2154 # sourced by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The decision of pass or fail, on recorded logs. recorded/ is a real run of
# three test programs; each case changes in a copy what it is about.

judge()
{
	ARCH=arm64 ASE_SPLATS_ALLOWED=$work/allowed "$scripts/verdict.sh" "$work/case" patched "$work/expected"
}

new_case()
{
	rm -rf "$work/case"
	cp -R "$tests/recorded" "$work/case"
	printf 'any skip arm64:gcs_frame # QEMU has no GCS\nany fail ptrace:get_set_sud* # no Syscall User Dispatch on arm64\n' >"$work/expected"
	: >"$work/allowed"
}

# edit FILE SED-EXPRESSION...: of the case; the edit must change something
edit()
{
	_file=$work/case/$1
	shift
	sed "$@" "$_file" >"$_file.new"
	! cmp -s "$_file" "$_file.new" || return 1
	mv "$_file.new" "$_file"
}

green() { new_case; expect 0 'patched kernel: pass' judge; }

failing_test()
{
	new_case
	edit ktap.log -e 's/^ok \([0-9]*\) selftests: ptrace: get_syscall_info/not ok \1 selftests: ptrace: get_syscall_info # exit=1/' \
		-e 's/^# ok 1 global/# not ok 1 global/' &&
	expect 1 'failed: ptrace:get_syscall_info' judge
}

failing_subtest_in_green_program()
{
	new_case
	edit ktap.log 's/^# ok 1 global/# not ok 1 global/' &&
	expect 1 'failed: ptrace:get_syscall_info:global.get_syscall_info' judge
}

known_failure_that_passes()
{
	new_case
	printf 'any fail ptrace:get_syscall_info # wrongly known\n' >>"$work/expected"
	expect 0 'passes, though known to fail: ptrace:get_syscall_info' judge
}

unknown_failure()
{
	new_case
	sed -i /sud/d "$work/expected"
	expect 1 'failed: ptrace:get_set_sud' judge
}

other_variants_failure_is_not_mine()
{
	new_case
	sed -i 's/^any fail/base fail/' "$work/expected"
	expect 1 'failed: ptrace:get_set_sud' judge
}

for_one_architecture()
{
	new_case
	sed -i 's/^any fail/arm64\/any fail/' "$work/expected"
	expect 0 'patched kernel: pass' env ARCH=arm64 "$scripts/verdict.sh" "$work/case" patched "$work/expected" || return 1
	expect 1 'failed: ptrace:get_set_sud' env ARCH=x86_64 "$scripts/verdict.sh" "$work/case" patched "$work/expected" || return 1
	sed -i 's/^arm64/x86_64/' "$work/expected"
	expect 0 'patched kernel, x86_64: pass' env ARCH=x86_64 "$scripts/verdict.sh" "$work/case" patched "$work/expected" || return 1
	sed -i 's/any fail/base fail/' "$work/expected"
	expect 1 'failed: ptrace:get_set_sud' env ARCH=x86_64 "$scripts/verdict.sh" "$work/case" patched "$work/expected"
}

# Results of two kernels for two architectures, and what the list says of them
pairs_of()
{
	ASE_TOP=$work/pairs O=$work/pairs/out ARCH=$1 ASE_EXPECTED=$work/expected "$scripts/pairs.sh"
}
new_pairs()
{
	rm -rf "$work/pairs"
	for suffix in '' -x86_64; do
		mkdir -p "$work/pairs/out/results/base$suffix" "$work/pairs/out/results/patched$suffix"
		printf 'expected-fail ptrace:forged # why\npass          ptrace:plain\n' >"$work/pairs/out/results/base$suffix/results"
		printf 'pass          ptrace:forged\npass          ptrace:plain\n' >"$work/pairs/out/results/patched$suffix/results"
	done
	printf 'base fail ptrace:forged # the fix\n' >"$work/expected"
}
claims_of_architectures()
{
	new_pairs
	expect 0 '1 of 1 fixes are shown' pairs_of arm64 && expect 0 '1 of 1 fixes are shown' pairs_of x86_64 || return 1
	# What was not run is not shown.
	echo 'arm64/base fail ptrace:regset # arm64 only' >>"$work/expected"
	expect 1 'not ok ptrace:regset is to fail on base' pairs_of arm64 || return 1
	expect 0 '1 of 1 fixes are shown' pairs_of x86_64 || return 1
	new_pairs
	echo 'base fail arm64:rseq # of a collection that runs on arm64 alone' >>"$work/expected"
	expect 1 'not ok arm64:rseq is to fail on base' pairs_of arm64 || return 1
	expect 0 '1 of 1 fixes are shown' pairs_of x86_64
}
worse_on_one_architecture()
{
	new_pairs
	printf 'pass ptrace:forged\nfail ptrace:plain\n' >"$work/pairs/out/results/patched-x86_64/results"
	expect 1 'not ok ptrace:plain is worse' pairs_of x86_64 && expect 0 '2 passed, 0 failed' pairs_of arm64
}

pairs_of_others() { COLLECTIONS=timers pairs_of arm64; }
other_collections()
{
	new_pairs
	expect 1 'run make run VARIANT=base ARCH=arm64 COLLECTIONS="timers"' pairs_of_others || return 1
	for _v in base patched; do
		mkdir -p "$work/pairs/out/results/$_v-other"
		printf 'fail timers:bad\npass timers:good\n' >"$work/pairs/out/results/$_v-other/results"
	done
	expect 0 '2 results are the same on both kernels, 0 of 0 fixes are shown' pairs_of_others || return 1
	printf 'fail timers:bad\nfail timers:good\n' >"$work/pairs/out/results/patched-other/results"
	expect 1 'not ok timers:good is worse' pairs_of_others
}

missing_plan() { new_case; edit ktap.log '/^1\.\./d' && expect 5 'has no plan' judge; }
truncated() { new_case; edit ktap.log '/ptrace: get_syscall_info$/,$d' && expect 5 'the log ends before the tests did' judge; }

truncated_program()
{
	new_case
	edit ktap.log '/^# ok 1 global.get_syscall_info/d' &&
	expect 1 'failed: ptrace:get_syscall_info (reported 0 of 1 results)' judge
}

lost_program()
{
	new_case
	edit ktap.log '/selftests: ptrace: get_syscall_info$/d' &&
	expect 5 'no result of 1 planned test: ptrace:get_syscall_info' judge
}

panic()
{
	new_case
	edit ktap.log '/ptrace: get_syscall_info$/,$d' &&
	echo '[   12.345678] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b' >>"$work/case/console.log" &&
	echo 0 >"$work/case/qemu.status" &&
	expect 5 'Kernel panic - not syncing' judge
}

silent_death()
{
	new_case
	edit ktap.log '/ptrace: get_syscall_info$/,$d' &&
	echo 0 >"$work/case/qemu.status" &&
	expect 5 'the log ends before the tests did (QEMU ended with status 0)' judge
}

wrong_status() { new_case; echo 0 >"$work/case/qemu.status"; expect 5 'ended with status 0, neither 60 nor 61' judge; }

splat()
{
	new_case
	echo '[   12.345678] WARNING: kernel/audit.c:123 at audit_log_end+0x0/0x1, CPU#0: x/1' >>"$work/case/console.log"
	expect 5 'a splat: .*kernel/audit.c:123' judge || return 1
	echo 'any 0 - WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	expect 0 'pass' judge
}
# Kernels have lists of their own.
splat_of_the_other_kernel()
{
	new_case
	echo '[   12.345678] WARNING: kernel/audit.c:123 at audit_log_end+0x0/0x1, CPU#0: x/1' >>"$work/case/console.log"
	echo 'base 0 - WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	expect 5 'a splat: .*kernel/audit.c:123' judge
}
# A byte for which grep takes the log for a binary file
splat_behind_a_nul()
{
	new_case
	printf '[   12.3] a\0b\n[   12.4] WARNING: kernel/audit.c:123 at x\n[   12.5] ---\n' >>"$work/case/console.log"
	expect 5 'a splat: .*kernel/audit.c:123' judge || return 1
	new_case
	printf '[   12.4] WARN\0ING: kernel/audit.c:123 at x\n' >>"$work/case/console.log"
	expect 5 'a splat: .*kernel/audit.c:123' judge
}
splat_in_two_lines()
{
	new_case
	printf '[   12.345678] WARNI\n[   12.345690] NG: kernel/audit.c:123 at x\n' >>"$work/case/console.log"
	expect 5 'a splat: .*WARNING: kernel/audit.c:123' judge
}
# What of a splat is there if its first lines are not, and what says that some are lost
splat_by_other_signs()
{
	for _line in '------------[ cut here ]------------' '** 23 printk messages dropped **' \
		'kernel BUG at fs/exec.c:1!' 'BUG kmalloc-64 (Not tainted): Redzone overwritten'; do
		new_case
		echo "[   12.345678] $_line" >>"$work/case/console.log"
		expect 5 "a splat: .*$(printf '%s' "$_line" | sed 's/[][*]/./g')" judge || return 1
	done
	new_case
	echo '[   12.345678] DEBUG is off' >>"$work/case/console.log"
	expect 0 'pass' judge
}
allowed_list_that_allows_all()
{
	new_case
	echo '[   12.345678] WARNING: kernel/audit.c:123 at x' >>"$work/case/console.log"
	for _line in '# why' '' ' ' '	'; do
		printf '%s\n' "$_line" >"$work/allowed"
		expect 5 'a splat: .*kernel/audit.c:123' judge || return 1
	done
	for _line in ' # why' 'any 0 -' 'any 0 - # why' 'some 0 - WARNING # why' 'any x - WARNING # why'; do
		printf '%s\n' "$_line" >"$work/allowed"
		expect 2 'this is no line of it' judge || return 1
	done
	echo 'any 0 - WARNING: (kernel # why' >"$work/allowed"
	expect 2 'grep does not take the regular expression' judge
}
# A warning goes with the lines around it, and with no other splat.
allowed_warning_whole()
{
	new_case
	echo 'any 0 - WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	printf '[   12.3] %s\n' '------------[ cut here ]------------' 'WARNING: kernel/audit.c:123 at x' \
		'Modules linked in:' 'Call trace:' ' x+0x0/0x1' '---[ end trace 0000000000000000 ]---' >>"$work/case/console.log"
	expect 0 'pass' judge || return 1
	printf '[   12.4] %s\n' '------------[ cut here ]------------' 'Call trace:' >>"$work/case/console.log"
	expect 5 'log has 2 lines of a splat: .*cut here' judge
}

unexpected_skip() { new_case; sed -i /gcs/d "$work/expected"; expect 1 'skipped, which is not expected: arm64:gcs_frame' judge; }

hang()
{
	new_case
	edit ktap.log '/ptrace: get_syscall_info$/,$d' &&
	echo 124 >"$work/case/qemu.status" &&
	expect 124 'time-out: .*no result of ptrace:get_syscall_info' judge
}

no_boot() { new_case; : >"$work/case/console.log"; expect 5 'no sign of a boot' judge; }
nothing_at_all() { new_case; rm "$work/case/ktap.log" "$work/case/console.log"; expect 5 'no sign of a boot' judge; }

nothing_passed()
{
	new_case
	printf 'any skip * # all\nany fail * # all\n' >"$work/expected"
	edit ktap.log -e 's/^ok \([0-9]*\) selftests: \([^#]*\)$/ok \1 selftests: \2 # SKIP/' -e 's/^# ok \(.*\)$/# ok \1 # SKIP/' &&
	expect 5 'not one test passed' judge
}

carriage_returns() { new_case; edit ktap.log 's/$/\r/' && expect 0 'pass' judge; }

check 'complete and green: 0' green
check 'a failing test: 1' failing_test
check 'a failing result in a program that says it passed: 1' failing_subtest_in_green_program
check 'a failure that nobody knows: 1' unknown_failure
check 'a failure known of the other variant: 1' other_variants_failure_is_not_mine
check 'a failure known of another architecture: 1' for_one_architecture
check 'a fix is shown on each architecture that its tests run on' claims_of_architectures
check 'a test that is worse on one architecture: 1' worse_on_one_architecture
check 'other collections have results of their own, and no fixes to show' other_collections
check 'a known failure that passes is reported: 0' known_failure_that_passes
check 'an unexpected skip: 1' unexpected_skip
check 'a missing plan: 5' missing_plan
check 'truncated output: 5' truncated
check 'a program that reported less than it planned: 1' truncated_program
check 'a planned program with no result: 5' lost_program
check 'a panic, for which QEMU says 0: 5' panic
check 'a machine that just stopped, for which QEMU says 0: 5' silent_death
check 'all green, but not the status of the machine: 5' wrong_status
check 'a WARN splat in an otherwise green run: 5, unless allowed with a reason' splat
check 'a WARN splat allowed on another kernel: 5' splat_of_the_other_kernel
check 'a NUL byte hides no splat' splat_behind_a_nul
check 'nor does a line that is cut in two' splat_in_two_lines
check 'a splat without its first lines, and lost messages: 5' splat_by_other_signs
check 'a blank or broken line of splats-allowed allows nothing' allowed_list_that_allows_all
check 'an allowed warning goes with its own lines, and no others' allowed_warning_whole
check 'a hang: 124' hang
check 'no sign of a boot: 5' no_boot
check 'no logs at all: 5' nothing_at_all
check 'nothing but skips: 5' nothing_passed
check 'lines that end in CR' carriage_returns
