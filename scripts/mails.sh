#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mails: the set TOPIC= as a directory DIR= of mails for git send-email and b4: its
# cover letter and its patches, numbered and in one thread, with To and Cc by the kernel
# tree's own get_maintainer.pl. AUTHOR= and SIGNOFF= are the submitter's.
#
# A later version, V=2, needs OLD=, the tag or commit of this repository that had the
# one before, for a range-diff, and what has changed: under [v2 TOPIC] in
# scripts/mails/TOPIC, or in a file CHANGES=.
#
# LINUX=, a git tree with the release's tag, or BASE_COMMIT= with or without it, gives
# the line base-commit. The same input gives the same bytes.

prog=mails
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/scratch.sh"
no_arguments "$@"

# The texts are elsewhere in the tests.
data=${ASE_COVER_DIR:-$scripts}

# --- What is asked for
[ -n "$TOPIC" ] || die 2 'TOPIC= is missing: which set to write; make mails TOPIC=fixes DIR=mails'
[ -n "${DIR:=}" ] || die 2 "DIR= is missing: an empty or a new directory to write the mails into"
check_options
version
[ -s "$data/mails/$TOPIC" ] ||
	die 2 "TOPIC=$TOPIC has no text for its cover letter; write scripts/mails/$TOPIC, as one of those beside it"
missing=
[ -n "$AUTHOR" ] || missing="AUTHOR=\"Name <mail>\""
[ -n "$SIGNOFF" ] || missing="$missing${missing:+ and }SIGNOFF=\"Name <mail>\""
[ -z "$missing" ] ||
	die 2 "$missing missing: the patches are from $identity_mail, which nobody can send from, and nobody has signed them; to read the set, use make mbox and make cover TOPIC=$TOPIC"
check_person AUTHOR "$AUTHOR"
check_person SIGNOFF "$SIGNOFF"
case $AUTHOR in *.invalid'>'|*.example'>') die 2 "AUTHOR=$AUTHOR: nobody can send from such an address" ;; esac
if [ "$mail_version" = 1 ]; then
	[ -z "${OLD:=}${CHANGES:=}" ] || die 2 "OLD= and CHANGES= are for a later version; give its number too, V=2"
else
	[ -n "${OLD:=}" ] || die 2 "V=$V: OLD= is missing, the tag or commit of this repository that had v$((mail_version - 1)), for the range-diff"
	[ -z "${CHANGES:=}" ] || [ -s "$CHANGES" ] || die 2 "CHANGES=$CHANGES is no file with words in it"
	n=$mail_version
	while [ "$n" -gt 1 ]; do
		[ "$n" = "$mail_version" ] && [ -n "$CHANGES" ] || grep -qxF "[v$n $TOPIC]" "$data/mails/$TOPIC" 2>/dev/null ||
			die 2 "what has changed since v$((n - 1)) is not said; write it under [v$n $TOPIC] in scripts/mails/$TOPIC, or for V=$n into a file for CHANGES="
		n=$((n - 1))
	done
fi
case ${BASE_COMMIT:=} in
''|[0-9a-f]*) ;;
*) BASE_COMMIT=none ;;
esac
case $BASE_COMMIT in
'') ;;
*[!0-9a-f]*) die 2 "BASE_COMMIT= is no id of a commit; give all 40 digits" ;;
*) [ ${#BASE_COMMIT} = 40 ] || die 2 "BASE_COMMIT= is no id of a commit; give all 40 digits" ;;
esac
if [ -e "$DIR" ] && { [ ! -d "$DIR" ] || [ -n "$(ls -A "$DIR" 2>/dev/null)" ]; }; then
	die 2 "DIR=$DIR is there already, and not an empty directory; choose another, or remove it"
fi
command -v git >/dev/null || die 4 "git is missing; install the package git"
command -v perl >/dev/null || die 4 "perl is missing, which get_maintainer.pl needs; install the package perl"
have_tree
[ -f "$linux/scripts/get_maintainer.pl" ] || die 2 "${linux#"$top"/} has no scripts/get_maintainer.pl; make it anew with make tree"

# --- The set on top of what it stands on, in a tree for a moment
make_work
mkdir "$work/letter" "$work/mails"
up_to=$TOPIC
TOPIC='' TOPICS=$up_to "$scripts/mbox.sh" >"$work/mbox"
series_entries "$work/entries"
commits=$(grep -c '^patch ' "$work/entries" || :)
[ "$commits" != 0 ] || die 2 "TOPIC=$TOPIC has no patch in series"
scratch_tree "$work/linux" "$linux" refs/tags/base "$work/mbox"
scratch_apply "$work/linux" "$work/mbox" ||
	die 3 "the patches do not apply to the base in ${linux#"$top"/}: $(scratch_error)"

# The commit that receivers have: where the patches apply, if a tree can tell
upstream=v$(upstream_release)
base_commit=$BASE_COMMIT
if [ -n "$LINUX" ]; then
	[ -n "$base_commit" ] ||
		base_commit=$(own_git -C "$LINUX" rev-parse -q --verify "refs/tags/$upstream^{commit}" 2>/dev/null) ||
		die 2 "LINUX=$LINUX has no tag $upstream, the release that the series is made on; fetch it, or give BASE_COMMIT="
	own_git -C "$LINUX" rev-parse -q --verify "$base_commit^{commit}" >/dev/null 2>&1 ||
		die 2 "BASE_COMMIT=$BASE_COMMIT is no commit of LINUX=$LINUX"
	scratch_tree "$work/upstream" "$LINUX" "$base_commit" "$work/mbox"
	scratch_apply "$work/upstream" "$work/mbox" ||
		die 3 "the patches do not apply to $base_commit of LINUX=$LINUX: $(scratch_error)"
	[ "$base_commit" != "$(own_git -C "$LINUX" rev-parse -q --verify "refs/tags/$upstream^{commit}" 2>/dev/null)" ] ||
		: >"$work/letter/upstream-tried"
fi

# lines_of_part [PART WORD]: of the set's text
lines_of_part()
{
	awk -v part="$1" '/^#/ { next } $0 == part { on = 1; next } /^\[/ { on = 0 } on && NF' "$data/mails/$TOPIC"
}

# format_patches ARGUMENT...: as mails; nothing in them depends on git's version or place
format_patches()
{
	own_git -C "$work/linux" format-patch --no-signature --zero-commit --no-renames --no-color --no-ext-diff \
		--no-textconv --abbrev=12 --diff-algorithm=myers --indent-heuristic -U3 --encode-email-headers "$@"
}
format_patches -q -o "$work/mails" --subject-prefix="$(subject_tag 0 0 | sed 's/^\[//; s/ 0.*//')" -n \
	"HEAD~$commits..HEAD"
own_git -C "$work/linux" diff --stat=72 --no-renames "HEAD~$commits" HEAD >"$work/letter/diffstat"
if [ "$mail_version" != 1 ]; then
	"$scripts/range-diff.sh" >"$work/range-diff"
	# A mail of some thousand lines is not read.
	if [ "$(wc -l <"$work/range-diff")" -le 300 ]; then
		cp "$work/range-diff" "$work/letter/range-diff"
	else
		grep -E '^ *([0-9]+|-): +[0-9a-f-]+ [<>!=] ' "$work/range-diff" >"$work/letter/range-diff"
		printf '\n(The patches alone; git range-diff has %d lines.)\n' "$(wc -l <"$work/range-diff")" >>"$work/letter/range-diff"
	fi
fi
ASE_LETTER=$work/letter "$scripts/cover.sh" >"$work/mails/0000-cover-letter.patch"

# --- What it stands on, and by what b4 knows it
change_id=$(lines_of_part "[change-id $TOPIC]" | head -n 1)
echo "$change_id" | grep -qxE '20[0-9]{6}-[a-z0-9-]+-[0-9a-f]{12}' ||
	die 3 "scripts/mails/$TOPIC has no [change-id $TOPIC]; write one, as 20261127-$TOPIC-0123456789ab"
{
	echo ---
	[ -z "$base_commit" ] || echo "base-commit: $base_commit"
	[ "$(own_git -C "$work/linux" rev-list --count "base..HEAD~$commits")" = 0 ] ||
		format_patches --stdout "base..HEAD~$commits" | own_git patch-id --stable |
			sed 's/ .*//; s/^/prerequisite-patch-id: /'
	echo "change-id: $change_id"
} >>"$work/mails/0000-cover-letter.patch"

# --- To, Cc and the thread
# recipients [-f] FILE...: of get_maintainer.pl, with the role of each behind it; no file
# of the user's, no git history and no word in the diff has a say: a test that uses
# clone3() is not for who maintains that
recipients()
{
	(cd "$linux" && HOME=$work perl scripts/get_maintainer.pl --no-git --no-git-fallback --no-git-chief-penguins \
		--no-keywords --no-fixes --no-rolestats --roles "$@") 2>"$work/error" ||
		die 4 "scripts/get_maintainer.pl failed for $name: $(head -n 1 "$work/error")"
}
sed -n 's,^patch .*/\(.*\)\.patch$,\1,p' "$work/entries" >"$work/names"
number=0
: >"$work/to.all"
: >"$work/cc.all"
for mail in "$work"/mails/*.patch; do
	name=${mail##*/}
	[ "$name" != 0000-cover-letter.patch ] || continue
	# The diff alone: who looks for a word in the code need not hear of it in a message.
	sed -n '/^diff --git /,$p' "$mail" >"$work/diff"
	recipients "$work/diff" >"$work/recipients"
	# Files that a patch is about without changing them, and who is to see it besides
	number=$((number + 1))
	lines_of_part "[also $(sed -n "${number}p" "$work/names")]" >"$work/also"
	: >"$work/cc.also"
	while read -r file; do
		case $file in *@*) printf '%s\n' "$file" >>"$work/cc.also"; continue ;; esac
		[ -f "$linux/$file" ] || die 3 "scripts/mails/$TOPIC names $file, which ${linux#"$top"/} does not have"
		recipients -f "$file" >>"$work/recipients"
	done <"$work/also"
	awk '{ who = $0; sub(/ \([^<>]*$/, "", who) } !seen[who]++' "$work/recipients" >"$work/unique"
	mv "$work/unique" "$work/recipients"
	grep -q @ "$work/recipients" ||
		die 4 "scripts/get_maintainer.pl names nobody for $name; look into MAINTAINERS of ${linux#"$top"/}"
	# People, and lists
	sed -e '/ ([a-z ]*list[:)]/d' -e 's/ ([^<>]*)$//' "$work/recipients" >"$work/to.$name"
	sed -n 's/ ([a-z ]*list[:)].*//p' "$work/recipients" | cat "$work/cc.also" - | awk '!seen[$0]++' >"$work/cc.$name"
	cat "$work/to.$name" >>"$work/to.all"
	cat "$work/cc.$name" >>"$work/cc.all"
done
for list in to cc; do
	awk '!seen[$0]++' "$work/$list.all" >"$work/$list.0000-cover-letter.patch"
done

# addresses HEADER FILE: one a line; a name with other letters is encoded
addresses()
{
	awk -v header="$1" '
	function encoded(name,    i, c, out) {
		gsub(/^"|"$/, "", name)
		for (i = 1; i <= length(name); i++) {
			c = substr(name, i, 1)
			if (c in hex) c = hex[c]
			else if (c !~ /[A-Za-z0-9]/) c = sprintf("=%02X", index(ascii, c) + 31)
			out = out c
		}
		return "=?UTF-8?q?" out "?="
	}
	BEGIN {
		for (i = 32; i < 127; i++) ascii = ascii sprintf("%c", i)
		for (i = 128; i < 256; i++) hex[sprintf("%c", i)] = sprintf("=%02X", i)
	}
	NF {
		if ($0 ~ /[\200-\377]/ && match($0, / <[^<>]*>$/))
			$0 = encoded(substr($0, 1, RSTART - 1)) substr($0, RSTART)
		text = text (text == "" ? "" : ",\n ") $0
	}
	END { if (text != "") print header ": " text }' "$2"
}
printf '%s\n' "$AUTHOR" >"$work/from"
domain=${AUTHOR##*@}
domain=${domain%>}
number=0
for mail in "$work"/mails/*.patch; do
	name=${mail##*/}
	{
		if [ -s "$work/to.$name" ]; then
			addresses To "$work/to.$name"
			addresses Cc "$work/cc.$name"
		else
			addresses To "$work/cc.$name"
		fi
		if [ $number = 0 ] && grep -q '[^ -~	]' "$mail"; then
			printf 'MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n'
		fi
		echo "Message-Id: <$change_id-v$mail_version-$number@$domain>"
		[ $number = 0 ] || printf '%s: <%s-v%s-0@%s>\n' \
			In-Reply-To "$change_id" "$mail_version" "$domain" References "$change_id" "$mail_version" "$domain"
	} >"$work/header"
	# The Subject on one line: b4 0.12 takes no other with the Python of Debian 12.
	awk -v header="$work/header" -v from="$([ $number != 0 ] || addresses From "$work/from")" '
	done { print; next }
	from != "" && /^From: / { print from; next }
	subject != "" && /^ / { subject = subject $0; next }
	subject != "" { print subject; subject = "" }
	/^Subject: / { subject = $0; next }
	!NF { while ((getline line < header) > 0) print line; done = 1 }
	{ print }' "$mail" >"$work/whole"
	mv "$work/whole" "$mail"
	number=$((number + 1))
done

# --- All of it is made: now put it in place
mkdir -p "$DIR" 2>/dev/null && cp "$work"/mails/*.patch "$DIR" 2>/dev/null ||
	die 2 "DIR=$DIR can not be written; choose another"
say "mails: $DIR has the cover letter and $commits patches of $TOPIC, v$mail_version; read them, and try git send-email --dry-run $DIR/*.patch"
[ -n "$base_commit" ] ||
	say "mails: they have no base-commit, as no tree of upstream was given; LINUX= with the tag $upstream, or BASE_COMMIT=, adds it"
[ "$AUTHOR" = "$SIGNOFF" ] ||
	say "mails: AUTHOR= and SIGNOFF= differ, so the patches have no Signed-off-by of their author"
