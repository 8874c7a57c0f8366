# SPDX-License-Identifier: GPL-2.0-only
#
# The instrument's test of itself. From the table of rows and lines "CONFIG CPU
# VARIANT BOOT ROW MIN MEDIAN MAX" of the variants patched and nop: TAP, a line for
# each exact row, which has to have one instruction more for each call in it.

FNR == NR {
	if (/^#/ || !NF) next
	if ($2 == "exact") { row[++rows] = $1; calls[$1] = $3 }
	next
}
{
	machine = $1 " " $2
	if (!(machine in known)) { known[machine] = 1; order[++machines] = machine }
	count[machine, $5, $3] = $6
}
END {
	for (m = 1; m <= machines; m++)
		for (r = 1; r <= rows; r++) {
			p = order[m] SUBSEP row[r] SUBSEP "patched"; n = order[m] SUBSEP row[r] SUBSEP "nop"
			good = p in count && n in count && count[n] - count[p] == calls[row[r]]
			if (good) passed++; else failed++
			printf "%sok %d one nop more: %s %s # %s, with the nop %s; %s\n", good ? "" : "not ", passed + failed, \
				order[m], row[r], count[p], count[n], \
				good ? "+" calls[row[r]] : "should be " calls[row[r]] " more"
		}
	if (!machines) { print "not ok nothing was measured"; failed++ }
	print "1.." passed + failed
	printf "%d passed, %d failed, 0 skipped\n", passed, failed
	exit failed > 0
}
