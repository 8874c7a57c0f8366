# shellcheck shell=sh
# shellcheck disable=SC2154 # sourced by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A toy kernel and a toy repository beside it: mailbox, tree and refresh on them
# take seconds.

# In the toy's surroundings, whatever the caller has set.
toy()
{
	env -u VARIANT -u ARCH -u TOPICS -u SIGNOFF -u ASE_LOCKED -u CONFIG -u TESTS \
		ASE_TOP="$work/repo" O="$work/out" LINUX="$work/toy" XDG_CACHE_HOME="$work/cache" "$@"
}

new_toy()
{
	rm -rf "$work/repo" "$work/out" "$work/toy" "$work/cache"
	mkdir -p "$work/repo" "$work/toy/arch/arm64/kernel" "$work/toy/tools"
	cd "$work/toy" || return
	printf 'VERSION = 7\nPATCHLEVEL = 3\n' >Makefile
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "line $n"; done >arch/arm64/kernel/ptrace.c
	cp arch/arm64/kernel/ptrace.c arch/arm64/kernel/syscall.c
	echo gone >tools/gone
	printf '*.o\n' >.gitignore
	own_git init -q -b main .
	own_git add -A
	own_git commit -q -m base
	# A tag of the user's with the name of ours.
	own_git tag base 'HEAD^{tree}'
	cd "$top" || return
	echo 7.3 >"$work/repo/base"
	printf '# one: the first topic\n' >"$work/repo/series"
}

commit_in_tree()
{
	own_git -C "$work/out/linux" add -A
	own_git -C "$work/out/linux" commit -q -m "$1"
}

# A series with everything that a patch can hold.
toy_series()
{
	toy "$scripts/fetch.sh" >/dev/null
	t=$work/out/linux
	own_git -C "$t" checkout -q -B series base
	sed -i 's/^line 2$/line two/' "$t/arch/arm64/kernel/ptrace.c"
	commit_in_tree 'arm64: ptrace: Say it in words

From here on, numbers are words.

---- not the end of the message ----

Fixes: 0123456789ab ("something")' || return 1
	mkdir -p "$t/tools/testing/toy/deep"
	: >"$t/tools/testing/toy/empty"
	printf 'no newline at the end' >"$t/tools/testing/toy/no_newline"
	printf '#!/bin/sh\necho run\n' >"$t/tools/testing/toy/run.sh"
	chmod +x "$t/tools/testing/toy/run.sh"
	printf 'carriage\r\nreturn\r\n' >"$t/tools/testing/toy/crlf"
	printf 'From the start\n--- a\n+++ b\n' >"$t/tools/testing/toy/deep/looks-like-a-patch"
	printf 'trailing space \n\n\n' >"$t/tools/testing/toy/a+b"
	commit_in_tree 'selftests: Add files of several kinds' || return 1
	sed -i 's/^line 11$/line eleven/' "$t/arch/arm64/kernel/syscall.c"
	echo 'int x;' >"$t/arch/arm64/kernel/new.c"
	own_git -C "$t" rm -q tools/gone
	commit_in_tree 'arm64: Change, add and take away, in a subject that is long enough to be folded in a mail' || return 1
}

refresh_writes_series()
{
	expect 0 '3 commits' toy "$scripts/refresh.sh" &&
	[ -f "$work/repo/tools/testing/toy/empty" ] &&
	[ -x "$work/repo/tools/testing/toy/run.sh" ] &&
	grep -q '^arch/arm64/kernel/say-it-in-words.patch$' "$work/repo/series"
}

same_tree_after_am()
{
	rm -rf "$work/fresh"
	own_git clone -q "$work/toy" "$work/fresh" &&
	toy "$scripts/mbox.sh" >"$work/mbox" 2>"$work/output" &&
	own_git -C "$work/fresh" am -q --keep-cr "$work/mbox" >"$work/output" 2>&1 &&
	[ "$(own_git -C "$work/fresh" rev-parse 'HEAD^{tree}')" = \
	  "$(own_git -C "$work/out/linux" rev-parse 'series^{tree}')" ]
}

repo_sum()
{
	(cd "$work/repo" && find . -type f -exec sha256sum {} + -exec stat -c '%a %n' {} + | sort)
}

round_trip_is_identical()
{
	repo_sum >"$work/before"
	rm -rf "$work/out"
	toy "$scripts/tree.sh" >"$work/output" 2>&1 &&
	toy "$scripts/refresh.sh" >"$work/output" 2>&1 &&
	repo_sum >"$work/after" &&
	cmp "$work/before" "$work/after" >>"$work/output" 2>&1
}

directory_line_stays()
{
	sed '/^	+ tools\/testing\/toy\//d' "$work/repo/series" >"$work/series" &&
	awk '{ print } /files-of-several/ { print "\t+ tools/testing/toy" }' "$work/series" >"$work/repo/series" &&
	same_tree_after_am && round_trip_is_identical &&
	grep -q '^	+ tools/testing/toy$' "$work/repo/series"
}

messages_survive()
{
	own_git -C "$work/fresh" log --format='%an <%ae>%n%B' main~3..main >"$work/a"
	own_git -C "$work/out/linux" log --format='%an <%ae>%n%B' base..series >"$work/b"
	cmp "$work/a" "$work/b" >"$work/output" 2>&1
}

commits_are_the_same_everywhere()
{
	a=$(own_git -C "$work/out/linux" rev-parse series)
	rm -rf "$work/out"
	toy "$scripts/tree.sh" >"$work/output" 2>&1
	[ "$a" = "$(own_git -C "$work/out/linux" rev-parse series)" ]
}

file_times_stay()
{
	f=$work/out/linux/arch/arm64/kernel/ptrace.c
	touch -d '2020-01-01 00:00:00 UTC' "$f"
	sed -i 's/return/RETURN/' "$work/repo/tools/testing/toy/crlf"
	toy "$scripts/tree.sh" >"$work/output" 2>&1 &&
	grep -q RETURN "$work/out/linux/tools/testing/toy/crlf" &&
	[ "$(stat -c %Y "$f")" = "$(date -d '2020-01-01 00:00:00 UTC' +%s)" ]
}

second_tree_is_silent()
{
	expect 0 '' toy "$scripts/tree.sh" && [ "$(wc -l <"$work/output")" = 1 ]
}

new_commit_finds_its_place()
{
	t=$work/out/linux
	sed -i 's/^line 5$/line five/' "$t/arch/arm64/kernel/ptrace.c"
	own_git -C "$t" commit -q -a -m 'arm64: A fourth change'
	expect 0 'new patch arch/arm64/kernel/a-fourth-change.patch' toy "$scripts/refresh.sh" &&
	[ "$(tail -n 1 "$work/repo/series")" = arch/arm64/kernel/a-fourth-change.patch ]
}

dropped_commit_is_gone()
{
	own_git -C "$work/out/linux" reset -q --hard HEAD~1
	expect 0 'gone: arch/arm64/kernel/a-fourth-change.patch' toy "$scripts/refresh.sh" &&
	[ ! -e "$work/repo/arch/arm64/kernel/a-fourth-change.patch" ] &&
	! grep -q fourth "$work/repo/series"
}

signoff_is_added()
{
	toy SIGNOFF='A Person <a@example.org>' "$scripts/mbox.sh" >"$work/output" &&
	[ "$(grep -c '^Signed-off-by: A Person <a@example.org>$' "$work/output")" = 3 ] &&
	rm -rf "$work/fresh2" && own_git clone -q "$work/toy" "$work/fresh2" &&
	own_git -C "$work/fresh2" am -q --keep-cr "$work/output" &&
	own_git -C "$work/fresh2" log -1 --format=%B HEAD~2 | tail -n 2 | head -n 1 | grep -q '^Signed-off-by'
}

topics_stop_there()
{
	cp "$work/repo/series" "$work/series"
	awk '/files-of-several/ { print "\n# two: the second topic" } { print }' "$work/series" >"$work/repo/series"
	toy TOPICS=one "$scripts/mbox.sh" >"$work/output"
	[ "$(grep -c '^Subject: ' "$work/output")" = 1 ] || return 1
	toy TOPICS='two' "$scripts/mbox.sh" >"$work/output"
	[ "$(grep -c '^Subject: ' "$work/output")" = 3 ] || return 1
	expect 2 'no such topic' toy TOPICS=three "$scripts/mbox.sh"
}

mbox_survives_odd_git_config()
{
	toy "$scripts/mbox.sh" >"$work/mbox1"
	printf '[diff]\n\tnoprefix = true\n\tmnemonicPrefix = true\n[color]\n\tui = always\n[core]\n\tautocrlf = true\n' >"$work/gitconfig"
	GIT_CONFIG_GLOBAL=$work/gitconfig toy "$scripts/mbox.sh" >"$work/mbox2"
	cmp "$work/mbox1" "$work/mbox2" >"$work/output" 2>&1
}

missing_file()
{
	mv "$work/repo/tools/testing/toy" "$work/away"
	expect 3 'series names tools/testing/toy as a new file, which is missing' toy "$scripts/mbox.sh"
	_rc=$?
	mv "$work/away" "$work/repo/tools/testing/toy"
	[ $_rc = 0 ] || return 1
	mv "$work/repo/arch/arm64/kernel/say-it-in-words.patch" "$work/away"
	# Nothing on standard output: a pipe to git am must not see half a series.
	[ -z "$(toy "$scripts/mbox.sh" 2>/dev/null)" ] &&
	expect 3 'series names arch/arm64/kernel/say-it-in-words.patch, which is missing' toy "$scripts/tree.sh"
	_rc=$?
	mv "$work/away" "$work/repo/arch/arm64/kernel/say-it-in-words.patch"
	return $_rc
}

does_not_apply()
{
	head=$(own_git -C "$work/out/linux" rev-parse HEAD)
	p=$work/repo/arch/arm64/kernel/say-it-in-words.patch
	cp "$p" "$work/keep"
	sed -i 's/^ line 4$/ line four/' "$p"
	expect 3 'kernel/say-it-in-words.patch does not apply: hunk at arch/arm64/kernel/ptrace.c:1' toy "$scripts/tree.sh"
	_rc=$?
	cp "$work/keep" "$p"
	[ $_rc = 0 ] && [ "$head" = "$(own_git -C "$work/out/linux" rev-parse HEAD)" ] &&
	[ ! -d "$work/out/linux/.git/rebase-apply" ] &&
	expect 0 '' toy "$scripts/tree.sh"
}

no_fuzz()
{
	p=$work/repo/arch/arm64/kernel/say-it-in-words.patch
	cp "$p" "$work/keep"
	sed -i 's/^ line 5$/ line changed/' "$p"
	expect 3 'does not apply' toy "$scripts/tree.sh"
	_rc=$?
	cp "$work/keep" "$p"
	return $_rc
}

unsaved_work_is_kept()
{
	t=$work/out/linux
	echo work >>"$t/Makefile"
	sed -i 's/RETURN/return/' "$work/repo/tools/testing/toy/crlf"
	expect 2 'uncommitted changes' toy "$scripts/tree.sh" || return 1
	grep -q '^work$' "$t/Makefile" || return 1
	own_git -C "$t" commit -q -a -m 'My work'
	expect 2 'commits that are not in the series' toy "$scripts/tree.sh" &&
	own_git -C "$t" log -1 --format=%s | grep -q 'My work' || return 1
	own_git -C "$t" reset -q --hard HEAD~1
	expect 0 '' toy "$scripts/tree.sh"
}

refresh_refuses_dirty()
{
	echo work >>"$work/out/linux/Makefile"
	repo_sum >"$work/before"
	expect 2 'uncommitted changes' toy "$scripts/refresh.sh" || return 1
	repo_sum | cmp - "$work/before" || return 1
	own_git -C "$work/out/linux" checkout -q Makefile
}

user_tree_is_refused()
{
	mkdir -p "$work/nothing"
	expect 2 'is not a Linux kernel tree' toy LINUX="$work/nothing" O="$work/out2" "$scripts/fetch.sh" || return 1
	expect 2 'is not a directory' toy LINUX="$work/nowhere" O="$work/out2" "$scripts/fetch.sh" || return 1
	cp -R "$work/toy" "$work/plain"
	rm -rf "$work/plain/.git"
	expect 2 'is not a git tree' toy LINUX="$work/plain" O="$work/out2" "$scripts/fetch.sh" || return 1
	echo change >>"$work/toy/Makefile"
	expect 2 'has uncommitted changes' toy O="$work/out2" "$scripts/fetch.sh"
	_rc=$?
	own_git -C "$work/toy" checkout -q Makefile
	[ ! -e "$work/out2/linux" ] && return $_rc
}

user_tree_is_untouched()
{
	(cd "$work/toy" && find . -type f -exec sha256sum {} + | sort) >"$work/before"
	rm -rf "$work/out2"
	toy O="$work/out2" "$scripts/tree.sh" >"$work/output" 2>&1 || return 1
	(cd "$work/toy" && find . -type f -exec sha256sum {} + | sort) | cmp - "$work/before"
}

new_base_is_taken()
{
	own_git -C "$work/toy" commit -q --allow-empty -m 'newer'
	expect 0 '3 commits' toy "$scripts/tree.sh" &&
	[ "$(own_git -C "$work/out/linux" rev-parse base)" = "$(own_git -C "$work/toy" rev-parse HEAD)" ]
}

interrupted_tree_goes_on()
{
	# As if the machine had stopped in the middle of am.
	t=$work/out/linux
	own_git -C "$t" checkout -q -B series base
	rm -f "$t/.git/tree.stamp"
	expect 0 '3 commits' toy "$scripts/tree.sh" || return 1
	mkdir -p "$work/out3/linux.part/junk"
	: >"$work/out3/.lock"
	expect 0 '3 commits' toy O="$work/out3" "$scripts/tree.sh" && [ ! -e "$work/out3/linux.part" ]
}

second_waits()
{
	mkdir -p "$work/out"
	(
		exec 9>>"$work/out/.lock"
		flock 9
		: >"$work/locked"
		read -r _ <"$work/fifo"
	) &
	holder=$!
	while [ ! -e "$work/locked" ]; do :; done
	toy "$scripts/tree.sh" >"$work/output" 2>&1 &
	second=$!
	while ! grep -q 'waiting for it' "$work/output" 2>/dev/null && kill -0 $second 2>/dev/null; do :; done
	echo >"$work/fifo"
	wait $holder
	wait $second && grep -q 'another make is at work' "$work/output"
}

mkfifo "$work/fifo"
new_toy
toy_series || die 1 "the toy series can't be made"
# What shows progress ends however early it is told to.
progress_ends_at_once()
{
	# shellcheck disable=SC2016 # expanded there
	timeout 60 sh -c 'prog=progress; . "$(dirname "$0")/lib.sh"; V=0; n=0
		while [ $n -lt 200 ]; do
			progress_start text true
			progress_stop
			n=$((n + 1))
		done' "$scripts/progress" >"$work/output" 2>&1 && [ "$(grep -c text "$work/output")" = 200 ]
}

check 'refresh writes patches, new files and series from commits' refresh_writes_series
check 'mbox and git am give the tree that refresh was made from' same_tree_after_am
check 'messages survive the way through the mailbox' messages_survive
check 'mbox, am, refresh leave the repository byte-identical' round_trip_is_identical
check 'a directory of new files in series stays a directory' directory_line_stays
check 'the same series gives the same commits again' commits_are_the_same_everywhere
check 'a file that does not change keeps its time' file_times_stay
check 'tree with nothing changed does nothing' second_tree_is_silent
check 'a new commit gets a name and its place in series' new_commit_finds_its_place
check 'a dropped commit is taken out' dropped_commit_is_gone
check 'SIGNOFF= is added to each mail' signoff_is_added
check 'SIGNOFF= that is no name and address is refused' expect 2 'write it as' toy SIGNOFF=me "$scripts/mbox.sh"
check 'TOPICS= stops after the topic, and must exist' topics_stop_there
check 'mbox does not depend on the git set-up of the user' mbox_survives_odd_git_config
check 'series with a missing file: status 3, nothing written' missing_file
check 'a patch that does not apply: status 3, file and hunk, tree as before' does_not_apply
check 'context must match exactly' no_fuzz
check 'work in out/linux is never overwritten' unsaved_work_is_kept
check 'refresh refuses uncommitted changes' refresh_refuses_dirty
check 'LINUX= that can not be used: status 2' user_tree_is_refused
check 'LINUX= is only read' user_tree_is_untouched
check 'LINUX= with a new commit makes a new tree' new_base_is_taken
check 'an interrupted tree is made anew' interrupted_tree_goes_on
check 'two at once: the second says so and waits' second_waits
check 'what shows progress ends at once, too' progress_ends_at_once
