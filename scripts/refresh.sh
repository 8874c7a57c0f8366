#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# refresh: write the patches, the new files and series from the commits in
# out/linux. A commit keeps the patch that has its subject; a commit with a new
# subject gets a name from it, in the directory of what it mainly changes.

prog=refresh
. "$(dirname "$0")/lib/lib.sh"
no_arguments "$@"
lock_any_path
[ -z "$TOPICS" ] || die 2 "refresh rewrites the whole series; call it without $topics_word="
[ -d "$linux/.git" ] || die 2 "there is no $linux yet; run make tree first"
not_ours "$linux"
[ ! -d "$linux/.git/rebase-apply" ] && [ ! -d "$linux/.git/rebase-merge" ] ||
	die 2 "$linux is in the middle of a rebase or am; finish or abort it"
[ -z "$(own_git -C "$linux" status --porcelain --untracked-files=no | head -n 1)" ] ||
	die 2 "$linux has uncommitted changes; commit them (git rebase -i to place them)"
branch=$(own_git -C "$linux" symbolic-ref -q HEAD) || branch='no branch'
[ "$branch" = refs/heads/series ] ||
	die 2 "$linux is on ${branch#refs/heads/}, but the series is what the branch series has; run git -C $linux checkout series (or checkout -B series, if the series is to be what is there now)"
[ -z "$(own_git -C "$linux" rev-list --merges base..HEAD | head -n 1)" ] ||
	die 2 "$linux has a merge on top of base, which no patch can hold; make one line of it with git rebase"

make_work
series_entries "$work/entries"
mkdir "$work/new"
tab=$(printf '\t')

subject_of_mail()
{
	own_git mailinfo -b /dev/null /dev/null <"$1" 2>/dev/null |
		sed -n 's/^Subject: \(\[PATCH[^]]*\] \)\{0,1\}//p'
}

# Known patches by subject, with the + lines each has.
sed -n 's/^patch //p' "$work/entries" | while read -r path; do
	printf '%s\t%s\n' "$path" "$(subject_of_mail "$(place_of "$path")/$path")"
done >"$work/known"

own_git -C "$linux" rev-list --reverse base..HEAD >"$work/commits"
[ -s "$work/commits" ] || die 2 "$linux has no commit on top of base; nothing to refresh from"
while read -r commit; do
	own_git -C "$linux" diff-tree -r --no-commit-id --name-only --no-renames --diff-filter=A "$commit" |
		sed "s/^/$commit$tab/"
done <"$work/commits" >"$work/added"

# A patch whose commit was dropped goes. One that was never applied there, since make
# tree stopped after a topic or the patch is newer, is no such patch.
own_git -C "$linux" log --format=%s base..HEAD >"$work/subjects"
rm -rf "$work/mails"
mkdir "$work/mails"
own_git mailsplit --keep-cr -o"$work/mails" "$linux/.git/tree.mbox" >/dev/null 2>&1 || :
for mail in "$work"/mails/*; do
	[ ! -f "$mail" ] || subject_of_mail "$mail"
done >>"$work/subjects"
cut -f2 "$work/known" | grep -vxFf "$work/subjects" >"$work/never" || :
[ ! -s "$work/never" ] || [ ! -f "$linux/.git/tree.mbox" ] ||
	die 2 "'$(head -n 1 "$work/never")' is in series, but was never applied in $linux; run make tree first, without UPTO="

slug()
{
	printf '%s\n' "$1" | sed -e 's/^.*: //' | tr '[:upper:]' '[:lower:]' |
		sed -e 's/[^a-z0-9]\{1,\}/-/g' -e 's/^-//' -e 's/-$//' | cut -c1-60 | sed 's/-$//'
}

# The directory with the most changed lines, of changed files before new ones.
home_of()
{
	for _filter in M AD; do
		own_git -C "$linux" diff-tree -r --no-commit-id --numstat --no-renames \
			--diff-filter="$_filter" "$1" | awk '{
				d = $3; sub(/\/[^\/]*$/, "", d); n[d] += $1 + $2 + 1
			} END { for (d in n) print n[d], d }' | sort -k1,1nr -k2 | sed -n '1s/^[0-9]* //p'
	done | head -n 1
}

# In a lane, what is the same as the main one's is named, not copied. Of a patch, that is
# all but where it applies: blob ids and line numbers.
# same_as_main FILE PATH: whether FILE is what main has at PATH
same_as_main()
{
	[ -n "$LANE" ] && [ ! -e "$top/$2" ] && [ -f "$main/$2" ] || return 1
	case $2 in
	*.patch) [ "$(anywhere "$1")" = "$(anywhere "$main/$2")" ] ;;
	*) cmp -s "$1" "$main/$2" && [ "$(mode_of "$1")" = "$(mode_of "$main/$2")" ] ;;
	esac
}
anywhere()
{
	sed -e '/^index [0-9a-f]*\.\.[0-9a-f]*/d' -e 's/^@@ -[0-9,]* +[0-9,]* @@.*/@@/' "$1"
}
mode_of() { [ -x "$1" ] && echo x || echo -; }

: >"$work/series.plan"
while read -r commit; do
	subject=$(own_git -C "$linux" log -1 --format=%s "$commit")
	path=$(awk -F '\t' -v s="$subject" '$2 == s { print $1; exit }' "$work/known")
	if [ -z "$path" ]; then
		path=$(home_of "$commit")/$(slug "$subject").patch
		! cut -f2 "$work/series.plan" | grep -qxF "$path" ||
			die 2 "two commits would be called $path; give them subjects that differ"
		say "refresh: new patch $path"
	fi
	# The new files stand in the repository themselves: not in the patch.
	sed -n "s/^$commit$tab/:(exclude,literal)/p" "$work/added" >"$work/exclude"
	{
		own_git -C "$linux" show -s --format=email --encoding=UTF-8 "$commit" | sed 1d |
			sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
		echo ---
		set -- .
		while read -r spec; do
			set -- "$@" "$spec"
		done <"$work/exclude"
		own_git -C "$linux" diff-tree -r -p --no-commit-id --full-index --no-renames \
			--no-color --no-ext-diff --no-textconv --diff-algorithm=myers \
			--indent-heuristic -U3 --inter-hunk-context=0 \
			--src-prefix=a/ --dst-prefix=b/ "$commit" -- "$@"
	} >"$work/mail"
	if ! same_as_main "$work/mail" "$path"; then
		# What another lane has, and is another one here
		path=${path#stable/*/}
		mkdir -p "$work/new/$(dirname "$path")"
		mv "$work/mail" "$work/new/$path"
	fi
	! cut -f2 "$work/series.plan" | grep -qxF "$path" ||
		die 2 "two commits have the subject '$subject'; give one another"
	printf '%s\t%s\n' "$commit" "$path" >>"$work/series.plan"
	sed -n "s/^$commit$tab//p" "$work/added" | while read -r file; do
		mkdir -p "$work/new/$(dirname "$file")"
		own_git -C "$linux" show "$commit:$file" >"$work/new/$file"
		mode=$(own_git -C "$linux" ls-tree "$commit" -- "$file" | cut -d' ' -f1)
		case $mode in
		100755) chmod +x "$work/new/$file" ;;
		100644) ;;
		*) die 2 "$file has the mode $mode; a new file must be a plain file" ;;
		esac
		! same_as_main "$work/new/$file" "$file" || rm "$work/new/$file"
	done
done <"$work/commits"

series=$top/series
if [ -n "$LANE" ]; then
	series=$work/series.whole
	new_files fill "$top/series" >"$series"
fi
# series: comments, topics and + lines stay where they are; each patch brings
# its + lines along. A new commit goes behind the one before it.
awk -F '\t' -v plan="$work/series.plan" -v added="$work/added" '
function emit_new(path,    i, n, f, rest, dir, k, keep, other) {
	n = split(newfiles[commit_of[path]], f, "\n")
	for (i = 1; i <= n; i++) rest[f[i]] = 1
	keep = split(plus[path], dir, "\n")
	for (k = 1; k <= keep; k++) {
		if (dir[k] == "") continue
		used = 0; d = dir[k]; sub(/\/$/, "", d)
		for (i = 1; i <= n; i++)
			if ((f[i] in rest) && (f[i] == d || index(f[i], d "/") == 1)) { delete rest[f[i]]; used = 1 }
		if (used) print "\t+ " dir[k]
	}
	for (i = 1; i <= n; i++)
		if (f[i] != "" && (f[i] in rest)) print "\t+ " f[i]
}
function emit(path) { print path; emit_new(path); done[path] = 1 }
function follow(path) {
	while ((path in after) && !(after[path] in known)) { path = after[path]; emit(path) }
}
BEGIN {
	while ((getline line < added) > 0) {
		split(line, a, "\t")
		newfiles[a[1]] = newfiles[a[1]] (newfiles[a[1]] == "" ? "" : "\n") a[2]
	}
	while ((getline line < plan) > 0) {
		split(line, a, "\t"); commit_of[a[2]] = a[1]; order[++count] = a[2]
		if (count > 1) after[order[count - 1]] = a[2]
	}
}
# First reading: what is known, and its + lines.
FNR == NR {
	l = $0; sub(/[ \t]+$/, "", l)
	if (l ~ /^[ \t]+\+/) { sub(/^[ \t]+\+[ \t]+/, "", l); plus[cur] = plus[cur] l "\n" }
	else if (l !~ /^#/ && l != "") { cur = l; known[l] = 1; if (l in commit_of) seq[++m] = l }
	next
}
# Second reading: the patches that stay are put down in the order of the
# commits, each in the topic where it stands.
FNR == 1 {
	j = 0
	for (i = 1; i <= count; i++) if (order[i] in known) want[++j] = order[i]
	next_known = 0
	for (i = 1; i <= count && !(order[i] in known); i++) lead[++leads] = order[i]
}
{
	l = $0; sub(/[ \t]+$/, "", l)
	if (l ~ /^#/ || l == "") { print $0; next }
	if (l ~ /^[ \t]+\+/) next
	if (!(l in commit_of)) next
	if (!started) { for (i = 1; i <= leads; i++) emit(lead[i]); started = 1 }
	p = want[++next_known]
	emit(p)
	follow(p)
}
END { if (!started) for (i = 1; i <= count; i++) if (!(order[i] in done)) emit(order[i]) }
' "$series" "$series" >"$work/series.new"
if [ -n "$LANE" ]; then
	new_files drop "$work/series.new" >"$work/series.short"
	mv "$work/series.short" "$work/series.new"
fi

# What was changed here by hand since make tree, and is in no commit, would be lost.
not_committed()
{
	cd "$top"
	set -- series
	while read -r _kind path; do
		[ "$_kind" = topic ] || set -- "$@" "$(place_of "$path")/$path"
	done <"$work/entries"
	own_git rev-parse -q --verify HEAD >/dev/null 2>&1 || { echo "?? $1"; return; }
	own_git status --porcelain -- "$@" | head -n 1
}
if grep -q '^patch ' "$work/entries"; then
	SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" >"$work/mbox"
	case $(cat "$linux/.git/tree.stamp" 2>/dev/null) in
	*" $(checksum <"$work/mbox") "*) ;;
	*)
		changed=$(not_committed)
		[ -z "$changed" ] ||
			die 2 "what was changed here since make tree would be lost, as it is not committed (${changed#?? }); commit it, or run make tree first" ;;
	esac
fi

# All of it is written: now put it in place, and take out what is gone.
list_files()
{
	while read -r _kind path; do
		if [ -d "$top/$path" ]; then
			(cd "$top" && find "$path" -type f ! -name '*.patch')
		else
			printf '%s\n' "$path"
		fi
	done
}
sed 's/^topic .*//; /^$/d' "$work/entries" | list_files |
	while read -r file; do [ -n "$LANE" ] && [ ! -e "$top/$file" ] || printf '%s\n' "$file"; done | sort -u >"$work/old"
(cd "$work/new" && find . -type f | sed 's,^\./,,') | sort -u >"$work/now"
comm -13 "$work/old" "$work/now" | while read -r file; do
	if [ -e "$top/$file" ]; then
		echo "$file"
		break
	fi
done >"$work/there"
[ ! -s "$work/there" ] ||
	die 2 "$(cat "$work/there") is here already, but not in series; move it away, or give the commit another subject"
comm -23 "$work/old" "$work/now" | while read -r gone; do
	say "refresh: gone: $gone"
	rm -f "$top/$gone"
	rmdir -p "$top/$(dirname "$gone")" 2>/dev/null || :
done
changed=0
while read -r file; do
	if ! cmp -s "$work/new/$file" "$top/$file" || [ "$(mode_of "$work/new/$file")" != "$(mode_of "$top/$file")" ]; then
		mkdir -p "$top/$(dirname "$file")"
		rm -f "$top/$file"
		cp -p "$work/new/$file" "$top/$file"
		say "refresh: written: $file"
		changed=$((changed + 1))
	fi
done <"$work/now"
cmp -s "$work/series.new" "$top/series" || {
	cp "$work/series.new" "$top/series"
	say "refresh: written: series"
	changed=$((changed + 1))
}

# What is in the series now is what stands in out/linux.
SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" >"$work/mbox"
cp "$work/mbox" "$linux/.git/tree.mbox"
own_git -C "$linux" rev-parse HEAD >>"$linux/.git/refresh.saved"
stamp_write "$linux/.git/tree.stamp" "$(own_git -C "$linux" rev-parse 'refs/tags/base^{commit}') $(checksum <"$work/mbox") $(own_git -C "$linux" rev-parse HEAD)"
say "refresh: $(wc -l <"$work/commits") commits, $changed files changed"
