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
			text = tap_number() " one nop more: " order[m] " " row[r] " # " count[p] ", with the nop " count[n] "; "
			if (good) tap_ok(text "+" calls[row[r]])
			else tap_not_ok(text "should be " calls[row[r]] " more")
		}
	if (!machines) tap_not_ok("nothing was measured")
	tap_plan()
	exit tap_end()
}
