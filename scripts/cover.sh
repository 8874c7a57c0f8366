#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cover: the cover letter of the series, or of the set TOPIC= alone, as a mail on
# standard output, to go in front of what mbox writes. Needs this repository and git,
# nothing else. Writes all of it or nothing. make mails puts that of a set into a
# directory with its patches.
#
# The prose is in scripts/cover/text, and what is of one topic in scripts/mails/TOPIC;
# numbers and lists are made from series and the patches, claims, bench, compare/table,
# mutants/table, guest/expected, check/applies-not and, if it is there, config/table. If
# a table was measured on another series, the letter says so.

prog=cover
. "$(dirname "$0")/lib/lib.sh"

no_arguments "$@"
command -v git >/dev/null || die 4 "git is missing; install the package git"
data=${ASE_COVER_DIR:-$scripts}
for file in cover/text claims/list bench/rows bench/results.csv compare/table compare/intended \
	mutants/table guest/expected check/applies-not mails/v16; do
	[ -s "$data/$file" ] ||
		die 3 "scripts/$file is missing; restore it with git checkout scripts/$file"
done
[ -z "$AUTHOR" ] || check_person AUTHOR "$AUTHOR"
version
# What make mails knows and this does not: files in a directory
more=${ASE_LETTER:-}
make_work
series_entries "$work/entries"
SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" >"$work/mbox"
topics=$(sed -n 's/^topic //p' "$work/entries" | tr '\n' ' ')
topics=${topics% }
all_topics=$(topics_of "$top/series")
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
words="all $topics $(sed -n 's,^patch .*/\(.*\)\.patch$,\1,p' "$work/entries" | tr '\n' ' ')"
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
fact upstream "$(upstream_release)"
fact package "$(cat "$top/base")"
if [ -n "$TOPIC" ]; then
	true_word set
	series_entries "$work/up-to" "$TOPIC"
	before=$(sed -n -e "/^topic $TOPIC\$/q" -e 's/^topic //p' "$work/up-to" | tr '\n' ' ')
	if [ -n "$before" ]; then
		fact standing "$(listed "${before% }"): $(($(grep -c '^patch ' "$work/up-to") - commits)) patches"
	else
		fact standing 'none of the others'
	fi
else
	true_word series
	if [ "$topics" = "$all_topics" ]; then true_word whole; else true_word part; fi
fi
case $topics in *' '*) true_word several ;; esac
[ ! -e "$more/upstream-tried" ] || true_word upstream-tried

fixes=
while read -r number _ path _; do
	! grep -q '^Fixes: ' "$top/$path" || fixes="$fixes${fixes:+, }$number"
done <"$work/commits"
fact fixes-tags "$fixes"
[ -z "$fixes" ] || true_word fixes-tags
fact stable "$(while read -r number _ path _; do
	! grep -q '^Cc: .*stable@' "$top/$path" || echo "$number"
done <"$work/commits" | paste -s -d , - | sed 's/,/, /g')"

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

# The record that make compare has made, and the differences of these topics in it
awk -v topics="$topics" '
BEGIN { n = split(topics, t, " "); for (i = 1; i <= n; i++) has[t[i]] = 1 }
FNR == NR { if ($0 !~ /^#/ && split($0, f, /\t+/) >= 5 && f[1] in has) ours[f[5]] = 1; next }
/^  [0-9]+ cells: / {
	why = $0; sub(/^  [0-9]+ cells: /, "", why)
	if (why in ours) print "- " $1 " cells: " why
}' "$data/compare/intended" "$data/compare/table" >"$work/differences"
if [ -n "$TOPIC" ]; then :
elif [ -s "$work/differences" ]; then true_word differences
else true_word no-differences
fi
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
[ "$record_topics" = "$all_topics" ] || [ -n "$TOPIC" ] || true_word old-record

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
bisected=0
[ ! -f "$data/bisect-check/table" ] || bisected=$(awk -F '\t' 'FNR == NR { ours[$1] = 1; next } !/^#/ && $2 != "-" && ($3 in ours) { n++ } END { print n + 0 }' \
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
# The rows that switch tasks or wait, from stock to the whole series
awk -F , '$2 == "gips" {
	p = ($9 / $6 - 1) * 100
	if (!n++ || p < least) least = p
	if (n == 1 || p > most) most = p
}
END { if (n) printf "switch-least\t%.0f\nswitch-most\t%.0f\n", least, most }' \
	"$data/bench/results.csv" >>"$work/facts"
# Before and after the set, of bench-min: the count of a row is that of the last commit
# that changed it.
if [ -n "$TOPIC" ] && table_is_ours "$data/bench/commits"; then
	true_word counts
	subjects >"$work/subjects"
	awk -F '\t' -v first="$(sed -n '1s/^[^\t]*\t[^\t]*\t\([^\t]*\)\t.*/\1/p' "$work/commits")" \
		-v last="$(sed -n '$s/^[^\t]*\t[^\t]*\t\([^\t]*\)\t.*/\1/p' "$work/commits")" \
		-v rows='getppid unknown seccomp audit tracepoints page-fault undefined' '
	FILENAME ~ /rows$/ { if (!/^#/) text[$1] = $4; next }
	FILENAME ~ /subjects$/ { patch[++patches] = $1; subject[$1] = $2; next }
	!/^#/ { count[$1, $2] = $3 }
	END {
		n = split(rows, row, " ")
		for (r = 1; r <= n; r++) {
			now = count["base", row[r]]
			before = ""
			if (now == "") { print "no row " row[r] " of base" >"/dev/stderr"; exit 1 }
			for (i = 1; i <= patches; i++) {
				if (patch[i] == first) before = now
				if ((subject[patch[i]], row[r]) in count) { now = count[subject[patch[i]], row[r]]; if (before != "") counted++ }
				if (patch[i] == last) break
			}
			printf "|  %-32s %5d -> %5d\n", text[row[r]], before, now
		}
		# A set of which no commit was counted is not as fast as the one before for that.
		if (!counted) { print "no commit of this set was counted" >"/dev/stderr"; exit 1 }
	}' "$data/bench/rows" "$work/subjects" "$data/bench/commits" >"$work/counts" 2>"$work/error" ||
		die 3 "scripts/bench/commits: $(cat "$work/error"); write it with make bench BENCH=commits"
elif [ -n "$TOPIC" ]; then
	true_word no-counts
fi
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
# The texts: of each topic in their order, and then of what is no topic now
texts=cover/text
for topic in $all_topics; do
	[ -s "$data/mails/$topic" ] ||
		die 3 "scripts/mails/$topic is missing; write it: the text of a set's cover letter, under [subject $topic] and [what $topic]"
	texts="$texts mails/$topic"
done
for topic in $topics; do
	for part in subject what; do
		grep -qxF "[$part $topic]" "$data/mails/$topic" ||
			die 3 "scripts/mails/$topic says nothing of the topic; write it under [$part $topic]"
	done
done
# text_of NAME: the part of the texts
text_of()
{
	# shellcheck disable=SC2086 # a list
	(cd "$data" && awk -f "$scripts/cover/text.awk" -v part="$1" -v words="$words" "$work/facts" $texts) \
		>"$work/part" 2>"$work/error" || die 3 "$(cat "$work/error")"
	# The items of a list stand one below the other.
	wrapped <"$work/part" | awk 'NF && blank && !/^- / { print "" } { blank = !NF } NF'
}
# part NAME: with a line between it and what came before
part()
{
	text_of "$1" >"$work/wrapped"
	[ -s "$work/wrapped" ] || return 0
	cat "$work/wrapped"
	echo
}
heading()
{
	printf '%s\n%s\n\n' "$1" "$(echo "$1" | sed 's/./=/g')"
}
# headed HEADING PART: nothing if the part is empty
headed()
{
	text_of "$2" >"$work/wrapped"
	[ -s "$work/wrapped" ] || return 0
	heading "$1"
	cat "$work/wrapped"
	echo
}

# A mail of a mailbox, with the date of the newest patch
header()
{
	echo 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001'
	echo "From: ${AUTHOR:-$identity_name <$identity_mail>}"
	if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
		date -u -d "@$SOURCE_DATE_EPOCH" '+Date: %a, %d %b %Y %H:%M:%S +0000'
	else
		cut -f 5 "$work/commits" | while read -r date; do
			printf '%s %s\n' "$(date -u -d "$date" +%s)" "$date"
		done | sort -n | sed -n '$s/^[0-9]* /Date: /p'
	fi
	words_before=$words
	[ -n "$TOPIC" ] || words=series
	text_of subject >"$work/subject"
	words=$words_before
	awk -v tag="$(subject_tag 0 "$commits")" '
	BEGIN { line = "Subject: " tag }
	NF { text = text " " $0 }
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

# Where each patch of the other series has its like
v16()
{
	grep -q "^\[v16 $TOPIC\]" "$data/mails/$TOPIC" || return 0
	heading 'Compared with v16 of the other conversion'
	part v16-table
	number=0
	while read -r kind path; do
		case $kind in
		topic) topic=$path number=0 ;;
		patch) number=$((number + 1)); printf '%s\t%s %s\n' "$(basename "$path" .patch)" "$topic" $number ;;
		esac
	done <"$work/whole" >"$work/places"
	awk -F '\t' '
	FNR == NR { place[$1] = $2; next }
	/^#/ || !NF { next }
	{
		here = $4
		n = split($3, patch, " ")
		for (i = 1; i <= n; i++) {
			if (patch[i] == "-") continue
			if (!(patch[i] in place)) { print patch[i] " is no patch of series" >"/dev/stderr"; exit 1 }
			name = place[patch[i]]; sub(/ .*/, "", name)
			p = place[patch[i]]
			if (name == last) sub(/.* /, "", p)
			here = here (here == "" ? "" : ", ") p
			last = name
		}
		last = ""
		printf "  %-7s %-42s %s\n", $1, $2, here
	}' "$work/places" "$data/mails/v16" 2>"$work/error" ||
		die 3 "scripts/mails/v16: $(cat "$work/error")"
	echo
	part v16
}

# What has changed since the versions before
changelog()
{
	for v in $(seq "$mail_version" -1 2); do
		heading "Changes since v$((v - 1))"
		if [ "$v" = "$mail_version" ] && [ -n "${CHANGES:-}" ]; then
			cat "$CHANGES"
			echo
		else
			part "v$v"
		fi
	done
}

shortlog_and_diffstat()
{
	heading 'Patches'
	part patches
	shortlog
	if [ -s "$more/diffstat" ]; then
		cat "$more/diffstat"
	else
		echo 'Diffstat, the lines of all patches added up:'
		echo
		diffstat
	fi
	echo
	if [ -s "$more/range-diff" ]; then
		heading "Range-diff since v$((mail_version - 1))"
		cat "$more/range-diff"
		echo
	fi
}

stale()
{
	[ -n "$stale" ] || return 0
	echo "NOT MEASURED ON THIS VERSION, but on an earlier one and not repeated yet: $stale." | wrapped
	echo
}

# Of a set alone: what its reviewers need, and where the rest is
set_letter()
{
	header
	part what
	part stands
	changelog
	headed 'Changes of the ABI, or of what user space can see' abi
	part same
	v16
	heading 'What it costs'
	part cost
	[ ! -s "$work/counts" ] || { wrapped <"$work/counts"; echo; }
	heading 'How it was tested'
	stale
	part tested
	headed 'Limits' left
	headed 'Prior work' prior
	shortlog_and_diffstat
}

letter()
{
	header
	part begin
	stale
	heading 'Topics'
	for topic in $topics; do
		sed -n "s/^# $topic:/$topic:/p" "$top/series"
		echo
		words_before=$words
		words="$topic"
		part what
		words=$words_before
	done
	heading 'What changes for user space'
	part abi
	part users
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
	headed 'Prior work' prior
	shortlog_and_diffstat
}
series_entries "$work/whole" ''
if [ -n "$TOPIC" ]; then set_letter; else letter; fi >"$work/letter"
cat "$work/letter"
