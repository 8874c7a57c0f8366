# shellcheck shell=sh
# shellcheck disable=SC2154 # sourced by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A toy kernel and a toy repository beside it: mailbox, tree and refresh on them
# take seconds.

# In the toy's surroundings, whatever the caller has set.
toy()
{
	env -u VARIANT -u ARCH -u TOPICS -u TOPIC -u UPTO -u SIGNOFF -u ASE_LOCKED -u CONFIG -u TESTS \
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
# UPTO= is TOPICS= by another name; TOPIC= is one alone.
topic_alone()
{
	awk '/files-of-several/ { print "\n# two: the second topic" } { print }' "$work/series" >"$work/repo/series"
	toy TOPICS=one "$scripts/mbox.sh" >"$work/one"
	toy UPTO=one "$scripts/mbox.sh" | cmp - "$work/one" >"$work/output" 2>&1 || return 1
	toy "$scripts/mbox.sh" >"$work/both"
	{ toy TOPIC=one "$scripts/mbox.sh"; toy TOPIC=two "$scripts/mbox.sh"; } | cmp - "$work/both" >"$work/output" 2>&1 || return 1
	expect 0 '' toy UPTO=two TOPICS=two "$scripts/mbox.sh" &&
	expect 2 'UPTO=one and TOPICS=two are the same option' toy UPTO=one TOPICS=two "$scripts/mbox.sh" &&
	expect 2 'mbox: UPTO=three: no such topic; series has: one two' toy UPTO=three "$scripts/mbox.sh" &&
	expect 2 'mbox: TOPIC=three: no such topic; series has: one two' toy TOPIC=three "$scripts/mbox.sh" &&
	expect 2 'TOPIC=two is that topic alone, UPTO=one is up to one' toy TOPIC=two UPTO=one "$scripts/mbox.sh" &&
	expect 2 'tree: TOPIC=one: a topic alone is for make mbox' toy TOPIC=one "$scripts/tree.sh"
}

# odd COMMAND...: in the surroundings of a user whose git is set up in every odd way
# that has been heard of: files, and variables
odd()
{
	mkdir -p "$work/odd/.config/git" "$work/odd/objects"
	printf '*.c -diff\n* text=auto eol=crlf\n*.patch binary\n* whitespace=-trail\n' >"$work/odd/.config/git/attributes"
	printf 'arch/\ntools/\n*.c\n' >"$work/odd/.config/git/ignore"
	cat >"$work/odd/.gitconfig" <<-EOF
	[diff]
		noprefix = true
		mnemonicPrefix = true
		suppressBlankEmpty = true
		external = false
	[color]
		ui = always
	[core]
		autocrlf = true
		abbrev = 5
	[commit]
		gpgSign = true
	[i18n]
		commitEncoding = UTF-16
	[apply]
		whitespace = error-all
	[am]
		keepcr = false
	EOF
	toy HOME="$work/odd" XDG_CONFIG_HOME="$work/odd/.config" GIT_CONFIG_GLOBAL="$work/odd/.gitconfig" \
		GIT_CONFIG_COUNT=5 GIT_CONFIG_KEY_0=commit.gpgsign GIT_CONFIG_VALUE_0=true \
		GIT_CONFIG_KEY_1=apply.whitespace GIT_CONFIG_VALUE_1=fix \
		GIT_CONFIG_KEY_2=i18n.commitEncoding GIT_CONFIG_VALUE_2=UTF-16 \
		GIT_CONFIG_KEY_3=diff.suppressBlankEmpty GIT_CONFIG_VALUE_3=true \
		GIT_CONFIG_KEY_4=diff.noprefix GIT_CONFIG_VALUE_4=true \
		GIT_CONFIG_PARAMETERS="'diff.mnemonicprefix'='true'" \
		GIT_OBJECT_DIRECTORY="$work/odd/objects" GIT_COMMON_DIR="$work/odd/common" GIT_DIR="$work/odd/dir" \
		GIT_WORK_TREE="$work/odd" GIT_INDEX_FILE="$work/odd/index" GIT_NAMESPACE=odd \
		GIT_LITERAL_PATHSPECS=1 GIT_DEFAULT_HASH=sha256 GIT_EXTERNAL_DIFF=false GIT_DIFF_OPTS=-u1 \
		GIT_AUTHOR_NAME=Odd GIT_AUTHOR_EMAIL=odd@example.org GIT_AUTHOR_DATE='2001-01-01 00:00:00 +0000' \
		GIT_COMMITTER_NAME=Odd GIT_COMMITTER_EMAIL=odd@example.org GIT_COMMITTER_DATE='2001-01-01 00:00:00 +0000' \
		GIT_CEILING_DIRECTORIES=/ CDPATH=/ "$@"
}

mbox_survives_odd_git_config()
{
	toy "$scripts/mbox.sh" >"$work/mbox1" &&
	odd "$scripts/mbox.sh" >"$work/mbox2" 2>"$work/output" &&
	cmp "$work/mbox1" "$work/mbox2" >"$work/output" 2>&1
}
# What a checkout's own attributes say of its files
mbox_survives_attributes()
{
	own_git init -q "$work/repo" && printf '*.c -diff\n* -text -diff\n' >"$work/repo/.git/info/attributes" &&
	toy "$scripts/mbox.sh" >"$work/mbox2" 2>"$work/output" || return 1
	rm -rf "$work/repo/.git"
	cmp "$work/mbox1" "$work/mbox2" >"$work/output" 2>&1
}

tree_survives_odd_git_config()
{
	_was=$(own_git -C "$work/out/linux" rev-parse series) &&
	odd O="$work/out-odd" "$scripts/tree.sh" >"$work/output" 2>&1 &&
	repo_sum >"$work/before" &&
	odd O="$work/out-odd" "$scripts/refresh.sh" >"$work/output" 2>&1 &&
	repo_sum | cmp - "$work/before" >>"$work/output" 2>&1 &&
	[ "$_was" = "$(own_git -C "$work/out-odd/linux" rev-parse series)" ]
}

# A setting of one of these repositories themselves comes behind the user's files.
tree_survives_odd_settings_of_its_own()
{
	for _set in commit.gpgSign=true diff.suppressBlankEmpty=true apply.whitespace=error-all i18n.commitEncoding=UTF-16 \
		i18n.logOutputEncoding=UTF-16 diff.noprefix=true status.showUntrackedFiles=no log.showSignature=true; do
		own_git -C "$work/out-odd/linux" config "${_set%=*}" "${_set#*=}"
	done
	printf '*.c -diff\n' >"$work/attributes"
	own_git -C "$work/out-odd/linux" config core.attributesFile "$work/attributes"
	rm "$work/out-odd/linux/.git/tree.stamp"
	toy O="$work/out-odd" "$scripts/tree.sh" >"$work/output" 2>&1 &&
	toy O="$work/out-odd" "$scripts/refresh.sh" >"$work/output" 2>&1 &&
	repo_sum | cmp - "$work/before" >>"$work/output" 2>&1
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

# A patch of which the index line is not true would keep the checksum of another series.
untrue_names()
{
	expect 0 '' toy ASE_NAMES_OF_BASE=1 "$scripts/tree.sh" || return 1
	p=$work/repo/arch/arm64/kernel/say-it-in-words.patch
	cp "$p" "$work/keep"
	sed -i 's/^\(index [0-9a-f]*\.\.\)[0-9a-f]*/\1'"$(printf '%040d' 1)/" "$p"
	expect 3 'arch/arm64/kernel/ptrace.c: its patches name another version of it than they make' toy ASE_NAMES_OF_BASE=1 "$scripts/tree.sh" &&
	# It stays so if it is called again, and is no fault of a tree of the user's.
	expect 3 'arch/arm64/kernel/ptrace.c: its patches name another version' toy ASE_NAMES_OF_BASE=1 "$scripts/tree.sh" &&
	expect 0 '' toy "$scripts/tree.sh"
	_rc=$?
	cp "$work/keep" "$p"
	[ $_rc = 0 ] && expect 0 '' toy "$scripts/tree.sh"
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

# --- What is in out/linux may be a developer's

# person COMMAND...: git as a developer calls it there
person()
{
	git -C "$work/out/linux" -c user.name='A Person' -c user.email=a@example.org "$@"
}

# What was there, and is not to change
state()
{
	for _d in "$work/out/linux" "$work/out/linux-base" "$work/out/linux-commit" "$work/out/slot-2/linux-commit"; do
		[ ! -d "$_d" ] || (cd "$_d" && find . -name .git -prune -o -type f -exec sha256sum {} +; git for-each-ref; git rev-parse HEAD)
	done
}

# kept WORDS: a tree of another kernel is refused with the words, and all is as it was
kept()
{
	own_git -C "$work/toy" commit -q --allow-empty -m 'newer still'
	state >"$work/state"
	expect 2 "$1" toy "$scripts/tree.sh" && [ "$(wc -l <"$work/output")" = 2 ] &&
	state | cmp - "$work/state" >>"$work/output" 2>&1
}

branch_is_kept() { person branch mine base && kept 'something of yours (branch mine); move the tree away' && person branch -D mine; }
tag_is_kept() { person tag mine && kept 'something of yours (tags/mine)' && person tag -d mine; }
stash_is_kept()
{
	echo work >>"$work/out/linux/Makefile" && person stash -q && kept 'something of yours (a stash)' &&
	person stash drop -q && person reflog expire --expire=now --all
}
work_tree_is_kept()
{
	person worktree add -q --detach "$work/mine" && kept "work trees of yours: $work/mine " && [ -e "$work/mine/Makefile" ] &&
	person worktree remove "$work/mine"
}
# One of the user's that has the name of one of the scripts', elsewhere
work_tree_of_a_name_is_kept()
{
	for _tree in "$work/linux-commit" "$work/out/mine/linux-base" "$work/slot-2/linux-commit"; do
		person worktree add -q --detach "$_tree" && kept "work trees of yours: $_tree " && [ -e "$_tree/Makefile" ] &&
		person worktree remove "$_tree" || return 1
	done
	rm -rf "$work/out/mine" "$work/slot-2"
}
ignored_file_is_kept() { echo notes >"$work/out/linux/notes.o" && kept 'files that git ignores (notes.o)' && rm "$work/out/linux/notes.o"; }
reflog_is_kept()
{
	echo work >>"$work/out/linux/Makefile" && person commit -q -a -m 'My work' && person reset -q --hard HEAD~1 &&
	kept 'commits of yours that only its reflog or a work tree has, like ' && person reflog expire --expire=now --all
}
merge_is_kept() { : >"$work/out/linux/.git/MERGE_HEAD" && kept 'in the middle of a rebase, am, merge' && rm "$work/out/linux/.git/MERGE_HEAD"; }
branch_series_is_kept()
{
	person commit -q --allow-empty -m 'My work' && person checkout -q --detach HEAD~1 && kept 'the branch series in .* has commits that are not in the series'
	_bad=$?
	# Nor is it by a change of the series.
	sed -i 's/return/RETURN/' "$work/repo/tools/testing/toy/crlf"
	expect 2 'the branch series in .* has commits' toy "$scripts/tree.sh" || _bad=1
	sed -i 's/RETURN/return/' "$work/repo/tools/testing/toy/crlf"
	person log -1 --format=%s series | grep -q 'My work' || _bad=1
	person checkout -q -B series HEAD && person reflog expire --expire=now --all
	return $_bad
}
unmade_tree_is_kept()
{
	mv "$work/out/linux/.git/tree.stamp" "$work/tree.stamp"
	person commit -q --allow-empty -m 'My work' && kept 'has commits that are not in the series'
	_rc=$?
	person reset -q --hard HEAD~1 && person reflog expire --expire=now --all
	mv "$work/tree.stamp" "$work/out/linux/.git/tree.stamp"
	return $_rc
}
unpatched_tree_is_kept()
{
	expect 0 '' toy VARIANT=base "$scripts/tree.sh" || return 1
	echo work >>"$work/out/linux-base/Makefile"
	expect 2 'linux-base has changes (Makefile)' toy VARIANT=base "$scripts/tree.sh" && kept 'linux-base has changes (Makefile)'
	_rc=$?
	own_git -C "$work/out/linux-base" checkout -q Makefile
	return $_rc
}
# to_and_fro: as the verbs do that go from commit to commit
to_and_fro()
{
	# shellcheck disable=SC2016 # expanded there
	toy sh -c 'prog=check; . "$(dirname "$0")/lib/lib.sh"; work_tree "$linux-commit"; own_git -C "$linux-commit" checkout -q -f --detach base
		echo mutant >>"$linux-commit/Makefile"; [ -z "$1" ] || kill -KILL $$' "$scripts/check" "${1:-}"
}
tree_to_and_fro_is_kept()
{
	expect 0 '' toy "$scripts/tree.sh" && expect 0 '' to_and_fro || return 1
	echo work >>"$work/out/linux-commit/Makefile"
	expect 2 'linux-commit has changes (Makefile)' to_and_fro && kept 'linux-commit has changes (Makefile)' &&
	[ "$(tail -n 1 "$work/out/linux-commit/Makefile")" = work ]
	_rc=$?
	own_git -C "$work/out/linux-commit" checkout -q Makefile
	return $_rc
}
killed_to_and_fro()
{
	expect 137 '' to_and_fro kill || return 1
	expect 0 'linux-commit.left' to_and_fro && grep -q '^+mutant' "$work/out/linux-commit.left" &&
	[ -z "$(own_git -C "$work/out/linux-commit" status --porcelain)" ]
}
not_a_tree_of_ours()
{
	rm -rf "$work/out4"
	mkdir -p "$work/out4/linux/.git"
	echo mine >"$work/out4/linux/mine"
	expect 2 'out4 holds things that were not made here' toy O="$work/out4" "$scripts/tree.sh" || return 1
	: >"$work/out4/.lock"
	expect 2 'out4/linux is not a tree that make fetch has made' toy O="$work/out4" "$scripts/tree.sh" &&
	[ -e "$work/out4/linux/mine" ]
}
tree_that_was_moved_away()
{
	mv "$work/out/linux" "$work/away"
	expect 2 'linux-[a-z]* is of a tree that is no longer there' toy "$scripts/tree.sh" && [ -e "$work/out/linux-commit" ]
	_rc=$?
	mv "$work/away" "$work/out/linux"
	return $_rc
}
ignored_file_is_not_overwritten()
{
	echo notes >"$work/out/linux/thing.o"
	cp "$work/repo/series" "$work/series"
	own_git -C "$work/toy" reset -q --hard HEAD
	echo object >"$work/toy/thing.o"
	own_git -C "$work/toy" add -f thing.o
	own_git -C "$work/toy" commit -q -m 'an ignored file'
	expect 2 'files that git ignores (thing.o)' toy "$scripts/tree.sh" && [ "$(cat "$work/out/linux/thing.o")" = notes ]
	_rc=$?
	rm "$work/out/linux/thing.o"
	return $_rc
}

refresh_wants_the_branch()
{
	t=$work/out/linux
	repo_sum >"$work/before"
	person checkout -q --detach HEAD~1
	expect 2 'is on no branch, but the series is what the branch series has' toy "$scripts/refresh.sh" || return 1
	person checkout -q -b mine
	expect 2 'is on mine, but the series is' toy "$scripts/refresh.sh" || return 1
	person checkout -q series && person branch -q -D mine
	repo_sum | cmp - "$work/before"
}
refresh_wants_all_topics()
{
	cp "$work/repo/series" "$work/series"
	awk '/files-of-several/ { print "\n# two: the second topic" } { print }' "$work/series" >"$work/repo/series"
	repo_sum >"$work/before"
	toy TOPICS=one "$scripts/tree.sh" >"$work/output" 2>&1 &&
	expect 2 "'selftests: Add files of several kinds' is in series, but was never applied" toy "$scripts/refresh.sh" &&
	repo_sum | cmp - "$work/before"
	_rc=$?
	cp "$work/series" "$work/repo/series"
	toy "$scripts/tree.sh" >"$work/output" 2>&1
	return $_rc
}
refresh_wants_no_merge()
{
	person checkout -q -b mine && person commit -q --allow-empty -m side && person checkout -q series &&
	person commit -q --allow-empty -m main && person merge -q -m merge mine
	expect 2 'has a merge on top of base' toy "$scripts/refresh.sh"
	_rc=$?
	person branch -q -D mine
	person reset -q --hard HEAD~2
	return $_rc
}
refresh_keeps_what_was_written_here()
{
	echo 'my edit' >>"$work/repo/arch/arm64/kernel/new.c"
	expect 2 'what was changed here since make tree would be lost' toy "$scripts/refresh.sh" &&
	grep -q 'my edit' "$work/repo/arch/arm64/kernel/new.c"
	_rc=$?
	sed -i '/my edit/d' "$work/repo/arch/arm64/kernel/new.c"
	return $_rc
}

refresh_keeps_a_file_in_its_way()
{
	person commit -q --allow-empty -m 'arm64: In the way' && sed -i 's/^line 7$/line seven/' "$work/out/linux/arch/arm64/kernel/ptrace.c" &&
	person commit -q -a --amend -m 'arm64: In the way'
	echo mine >"$work/repo/arch/arm64/kernel/in-the-way.patch"
	repo_sum >"$work/before"
	expect 2 'arch/arm64/kernel/in-the-way.patch is here already, but not in series' toy "$scripts/refresh.sh" &&
	repo_sum | cmp - "$work/before"
	_rc=$?
	rm "$work/repo/arch/arm64/kernel/in-the-way.patch"
	person reset -q --hard HEAD~1
	return $_rc
}

# --- Any path, where nothing is built
blank="$work/blank/a 'b' dir"
neighbours_stay()
{
	mkdir -p "$work/blank/a" "$blank/tmp" "$blank/t dir"
	echo mine >"$work/blank/a/mine"
	echo mine >"$blank/tmp/mine"
	echo mine >"$blank/t"
	toy "$scripts/mbox.sh" >"$work/mbox1"
	toy TMPDIR="$blank/t dir" "$scripts/mbox.sh" 2>"$work/output" | cmp - "$work/mbox1" >>"$work/output" 2>&1 &&
	[ -e "$work/blank/a/mine" ] && [ -e "$blank/tmp/mine" ] && [ -e "$blank/t" ] && [ -z "$(ls -A "$blank/t dir")" ]
}
round_trip_in_any_path()
{
	rm -rf "$blank/repo" "$blank/out" "$blank/toy"
	cp -R "$work/repo" "$blank/repo"
	own_git clone -q "$work/toy" "$blank/toy"
	(cd "$blank/repo" && find . -type f -exec sha256sum {} + | sort) >"$work/before"
	set -- ASE_TOP="$blank/repo" O="$blank/out" LINUX="$blank/toy" XDG_CACHE_HOME="$blank/cache" TMPDIR="$blank/t dir"
	expect 0 '3 commits' toy "$@" "$scripts/tree.sh" && expect 0 '' toy "$@" VARIANT=base "$scripts/tree.sh" &&
	expect 0 '3 commits, 0 files changed' toy "$@" "$scripts/refresh.sh" && expect 0 '' toy "$@" "$scripts/clean.sh" &&
	(cd "$blank/repo" && find . -type f -exec sha256sum {} + | sort) | cmp - "$work/before" >>"$work/output" 2>&1
}
# A checkout with the scripts themselves, and make
checkout_in_any_path()
{
	rm -rf "$blank/main"
	mkdir -p "$blank/main"
	cp -R "$scripts" "$top/Makefile" "$top/README.md" "$top/.gitattributes" "$work/repo"/* "$blank/main"
	in_checkout mbox 2>"$work/output" | cmp - "$work/mbox1" >>"$work/output" 2>&1 &&
	in_checkout help >"$work/output" 2>&1 && grep -q 'make run' "$work/output" &&
	toy env -u ASE_TOP -u O "$blank/main/scripts/claims.sh" --readme >"$work/output" 2>&1 &&
	toy env -u ASE_TOP -u O "$blank/main/scripts/claims.sh" --check >"$work/output" 2>&1 && [ -e "$work/blank/a/mine" ]
}
in_checkout()
{
	(cd "$blank/main" && toy env -u ASE_TOP -u O make -s "$@")
}
no_kernel_in_any_path()
{
	for _v in run kernel guest shell test check compare mutants bisect-check configs bench path; do
		expect 2 "^$_v: .*take no path with such characters" toy env -u ASE_TOP -u O "$blank/main/scripts/$_v.sh" &&
		[ "$(wc -l <"$work/output")" = 2 ] && [ ! -e "$blank/main/out" ] || return 1
	done
}
temporary_place_with_a_blank()
{
	expect 2 'TMPDIR=.* take no path with such characters' toy TMPDIR="$blank/t dir" "$scripts/kernel.sh"
}

# --- Others' trees, and a clone by a git that changes line ends
tree_of_another()
{
	rm -rf "$work/others" "$work/out5"
	cp -R "$work/toy" "$work/others"
	chown -R 65534:65534 "$work/others"
	expect 0 '3 commits' toy LINUX="$work/others" O="$work/out5" "$scripts/tree.sh"
}
clone_with_autocrlf()
{
	rm -rf "$work/crlf" "$work/plain-repo"
	mkdir -p "$work/plain-repo/scripts"
	cp "$top/.gitattributes" "$top/Makefile" "$work/plain-repo" || return 1
	cp "$scripts"/*.sh "$scripts"/lib/*.sh "$work/plain-repo/scripts"
	own_git init -q -b main "$work/plain-repo"
	own_git -C "$work/plain-repo" add -A
	own_git -C "$work/plain-repo" commit -q -m all
	git -c core.autocrlf=true clone -q "$work/plain-repo" "$work/crlf" &&
	! grep -rlI "$(printf '\r')" "$work/crlf/scripts" "$work/crlf/Makefile" >"$work/output"
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
	timeout 60 sh -c 'prog=progress; . "$(dirname "$0")/lib/lib.sh"; V=0; n=0
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
check 'UPTO= is the same, and TOPIC= is one alone' topic_alone
check 'mbox does not depend on the git set-up of the user' mbox_survives_odd_git_config
check 'mbox does not depend on the attributes of a checkout' mbox_survives_attributes
check 'nor do tree and refresh' tree_survives_odd_git_config
check 'nor on that of the tree' tree_survives_odd_settings_of_its_own
check 'series with a missing file: status 3, nothing written' missing_file
check 'a patch that does not apply: status 3, file and hunk, tree as before' does_not_apply
check 'a patch that names another version than it makes: status 3' untrue_names
check 'context must match exactly' no_fuzz
check 'work in out/linux is never overwritten' unsaved_work_is_kept
check 'refresh refuses uncommitted changes' refresh_refuses_dirty
check 'LINUX= that can not be used: status 2' user_tree_is_refused
check 'LINUX= is only read' user_tree_is_untouched
check 'LINUX= with a new commit makes a new tree' new_base_is_taken
check 'an interrupted tree is made anew' interrupted_tree_goes_on
for thing in branch tag stash work_tree work_tree_of_a_name ignored_file reflog merge branch_series unmade_tree unpatched_tree tree_to_and_fro; do
	check "a new kernel: $(echo $thing | tr _ ' ') of a developer: kept" ${thing}_is_kept
done
check 'what a killed script has left in a work tree goes into a file' killed_to_and_fro
check 'O= with what was not made here: status 2' not_a_tree_of_ours
check 'a tree that was moved away leaves its work trees alone' tree_that_was_moved_away
check 'an ignored file is not overwritten' ignored_file_is_not_overwritten
check 'a new kernel is taken when nothing is lost' expect 0 '3 commits' toy "$scripts/tree.sh"
check 'refresh: not of another branch or of none' refresh_wants_the_branch
check 'refresh: not of some topics' refresh_wants_all_topics
check 'refresh: not of a merge' refresh_wants_no_merge
check 'refresh: not over what was written here' refresh_keeps_what_was_written_here
check 'refresh: not over a file in its way' refresh_keeps_a_file_in_its_way
check 'a blank in TMPDIR: neighbours stay' neighbours_stay
check 'blanks and quotes in every path: tree, refresh, clean' round_trip_in_any_path
check 'a checkout in such a path: make mbox, help, claims' checkout_in_any_path
check 'what builds refuses such a path: status 2' no_kernel_in_any_path
check 'also as TMPDIR: status 2' temporary_place_with_a_blank
if [ "$(id -u)" = 0 ]; then
	check "LINUX= may be another user's" tree_of_another
fi
check 'a clone with core.autocrlf is as any other' clone_with_autocrlf
check 'two at once: the second says so and waits' second_waits
check 'what shows progress ends at once, too' progress_ends_at_once
