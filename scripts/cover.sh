#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cover: the cover letter of the series, as a mail on standard output, to go in
# front of what mbox writes. Needs this repository and git, nothing else. Writes
# all of it or nothing.
#
# The prose is in scripts/cover/text; numbers and lists are made from series and
# the patches, claims, bench/results.csv, compare/table, mutants/table,
# guest/expected, check/applies-not and, if it is there, config/table. If a table was
# measured on another series, the letter says so.

prog=cover
. "$(dirname "$0")/lib/lib.sh"

no_arguments "$@"
command -v git >/dev/null || die 4 "git is missing; install the package git"
data=${ASE_COVER_DIR:-$scripts}
for file in cover/text claims/list bench/rows bench/results.csv compare/table compare/intended \
	mutants/table guest/expected check/applies-not; do
	[ -s "$data/$file" ] ||
		die 3 "scripts/$file is missing; restore it with git checkout scripts/$file"
done
make_work
series_entries "$work/entries"
SIGNOFF='' "$scripts/mbox.sh" >"$work/mbox"
topics=$(sed -n 's/^topic //p' "$work/entries" | tr '\n' ' ')
topics=${topics% }
all_topics=$(sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$top/series" | tr '\n' ' ')
all_topics=${all_topics% }

# NUMBER<TAB>TOPIC<TAB>PATCH<TAB>SUBJECT<TAB>DATE of each commit
number=0
while read -r kind path; do
	case $kind in
	topic) topic=$path ;;
	patch)
		number=$((number + 1))
		own_git mailinfo /dev/null /dev/null <"$top/$path" >"$work/mail"
		printf '%s\t%s\t%s\t%s\t%s\n' "$number" "$topic" "$path" \
			"$(sed -n 's/^Subject: //p' "$work/mail")" "$(sed -n 's/^Date: //p' "$work/mail")" ;;
	esac
done <"$work/entries" >"$work/commits"

# --- Facts: a name and a value, which text has in braces; and words that are true
words="all $topics"
true_word()
{
	words="$words $1"
}
is_true()
{
	case " $words " in *" $1 "*) return 0 ;; esac
	return 1
}
fact()
{
	printf '%s\t%s\n' "$1" "$2" >>"$work/facts"
}
lines_of()
{
	sed -e '/^#/d' -e '/^$/d' "$1" | wc -l
}
listed()
{
	echo "$1" | sed 's/ /, /g'
}
commits=$number
fact commits "$commits"
fact base "$(base_release)"
fact topics "$(listed "$topics")"
fact all-topics "$(listed "$all_topics")"
if [ "$topics" = "$all_topics" ]; then true_word whole; else true_word part; fi
case $topics in *' '*) true_word several ;; esac

fixes=
while read -r number _ path _; do
	! grep -q '^Fixes: ' "$top/$path" || fixes="$fixes${fixes:+, }$number"
done <"$work/commits"
fact fixes "$fixes"
[ -z "$fixes" ] || true_word fixes

# What is claimed: NUMBER<TAB>BASE<TAB>PATCHED<TAB>CLAIM of each
awk -F '\t' '
FNR == NR { number[$3] = $1; next }
/^#/ || /^$/ { next }
/^[^ \t]/ { patch = $0; next }
patch in number {
	line = $0; sub(/^[ \t]+/, "", line)
	claim = line; sub(/^.* # /, "", claim)
	split(line, word, /[ \t]+/)
	# Shown by another verb, on either kernel
	if (word[1] == "by") word[2] = word[1]
	printf "%s\t%s\t%s\t%s\n", number[patch], word[1], word[2], claim
}' "$work/commits" "$data/claims/list" >"$work/claims"
awk -F '\t' '$2 != $3' "$work/claims" >"$work/changed"
fact claims "$(wc -l <"$work/claims")"
fact changed "$(wc -l <"$work/changed")"
fact unchanged "$(awk -F '\t' '$2 == $3' "$work/claims" | wc -l)"
if [ -s "$work/changed" ]; then true_word changes; else true_word no-changes; fi
! grep -qv '^[0-9]*	fail	pass	' "$work/changed" || true_word other-results

# The record that make compare has made, and the differences of these topics in it
awk -v topics="$topics" '
BEGIN { n = split(topics, t, " "); for (i = 1; i <= n; i++) has[t[i]] = 1 }
FNR == NR { if ($0 !~ /^#/ && split($0, f, /\t+/) >= 5 && f[1] in has) ours[f[5]] = 1; next }
/^  [0-9]+ cells: / {
	why = $0; sub(/^  [0-9]+ cells: /, "", why)
	if (why in ours) print "- " $1 " cells: " why
}' "$data/compare/intended" "$data/compare/table" >"$work/differences"
if [ -s "$work/differences" ]; then true_word differences; else true_word no-differences; fi
sed -n 's/^topics: //p' "$data/compare/table" >"$work/record"
sed -n 's/^\([0-9]*\) cells, \([0-9]*\) identical, \([0-9]*\) with .* differences, \([0-9]*\) unex.*/\1 \2 \3 \4/p' \
	"$data/compare/table" >>"$work/record"
{
	read -r record_topics
	read -r cells identical intended unexplained
} <"$work/record" ||
	die 3 "scripts/compare/table has no topics and cells; write it with make compare"
fact record-topics "$(listed "$record_topics")"
fact cells "$cells"
fact identical "$identical"
fact intended "$intended"
fact unexplained "$unexplained"
[ "$record_topics" = "$all_topics" ] || true_word old-record

tried=0
untried=0
for file in "$data"/mutants/*.patch; do
	file=${file##*/}
	if grep -qE "^${file%.patch} +[0-9a-f]{8} +[^- ]" "$data/mutants/table"; then
		tried=$((tried + 1))
	else
		untried=$((untried + 1))
	fi
done
fact mutants "$tried"
fact untried "$untried"
# Commits that have booted and passed on this very series
commit_sums >"$work/sums"
bisected=$(awk -F '\t' 'FNR == NR { ours[$1] = 1; next } !/^#/ && $2 != "-" && ($3 in ours) { n++ } END { print n + 0 }' \
	"$work/sums" "$data/bisect-check/table")
fact bisected "$bisected"
fact all-commits "$(subjects | wc -l)"
[ $untried = 0 ] || true_word untried

fact left-out "$(grep -c '^leave-out ' "$data/guest/expected")"
# Rows that booted, and of all how many
configs_tried=$(awk -F '\t' '!/^#/ && $4 == "yes"' "$data/config/table" 2>/dev/null | wc -l)
if [ "$configs_tried" != 0 ]; then
	fact configs "$configs_tried"
	fact all-configs "$(lines_of "$data/config/table")"
	if [ "$configs_tried" = "$(lines_of "$data/config/table")" ]; then
		true_word all-configs
	else
		true_word some-configs
	fi
	grep -q '^clang.*	yes	yes	' "$data/config/table" || true_word no-clang
else
	true_word no-configs
fi

fact tools "$(sed -n 's/^# key //p' "$data/bench/results.csv")"
fact tree "$(sed -n 's/^# key .*; //p' "$data/bench/results.csv")"
# The lines of the table, and then facts
awk -v rows='getppid unknown read seccomp audit tracepoints' '
function percent(b, p) { return sprintf("%+.1f %%", 100 * (p - b) / b) }
FNR == NR { if (!/^#/) { key = $1; sub(/^[^\t]*\t[^\t]*\t[^\t]*\t/, ""); text[key] = $0 }; next }
/^#/ { next }
!columns { FS = ","; columns = split($0, f, ","); for (i = 1; i <= columns; i++) at[f[i]] = i; next }
{
	split($0, f, ",")
	i = f[at["config"]] SUBSEP f[at["cpu"]] SUBSEP f[at["row"]]
	base[i] = f[at["base_min"]]; patched[i] = f[at["patched_min"]]
	if (!seen[f[at["config"]]]++) config[++configs] = f[at["config"]]
	if (f[at["kind"]] != "exact") next
	counted++
	if (patched[i] > base[i] + 0)
		longer = longer (longer == "" ? "" : "; ") text[f[at["row"]]] " (" f[at["config"]] ", " f[at["cpu"]] ")"
}
END {
	line = sprintf("  %-28s", "")
	for (c = 1; c <= configs; c++) line = line sprintf(" %-22s", config[c])
	sub(/ +$/, "", line)
	print line
	n = split(rows, row, " ")
	for (r = 1; r <= n; r++) {
		line = sprintf("  %-28s", text[row[r]])
		for (c = 1; c <= configs; c++) {
			i = config[c] SUBSEP "sve-off" SUBSEP row[r]
			if (!(i in base)) { print "no row " row[r] " of " config[c] >"/dev/stderr"; exit 1 }
			line = line sprintf(" %4d -> %4d %8s ", base[i], patched[i], percent(base[i], patched[i]))
		}
		sub(/ +$/, "", line)
		print line
	}
	for (c = 1; c <= configs; c++) {
		i = config[c] SUBSEP "sve-live" SUBSEP "getppid"
		live = live (c > 1 ? ", and " : "") base[i] " -> " patched[i] " in " config[c]
	}
	print "live\t" live
	print "rows\t" counted + 0
	print "longer\t" longer
}' "$data/bench/rows" "$data/bench/results.csv" >"$work/bench" 2>"$work/error" ||
	die 3 "scripts/bench/results.csv: $(cat "$work/error"); write it with make bench and scripts/bench.sh --write"
sed -n '/	/p' "$work/bench" >>"$work/facts"
if is_true whole; then
	if grep -q '^longer	.' "$work/facts"; then true_word some-longer; else true_word none-longer; fi
fi

# What was measured on another series than this one
stale=
# was_measured WHAT FILE
was_measured()
{
	[ ! -f "$data/$2" ] || table_is_ours "$data/$2" || stale="$stale${stale:+, }$1"
}
was_measured 'what the tests of the claims said' claims/table
was_measured 'the comparison of the two kernels' compare/table
was_measured 'what notices the broken kernels' mutants/table
was_measured 'the counts of instructions' bench/results.csv
was_measured 'the configurations' config/table

# --- The parts of the letter
wrapped()
{
	awk -f "$scripts/cover/wrap.awk"
}
# part NAME: of the text, with a line between it and what came before
part()
{
	awk -f "$scripts/cover/text.awk" -v part="$1" -v words="$words" "$work/facts" "$data/cover/text" \
		>"$work/part" 2>"$work/error" || die 3 "scripts/cover/text: $(cat "$work/error")"
	[ -s "$work/part" ] || return 0
	wrapped <"$work/part"
	echo
}
heading()
{
	printf '%s\n%s\n\n' "$1" "$(echo "$1" | sed 's/./=/g')"
}
for topic in $topics; do
	for file in subject topic; do
		grep -qxF "[$file $topic]" "$data/cover/text" ||
			die 3 "scripts/cover/text says nothing of the topic $topic; write it under [$file $topic]"
	done
done

# A mail of a mailbox, with the date of the newest patch
header()
{
	echo 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001'
	echo "From: $identity_name <$identity_mail>"
	cut -f 5 "$work/commits" | while read -r date; do
		printf '%s %s\n' "$(date -u -d "$date" +%s)" "$date"
	done | sort -n | sed -n '$s/^[0-9]* /Date: /p'
	part subject >"$work/subject"
	awk -v commits="$commits" '
	BEGIN { line = "Subject: [PATCH 0/" commits "] arm64, ptrace:" }
	NF { text = text (text == "" ? "" : ", ") $0 }
	END {
		n = split(text, word, " ")
		for (i = 1; i <= n; i++) {
			if (length(line " " word[i]) > 75) { print line; line = "" }
			line = line " " word[i]
		}
		print line
	}' "$work/subject"
	echo
}

changes()
{
	awk -F '\t' '
	FNR == NR { subject[$1] = $4; next }
	{
		claim = $4
		if ($1 != last) {
			printf "  %2d %s\n", $1, subject[$1]
			sub(/^and /, "", claim)
		}
		last = $1
		if ($2 != "fail" || $3 != "pass") claim = claim " (" $2 ", then " $3 ")"
		print "     - " claim
	}' "$work/commits" "$work/changed" | wrapped
	[ ! -s "$work/changed" ] || echo
}

# Of each version in applies-not: up to which topic the patches apply, and why no
# further
applies()
{
	sed -n 's/^\([0-9][^ ]*\) .*/\1/p' "$data/check/applies-not" | uniq | while read -r version; do
		does=
		not=
		for topic in $topics; do
			why=$(sed -n "s/^$version $topic # //p" "$data/check/applies-not")
			if [ -n "$why" ]; then
				not="$not; $topic does not: $why"
			else
				does="the patches apply up to $topic, but are neither built nor booted there"
			fi
		done
		[ -n "$does" ] || not=${not#; }
		printf 'Linux %s: %s%s.\n\n' "$version" "$does" "$not"
	done | wrapped
}

shortlog()
{
	for topic in $topics; do
		sed -n "s/^# $topic:/$topic:/p" "$top/series"
		awk -F '\t' -v topic="$topic" '$2 == topic { printf "  %2d %s\n", $1, $4 }' "$work/commits"
		echo
	done | wrapped
}

# Without the kernel's tree nobody knows what a later patch takes away of an earlier
# one: the lines of all are added up. In a repository, git apply would look at what
# is below the current directory only.
diffstat()
{
	GIT_CEILING_DIRECTORIES=${work%/*} own_git -C "$work" apply --numstat mbox | awk -F '\t' '
	!($3 in plus) { file[++files] = $3; if (length($3) > width) width = length($3) }
	{ plus[$3] += $1; minus[$3] += $2; all_plus += $1; all_minus += $2 }
	END {
		for (i = 1; i <= files; i++)
			printf " %-" width "s | +%d -%d\n", file[i], plus[file[i]], minus[file[i]] | "sort"
		close("sort")
		printf " %d files changed, %d insertions(+), %d deletions(-)\n", files, all_plus, all_minus
	}'
}

letter()
{
	header
	part begin
	if [ -n "$stale" ]; then
		echo "NOT MEASURED ON THIS SERIES, but on an earlier one: $stale." | wrapped
		echo
	fi
	heading 'Topics'
	part topic
	heading 'What changes for user space'
	part users
	changes
	part seen
	heading 'What does not, and how that is known'
	part same
	if is_true differences; then
		wrapped <"$work/differences"
		echo
	fi
	part mutants
	heading 'What it costs'
	part cost
	if is_true whole; then
		sed '/	/d' "$work/bench"
		echo
	fi
	part counted
	heading 'How it was tested'
	part tested
	heading 'What is left, and known to be weak'
	part left
	heading 'Where it applies'
	part where
	applies
	heading 'Prior work'
	part prior
	heading 'Patches'
	part patches
	shortlog
	echo 'Diffstat, the lines of all patches added up:'
	echo
	diffstat
	echo
}
letter >"$work/letter"
cat "$work/letter"
