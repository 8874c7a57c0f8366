# shellcheck shell=sh
# shellcheck disable=SC2154 # sourced by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Bad input: one line, status 2, before anything is built, fetched or removed.

in_dir=$work/input
mkdir -p "$in_dir/top" "$in_dir/bin" "$in_dir/out/results/patched" "$in_dir/out/guest"
echo 7.3 >"$in_dir/top/base"
printf '# one: a topic\n# one-more: another\n' >"$in_dir/top/series"
: >"$in_dir/out/.lock"
echo kept >"$in_dir/out/results/patched/results"
printf 'ptrace:get_syscall_info\nptrace:peeksiginfo\nseccomp:seccomp_bpf\n' >"$in_dir/out/guest/tests"
# What would be the first thing to do, is told.
for in_command in apt-get setsid dpkg-deb; do
	printf '#!/bin/sh\necho "%s $*" >>"%s/done"\nexit 1\n' "$in_command" "$in_dir" >"$in_dir/bin/$in_command"
	chmod +x "$in_dir/bin/$in_command"
done

# bad WORDS COMMAND...: one line with the words, and nothing done
bad()
{
	_say=$1
	shift
	rm -f "$in_dir/done"
	find "$in_dir/top" "$in_dir/out" | sort >"$in_dir/before"
	expect 2 "$_say" env PATH="$in_dir/bin:$PATH" ASE_TOP="$in_dir/top" O="$in_dir/out" \
		ASE_ROOT="$in_dir/none" XDG_CACHE_HOME="$in_dir/cache" "$@" </dev/null &&
	[ "$(wc -l <"$work/output")" = 2 ] && [ ! -e "$in_dir/done" ] &&
	find "$in_dir/top" "$in_dir/out" | sort | cmp - "$in_dir/before" >>"$work/output" 2>&1
}

check 'no script has a list of paths that is split at blanks' test -z "$(grep -ln 'cleanup_paths' "$scripts"/*.sh "$scripts"/lib/*.sh)"

verbs=$(sed -n -e '/^verbs = /,/[^\\]$/{s/^verbs = //;s/\\//;p;}' "$top/Makefile" | tr -s ' \t\n' ' ')
# scripts/X.sh is make X, and nothing else is there.
scripts_are_verbs()
{
	# shellcheck disable=SC2086 # words
	printf '%s\n' $verbs | sort >"$work/verbs"
	(cd "$scripts" && ls -- *.sh) | sed 's/\.sh$//' | sort | diff "$work/verbs" - >"$work/output" &&
	[ -z "$(cd "$scripts" && find . -maxdepth 1 -type f ! -name '*.sh' ! -name README.md ! -name .shellcheckrc)" ]
}
check 'each script is a verb, and each verb a script; what they share is elsewhere' scripts_are_verbs
# One screen, with every verb; and every option that make hands down.
help_is_a_screen()
{
	make -s -C "$top" help >"$work/help" 2>&1 || return 1
	[ "$(wc -l <"$work/help")" -le 24 ] && ! grep -nE '^.{81}' "$work/help" >"$work/output" || return 1
	for verb in $verbs; do
		sed -n 's/^  \(make \)\{0,1\}\(.\{19\}\).*/ \2 /p' "$work/help" | grep -q " $verb " ||
		grep -q "make -s ${verb}[ :]" "$work/help" || { echo "$verb is not in make help" >"$work/output"; return 1; }
	done
	make -s -C "$top" help-options >"$work/help" 2>&1 || return 1
	options=$(sed -n -e '/^export /,/[^\\]$/{s/^export //;s/\\//;p;}' "$top/Makefile")
	for _option in $options; do
		grep -q "\(^\|[^A-Z]\)$_option=" "$work/help" || { echo "$_option is not in make help-options" >"$work/output"; return 1; }
	done
}
check 'make help is a screen with all verbs, and make help-options has all options' help_is_a_screen
check 'the Makefile has verbs' test "$(echo "$verbs" | wc -w)" -gt 10
for verb in $verbs lib/shellcheck lib/verdict; do
	check "$verb --odd: status 2" bad "^\(${verb#lib/}: --odd: it takes no arguments\|${verb#lib/}: usage: ${verb#lib/}.sh\)" "$scripts/$verb.sh" --odd
	check "$verb --help tells what it is" expect 0 "^usage: ${verb#lib/}.sh" env PATH="$in_dir/bin:$PATH" \
		ASE_TOP="$in_dir/top" O="$in_dir/out" "$scripts/$verb.sh" --help
	check "$verb --help starts nothing" test ! -e "$in_dir/done"
done
for value in 0 abc -1 1.5 08 ' '; do
	check "JOBS=$value: status 2" bad 'give a number of jobs, from 1' JOBS="$value" "$scripts/run.sh"
	for verb in run compare bench configs; do
		check "$verb: TIMEOUT=$value: status 2" bad 'give a number of seconds' TIMEOUT="$value" "$scripts/$verb.sh"
	done
done
for value in typo ptrace:get/../x typo:peeksiginfo ptrace: :peeksiginfo 'ptrace typo' 'ptrace:a*' '*' ' '; do
	check "TESTS=$value: status 2" bad '^run: TESTS=' TESTS="$value" "$scripts/run.sh"
done
for value in ptrace:typo 'ptrace seccomp:typo' arm64:syscall; do
	check "TESTS=$value: status 2, before there is a guest" bad '^run: TESTS=[a-z0-9]*:[a-z]*: no such test; there are: \(ptrace:get_set_sud\|seccomp:seccomp_benchmark\|arm64:\)' \
		TESTS="$value" "$scripts/run.sh"
done
# A test that is new, or that the main job leaves out, is no bad input.
# goes_on VERB NAME=VALUE: to where packages are looked for
goes_on()
{
	expect 4 '^deps: packages are missing' env PATH="$in_dir/bin:$PATH" ASE_TOP="$in_dir/top" O="$in_dir/out" \
		ASE_ROOT="$in_dir/none" XDG_CACHE_HOME="$in_dir/cache" "$2" "$scripts/$1.sh"
}
mkdir -p "$in_dir/top/tools/testing/selftests/arm64/new"
: >"$in_dir/top/tools/testing/selftests/arm64/new/brand_new.c"
for value in arm64:brand_new arm64:brand_new_compat rseq:run_param_test.sh ptrace:stop_identity_compat; do
	check "TESTS=$value: it is not refused" goes_on run TESTS="$value"
done
rm -r "$in_dir/top/tools"
for value in typo call=typo 'call=execve typo' 'call=execve,typo' 'trace=*'; do
	check "CELLS=$value: status 2, before there is a guest" bad '^compare: CELLS=.*: no cell has this in its name; there are: native compat trace=none .*change=mark' \
		CELLS="$value" "$scripts/compare.sh"
done
for value in execve 'call=execve native' call=execve,change=none; do
	check "CELLS=$value: it is not refused" goes_on compare CELLS="$value"
done
check 'COLLECTIONS= that is no path there: status 2' bad '^guest: COLLECTIONS=../x: no such' COLLECTIONS=../x "$scripts/guest.sh"
for value in ',' ' ' ',,' ', '; do
	for verb in run kernel compare; do
		check "$verb: CONFIG=\"$value\": status 2" bad '^[a-z]*: CONFIG=.* names nothing' CONFIG="$value" "$scripts/$verb.sh"
	done
done
for name in TOPICS CONFIGS MUTANTS COMMITS CELLS BENCH COLLECTIONS; do
	check "$name= of a blank: status 2" bad "^[a-z]*: $name=.* names nothing" "$name= " "$scripts/fetch.sh"
done
for value in 0 99 x 1-2 '1 none' -1; do
	check "bisect-check: COMMITS=$value: status 2" bad "^bisect-check: COMMITS=.*: \(there is no such commit; \)\?give numbers from 1 to " COMMITS="$value" "$scripts/bisect-check.sh"
done
check 'bisect-check: COMMITS= of a blank: status 2' bad '^bisect-check: COMMITS=" " names nothing' COMMITS=' ' "$scripts/bisect-check.sh"
for value in on. 'one-mor.' 'One' '.*' one-more-; do
	check "TOPICS=$value: status 2" bad '^mbox: TOPICS=.*: no such topic; series has: one one-more ' TOPICS="$value" "$scripts/mbox.sh"
done
check 'TOPICS= that names one twice: status 2' bad '^mbox: TOPICS="one one" names one twice' TOPICS='one one' "$scripts/mbox.sh"
check 'TOPICS= of a blank, mbox: status 2' bad '^mbox: TOPICS=" " names nothing' TOPICS=' ' "$scripts/mbox.sh"
for value in me ' <@>' '<a@b>' ' <a@b>' 'A <a@>' 'A <@b>' 'A <a b@c>' 'A <a@b> ' 'A <a@b>x' 'A <B> <a@b>' 'A <a@b@c>' 'A
B <a@b>' 'A <a@b>
' 'A <a@b>
Reviewed-by: B <b@c>'; do
	check "SIGNOFF=$(echo "$value" | tr '\n' '|'): status 2" bad '^mbox: SIGNOFF=.*write it as' SIGNOFF="$value" "$scripts/mbox.sh"
done
check 'VARIANT= that is none, tree: status 2' bad '^tree: VARIANT=both: take base or patched' VARIANT=both "$scripts/tree.sh"
for verb in fetch tree kernel run test; do
	check "LINUX= that is none, $verb: status 2" bad "^$verb: LINUX=.*/none is not a directory" LINUX="$in_dir/none" "$scripts/$verb.sh"
	check "LINUX= that is no kernel, $verb: status 2" bad "^$verb: LINUX=.* is not a Linux kernel tree" LINUX="$in_dir" "$scripts/$verb.sh"
	check "TOPICS= that is none, $verb: status 2" bad "^$verb: TOPICS=none: no such topic" TOPICS=none "$scripts/$verb.sh"
done
check 'TMPDIR= that is none: status 3' expect 3 '^mbox: no place for a temporary directory' env TMPDIR="$in_dir/none" "$scripts/mbox.sh"

# A name of a test is known by the guest, which is there before the kernel is built and
# before the last results go.
in_run()
{
	mkdir -p "$in_dir/scripts"
	cp "$scripts"/*.sh "$in_dir/scripts"
	cp -R "$scripts/lib" "$scripts/guest" "$scripts/config" "$scripts/claims" "$in_dir/scripts"
	printf '#!/bin/sh\n' >"$in_dir/scripts/guest.sh"
	printf '#!/bin/sh\necho kernel >>"%s/done"\n' "$in_dir" >"$in_dir/scripts/kernel.sh"
}
in_run
for value in ptrace:typo 'ptrace seccomp:typo'; do
	check "TESTS=$value: status 2, and the last results stay" bad '^run: TESTS=.*:typo: no such test; there are: [a-z]*:[gs]e' \
		TESTS="$value" "$in_dir/scripts/run.sh"
done
check 'the last results are there' grep -qx kept "$in_dir/out/results/patched/results"

# Completion for bash: completes LINE WORD...: exactly these words
completes()
{
	_line=$1
	shift
	# shellcheck disable=SC2016 # expanded there
	(cd "$top" && bash -c '. scripts/lib/completion.bash; COMP_LINE=$1 COMP_POINT=${#1}; _ase_make make; printf "%s\n" "${COMPREPLY[@]}"' - "$_line") >"$work/output" 2>&1 &&
	[ "$(cat "$work/output")" = "$(printf '%s\n' "$@")" ]
}
check 'completion: a verb' completes 'make bi' bisect-check
check 'completion: an option' completes 'make -s mbox UPT' UPTO=
check 'completion: a topic' completes 'make -s mbox UPTO=e' exit-work entry-cost
check 'completion: a configuration' completes 'make configs CONFIGS=kp' kpti
check 'completion: a test, behind the colon' completes 'make run TESTS=ptrace:stop_identity_' stop_identity_compat
check 'completion: none' completes 'make configs CONFIGS=nothing-like-it' ''
# In another directory it is as before, however often it is loaded.
completes_elsewhere()
{
	# shellcheck disable=SC2016 # expanded there
	bash -c 'before() { COMPREPLY=(theirs); }; complete -F before make; . "$1"; . "$1"; cd /
		COMP_LINE="make x" COMP_POINT=6; _ase_make make; printf "%s\n" "${COMPREPLY[@]}"' - "$scripts/lib/completion.bash" >"$work/output" 2>&1 &&
	[ "$(cat "$work/output")" = theirs ]
}
check 'completion: in another directory as before' completes_elsewhere
