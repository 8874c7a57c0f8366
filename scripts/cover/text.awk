# SPDX-License-Identifier: GPL-2.0-only
#
# The paragraphs of one part of scripts/cover/text and scripts/mails/*, for those words
# that are true of the letter; names in braces are replaced by the facts, which come
# first: a name, a tab and a value in each line. See cover.sh.

function fill(s,    name, done) {
	while (match(s, /\{[a-z-]+\}/)) {
		name = substr(s, RSTART + 1, RLENGTH - 2)
		if (!(name in fact)) wrong("{" name "} is nothing that cover.sh knows")
		done = done substr(s, 1, RSTART - 1) fact[name]
		s = substr(s, RSTART + RLENGTH)
	}
	return done s
}
function wrong(what) {
	file = FILENAME
	sub(/^.*\/mails\//, "mails/", file); sub(/^.*\/cover\//, "cover/", file)
	print "scripts/" file ": " what >"/dev/stderr"
	exit 1
}
BEGIN {
	n = split(words, word, " ")
	for (i = 1; i <= n; i++) used[word[i]] = 1
}
FNR == NR { i = index($0, "\t"); fact[substr($0, 1, i - 1)] = substr($0, i + 1); next }
FNR == 1 { on = 0 }
/^#/ { next }
/^\[[a-z0-9-]+ [a-z0-9-]+\]$/ {
	split(substr($0, 2, length($0) - 2), of, " ")
	on = of[1] == part && of[2] in used
	gap = printed
	next
}
/^\[/ { wrong($0 " is no [PART WORD]") }
!on { next }
!NF { gap = printed; next }
{
	if (gap) print ""
	print fill($0)
	gap = 0
	printed = 1
}
