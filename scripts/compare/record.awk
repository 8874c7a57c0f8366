# SPDX-License-Identifier: GPL-2.0-only
#
# Whether a record is whole: see compare.sh. Reads it as the machine wrote it, with the
# recorder's own words behind "# ", and prints what is wrong. Exit 5: it ends early, or
# cells are missing; 1: all is there, but not as it should be.
#
# status is QEMU's; cellsfile has how many cells each ABI has, and the words of their names,
# "" for a part of them.

function wrong(code, text) {
	print "compare: " name ": " text
	if (code > worst) worst = code
}

BEGIN {
	while (cellsfile != "" && (getline line < cellsfile) > 0) {
		if (line ~ /^#/ || line == "") continue
		n = split(line, w, " ")
		if (w[1] == "words") {
			for (i = 2; i <= n; i++) unseen[w[i]] = known[w[i]] = 1
			continue
		}
		want[w[1]] = w[2]
		wanted++
	}
	if (cellsfile != "" && !wanted) wrong(5, "scripts/compare/cells names no cells; restore it")
}

/^cell / {
	if (cell != "" && last !~ /^end /) wrong(1, "no end of " cell)
	cell = $0
	last = ""
	count[$2]++
	for (i = 3; i <= NF; i++) {
		delete unseen[$i]
		if (cellsfile != "" && !($i in known)) new_word = $i
	}
	next
}
/^# (native|compat): [0-9]+ cells of / { abi = substr($2, 1, length($2) - 1); said[abi] = $3; next }
# A 32-bit task has none of these.
abi == "compat" && /^# without cells for [a-z]+-(mte|sve|sme|bti)$/ { next }
/^# without cells for / { sub(/^# /, ""); wrong(5, $0); next }
/^# [0-9]+ cells hang or are bad/ { bad += $2; counted++; next }
/^# machine: taint / { taint = $4; tainted = 1; next }
/^# machine: the record is complete, status / { complete = 1; recorder = $NF; next }
/^# / { next }
complete { wrong(5, "goes on behind its end: " $0); next }
{ last = $0 }

END {
	if (!complete) wrong(5, "ends early: the machine ended with status " status " in " (cell == "" ? "no cell" : cell))
	else if (recorder != 0) wrong(bad ? 1 : 5, "the recorder ended with status " recorder)
	else if (status != 60) wrong(5, "the machine ended with status " status ", not 60")
	if (complete && (!tainted || taint != 0)) wrong(1, "the kernel is tainted: " (tainted ? taint : "it does not say"))
	if (complete && cell != "" && last !~ /^end /) wrong(1, "no end of " cell)
	if (bad) wrong(1, bad " cells hang or are bad")
	n = split("native compat", abis, " ")
	for (i = 1; i <= n; i++) {
		abi = abis[i]
		if (!(abi in said)) wrong(5, "the recorder of " abi " tasks says nothing of its cells")
		else if (count[abi] + 0 != said[abi]) wrong(5, count[abi] + 0 " cells of " abi " tasks, but the recorder says " said[abi])
		if (cellsfile != "" && (count[abi] + 0 != want[abi] || !want[abi]))
			wrong(5, count[abi] + 0 " cells of " abi " tasks, and " want[abi] + 0 " in scripts/compare/cells; if the recorder has changed, write them there")
	}
	if (new_word != "") wrong(5, "a cell has " new_word ", which scripts/compare/cells has not; write it there")
	for (word in unseen) { wrong(5, "no cell has " word ", which scripts/compare/cells has; if the recorder has changed, take it out"); break }
	if (counted != n) wrong(5, "not each recorder says how many of its cells hang")
	exit worst
}
