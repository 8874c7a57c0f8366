#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tree: out/linux with the series applied, on the branch "series". For
# VARIANT=base, out/linux-base: the tree without it.

prog=tree
. "$(dirname "$0")/lib/lib.sh"
no_arguments "$@"
variant_or patched
lock_any_path
. "$scripts/lib/removable.sh"

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

# check_names COMMIT: whether the versions of files that the patches name are what they
# give. The checksum of the series goes by these names. In the user's tree they are others,
# and in a lane, which has patches of the main series. ASE_NAMES_OF_BASE is for a test whose
# tree is the base.
check_names()
{
	[ -z "$LINUX$LANE" ] || [ -n "${ASE_NAMES_OF_BASE:-}" ] || return 0
	_odd=$(awk -v names=1 -f "$scripts/lib/end.awk" "$out/series.mbox" |
		while IFS='	' read -r _name _file; do
			_there=$(own_git -C "$linux" rev-parse -q --verify "$1:$_file") || _there=0000000000000000000000000000000000000000
			[ "$_there" = "$_name" ] || { echo "$_file"; break; }
		done)
	[ -z "$_odd" ] ||
		die 3 "$_odd: its patches name another version of it than they make; the series is applied, and make refresh writes the right names"
}

add_cleanup "$out/series.mbox"
SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" >"$out/series.mbox"
series_entries "$out/series.entries"
key="$base_commit $(checksum <"$out/series.mbox")"
case $(cat "$applied" 2>/dev/null) in
"$key "*)
	check_unsaved
	[ -f "$linux/.git/$prog.mbox" ] || cp "$out/series.mbox" "$linux/.git/$prog.mbox"
	check_names "$(sed 's/.* //' "$applied")"
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
check_names series
