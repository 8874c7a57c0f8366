#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# range-diff: what has changed in the patches since OLD=, a tag or a commit of this
# repository, as git range-diff shows it: both series are applied to the base in a
# tree that is gone afterwards. Of TOPIC= alone, or of all up to UPTO=.

prog=range-diff
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/scratch.sh"
no_arguments "$@"
check_topics
[ -n "${OLD:=}" ] || die 2 "OLD= is missing: which tag or commit of this repository to compare with"
command -v git >/dev/null || die 4 "git is missing; install the package git"
old=$(own_git -C "$top" rev-parse -q --verify "$OLD^{commit}" 2>/dev/null) ||
	die 2 "OLD=$OLD: no such tag or commit of this repository; git tag lists the tags"
have_tree
make_work

# The repository as it was, but for the harness
mkdir "$work/old"
own_git -C "$top" archive "$old" -- . ':!scripts' >"$work/old.tar" 2>"$work/error" &&
	tar -xf "$work/old.tar" -C "$work/old" ||
	die 3 "git can't read $OLD: $(head -n 1 "$work/error")"
[ -s "$work/old/series" ] || die 2 "OLD=$OLD has no file series; it is of no such series"
old_topics=$(topics_of "$work/old/series")
for topic in $TOPIC $TOPICS; do
	case " $old_topics" in *" $topic "*) ;; *) die 2 "OLD=$OLD has no topic $topic, but: $old_topics" ;; esac
done

# What comes before a topic is needed to apply it, and is not compared.
up_to=${TOPIC:-$TOPICS}
mailbox()
{
	TOPIC='' TOPICS=$up_to "$scripts/mbox.sh" >"$work/$1.mbox"
	"$scripts/mbox.sh" >"$work/$1.part"
}
(ASE_TOP=$work/old; export ASE_TOP; mailbox old)
(ASE_TOP=$top; export ASE_TOP; mailbox new)
scratch_tree "$work/linux" "$linux" refs/tags/base "$work/old.mbox" "$work/new.mbox"
for side in old new; do
	own_git -C "$work/linux" checkout -q --detach base
	scratch_apply "$work/linux" "$work/$side.mbox" ||
		die 3 "the series of $(if [ $side = old ]; then echo "OLD=$OLD"; else echo today; fi) does not apply to the base in ${linux#"$top"/}: $(scratch_error)"
	tip=$(own_git -C "$work/linux" rev-parse HEAD)
	own_git -C "$work/linux" rev-parse "HEAD~$(grep -c '^From 0\{40\} ' "$work/$side.part")" >"$work/$side.range"
	echo "$(cat "$work/$side.range")..$tip" >"$work/$side.range"
done
own_git -C "$work/linux" range-diff --no-color --no-ext-diff \
	"$(cat "$work/old.range")" "$(cat "$work/new.range")" >"$work/range-diff" 2>"$work/error" ||
	die 3 "git range-diff failed: $(head -n 1 "$work/error")"
cat "$work/range-diff"
