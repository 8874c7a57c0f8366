# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The cover letter: of the real series, and with the files changed that its numbers
# are made from.

cover_data=$work/cover-data
# The files as they are
cover_reset()
{
	rm -rf "$cover_data"
	mkdir -p "$cover_data/cover" "$cover_data/bench" "$cover_data/claims" "$cover_data/compare" "$cover_data/mutants" \
		"$cover_data/guest" "$cover_data/check"
	for _file in cover/text claims/list bench/rows bench/results.csv compare/table compare/intended \
		mutants/table guest/expected check/applies-not; do
		cp "$scripts/$_file" "$cover_data/$_file"
	done
	cp "$scripts"/mutants/*.patch "$cover_data/mutants"
	cp -R "$scripts/mails" "$cover_data"
}
# cover [TOPICS]
cover()
{
	TOPICS=${1:-} ASE_COVER_DIR=$cover_data "$scripts/cover.sh"
}
# What it says, without the ends of lines
cover_words()
{
	cover "${1:-}" | tr -s '\n ' ' '
}
cover_reset
cover_topics=$(sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$top/series")

cover_is_written()
{
	cover >"$work/letter" 2>"$work/output" && [ ! -s "$work/output" ] && [ -s "$work/letter" ]
}
cover_lines()
{
	sed '/^Diffstat/,$d' "$work/letter" | awk 'length($0) > 75 { print; bad = 1 } END { exit bad }' >"$work/output"
}
cover_plain()
{
	! tail -n +2 "$work/letter" | grep -nE '^From |^---|signed-off-by|https?:|[^ -~]' | grep -v '^1:From: ' >"$work/output"
}
# N is the number of patches, and all their subjects are there, up to each topic
cover_has_all()
{
	for _topic in $cover_topics; do
		TOPICS=$_topic SIGNOFF='' "$scripts/mbox.sh" >"$work/mbox"
		rm -rf "$work/mails"
		mkdir "$work/mails"
		_n=$(own_git mailsplit -o"$work/mails" "$work/mbox")
		cover_words "$_topic" >"$work/words"
		cat "$work/words" >"$work/output"
		grep -q "Subject: \[PATCH 0*0/$_n\] " "$work/words" || return 1
		grep -qF " The $_n patches are in this order " "$work/words" || return 1
		grep -qF " $_topic: " "$work/words" || return 1
		for _mail in "$work"/mails/*; do
			_subject=$(own_git mailinfo /dev/null /dev/null <"$_mail" | sed -n 's/^Subject: //p')
			grep -qF " $_subject " "$work/words" || {
				echo "not there: $_subject" >"$work/output"
				return 1
			}
		done
	done
}
# In front of the mailbox, it is one mail more.
cover_is_a_mail()
{
	{ cover && SIGNOFF='' TOPICS='' "$scripts/mbox.sh"; } >"$work/mbox"
	rm -rf "$work/mails"
	mkdir "$work/mails"
	_n=$(own_git mailsplit -o"$work/mails" "$work/mbox")
	own_git mailinfo -k /dev/null /dev/null <"$work/mails/0001" >"$work/output"
	cat "$work/letter" >"$work/expected"
	cmp "$work/mails/0001" "$work/expected" &&
	grep -q "Subject: \[PATCH 0*0/$((_n - 1))\] " "$work/output" &&
	grep -qxF "Author: $identity_name" "$work/output" &&
	grep -qxF "Email: $identity_mail" "$work/output" &&
	grep -q '^Date: .' "$work/output"
}
cover_ignores_signoff()
{
	SIGNOFF='A Person <a@example.org>' cover | cmp - "$work/letter" >"$work/output" 2>&1
}
cover_anywhere()
{
	(cd "$scripts/test-harness" && cover) | cmp - "$work/letter" >"$work/output" 2>&1
}
# cover_says WORDS [TOPICS]: fixed, whatever lines they are on
cover_says()
{
	cover_words "${2:-}" >"$work/output" 2>&1
	grep -qF -e "$1" "$work/output"
}
check 'cover: a letter, and no complaint' cover_is_written
check 'cover: lines of 75 columns at most' cover_lines
check 'cover: plain text without trailers and addresses' cover_plain
check 'cover: all patches, up to each topic' cover_has_all
check 'cover: a mail that can stand in front of the mailbox' cover_is_a_mail
check 'cover: SIGNOFF= does not concern it' cover_ignores_signoff
check 'cover: the same from another directory' cover_anywhere
check 'cover: no such topic' expect 2 'cover: TOPICS=none: no such topic' cover none
cover_first=$(echo "$cover_topics" | head -n 1)
check 'cover: the counts are of all topics, and are not shown for some' \
	cover_says 'are left out here' "$cover_first"
cover_fixes()
{
	SIGNOFF='' TOPICS='' "$scripts/mbox.sh" | awk '
	/^From 0000/ { n++; message = 1 }
	/^---$/ { message = 0 }
	message && /^Fixes: / && last != n { text = text (text ? ", " : "") n; last = n }
	END { print "Fixes tag: " text "." }' >"$work/fixes"
	cover_says "$(cat "$work/fixes")"
}
check 'cover: the patches with a Fixes tag' cover_fixes

# --- The numbers are those of the files; one patch is enough, and quicker
cover_top=$work/cover-top
cover_patch=$(sed -e '/^#/d' -e '/^[ 	]/d' -e '/^$/d' "$top/series" | head -n 1)
mkdir -p "$cover_top/${cover_patch%/*}"
cp "$top/base" "$cover_top"
cp "$top/$cover_patch" "$cover_top/$cover_patch"
printf '# %s: a title\n%s\n' "$cover_first" "$cover_patch" >"$cover_top/series"
cover_of()
{
	(
		ASE_TOP=$cover_top
		export ASE_TOP
		cover
	)
}
cover_of_says()
{
	cover_of | tr -s '\n ' ' ' >"$work/output" 2>&1
	grep -qF -e "$1" "$work/output"
}
sed -i 's/^\(bench-min,sve-off,getppid,exact\),.*/\1,9265,9265,9265,9230,9230,9230/' "$cover_data/bench/results.csv"
check 'cover: counts are those of bench/results.csv' cover_of_says ' getppid 9265 -> 9230 -0.4 % '
sed -i 's/^\(bench-min,sve-off,getppid,exact\),.*/\1,9265,9265,9265,9266,9266,9266/' "$cover_data/bench/results.csv"
check 'cover: and if one is higher it is said' cover_of_says 'higher than before: getppid (bench-min, sve-off).'
sed -i '/,sve-off,audit,/d' "$cover_data/bench/results.csv"
check 'cover: a row that is missing' expect 3 'results.csv: no row audit of bench-min; write it with' cover_of
cover_reset
sed -i 's/^[0-9]* cells, [0-9]* identical/9443 cells, 9345 identical/' "$cover_data/compare/table"
check 'cover: cells are those of compare/table' cover_of_says 'through 9443 cells '
check 'cover: so are the identical ones' cover_of_says ' 9345 cells are identical, '
sed -i 's/^topics: .*/topics: other/' "$cover_data/compare/table"
check 'cover: a comparison of other topics' cover_of_says 'was last made with these topics: other.)'
sed -i '/^topics: /d' "$cover_data/compare/table"
check 'cover: a comparison of no topics' expect 3 'compare/table has no topics and cells; write it with make compare' cover_of
cover_reset
cover_mutants=$(grep -cE '^[a-z0-9-]+ +[0-9a-f]{8} +[^- ]' "$cover_data/mutants/table" || :)
check 'cover: mutants are those of mutants/table' cover_of_says " $cover_mutants changes that each break "
cp "$cover_data/mutants/gate-inverted.patch" "$cover_data/mutants/new-one.patch"
cover_untried=$(for cover_mutant in "$cover_data"/mutants/*.patch; do
	cover_mutant=${cover_mutant##*/}
	grep -qE "^${cover_mutant%.patch} +[0-9a-f]{8} +[^- ]" "$cover_data/mutants/table" || echo 1
done | wc -l)
check 'cover: mutants that were not tried' cover_of_says " $cover_untried more have not been tried yet."
cover_reset
cover_claims=$(awk -v patch="$cover_patch" '/^[^\t]/ { on = $0 == patch } on && /^\t/' "$cover_data/claims/list" | wc -l)
check 'cover: claims are those of claims' cover_of_says " make $cover_claims claims, "
printf '%s\n\tskip pass a:b # it does what is new\n' "$cover_patch" >>"$cover_data/claims/list"
check 'cover: one more' cover_of_says " make $((cover_claims + 1)) claims, "
check 'cover: a change is counted' cover_of_says " For $(($(awk -v patch="$cover_patch" '/^[^\t]/ { on = $0 == patch } on && /^\t/ && $1 != "by" && $1 != $2' "$scripts/claims/list" | wc -l) + 1)) of them, what the tests say "
cover_reset
echo "6.1 $cover_first # it is too old" >>"$cover_data/check/applies-not"
check 'cover: what does not apply is that of applies-not' \
	cover_of_says " Linux 6.1: $cover_first does not: it is too old."
echo 'leave-out a:b # too long' >>"$cover_data/guest/expected"
check 'cover: tests left out are those of guest/expected' \
	cover_of_says " $(grep -c '^leave-out' "$cover_data/guest/expected") tests of rseq "
mkdir -p "$cover_data/config"
printf '# of configurations\none\tgcc\tyes\tyes\t5\t0\t0\nclang\tclang\tyes\tyes\t5\t0\t0\nthree\tgcc\t-\t-\t-\t-\t-\n' >"$cover_data/config/table"
check 'cover: configurations, if there is a table' cover_of_says 'Of 3 more configurations of the kernel, 2 were booted'
sed -i '/^three/d' "$cover_data/config/table"
check 'cover: configurations, if all of them were run' cover_of_says ' 2 more configurations of the kernel, '
cover_reset

# --- Tables of another series: cover_measured SUM writes it into all of them
cover_measured()
{
	for _file in bench/results.csv compare/table mutants/table config/table claims/table; do
		mkdir -p "$cover_data/config"
		{
			echo "# series $1; gcc; QEMU 7.2; Linux 7.3"
			[ ! -f "$scripts/$_file" ] || sed '/^# series /d' "$scripts/$_file"
		} >"$cover_data/$_file"
	done
}
# shellcheck disable=SC2016 # expanded there
cover_sum=$(ASE_TOP=$cover_top sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; series_sum' "$scripts/sum")
cover_measured "$cover_sum"
cover_not_stale()
{
	! cover_of_says 'NOT MEASURED ON THIS VERSION'
}
check 'cover: tables of this series' cover_not_stale
cover_measured 0123456789abcdef
check 'cover: of another one' cover_of_says 'NOT MEASURED ON THIS VERSION, but on an earlier one and not repeated yet: what the tests of the claims said, the comparison of the two kernels, what notices the broken kernels, the counts of instructions, the configurations.'
cover_measured "$cover_sum"
sed -i 1d "$cover_data/compare/table"
check 'cover: of nobody knows which' cover_of_says 'NOT MEASURED ON THIS VERSION, but on an earlier one and not repeated yet: the comparison of the two kernels. '
cover_measured "$cover_sum"
printf 'diff --git a/x b/x\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+x\n' >>"$cover_top/$cover_patch"
check 'cover: with a patch changed' cover_of_says 'what notices the broken kernels'
cp "$top/$cover_patch" "$cover_top/$cover_patch"
printf '%s\n\tby compare call=execve # and execve\n' "$cover_patch" >>"$cover_data/claims/list"
check 'cover: what another verb shows is no change' cover_of_says " make $((cover_claims + 1)) claims, "
cover_reset

# --- What is not there
sed -i "s/^\[what $cover_first\]/[what other]/" "$cover_data/mails/$cover_first"
check 'cover: a topic without a paragraph' \
	expect 3 "scripts/mails/$cover_first says nothing of the topic; write it under \[what $cover_first\]" cover_of
check 'cover: and then nothing is written' test -z "$(cover_of 2>/dev/null)"
cover_reset
sed -i 's/{cells}/{cellars}/' "$cover_data/cover/text"
check 'cover: a number that nobody knows' expect 3 'cover/text: {cellars} is nothing that cover.sh knows' cover_of
check 'cover: nor half a letter' test -z "$(cover_of 2>/dev/null)"
cover_reset
rm "$cover_data/mails/$cover_first"
check 'cover: a topic without a text' expect 3 "scripts/mails/$cover_first is missing; write it" cover_of
cover_reset

# --- Of a set alone
cover_set()
{
	TOPIC=$1 ASE_COVER_DIR=$cover_data "$scripts/cover.sh"
}
cover_set_says()
{
	cover_set "$1" | tr -s '\n ' ' ' >"$work/output" 2>&1
	grep -qF -e "$2" "$work/output"
}
cover_sets()
{
	_before=
	_n=0
	for _topic in $cover_topics; do
		cover_set_says "$_topic" "this one stands on ${_before:-none of the others}${_before:+: $_n patches}. " || return 1
		_before="$_before${_before:+, }$_topic"
		_n=$((_n + $(sed -n "/^# $_topic:/,/^\$/p" "$top/series" | grep -c '^[^#	]')))
		# Its own changes, and no others
		sed -n 's/^\[abi \(.*\)\]$/\1/p' "$scripts/mails/$_topic" | head -n 1 >"$work/first"
		_heading=$(sed -n "/^\[abi $(cat "$work/first")\]/{n;p;}" "$scripts/mails/$_topic")
		for _other in $cover_topics; do
			if cover_set_says "$_other" "$_heading"; then [ "$_other" = "$_topic" ]; else [ "$_other" != "$_topic" ]; fi || return 1
		done
	done
}
check 'cover: of a set, what it stands on and what it changes' cover_sets
cover_other_subjects()
{
	! cover_set_says "$cover_first" "$(sed -n "/^\[subject exit-work\]/{n;p;}" "$scripts/mails/exit-work")"
}
check 'cover: of a set, its own Subject alone' cover_other_subjects
cover_version()
{
	V=3 cover_set_says exit-work 'Subject: [PATCH v3 00/11] '
}
check 'cover: of a set, its version' cover_version
check 'cover: counts of another series are not shown' cover_set_says exit-work 'was not measured on this very set'
cover_counts()
{
	# shellcheck disable=SC2016 # expanded there
	_sum=$(sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; series_sum' "$scripts/sum")
	{
		echo "# series $_sum; gcc; QEMU 7.2; Linux 7.3"
		for _row in getppid unknown seccomp audit tracepoints page-fault undefined; do printf 'base\t%s\t900\n' $_row; done
		printf '%s\tgetppid\t%s\n' 'arm64: syscall: Do not restart a call that is refused with SIGSYS' 910 \
			'arm64: syscall: Give the system call one way out' 920 'arm64: syscall: Simplify el0_svc_common()' 930 \
			'arm64: entry: Convert to the generic system call entry' 940
	} >"$cover_data/bench/commits"
	cover_set_says exit-work ' getppid 910 -> 930 unknown number 900 -> 900 ' && cover_set_says fixes ' getppid 900 -> 910 '
}
check 'cover: those of this one are, before and after the set' cover_counts
sed -i '/^base	audit	/d' "$cover_data/bench/commits"
check 'cover: a count that is missing' expect 3 'bench/commits: no row audit of base; write it with' cover_set exit-work
cover_reset
sed -i 's/	rename-syscall-trace-exit	/	no-such-patch	/' "$cover_data/mails/v16"
check 'cover: a patch that is none in v16' expect 3 'scripts/mails/v16: no-such-patch is no patch of series' cover_set exit-work
cover_reset
for _file in compare/table claims/list bench/results.csv check/applies-not; do
	rm "$cover_data/$_file"
	check "cover: $_file is missing" expect 3 "scripts/$_file is missing; restore it" cover_of
	cover_reset
done

# --- The summary that make compare has written
cover_record_is_of_intended()
{
	grep -q ', 0 unexplained$' "$scripts/compare/table" &&
	awk -F '\t+' '!/^#/ && NF { print $5 }' "$scripts/compare/intended" >"$work/why" &&
	while read -r _why; do
		grep -qF " cells: $_why" "$scripts/compare/table" || {
			echo "compare/table does not have: $_why; write it with make compare" >"$work/output"
			return 1
		}
	done <"$work/why"
}
check 'compare: the table has the intended differences' cover_record_is_of_intended
