# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# A git tree for a moment, to apply mailboxes in: it borrows the objects of another one,
# which is only read, and has of its files those that the mailboxes change.

# have_tree: complain if there is no kernel tree
have_tree()
{
	[ -f "$linux/.git/fetch.stamp" ] && own_git -C "$linux" rev-parse -q --verify 'refs/tags/base^{commit}' >/dev/null 2>&1 ||
		die 2 "$linux is no kernel tree; make one with make tree"
}

# scratch_tree DIR TREE COMMIT MAILBOX...: into DIR, a commit of what the git tree TREE has
# at COMMIT of the files that the mailboxes name. git is quick with so few.
scratch_tree()
{
	_dir=$1 _tree=$2
	_commit=$(own_git -C "$_tree" rev-parse -q --verify "$3^{commit}") || die 3 "$3 is no commit of $_tree"
	shift 3
	own_git init -q "$_dir"
	(cd "$_tree" && cd "$(own_git rev-parse --git-path objects)" && pwd -P) >"$_dir/.git/objects/info/alternates"
	sed -n 's,^diff --git a/\([^ ]*\) b/.*,\1,p' "$@" | sort -u >"$_dir/.git/files"
	own_git -C "$_dir" ls-tree -r --full-tree "$_commit" >"$_dir/.git/all" 2>"$work/error" ||
		die 3 "git can't read $_commit of $_tree: $(head -n 1 "$work/error")"
	awk -F '\t' 'FNR == NR { want[$0] = 1; next } $2 in want' "$_dir/.git/files" "$_dir/.git/all" |
		own_git -C "$_dir" update-index --index-info
	GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000' own_git -C "$_dir" commit -q --allow-empty -m base
	own_git -C "$_dir" checkout -q -f --detach
	own_git -C "$_dir" tag base
}

# scratch_apply DIR MAILBOX: on top of what DIR is at; whether it applies. The commits
# are the same everywhere.
scratch_apply()
{
	GIT_COMMITTER_NAME=$identity_name GIT_COMMITTER_EMAIL=$identity_mail \
		own_git -C "$1" am -q --no-3way --keep-cr --committer-date-is-author-date "$2" >"$work/error" 2>&1 && return 0
	own_git -C "$1" am --abort >/dev/null 2>&1 || :
	return 1
}

# scratch_error: in which patch, and why it was not to be applied
scratch_error()
{
	printf '%s: %s' "$(sed -n 's/^Patch failed at [0-9]* //p' "$work/error" | head -n 1)" \
		"$(sed -n 's/^error: //p' "$work/error" | head -n 1)"
}
