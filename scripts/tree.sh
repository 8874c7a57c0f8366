#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tree: out/linux with the series applied, on the branch "series". For
# VARIANT=base, out/linux-base: the tree without it.
#
# tree.sh --check-removable: exit 2 if out/linux has anything that would be lost with it.

prog=tree
. "$(dirname "$0")/lib/lib.sh"
help_or 'tree.sh [--check-removable]' "$@"
case $#:${1:-} in
0:|1:--check-removable) ;;
*) die 2 "usage: tree.sh [--check-removable]" ;;
esac
variant_or patched
lock_any_path
applied=$linux/.git/$prog.stamp

# foreign RANGE...: the commits in it that are not what the scripts themselves have
# applied: they are the committer of those.
foreign()
{
	own_git -C "$linux" log --format="%ce %h" "$@" | sed "/^$identity_mail /d"
}

# The stamp: what was applied, and the commit that it led to.
check_unsaved()
{
	not_ours "$linux"
	_how="run make refresh to put it into the series, or drop it with git -C $linux reset --hard $(sed 's/.* //' "$applied" 2>/dev/null || echo base)"
	for _f in rebase-apply rebase-merge MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_START; do
		[ ! -e "$linux/.git/$_f" ] ||
			die 2 "$linux is in the middle of a rebase, am, merge, cherry-pick, revert or bisect; finish or abort it"
	done
	[ -z "$(own_git -C "$linux" status --porcelain | head -n 1)" ] ||
		die 2 "$linux has uncommitted changes; commit and $_how"
	_head=$(own_git -C "$linux" rev-parse HEAD)
	_known=$(sed 's/.* //' "$applied" 2>/dev/null || :)
	[ "$_head" = "${_known:-$_head}" ] ||
		die 2 "$linux has commits that are not in the series; $_how"
	# The branch may stand elsewhere than HEAD does.
	_branch=$(own_git -C "$linux" rev-parse -q --verify refs/heads/series) || _branch=
	case $_branch in
	''|"$_known"|"$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}')") ;;
	*)
		[ -z "$_known" ] ||
			die 2 "the branch series in $linux has commits that are not in the series; run git -C $linux checkout series, and make refresh" ;;
	esac
	# Nothing is known of a tree that was never made to its end.
	if [ -z "$_known" ] && [ -n "$(foreign HEAD ${_branch:+"$_branch"} --not refs/tags/base)" ]; then
		die 2 "$linux has commits that are not in the series; $_how"
	fi
}

# What would be lost if the tree was removed: all but the tag, the branch and the work
# trees of the scripts.
check_removable()
{
	_away="out/linux has to make room for another kernel, and"
	_keep="move the tree away to keep it (mv $linux ELSEWHERE)"
	_known=$(sed 's/.* //' "$applied" 2>/dev/null || :)
	_refs=$(own_git -C "$linux" for-each-ref --format='%(refname)' |
		sed -e '/^refs\/tags\/base$/d' -e '/^refs\/heads\/series$/d' -e '/^refs\/remotes\/origin\//d' \
			-e 's,^refs/heads/,branch ,' -e 's,^refs/stash$,a stash,' -e 's,^refs/,,' | paste -s -d , -)
	[ -z "$_refs" ] || die 2 "$_away has something of yours ($_refs); $_keep, or remove that"
	_trees=$(own_git -C "$linux" worktree list --porcelain | sed -n 's/^worktree //p' | sed 1d |
		while read -r _t; do
			case $_t in */linux-base|*/linux-commit) [ "$(dirname "$_t")" != "$(cd "$out" && pwd -P)" ] || continue ;; esac
			[ ! -d "$_t" ] || printf '%s ' "$_t"
		done)
	[ -z "$_trees" ] || die 2 "$_away has work trees of yours: $_trees; remove them with git -C $linux worktree remove"
	for _t in "$linux-base" "$linux-commit"; do
		[ ! -d "$_t" ] || { not_ours "$_t"; no_changes "$_t"; }
	done
	_files=$(own_git -C "$linux" status --porcelain --ignored |
		sed -n -e '/__pycache__\/$/d' -e '/\.pyc$/d' -e 's/^!! //p' | head -n 3 | paste -s -d ' ' -)
	[ -z "$_files" ] || die 2 "$_away has files that git ignores ($_files); $_keep, or remove them"
	# shellcheck disable=SC2046,SC2086 # words
	_lost=$(foreign --all --reflog --not refs/tags/base --remotes=origin $_known $(cat "$linux/.git/refresh.saved" 2>/dev/null) | sed -n '1s/.* //p')
	[ -z "$_lost" ] || die 2 "$_away has commits of yours that only its reflog or a work tree has, like $_lost; $_keep, or drop them with git -C $linux reflog expire --expire=now --all"
}

if [ "${1:-}" = --check-removable ]; then
	check_unsaved
	check_removable
	exit 0
fi

"$scripts/fetch.sh"
base_commit=$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}')

if [ "$VARIANT" = base ]; then
	if [ -e "$linux-base" ]; then
		not_ours "$linux-base"
		no_changes "$linux-base"
		_head=$(own_git -C "$linux-base" rev-parse HEAD)
		[ "$_head" != "$base_commit" ] || exit 0
		[ -z "$(foreign "$_head" --not refs/tags/base)" ] ||
			die 2 "$linux-base is the unpatched kernel, but has commits of yours; put a branch on them and run git -C $linux-base checkout --detach base"
	fi
	progress_start "tree: a work tree of the unpatched kernel" true
	rm -rf "$linux-base"
	own_git -C "$linux" worktree prune
	add_cleanup "$linux-base"
	own_git -C "$linux" worktree add -q --detach "$linux-base" "$base_commit" ||
		die 3 "git could not write $linux-base; is the disk full?"
	no_cleanup
	progress_stop
	say "tree: the unpatched kernel is in ${linux#"$top"/}-base"
	exit 0
fi

add_cleanup "$out/series.mbox"
SIGNOFF='' "$scripts/mbox.sh" >"$out/series.mbox"
series_entries "$out/series.entries"
key="$base_commit $(checksum <"$out/series.mbox")"
case $(cat "$applied" 2>/dev/null) in
"$key "*)
	check_unsaved
	[ -f "$linux/.git/$prog.mbox" ] || cp "$out/series.mbox" "$linux/.git/$prog.mbox"
	exit 0 ;;
esac
check_unsaved

# A file that is the same before and after keeps its time: whoever changes one
# test does not want the kernel built anew.
old=$(own_git -C "$linux" rev-parse HEAD)
times=$out/times.part
add_cleanup "$times"
rm -rf "$times"
mkdir -p "$times"
own_git -C "$linux" diff --name-only "$base_commit" "$old" >"$times/list"
while read -r file; do
	[ -f "$linux/$file" ] || continue
	mkdir -p "$times/f/$(dirname "$file")"
	touch -r "$linux/$file" "$times/f/$file"
done <"$times/list"
restore_times()
{
	while read -r file; do
		[ -f "$linux/$file" ] && [ -f "$times/f/$file" ] || continue
		if own_git -C "$linux" diff --quiet "$old" HEAD -- "$file"; then
			touch -r "$times/f/$file" "$linux/$file"
		fi
	done <"$times/list"
}

# Committer and dates are the author's, so that the same series on the same
# base gives the same commits everywhere.
apply()
{
	own_git -C "$linux" checkout -q --no-overwrite-ignore -B series "$base_commit" >"$out/tree.log" 2>&1 ||
		die 3 "git can't go back to base in $linux: $(head -n 1 "$out/tree.log")"
	GIT_COMMITTER_NAME=$identity_name GIT_COMMITTER_EMAIL=$identity_mail \
		own_git -C "$linux" am -q --no-3way --keep-cr --committer-date-is-author-date \
		"$out/series.mbox" >"$out/tree.log" 2>&1
}

interrupted()
{
	own_git -C "$linux" am --abort >/dev/null 2>&1 || rm -rf "$linux/.git/rebase-apply"
	own_git -C "$linux" checkout -q -f -B series "$old"
	restore_times
}
undo=interrupted

if ! apply; then
	n=$(cat "$linux/.git/rebase-apply/next" 2>/dev/null || echo 1)
	failed=$(sed -n 's/^patch //p' "$out/series.entries" | sed -n "${n}p")
	hunk=$(sed -n 's/^error: patch failed: /hunk at /p; s/^error: \(.*: already exists.*\)/\1/p; s/^error: \(.*does not exist.*\)/\1/p; s/^error: \(corrupt patch.*\)/\1/p' "$out/tree.log" | head -n 1)
	die 3 "$failed does not apply: ${hunk:-$(tail -n 1 "$out/tree.log")}; mend the patch, or the order in series (git am's words: $out/tree.log)"
fi
restore_times
undo=
cp "$out/series.mbox" "$linux/.git/$prog.mbox"
stamp_write "$applied" "$key $(own_git -C "$linux" rev-parse HEAD)"
say "tree: $(grep -c '^patch' "$out/series.entries") commits of the series applied in ${linux#"$top"/}, branch series"
