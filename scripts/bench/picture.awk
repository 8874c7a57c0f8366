# SPDX-License-Identifier: GPL-2.0-only
#
# From the parts of a getppid() as CSV: what getppid.gnuplot draws. A block with
# "Y NAME SUM" of each bar, then a block for each part, "FROM TO Y COUNT".

BEGIN { FS = ","; parts = split("entry assembly,entry C,the call,exit C,exit assembly", part, ",")
	text["sve-off"] = "SVE and SME off"; text["sve-live"] = "SVE state live"
	text["base"] = "unpatched"; text["patched"] = "patched" }
/^#/ { next }
!head++ { next }
{
	bar = $1 "," $2 "," $3
	if (!(bar in known)) { known[bar] = 1; order[++bars] = bar }
	count[bar, $4] = $5; sum[bar] += $5
}
END {
	y = 0
	for (b = 1; b <= bars; b++) {
		split(order[b], f, ",")
		# The two kernels of a machine stand closer together.
		if (f[3] == "base") y += b == 1 ? 0 : 1.5
		else y += 1
		at[b] = y
		name = (f[3] == "base" ? f[1] ", " text[f[2]] ": " : "") text[f[3]]
		print -y, "\"" name "\"", sum[order[b]]
	}
	for (i = 1; i <= parts; i++) {
		print "\n"
		for (b = 1; b <= bars; b++) {
			from[b] += 0
			to = from[b] + count[order[b], part[i]]
			print from[b], to, -at[b], count[order[b], part[i]]
			from[b] = to
		}
	}
}
