#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mbox: the series as one mailbox on standard output, for git am. Needs this
# repository and git, nothing else. Writes all of it or nothing.

prog=mbox
. "$(dirname "$0")/lib/lib.sh"
no_arguments "$@"

[ -z "$SIGNOFF" ] || check_person SIGNOFF "$SIGNOFF"
[ -z "$AUTHOR" ] || check_person AUTHOR "$AUTHOR"
command -v git >/dev/null || die 4 "git is missing; install the package git"

make_work
series_entries "$work/entries"

# Lines end or do not end, files are empty or executable: git knows how to say it.
new_file_diff()
{
	if [ ! -f "$1" ] || [ -h "$1" ]; then
		die 3 "$1 is no plain file; a new file in series must be one"
	fi
	_rc=0
	own_git diff --no-index --text --no-color --no-ext-diff --no-textconv --full-index \
		--no-renames --src-prefix=a/ --dst-prefix=b/ -- /dev/null "$1" || _rc=$?
	[ "$_rc" = 1 ] || die 3 "git can't make a diff of the new file $1"
}

# Whoever submits a patch is its author, if it is from an address that nobody can have.
authored()
{
	if [ -z "$AUTHOR" ]; then
		cat
	else
		AUTHOR=$AUTHOR awk '
		function put() {
			if (from ~ /\.(invalid|example)>$/) from = "From: " ENVIRON["AUTHOR"]
			if (from != "") print from
			from = ""
		}
		body { print; next }
		from != "" && /^[ \t]/ { from = from "\n" $0; next }
		{ put() }
		/^From: / { from = $0; next }
		!NF { body = 1 }
		{ print }'
	fi
}

while read -r kind path; do
	cd "$(place_of "$path")"
	case $kind in
	patch)
		grep -q '^Subject: ' "$path" && grep -q '^From: ' "$path" ||
			die 3 "$path is not a mail with From and Subject; write it with make refresh"
		echo 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001'
		if [ -n "$SIGNOFF" ]; then
			own_git interpret-trailers --if-exists addIfDifferent \
				--trailer "Signed-off-by: $SIGNOFF" "$path"
		else
			cat "$path"
		fi | authored ;;
	new)
		if [ -d "$path" ]; then
			find "$path" -type f ! -name '*.patch' | sort >"$work/files"
			[ -s "$work/files" ] || die 3 "series names the directory $path, which has no files"
			while read -r file; do
				new_file_diff "$file"
			done <"$work/files"
		else
			new_file_diff "$path"
		fi ;;
	esac
done <"$work/entries" >"$work/mbox"
[ -s "$work/mbox" ] || die 3 "series names no patch"
cat "$work/mbox"
