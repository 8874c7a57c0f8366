# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# What out/linux has that is a developer's: for tree.sh, which applies the series there,
# and fetch.sh, which makes room for another kernel. Needs lib.sh.

applied=$linux/.git/tree.stamp

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
	_real=$(cd "$out" && pwd -P)
	_trees=$(own_git -C "$linux" worktree list --porcelain | sed -n 's/^worktree //p' | sed 1d |
		while read -r _t; do
			case $_t in "$_real"/linux-base|"$_real"/linux-commit|"$_real"/slot-[0-9]/linux-commit) continue ;; esac
			[ ! -d "$_t" ] || printf '%s ' "$_t"
		done)
	[ -z "$_trees" ] || die 2 "$_away has work trees of yours: $_trees; remove them with git -C $linux worktree remove"
	for _t in "$linux-base" "$linux-commit" "$out"/slot-[0-9]/linux-commit; do
		[ ! -d "$_t" ] || { not_ours "$_t"; no_changes "$_t"; }
	done
	_files=$(own_git -C "$linux" status --porcelain --ignored |
		sed -n -e '/__pycache__\/$/d' -e '/\.pyc$/d' -e 's/^!! //p' | head -n 3 | paste -s -d ' ' -)
	[ -z "$_files" ] || die 2 "$_away has files that git ignores ($_files); $_keep, or remove them"
	# shellcheck disable=SC2046,SC2086 # words
	_lost=$(foreign --all --reflog --not refs/tags/base --remotes=origin $_known $(cat "$linux/.git/refresh.saved" 2>/dev/null) | sed -n '1s/.* //p')
	[ -z "$_lost" ] || die 2 "$_away has commits of yours that only its reflog or a work tree has, like $_lost; $_keep, or drop them with git -C $linux reflog expire --expire=now --all"
}
