#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tree: out/linux with the series applied, on the branch "series". For
# VARIANT=base, out/linux-base: the tree without it.
#
# tree.sh --check-unsaved: exit 2 if out/linux has work that the series has not.

prog=tree
. "$(dirname "$0")/lib.sh"
lock_out
variant_or patched
applied=$linux/.git/$prog.stamp

# The stamp: what was applied, and the commit that it led to.
check_unsaved()
{
	_how="run make refresh to put it into the series, or drop it with git -C $linux reset --hard $(sed 's/.* //' "$applied" 2>/dev/null || echo base)"
	if [ -d "$linux/.git/rebase-apply" ] || [ -d "$linux/.git/rebase-merge" ]; then
		die 2 "$linux is in the middle of a rebase or am; finish or abort it"
	fi
	[ -z "$(own_git -C "$linux" status --porcelain | head -n 1)" ] ||
		die 2 "$linux has uncommitted changes; commit and $_how"
	_head=$(own_git -C "$linux" rev-parse HEAD)
	_known=$(sed 's/.* //' "$applied" 2>/dev/null || :)
	[ "$_head" = "${_known:-$_head}" ] ||
		die 2 "$linux has commits that are not in the series; $_how"
}

if [ "${1:-}" = --check-unsaved ]; then
	check_unsaved
	exit 0
fi

"$scripts/fetch.sh"
base_commit=$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}')

if [ "$VARIANT" = base ]; then
	[ "$(own_git -C "$linux-base" rev-parse HEAD 2>/dev/null)" != "$base_commit" ] || exit 0
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
	[ -n "${ALLOW_UNSAVED:-}" ] || check_unsaved
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
	own_git -C "$linux" checkout -q -B series "$base_commit" &&
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
trap 'interrupted; exit 130' INT
trap 'interrupted; exit 143' TERM HUP

if ! apply; then
	n=$(cat "$linux/.git/rebase-apply/next" 2>/dev/null || echo 1)
	failed=$(sed -n 's/^patch //p' "$out/series.entries" | sed -n "${n}p")
	hunk=$(sed -n 's/^error: patch failed: /hunk at /p; s/^error: \(.*: already exists.*\)/\1/p; s/^error: \(.*does not exist.*\)/\1/p; s/^error: \(corrupt patch.*\)/\1/p' "$out/tree.log" | head -n 1)
	interrupted
	die 3 "$failed does not apply: ${hunk:-$(tail -n 1 "$out/tree.log")}; mend the patch, or the order in series (git am's words: $out/tree.log)"
fi
restore_times
trap 'exit 130' INT
trap 'exit 143' TERM HUP
stamp_write "$applied" "$key $(own_git -C "$linux" rev-parse HEAD)"
say "tree: $(grep -c '^patch' "$out/series.entries") commits of the series applied in ${linux#"$top"/}, branch series"
