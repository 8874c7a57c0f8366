#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# claims: what each commit of the series claims (scripts/claims), and what the
# tests that are to show it said on the unpatched and on the patched kernel, from
# the last run of each. Fails if a commit claims nothing, or if a test did not say
# what the claim needs.
#
# claims.sh --table: the table for README.md; --check: whether README.md has it;
# --write: put it there. None of them needs a run.

prog=claims
. "$(dirname "$0")/lib.sh"
help_or 'claims.sh [--table|--check|--write]' "$@"
machine_arch

# PATCH<TAB>SUBJECT of each commit, in order
subjects()
{
	sed -e '/^#/d' -e '/^[ 	]/d' -e '/^$/d' "$top/series" | while read -r _patch; do
		printf '%s\t%s\n' "$_patch" "$(awk '
			/^Subject: / { s = $0; sub(/^Subject: (\[[^]]*\] *)?/, "", s); on = 1; next }
			on && /^ / { sub(/^ /, ""); s = s " " $0; next }
			on { print s; exit }' "$top/$_patch")"
	done
}

table()
{
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
		if (!begun++) {
			print "| commit | claims | shown by | unpatched | patched |"
			print "|---|---|---|---|---|"
		}
		print "| " (first ? subject[patch] : "") " | " claim " | " tests " | " \
			(word[1] == "fail" ? "**fail**" : word[1]) " | " word[2] " |"
		first = 0
	}' - "${ASE_CLAIMS:-$scripts/claims}"
}

between()
{
	sed -n '/^<!-- claims: begin/,/^<!-- claims: end/p' "$top/README.md" | sed '1d;$d'
}

case ${1:-} in
--table) table; exit 0 ;;
--check)
	[ "$(table)" = "$(between)" ] || die 1 "the table of claims in README.md is not that of scripts/claims; run scripts/claims.sh --write"
	exit 0 ;;
--write)
	add_cleanup "$top/README.md.part"
	table >"$top/README.md.part"
	sed -i -e "/^<!-- claims: begin/r $top/README.md.part" \
		-e '/^<!-- claims: begin/,/^<!-- claims: end/{/^<!-- claims: /!d}' "$top/README.md"
	exit 0 ;;
'') ;;
*) die 2 "usage: claims.sh [--table|--check|--write]" ;;
esac

for variant in base patched; do
	[ -s "$(results_of $variant)/results" ] ||
		die 1 "there is no result of the $variant kernel; run make run VARIANT=$variant"
done
subjects >"$out/claims.subjects"
add_cleanup "$out/claims.subjects"
awk -F '\t' -v basefile="$(results_of base)/results" -v patchedfile="$(results_of patched)/results" "$(cat "$scripts/glob.awk")"'
function results(file, into,    line, state, name) {
	while ((getline line < file) > 0) {
		state = line; sub(/ .*/, "", state); sub(/^expected-/, "", state)
		if (state == "xfail") state = "pass"
		name = line; sub(/^[^ ]+ +/, "", name); sub(/ # .*/, "", name)
		into[name] = state
	}
}
BEGIN { results(basefile, base); results(patchedfile, patched) }
FNR == NR { subject[$1] = $2; order[++commits] = $1; next }
/^#/ || /^$/ { next }
/^[^ \t]/ { patch = $0; if (!(patch in subject)) { print "not ok " patch " has claims, but is not in series"; failed++ }; next }
{
	line = $0; sub(/^[ \t]+/, "", line)
	claim = line; sub(/^.* # /, "", claim); sub(/ # .*/, "", line)
	split(line, word, /[ \t]+/)
	if (!claimed[patch]++) print subject[patch]
	for (i = 3; i in word; i++) {
		b = said(word[i], base); p = said(word[i], patched)
		good = b == word[1] && p == word[2]
		if (good) passed++; else failed++
		printf "%s %s: %s: base %s, patched %s%s\n", good ? "  ok" : "not ok", claim, word[i], b, p, \
			good ? "" : "; wanted " word[1] ", " word[2]
		delete word[i]
	}
}
END {
	for (i = 1; i <= commits; i++)
		if (!claimed[order[i]]) { print "not ok " order[i] " claims nothing"; failed++ }
	printf "%d passed, %d failed, 0 skipped\n", passed, failed
	exit failed > 0
}' "$out/claims.subjects" "${ASE_CLAIMS:-$scripts/claims}"
