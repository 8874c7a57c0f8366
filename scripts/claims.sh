#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# claims: what each commit of the series claims (scripts/claims/list), and what the
# tests that are to show it said on the unpatched and on the patched kernel, from
# the last run of each. Fails if a commit claims nothing, if a test did not say
# what the claim needs, or if the runs were of another series. What another verb shows
# is looked for in that verb's table; it is skipped if the table is of another series.
#
# claims.sh --write: put what it found into scripts/claims/table, and what can be read of it into
# scripts/claims/README.md. --readme: the latter alone, from what is committed; --table: print it;
# --check: whether that file has it. These three need no run.

prog=claims
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/build.sh"
help_or 'claims.sh [--write|--readme|--table|--check]' "$@"
machine_arch
data=${ASE_CLAIMS_DIR:-$scripts}
claims=${ASE_CLAIMS:-$data/claims/list}
committed=$data/claims/table
names=${ASE_NAMES:-$scripts/guest/names.$ARCH}
readme=$data/claims/README.md

table()
{
	table_words "$committed"
	say
	subjects | awk -F '\t' '
	FNR == NR { subject[$1] = $2; next }
	/^#/ || /^$/ { next }
	/^[^ \t]/ { patch = $0; first = 1; next }
	{
		line = $0; sub(/^[ \t]+/, "", line)
		claim = line; sub(/^.* # /, "", claim); sub(/ # .*/, "", line)
		split(line, word, /[ \t]+/)
		tests = ""
		for (i = 3; i in word; i++) tests = tests (i > 3 ? ", " : "") "`" word[i] "`"
		if (word[1] == "by") {
			tests = word[2] == "documentation" ? "no code is changed" : \
				"`make " word[2] "`" (tests == "" ? "" : ": " tests)
			word[1] = word[2] = ""
		}
		if (!begun++) {
			print "| commit | claims | shown by | unpatched | patched |"
			print "|---|---|---|---|---|"
		}
		print "| " (first ? subject[patch] : "") " | " claim " | " tests " | " \
			(word[1] == "fail" ? "**fail**" : word[1]) " | " word[2] " |"
		first = 0
	}' - "$claims"
}

case ${1:-} in
--table) table; exit 0 ;;
--check)
	[ "$(table)" = "$(between claims "$readme")" ] || die 1 "scripts/claims/README.md is not that of the list and the table beside it; run make test, then scripts/claims.sh --write, or --readme"
	exit 0 ;;
--readme)
	write_between claims "$readme" table
	exit 0 ;;
--write|'') ;;
*) die 2 "usage: claims.sh [--write|--readme|--table|--check]" ;;
esac

sum=$(series_sum)
for variant in base patched; do
	[ -s "$(results_of $variant)/results" ] ||
		die 1 "there is no result of the $variant kernel; run make run VARIANT=$variant"
	[ "$(sed -n 's/^series //p' "$(results_of $variant)/facts" 2>/dev/null)" = "$sum" ] ||
		die 1 "the last run of the $variant kernel was not with this series; run make run VARIANT=$variant"
done
make_work

# --- What other verbs have shown: "ok", "skip WHY" or "not ok WHY"

# table_of VERB: sets $_table to its table, and $_why to why that shows nothing
table_of()
{
	_why=
	case $1 in
	compare|mutants) _table=$data/$1/table ;;
	configs) _table=$data/config/table ;;
	bench) _table=$data/bench/results.csv ;;
	*) _table=$data/all-tests/table ;;
	esac
	if [ ! -f "$_table" ]; then
		_why="skip ${_table#"$data"/} is missing; run make $1"
	elif ! table_is_ours "$_table"; then
		_why="skip ${_table#"$data"/} is of another series; run make $1"
	fi
}

shown_by()
{
	_verb=$1
	_patch=$2
	shift 2
	if [ "$_verb" = documentation ]; then
		# What the patch changes, and the new files that series gives it
		_code=$({
			sed -n -e 's|^+++ b/||p' -e 's|^--- a/||p' "$top/$_patch"
			awk -v patch="$_patch" '/^[ \t]+\+/ { if (on) print $2; next } { on = $1 == patch }' "$top/series"
		} | sort -u | grep -v '^Documentation/' || :)
		if [ -z "$_code" ]; then echo ok; else echo "not ok it changes $_code"; fi
		return
	fi
	table_of "$_verb"
	if [ -n "$_why" ]; then
		echo "$_why"
		return
	fi
	case $_verb in
	compare)
		grep -q '^[0-9]* cells, .*, 0 unexplained$' "$_table" || { echo 'not ok not all differences are explained'; return; }
		for _word in "$@"; do
			grep -qxE "  [1-9][0-9]* cells with $_word" "$_table" ||
				{ echo "not ok there are no cells with $_word"; return; }
		done
		echo ok ;;
	bench)
		# shellcheck disable=SC2086 # words
		awk -F , -v words="$*" '
		BEGIN { n = split(words, w, " "); row = w[1] }
		!/^#/ && $3 == row && $4 == "exact" { rows++; if (w[2] == "fewer" && $8 >= $5) bad = $1 ", " $2 ": " $5 ", then " $8 }
		END {
			if (!rows) print "not ok there is no such row"
			else if (bad) print "not ok not fewer in " bad
			else print "ok"
		}' "$_table" ;;
	configs)
		[ $# != 0 ] || { echo 'not ok no configuration is named'; return; }
		for _row in "$@"; do
			_why=$(awk -F '\t' -v row="$_row" '
			$1 == row { result = $3 " " $4 " " $6 }
			END {
				if (result == "") print "not ok there is no configuration " row
				else if (result ~ /^-/) print "skip " row " has not been run; run make configs"
				else if (result != "yes yes 0") print "not ok " row " did not pass"
			}' "$_table") || _why="not ok $_table can't be read"
			[ -z "$_why" ] || { echo "$_why"; return; }
		done
		echo ok ;;
	mutants)
		[ $# != 0 ] || { echo 'not ok no mutant is named'; return; }
		for _mutant in "$@"; do
			case $(sed -n "s/^$_mutant  *//p" "$_table") in
			'') echo "not ok there is no mutant $_mutant"; return ;;
			-*) echo "skip $_mutant has not been tried; run make mutants"; return ;;
			esac
		done
		echo ok ;;
	*)
		awk -F '\t' -v verb="$_verb" '
		$1 == verb { there = 1; if ($2 > 0 && $3 == 0) ok = 1 }
		END { print ok ? "ok" : there ? "not ok it did not pass" : "skip it has not been run; run make all-tests" }' "$_table" ;;
	esac
}

subjects >"$work/subjects"
# PATCH<TAB>WORDS of each claim that is shown by another verb, with what it has shown
awk '/^[^ \t#]/ { patch = $0; next } /^[ \t]+by[ \t]/ { sub(/ # .*/, ""); $1 = $1; print patch "\t" $0 }' "$claims" |
while IFS='	' read -r patch words; do
	# shellcheck disable=SC2086 # words
	set -- $words
	verb=${2:-}
	case $verb in
	compare|bench|configs|mutants|check|bisect-check|documentation) shift 2; result=$(shown_by "$verb" "$patch" "$@") ;;
	*) result="not ok $verb is no verb that shows claims" ;;
	esac
	printf '%s\t%s\t%s\n' "$patch" "$words" "$result"
done >"$work/by"

rc=0
awk -F '\t' -v basefile="$(results_of base)/results" -v patchedfile="$(results_of patched)/results" \
	-v namesfile="$names" -v byfile="$work/by" -v tablefile="$work/table" "$(cat "$scripts/lib/glob.awk" "$scripts/lib/tap.awk")"'
function results(file, into,    line, state, name) {
	while ((getline line < file) > 0) {
		state = line; sub(/ .*/, "", state); sub(/^expected-/, "", state)
		if (state == "xfail") state = "pass"
		name = line; sub(/^[^ ]+ +/, "", name); sub(/ # .*/, "", name)
		into[name] = state
	}
}
# The names that have to be there, as PROGRAM:NAME
function read_names(    line, w, program) {
	while ((getline line < namesfile) > 0) {
		if (line ~ /^\t/) { sub(/^\t/, "", line); due[program ":" line] = where; continue }
		if (line ~ /^#/ || line == "") continue
		split(line, w, " "); where = w[1]; program = w[2]
		due[program] = where
	}
}
# What all of a pattern said, if none of them has vanished; a pattern of programs has
# to find that of 64-bit tasks and that of 32-bit ones.
function said_all(pattern, of, kernel,    name, w, programs, seen) {
	if (pattern !~ /\*/) return said(pattern, of)
	for (name in due)
		if ((due[name] == "any" || due[name] == kernel) && matches(name, pattern) && !(name in of)) return "not run: " name
	split(pattern, w, ":")
	if (w[2] ~ /\*/) {
		for (name in of) if (matches(name, pattern)) { split(name, w, ":"); if (!seen[w[2]]++) programs++ }
		if (programs < 2) return "of one program only"
	}
	return said(pattern, of)
}
BEGIN {
	tap_margin = "  "
	results(basefile, base); results(patchedfile, patched); read_names()
	while ((getline line < byfile) > 0) { split(line, f, "\t"); by[f[1], f[2]] = f[3] }
}
FNR == NR { subject[$1] = $2; order[++commits] = $1; next }
/^#/ || /^$/ { next }
/^[^ \t]/ { patch = $0; if (!(patch in subject)) tap_not_ok(patch " has claims, but is not in series"); next }
{
	line = $0; sub(/^[ \t]+/, "", line)
	claim = line; sub(/^.* # /, "", claim); sub(/ # .*/, "", line)
	for (i in word) delete word[i]
	n = split(line, word, /[ \t]+/)
	if (!claimed[patch]++) print subject[patch]
	if (word[1] == "by") {
		words = word[1]
		for (i = 2; i <= n; i++) words = words " " word[i]
		result = by[patch, words]
		if (result == "ok") { p[patch]++; tap_ok(claim ": " words); next }
		if (result ~ /^skip /) { s[patch]++; tap_skip(claim ": " words, substr(result, 6)); next }
		sub(/^not ok /, "", result)
		tap_not_ok(claim ": " words ": " result)
		next
	}
	if (n < 3) tap_not_ok(claim ": no test is named")
	for (i = 3; i <= n; i++) {
		b = said_all(word[i], base, "base"); t = said_all(word[i], patched, "patched")
		text = claim ": " word[i] ": base " b ", patched " t
		if (b == word[1] && t == word[2]) { p[patch]++; tap_ok(text) }
		else tap_not_ok(text "; wanted " word[1] ", " word[2])
	}
}
END {
	for (i = 1; i <= commits; i++) {
		if (!claimed[order[i]]) tap_not_ok(order[i] " claims nothing")
		printf "%s\t%d\t%d\n", order[i], p[order[i]], s[order[i]] > tablefile
	}
	exit tap_end()
}' "$work/subjects" "$claims" || rc=$?
[ "${1:-}" = --write ] || exit $rc
[ $rc = 0 ] || die 1 "not all claims hold; there is nothing to write down"
{
	table_head
	echo "# Written by scripts/claims.sh --write: of each commit, how many of its claims were shown, and how many are to be shown by another verb's next run."
	cat "$work/table"
} >"$committed.part"
add_cleanup "$committed.part"
mv "$committed.part" "$committed"
write_between claims "$readme" table
