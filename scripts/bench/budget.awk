# SPDX-License-Identifier: GPL-2.0-only
#
# The budget is the most instructions that a row may have on the patched kernel, by the
# least of its counts. It has a section for each compiler and QEMU: what it was measured
# on ("# series ..."), the key, and lines CONFIG CPU ROW COUNT. Only the section of the
# key at hand is looked at.
#
# From the table of rows, the budget, and lines "CONFIG CPU VARIANT BOOT ROW MIN
# MEDIAN MAX" of one boot: TAP, a line for each exact row. -v key: what the
# counts were taken with; -v machines: "CONFIG/CPU ..." that were to be measured;
# -v skip: why nothing was.

FNR == 1 { file++ }
file == 1 {
	if (/^#/ || !NF) next
	if ($2 == "exact") row[++rows] = $1
	next
}
file == 2 {
	if (/^#/ || !NF) next
	if ($1 == "key") {
		line = $0; sub(/^key +/, "", line); ours = line == key; known += ours
		all = all (all == "" ? "" : " | ") line
		next
	}
	if (ours) allowed[$1 "/" $2 "/" $3] = $4
	next
}
{ count[$1 "/" $2 "/" $5] = $6 }
END {
	# On the screen of make test: a budget that was not looked at is not one that was kept.
	if (!known || skip != "")
		print "# note: NO ROW WAS HELD AGAINST ITS BUDGET: " (skip != "" ? skip : "there is none for " key \
			"; there are: " all "; write one with scripts/bench.sh --write-budget")
	n = split(machines, machine, " ")
	for (m = 1; m <= n; m++)
		for (r = 1; r <= rows; r++) {
			i = machine[m] "/" row[r]
			name = i; gsub("/", " ", name)
			name = tap_number() " " name
			if (!known || skip != "") {
				tap_skip(name, skip != "" ? skip : "no budget for " key)
			} else if (!(i in allowed)) {
				tap_not_ok(name " # has no budget; write one with scripts/bench.sh --write or --write-budget")
			} else if (!(i in count)) {
				tap_not_ok(name " # was not measured")
			} else if (count[i] > allowed[i]) {
				tap_not_ok(name " # " count[i] " instructions, " count[i] - allowed[i] " more than its budget of " allowed[i])
			} else {
				tap_ok(name " # " count[i] " instructions, of " allowed[i])
			}
		}
	tap_plan()
	exit tap_end()
}
