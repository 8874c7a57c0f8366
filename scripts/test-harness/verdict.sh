# shellcheck shell=sh
# shellcheck disable=SC2154 # sourced by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The decision of pass or fail, on recorded logs. recorded/ is a real run of
# three test programs; each case changes in a copy what it is about.

judge()
{
	ARCH=arm64 ASE_SPLATS_ALLOWED=$work/allowed ASE_NAMES=$work/case/names "$scripts/lib/verdict.sh" "$work/case" patched "$work/expected"
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
		-e 's/^# ok 1 global/# not ok 1 global/' -e 's/^# Totals: pass:1 fail:1/# Totals: pass:0 fail:2/' &&
	expect 1 'failed: ptrace:get_syscall_info (exit=1)' judge
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
	expect 1 'line 3: passes, though known to fail: ptrace:get_syscall_info' judge
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
	expect 0 'patched kernel: pass' env ARCH=arm64 ASE_NAMES="$work/case/names" "$scripts/lib/verdict.sh" "$work/case" patched "$work/expected" || return 1
	expect 1 'failed: ptrace:get_set_sud' env ARCH=x86_64 ASE_NAMES="$work/case/names" "$scripts/lib/verdict.sh" "$work/case" patched "$work/expected" || return 1
	sed -i 's/^arm64/x86_64/' "$work/expected"
	expect 0 'patched kernel, x86_64: pass' env ARCH=x86_64 ASE_NAMES="$work/case/names" "$scripts/lib/verdict.sh" "$work/case" patched "$work/expected" || return 1
	sed -i 's/any fail/base fail/' "$work/expected"
	expect 1 'failed: ptrace:get_set_sud' env ARCH=x86_64 ASE_NAMES="$work/case/names" "$scripts/lib/verdict.sh" "$work/case" patched "$work/expected"
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

# --- The names, from two runs. names_written: what --write says
names_written()
{
	ASE_TOP=$work/pairs O=$work/pairs/out ARCH=arm64 ASE_NAMES=$work/pairs/names "$scripts/pairs.sh" --write
}
new_names()
{
	new_pairs
	mkdir -p "$work/pairs/k"
	printf 'From: a <a@example.org>\nSubject: [PATCH] one\n\n---\n' >"$work/pairs/k/one.patch"
	printf '# t: topic\nk/one.patch\n' >"$work/pairs/series"
	echo 7.3 >"$work/pairs/base"
	: >"$work/pairs/out/.lock"
	# shellcheck disable=SC2016 # expanded there
	_sum=$(ASE_TOP=$work/pairs sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; series_sum' "$scripts/sum")
	for _v in base patched; do
		printf 'pass ptrace:a:one\npass ptrace:a:two words # why\npass ptrace:a\npass ptrace:b\n' >"$work/pairs/out/results/$_v/results"
		printf 'ptrace:a\nptrace:b\n' >"$work/pairs/out/results/$_v/plan"
		printf 'scope all\ntopics all\nseries %s\n' "$_sum" >"$work/pairs/out/results/$_v/facts"
	done
}
names_are_written()
{
	new_names
	echo 'pass ptrace:b:three' >>"$work/pairs/out/results/patched/results"
	expect 0 'names: 4 new, 0 gone' names_written || return 1
	sed 1,2d "$work/pairs/names" >"$work/output"
	printf 'any ptrace:a\n\tone\n\ttwo words\nbase ptrace:b\npatched ptrace:b\n\tthree\n' | cmp - "$work/output" &&
	grep -q "^# series $_sum; " "$work/pairs/names"
}
names_of_half_a_run()
{
	for _change in 's/^scope all/scope some/' 's/^topics all/topics some/' 's/^series .*/series 0123456789abcdef/'; do
		new_names
		sed -i "$_change" "$work/pairs/out/results/base/facts"
		expect 1 'the last run of the base kernel was not of all tests of this series' names_written || return 1
	done
	new_names
	echo 'fail ptrace:c # reported 1 of 2 results' >>"$work/pairs/out/results/base/results"
	expect 1 'the last run of the base kernel is not whole: ptrace:c # reported 1 of 2' names_written || return 1
	new_names
	echo ptrace:c >>"$work/pairs/out/results/patched/plan"
	expect 1 'the last run of the patched kernel is not whole: ptrace:c has no result' names_written &&
	[ ! -e "$work/pairs/names" ]
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

# --- What the claims say of the unpatched kernel is expected there
# claimed LINE...: these claims are all there is, beside a skip; judged as the base kernel
claimed()
{
	new_case
	sed -i /sud/d "$work/expected"
	mkdir -p "$work/claims"
	printf '%s\n' k/one.patch "$@" >"$work/claims/list"
}
judge_claims()
{
	ARCH=arm64 ASE_SPLATS_ALLOWED=$work/allowed ASE_NAMES=$work/case/names "$scripts/lib/verdict.sh" \
		"$work/case" "$1" "$work/expected" "$work/claims/list"
}
claims_are_expected()
{
	claimed '	fail pass ptrace:get_set_sud:global.get_set_sud # it works'
	expect 0 'base kernel: pass' judge_claims base || return 1
	grep -q '^expected-fail ptrace:get_set_sud:global.get_set_sud # mended by k/one.patch$' "$work/case/results" || return 1
	# On the patched kernel they are to pass.
	expect 1 'failed: ptrace:get_set_sud:global.get_set_sud' judge_claims patched || return 1
	claimed '	fail pass ptrace:get_set_sud:global.get_set_sud # it works' '	skip pass arm64:gcs_frame # it is there'
	: >"$work/expected"
	echo 'any may-fail a:b # to have a line' >"$work/expected"
	expect 0 'base kernel: pass' judge_claims base || return 1
	expect 1 'skipped, which is not expected: arm64:gcs_frame' judge_claims patched
}
# Without the claim, or with one that says something else, nothing is excused.
claims_that_excuse_nothing()
{
	for _line in '	pass pass ptrace:get_set_sud:global.get_set_sud # as before' '	by check # as before' \
		'	fail fail ptrace:get_set_sud:global.get_set_sud # as before' '	skip pass ptrace:get_set_sud:global.get_set_sud # is new' \
		'	fail pass ptrace:peeksiginfo:global.get_set_sud # another'; do
		claimed "$_line"
		expect 1 'failed: ptrace:get_set_sud:global.get_set_sud' judge_claims base || return 1
	done
}
claims_of_what_passes()
{
	claimed '	fail pass ptrace:get_set_sud:global.get_set_sud # it works' '	fail pass ptrace:get_syscall_info:global.get_syscall_info # so does this'
	expect 1 'claims/list, line 3: passes, though known to fail: ptrace:get_syscall_info:global' judge_claims base || return 1
	claimed '	fail pass ptrace:get_s*:global.* # all of them'
	expect 1 'claims/list, line 2: known to fail is ptrace:get_s\*:global.\*, but it covers ptrace:get_syscall_info:global.get_syscall_info, which is pass' judge_claims base || return 1
	claimed '	fail pass ptrace:get_set_sud:global.get_set_sud ptrace:get_set_sud:global.gone # it works'
	expect 1 'claims/list, line 2: no result has this name: ptrace:get_set_sud:global.gone' judge_claims base || return 1
	# Of a program that has not run, nothing is known, as long as not all have run.
	claimed '	fail pass ptrace:get_set_sud:global.get_set_sud ptrace:no_such_program:x # it works'
	expect 0 'base kernel: pass' judge_claims base || return 1
	sed -i 's/^scope .*/scope all/' "$work/case/facts"
	expect 1 'claims/list, line 2: there is no such test here: ptrace:no_such_program' judge_claims base
}
# On a version of Linux that has no such bug, the test passes on both kernels.
claims_of_no_bug()
{
	claimed '	fail pass ptrace:get_set_sud:global.get_set_sud ptrace:get_syscall_info:global.get_syscall_info # they work'
	echo 'linux<7.3/any pass ptrace:get_syscall_info:global.get_syscall_info # it always did' >>"$work/expected"
	echo 'release 7.3' >>"$work/case/facts"
	expect 1 'passes, though known to fail: ptrace:get_syscall_info' judge_claims base || return 1
	edit facts -e 's/release .*/release 6.12/'
	expect 0 'base kernel: pass' judge_claims base || return 1
	edit ktap.log -e 's/^# ok 1 global/# not ok 1 global/' -e 's/^ok 1 \(.*get_syscall_info\)/not ok 1 \1 # exit=1/'
	expect 1 'failed: ptrace:get_syscall_info:global' judge_claims base
}
garbage_in_the_claims()
{
	for _line in '	fail pass # no test' '	fail pass ptrace:get_set_sud' '	fails pass ptrace:get_set_sud # how' \
		'	fail passes ptrace:get_set_sud # how' '	fail pass get_set_sud # of what'; do
		claimed "$_line"
		expect 2 'claims/list, line 2: this is no line of it' judge_claims base || return 1
		expect 2 'claims/list, line 2: this is no line of it' "$scripts/lib/verdict.sh" --check "$work/expected" "$work/claims/list" || return 1
	done
	: >"$work/claims/list"
	expect 2 'claims/list is empty' judge_claims base || return 1
	rm "$work/claims/list"
	expect 2 'claims/list, which is missing' judge_claims base
}
pairs_of_claims()
{
	new_pairs
	echo 'base skip ptrace:new # comes with the series' >"$work/expected"
	mkdir -p "$work/claims"
	printf 'k/one.patch\n\tfail pass ptrace:forged # it is mended\n\tpass pass ptrace:plain # as before\n' >"$work/claims/list"
	expect 0 '1 of 1 fixes are shown' env ASE_CLAIMS="$work/claims/list" ASE_TOP="$work/pairs" O="$work/pairs/out" ARCH=arm64 \
		ASE_EXPECTED="$work/expected" "$scripts/pairs.sh" || return 1
	sed -i 's/forged/plain/' "$work/claims/list"
	expect 1 'not ok ptrace:plain is to fail on base and pass on patched (mended by k/one.patch), but: pass, pass' env ASE_CLAIMS="$work/claims/list" \
		ASE_TOP="$work/pairs" O="$work/pairs/out" ARCH=arm64 ASE_EXPECTED="$work/expected" "$scripts/pairs.sh"
}
# run.sh hands them on: a boot of the recorded case as either kernel. run_claims VARIANT [ASE_EXPECTED]
run_claims()
{
	env -u ASE_LOCKED ASE_TOP="$work/run/top" O="$work/run/out" QEMU="$work/run/qemu" VARIANT="$1" ASE_IMAGE=none \
		ASE_RESULTS="$work/run/out/results/x" TESTS='ptrace:get_syscall_info ptrace:get_set_sud arm64:gcs_frame' \
		${2:+ASE_EXPECTED="$2"} "$work/run/scripts/run.sh"
}
run_has_the_claims()
{
	claimed '	fail pass ptrace:get_set_sud:global.get_set_sud # it works'
	rm -rf "$work/run"
	mkdir -p "$work/run/top" "$work/run/scripts/guest" "$work/run/scripts/claims" "$work/run/out/guest"
	cp -R "$scripts/lib" "$scripts/config" "$scripts/run.sh" "$work/run/scripts"
	cp "$work/expected" "$work/run/scripts/guest/expected"
	cp "$work/claims/list" "$work/run/scripts/claims/list"
	: >"$work/run/scripts/guest/splats-allowed"
	printf '#!/bin/sh\necho "diff --git the series"\n' >"$work/run/scripts/mbox.sh"
	printf '# one: a topic\n' >"$work/run/top/series"
	: >"$work/run/out/.lock"
	: >"$work/run/out/guest/initramfs"
	echo 'topic none' >"$work/run/out/series.entries"
	cp "$tests/recorded/tests" "$work/run/out/guest"
	cat >"$work/run/qemu" <<-EOF2
	#!/bin/sh
	[ "\$1" != --version ] || { echo 'QEMU emulator version 7.2.22'; exit; }
	for word; do
		case \$word in
		file:*) cp '$tests/recorded/console.log' "\${word#file:}" ;;
		file,*) ktap=\${word#*path=} ;;
		*nonce=*) nonce=\${word#*nonce=} ;;
		esac
	done
	sed "s/0123456789abcdef/\${nonce%% *}/" '$tests/recorded/ktap.log' >"\$ktap"
	exit 61
	EOF2
	chmod +x "$work/run/qemu" "$work/run/scripts/mbox.sh"
	expect 0 '^base kernel: pass' run_claims base && expect 1 'failed: ptrace:get_set_sud' run_claims patched || return 1
	# A list of another script's own is the whole list.
	expect 1 'failed: ptrace:get_set_sud' run_claims base "$work/expected" || return 1
	echo '	fails pass a:b # how' >>"$work/run/scripts/claims/list"
	expect 2 'claims/list, line 3: this is no line of it' run_claims base
}
# What a commit of the series mends may fail before it, and is to pass from there on.
bisect_expects()
{
	"$scripts/bisect-check.sh" --expected "$1" >"$work/output" 2>&1 && grep -c "^any may-$2 $3 # " "$work/output"
}
claims_of_a_commit()
{
	_n=$(sed -e '/^#/d' -e '/^[ 	]/d' -e '/^$/d' "$top/series" | grep -nxF "$1" | cut -d: -f1)
	[ "$(bisect_expects $((_n - 1)) "$2" "$3")" = 1 ] && [ "$(bisect_expects "$_n" "$2" "$3")" = 0 ] &&
	grep -q '^any fail ptrace:vmaccess:' "$work/output"
}
# What the claims say is not said again.
said_once()
{
	echo 'BEGIN {
		read_claims(claims)
		for (i = 1; i <= claimed; i++) was[cname[i]] = cpatch[i]
		variant = "base"
		read_expected(expected)
		for (i = 1; i <= entries; i++)
			if (eonly[i]) for (name in was)
				if (matches(name, ename[i]) || matches(ename[i], name)) print eline[i] ": " ename[i] ": claimed of " was[name]
	}' | awk -v arch=arm64 -v expected="$1" -v claims="$scripts/claims/list" \
		-f "$scripts/lib/glob.awk" -f "$scripts/lib/expected.awk" -f - >"$work/output" 2>&1 && [ ! -s "$work/output" ]
}
# Nor does one commit claim to mend what another does.
claimed_twice()
{
	echo 'BEGIN {
		read_claims(claims)
		for (i = 1; i <= claimed; i++) {
			if (cname[i] in was) print cname[i] ": claimed of " was[cname[i]] " and of " cpatch[i]
			was[cname[i]] = cpatch[i]
		}
	}' | awk -v claims="$1" -f "$scripts/lib/glob.awk" -f "$scripts/lib/expected.awk" -f - | tee "$work/output"
}
said_twice()
{
	{ cat "$scripts/guest/expected"; echo 'arm64/base fail arm64:syscall_worker:* # again'; } >"$work/twice"
	! said_once "$work/twice" && grep -q 'arm64:syscall_worker:\*: claimed of ' "$work/output"
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
splat_of_a_version_of_linux()
{
	new_case
	echo 'WARNING: kernel/audit.c:123 at audit' >>"$work/case/console.log"
	echo 'linux>6.12/any 0 - WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	echo 'release 7.3' >>"$work/case/facts"
	expect 0 'patched kernel: pass' judge || return 1
	edit facts -e 's/release .*/release 6.12/'
	expect 5 'of a splat: WARNING' judge || return 1
	# Of a test that has run, it has to be there.
	edit console.log -e '/audit.c/d'
	echo 'linux>6.12/any 0 ptrace:get_syscall_info WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	expect 0 'patched kernel: pass' judge || return 1
	edit facts -e 's/release .*/release 7.3/'
	expect 1 'has run, but the log has no splat' judge
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
	printf 'any skip *:* # all\n' >"$work/expected"
	edit ktap.log -e 's/^not ok/ok/; s/^# not ok/# ok/; s/ # exit=1//; s/exited with 1/exited with 0/; s/^# Totals: .*/# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:3 error:0/' -e 's/^ok \([0-9]*\) selftests: \([^#]*\)$/ok \1 selftests: \2 # SKIP/' -e 's/^# ok \(.*\)$/# ok \1 # SKIP/' &&
	printf '60\n' >"$work/case/qemu.status"
	expect 5 'not one test passed' judge
}

carriage_returns() { new_case; edit ktap.log 's/$/\r/' && expect 0 'pass' judge; }

# --- An end that is not the machine's
end_of_a_test()
{
	for _end in '# machine: all tests have run, run_kselftest.sh exited with 1' \
		'# machine: all tests have run, run_kselftest.sh exited with 1, taint 0' \
		'# machine 0000000000000000: all tests have run, run_kselftest.sh exited with 1, taint 0' \
		'# machine 0123456789abcdef: all tests have run, run_kselftest.sh exited with 1'; do
		new_case
		edit ktap.log "s/^# machine .*/$_end/" &&
		expect 5 'the log ends before the tests did' judge || return 1
	done
}
end_in_the_middle()
{
	new_case
	edit ktap.log '/ptrace: get_syscall_info$/a # machine 0123456789abcdef: all tests have run, run_kselftest.sh exited with 1, taint 0' &&
	expect 5 'the end is there twice' judge && grep -q 'a result behind the end' "$work/output"
}
status_of_the_suite()
{
	for _n in 127 2; do
		new_case
		edit ktap.log "s/exited with 1/exited with $_n/" && expect 5 "run_kselftest.sh exited with $_n, neither" judge || return 1
	done
	new_case
	echo 60 >"$work/case/qemu.status"
	expect 5 'exited with 1, but the machine ended with status 60' judge || return 1
	edit ktap.log 's/exited with 1/exited with 0/' && expect 5 'exited with 0, but 1 programs have failed' judge || return 1
	new_case
	edit ktap.log 's/^# Totals: pass:1/# Totals: pass:2/' && expect 5 'not those that run_kselftest.sh has counted' judge
}

# --- Taint: what no line of the log tells
tainted() { edit ktap.log "s/taint 0/taint $1/"; }
taint_without_a_splat()
{
	new_case
	tainted 512 && expect 5 'the kernel is tainted: 512, of which nothing explains 512' judge
}
taint_of_an_allowed_splat()
{
	new_case
	echo 'any 512 ptrace:get_syscall_info WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	expect 1 'get_syscall_info has run, but the log has no splat' judge || return 1
	echo '[   12.345678] WARNING: kernel/audit.c:123 at audit_log_end+0x0/0x1, CPU#0: x/1' >>"$work/case/console.log"
	tainted 512 && expect 0 'pass' judge || return 1
	edit ktap.log 's/taint 512/taint 640/' && expect 5 'tainted: 640, of which nothing explains 128' judge || return 1
	# What has not run is not missed.
	new_case
	echo 'any 512 ptrace:vmaccess WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	expect 0 'pass' judge || return 1
	echo 'any 512 arm64:gcs_frame WARNING: kernel/audit.c:123 # for this test' >"$work/allowed"
	expect 0 'pass' judge
}

# --- Results that vanish. names: that get_syscall_info has to report these
names()
{
	{ sed '/get_syscall_info$/d' "$tests/recorded/names"; echo 'any ptrace:get_syscall_info'; printf '\t%s\n' "$@"; } >"$work/case/names"
}
planned_twice()
{
	new_case
	names global.get_syscall_info global.other
	edit ktap.log -e '/get_syscall_info$/,/^ok 2/s/^# 1\.\.1/# 1..2/' -e 's/^# ok 1 global.get_syscall_info/&\n# ok 2 global.get_syscall_info/' &&
	expect 1 'failed: ptrace:get_syscall_info (reports global.get_syscall_info twice)' judge
}
more_than_planned()
{
	new_case
	names global.get_syscall_info a b
	edit ktap.log 's/^# ok 1 global.get_syscall_info/&\n# ok 2 a\n# ok 3 b/' &&
	expect 1 'failed: ptrace:get_syscall_info (reported 3 of 1 results)' judge
}
without_a_plan() { new_case; edit ktap.log '/ get_syscall_info$/,/^ok 2/{/^# 1\.\.1/d}' && expect 1 'get_syscall_info (reported 1 results without a plan)' judge; }
planned_nothing()
{
	new_case
	names
	edit ktap.log -e '/ get_syscall_info$/,/^ok 2/{s/^# 1\.\.1/# 1..0/;/^# ok 1/d}' &&
	expect 1 'failed: ptrace:get_syscall_info (planned no test)' judge
}
misnumbered() { new_case; edit ktap.log 's/^# ok 1 global/# ok 2 global/' && expect 1 'get_syscall_info (has result 2 in the place of 1)' judge; }
gone_with_its_plan()
{
	new_case
	names global.get_syscall_info global.gone
	expect 1 'get_syscall_info (1 of the names that it has to report is missing: global.gone)' judge || return 1
	new_case
	edit ktap.log '/ get_syscall_info$/,/^ok 2/{/^# 1\.\.1/d;/^# ok 1/d}' &&
	expect 1 'is missing: global.get_syscall_info' judge
}
other_name() { new_case; edit ktap.log 's/^# ok 1 global.get_syscall_info/&_too/' && expect 1 'is missing: global.get_syscall_info' judge; }
new_name()
{
	new_case
	edit ktap.log -e '/ get_syscall_info$/,/^ok 2/s/^# 1\.\.1/# 1..2/' -e 's/^# ok 1 global.get_syscall_info/&\n# ok 2 global.new/' &&
	expect 1 'get_syscall_info (1 name that it is not known to report: global.new)' judge || return 1
	# One that the main job leaves out
	echo 'leave-out ptrace:get_syscall_info -Tnew # too long' >>"$work/expected"
	expect 0 'pass' judge || return 1
	# Not if that is of another Linux
	sed -i 's/^leave-out ptrace:get_syscall_info/linux<6.2\/any &/' "$work/expected"
	expect 1 'get_syscall_info (1 name that it is not known to report: global.new)' judge
}
names_of_nobody()
{
	new_case
	sed -i '/get_syscall_info/d' "$work/case/names"
	expect 1 'the names that it has to report are not known: ptrace:get_syscall_info' judge || return 1
	rm "$work/case/names"
	expect 1 'the names that it has to report are not known: ptrace:get_syscall_info' judge || return 1
	echo '# series 0123456789abcdef; gcc; QEMU 7.2; Linux 7.3.4-1' >"$work/case/names"
	expect 1 'the names that it has to report are not known: ptrace:get_syscall_info' judge
}
names_of_nobody_excused()
{
	new_case
	sed -i '/get_syscall_info/,/^any/{/get_syscall_info/d;/^\t/d}' "$work/case/names"
	expect 1 'the names that it has to report are not known: ptrace:get_syscall_info' judge || return 1
	echo 'any names ptrace:get_syscall_info # not of the main job' >>"$work/expected"
	expect 0 'get_syscall_info: 1 results, and no list of names (not of the main job)' judge
}
names_of_the_other_kernel()
{
	new_case
	sed -i 's/^any ptrace:get_syscall_info/base ptrace:get_syscall_info/' "$work/case/names"
	expect 1 'are not known: ptrace:get_syscall_info' judge
}
names_of_another_linux()
{
	new_case
	names global.gone
	sed -i 's/^linux .*/linux tree v7.4/' "$work/case/facts"
	expect 0 'names    not looked at: .* is of Linux 7.3.4-1, and this is tree v7.4' judge || return 1
	new_case
	names global.gone
	sed -i 's/^topics .*/topics some/' "$work/case/facts"
	expect 0 'names    not looked at: this is not the whole series' judge
}
other_names_with_a_reason()
{
	new_case
	echo 'any names ptrace:get_syscall_info # a smaller CPU' >>"$work/expected"
	expect 1 'line 3: has the names that it has to: ptrace:get_syscall_info' judge || return 1
	names global.gone
	expect 0 'other names in ptrace:get_syscall_info: 1 results, 1 names missing, 1 more (a smaller CPU)' judge || return 1
	# Other names, but not none.
	edit ktap.log '/ get_syscall_info$/,/^ok 2/{/^# 1\.\.1/d;/^# ok 1/d}' &&
	expect 1 'failed: ptrace:get_syscall_info (has no results)' judge
}

# --- KTAP that says two things at once
is_xfail()
{
	new_case
	edit ktap.log 's/^# ok 1 global.get_syscall_info/# not ok 1 global.get_syscall_info # XFAIL known/' &&
	expect 1 'failed: ptrace:get_syscall_info:global.get_syscall_info (XFAIL, which is not expected: known)' judge || return 1
	echo 'any xfail ptrace:get_syscall_info:* # known' >>"$work/expected"
	expect 0 'pass' judge
}
is_todo() { new_case; edit ktap.log 's/^# ok 1 global.get_syscall_info/# not ok 1 global.get_syscall_info # TODO later/' && expect 1 'XFAIL, which is not expected: later' judge; }
is_xpass() { new_case; edit ktap.log 's/^# ok 1 global.get_syscall_info/& # XPASS/' && expect 1 'global.get_syscall_info (ok, but XPASS)' judge; }
is_skip()
{
	for _skip in '# Skip no such' '# skip no such' '#SKIP no such' '# Skipped: no such' '# SKIPPED no such'; do
		new_case
		edit ktap.log "s/^# ok 1 global.get_syscall_info/& $_skip/" &&
		expect 1 'skipped, which is not expected: ptrace:get_syscall_info:global.get_syscall_info (no such)' judge || return 1
	done
	new_case
	edit ktap.log 's/^# ok 1 global.get_syscall_info/# not ok 1 global.get_syscall_info # SKIP no such/' &&
	expect 1 'failed: .*global.get_syscall_info (not ok, but SKIP: no such)' judge
}
is_odd_at_the_top()
{
	for _odd in 'TIMEOUT 45 seconds' 'exit=1' 'error'; do
		new_case
		edit ktap.log "s/^ok 2 selftests: ptrace: get_syscall_info/& # $_odd/" &&
		expect 1 'failed: ptrace:get_syscall_info (ok, but ' judge || return 1
	done
}
bails_out()
{
	new_case
	edit ktap.log '/^ok 2/i # Bail out! no memory' && expect 1 'failed: ptrace:get_syscall_info (bailed out)' judge || return 1
	new_case
	edit ktap.log '/^ok 2/i Bail out! no memory' && expect 1 '  Bail out!' judge
}
fails_inside()
{
	for _line in '#     not ok 1 deep' '# 	not ok 1 deep' '# # not ok 1 deep'; do
		new_case
		edit ktap.log "/^ok 2/i $_line" &&
		expect 1 'failed: ptrace:get_syscall_info (has a result of its own that is not ok' judge || return 1
	done
}
known_to_fail_but_not_so()
{
	for _how in exit=139 'TIMEOUT 45 seconds' exit=2; do
		new_case
		edit ktap.log "s/^\(not ok 3.*\) # exit=1/\1 # $_how/" &&
		expect 1 "failed: ptrace:get_set_sud ($_how)" judge || return 1
	done
	new_case
	edit ktap.log -e 's/^not ok 3 \(.*\) # exit=1/ok 3 \1/; s/exited with 1/exited with 0/; s/^# Totals: pass:1 fail:1/# Totals: pass:2 fail:0/' &&
	echo 60 >"$work/case/qemu.status" &&
	expect 1 'failed: ptrace:get_set_sud (says that it passed, but 1 of its results failed)' judge
}
nothing_asked_for() { new_case; : >"$work/case/plan"; expect 5 'no test was asked for' judge; }
not_asked_for() { new_case; edit plan /sud/d && expect 1 'failed: ptrace:get_set_sud (was not asked for)' judge; }

# --- The list of what is expected
garbage_in_the_list()
{
	for _line in 'garbage' 'any fail # no name' 'any fail ptrace:get_set_sud' 'some fail ptrace:get_set_sud # who' \
		'any break ptrace:get_set_sud # how' 'any pass ptrace:get_set_sud # as all do' 'any fail get_set_sud # of what' 'mips/any fail ptrace:get_set_sud # where' \
		'qemu~7/any fail ptrace:get_set_sud # when' 'leave-out rseq # all' 'leave-out rseq:x y # what' \
		'linux<6.2/some leave-out rseq:x # where' 'any leave-out rseq # all'; do
		new_case
		echo "$_line" >>"$work/expected"
		expect 2 'line 3: this is no line of it' judge || return 1
	done
	new_case
	: >"$work/expected"
	expect 2 'is empty' judge
}
lines_of_no_use()
{
	new_case
	echo 'any fail ptrace:get_syscall_info:global.gone # was there once' >>"$work/expected"
	expect 1 'line 3: no result has this name: ptrace:get_syscall_info:global.gone' judge || return 1
	# A program that has not run shows nothing, as long as not all have run.
	new_case
	echo 'any fail ptrace:no_such_program # was there once' >>"$work/expected"
	expect 0 'pass' judge || return 1
	sed -i 's/^scope .*/scope all/' "$work/case/facts"
	expect 1 'line 3: there is no such test here: ptrace:no_such_program' judge || return 1
	sed -i 's/^any fail ptrace:no_such.*/leave-out ptrace:no_such_program # too long/' "$work/expected"
	expect 1 'there is no such test here to be left out: ptrace:no_such_program' judge || return 1
	# On another version of Linux it is said.
	sed -i 's/^linux .*/linux 7.4/' "$work/case/facts"
	expect 0 'no such test here to be left out: ptrace:no_such_program' judge
}
line_that_covers_too_much()
{
	new_case
	sed -i 's/^any fail .*/any fail ptrace:get_s*:* # all of them/' "$work/expected"
	expect 1 'line 2: known to fail is ptrace:get_s\*:\*, but it covers ptrace:get_syscall_info:global.get_syscall_info, which is pass' judge
}
line_of_a_version_of_qemu()
{
	new_case
	sed -i 's/^any skip/qemu<10.1 skip/' "$work/expected"
	expect 0 'pass' judge || return 1
	sed -i 's/^qemu .*/qemu 10.1.0/' "$work/case/facts"
	expect 1 'skipped, which is not expected: arm64:gcs_frame' judge || return 1
	sed -i 's/^qemu<10.1/qemu>7.2/' "$work/expected"
	expect 0 'pass' judge || return 1
	sed -i 's/^qemu>7.2/qemu=10\/base/' "$work/expected"
	expect 1 'skipped, which is not expected: arm64:gcs_frame' judge || return 1
	sed -i 's/^qemu=10.base/qemu=10\/patched/' "$work/expected"
	expect 0 'pass' judge
}
line_of_several_names()
{
	new_case
	sed -i 's/^any fail .*/any fail ptrace:get_set_{sud,sud:global.get_set_sud} # two/' "$work/expected"
	expect 0 'pass' judge || return 1
	sed -i 's/^any fail .*/any fail ptrace:get_set_{sud,sud:global.gone} # two/' "$work/expected"
	expect 1 'line 2: no result has this name: ptrace:get_set_sud:global.gone' judge
}
line_that_may_be_of_no_use()
{
	new_case
	sed -i 's/^any fail .*/any may-fail ptrace:get_s* # on some machines/' "$work/expected"
	expect 0 'pass' judge
}
# Only where another QEMU can be the reason
may_needs_a_reason()
{
	! grep -nE '^[^#]*[ 	]may-(fail|skip)[ 	]' "$scripts/guest/expected" | grep -v '^[0-9]*:\([a-z0-9_]*/\)*qemu[<=>]' >"$work/output"
}
list_is_sound() { "$scripts/lib/verdict.sh" --check "$scripts/guest/expected" "$scripts/claims/list" >"$work/output" 2>&1; }

check 'complete and green: 0' green
check 'a failing test: 1' failing_test
check 'a failing result in a program that says it passed: 1' failing_subtest_in_green_program
check 'a failure that nobody knows: 1' unknown_failure
check 'a failure known of the other variant: 1' other_variants_failure_is_not_mine
check 'a failure known of another architecture: 1' for_one_architecture
check 'a fix is shown on each architecture that its tests run on' claims_of_architectures
check 'a test that is worse on one architecture: 1' worse_on_one_architecture
check 'other collections have results of their own, and no fixes to show' other_collections
check 'a known failure that passes: 1' known_failure_that_passes
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
check 'a WARN splat allowed on some versions of Linux' splat_of_a_version_of_linux
check 'a blank or broken line of splats-allowed allows nothing' allowed_list_that_allows_all
check 'an allowed warning goes with its own lines, and no others' allowed_warning_whole
check 'a hang: 124' hang
check 'no sign of a boot: 5' no_boot
check 'no logs at all: 5' nothing_at_all
check 'nothing but skips: 5' nothing_passed
check 'lines that end in CR' carriage_returns
check 'an end that a test has printed is none: 5' end_of_a_test
check 'an end in the middle: 5' end_in_the_middle
check 'a suite that could not run, or says other than its results: 5' status_of_the_suite
check 'a taint that nothing explains: 5' taint_without_a_splat
check 'a taint of an allowed splat, and that splat missing' taint_of_an_allowed_splat
check 'two results for a plan of two, of one test: 1' planned_twice
check 'more results than planned: 1' more_than_planned
check 'results without a plan: 1' without_a_plan
check 'a plan of no test: 1' planned_nothing
check 'a result with another number: 1' misnumbered
check 'a result that vanished together with its plan: 1' gone_with_its_plan
check 'a result with another name: 1' other_name
check 'a result that nobody knows: 1' new_name
check 'a program whose names nobody knows: 1' names_of_nobody
check 'a program whose names nobody knows, with a reason' names_of_nobody_excused
check 'names are of one kernel' names_of_the_other_kernel
check 'names are of one version of Linux and of the whole series' names_of_another_linux
check 'other names, with a reason' other_names_with_a_reason
check 'XFAIL that is not listed: 1' is_xfail
check 'TODO is the same' is_todo
check 'XPASS: 1' is_xpass
check 'SKIP in other spellings, and not ok: 1' is_skip
check 'a program that is ok with a time-out: 1' is_odd_at_the_top
check 'Bail out: 1' bails_out
check 'an indented failure in a program that says it passed: 1' fails_inside
check 'a known failure that ends with a signal: 1' known_to_fail_but_not_so
check 'nothing was asked for: 5' nothing_asked_for
check 'a program that was not asked for: 1' not_asked_for
check 'expected: garbage: 2' garbage_in_the_list
check 'expected: lines of no use: 1' lines_of_no_use
check 'expected: a line that covers what passes: 1' line_that_covers_too_much
check 'expected: lines for versions of QEMU' line_of_a_version_of_qemu
check 'expected: a line of several names' line_of_several_names
check 'pairs: the names of two runs are written' names_are_written
check 'pairs: not of half a run, or of another series' names_of_half_a_run
check 'expected: a line that may be of no use' line_that_may_be_of_no_use
check 'expected: only another QEMU is a reason for those' may_needs_a_reason
check 'expected: the list is sound' list_is_sound
check 'claims: what they say of the unpatched kernel is expected there' claims_are_expected
check 'claims: any other claim excuses nothing' claims_that_excuse_nothing
check 'claims: a claim of what passes there: 1' claims_of_what_passes
check 'claims: what is no bug of an older Linux passes on both kernels' claims_of_no_bug
check 'claims: garbage: 2' garbage_in_the_claims
check 'claims: pairs has those fixes' pairs_of_claims
check 'claims: run has them for the unpatched kernel' run_has_the_claims
check 'claims: bisect-check: what a commit mends passes from there on' \
	claims_of_a_commit kernel/listen-only-in-event-stop.patch fail 'ptrace:syscall_info_forged\*:replaced_event_stop.\*.all_codes'
check 'claims: bisect-check: what a commit brings is skipped before' \
	claims_of_a_commit arch/arm64/kernel/add-regset-for-x7-and-orig-x0.patch skip arm64:syscall_regs:core.note
check 'claims: bisect-check --expected takes one commit' expect 2 'usage: bisect-check.sh --expected N' "$scripts/bisect-check.sh" --expected '3 4'
check 'claims: expected does not say again what they say' said_once "$scripts/guest/expected"
check 'claims: that is found' said_twice
check 'claims: no result is claimed of two commits' test -z "$(claimed_twice "$scripts/claims/list")"
{ cat "$scripts/claims/list"; printf 'k/two.patch\n\tfail pass arm64:syscall_worker:global.group_stop # again\n'; } >"$work/twice"
check 'claims: one that is would be found' test -n "$(claimed_twice "$work/twice")"

# Of Linux, what the facts say; of a run that says nothing, what base does.
line_of_a_version_of_linux()
{
	new_case
	sed -i 's/^any fail/linux<7.3\/any fail/' "$work/expected"
	expect 1 'failed: ptrace:get_set_sud' judge || return 1
	echo 'release 6.12' >>"$work/case/facts"
	expect 0 'patched kernel: pass' judge || return 1
	sed -i 's/^linux<7.3/linux>6.12/' "$work/expected"
	expect 1 'failed: ptrace:get_set_sud' judge
}
check 'expected: lines for versions of Linux' line_of_a_version_of_linux

# An old run_kselftest.sh: a plan for each collection, own numbers, and the status 0
old_case()
{
	new_case
	echo 'runner old' >>"$work/case/facts"
	edit ktap.log -e 's/^1\.\.3$/1..1/' -e 's/^ok 2 selftests/ok 1 selftests/' -e 's/^not ok 3 /not ok 2 /' \
		-e 's/^\(ok 1 selftests: arm64.*\)/\1\nTAP version 13\n1..2/' -e '/^# Totals/d' -e 's/exited with 1/exited with 0/' &&
	echo 60 >"$work/case/qemu.status"
}
old_runner() { old_case && expect 0 'patched kernel: pass' judge; }
old_runner_fails()
{
	old_case && edit ktap.log -e 's/^# ok 1 global/# not ok 1 global/' -e 's/^ok 1 \(.*get_syscall_info\)/not ok 1 \1 # exit=1/' &&
	expect 1 'failed: ptrace:get_syscall_info' judge
}
old_runner_misses_one() { old_case && edit ktap.log -e '/^ok 1 selftests: ptrace/d' && expect 5 'no result of 1 planned test' judge; }
old_runner_has_no_plan() { old_case && edit ktap.log -e '/^1\.\./d' && expect 5 'the log has no plan' judge; }
old_runner_is_broken() { old_case && edit ktap.log -e 's/exited with 0/exited with 1/' && expect 5 'exited with 1, but\|exited with 1, not 0' judge; }
new_runner_is_not_old() { old_case && edit facts -e 's/runner old/runner new/' && expect 5 'plan' judge; }
check 'an old runner: pass' old_runner
check 'an old runner: a test that fails' old_runner_fails
check 'an old runner: a test without a result' old_runner_misses_one
check 'an old runner: no plan' old_runner_has_no_plan
check 'an old runner: it fails itself' old_runner_is_broken
check 'a log as of an old runner, but from a new one' new_runner_is_not_old
# A line of a program that reports other names need not have that name.
other_names_have_other_lines()
{
	new_case
	echo 'any skip ptrace:get_syscall_info:global.of_another_kernel # it is not there' >>"$work/expected"
	expect 1 'line 3: no result has this name' judge || return 1
	sed -i 's/global.get_syscall_info/global.older/' "$work/case/ktap.log"
	echo 'any names ptrace:get_syscall_info # an older one' >>"$work/expected"
	expect 0 'patched kernel: pass' judge
}
check 'expected: a name that a program with other names need not have' other_names_have_other_lines
