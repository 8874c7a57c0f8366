# SPDX-License-Identifier: GPL-2.0-only
#
# From the paths of the two kernels: how many instructions of each function, part by
# part; and the parts as CSV, at the end of the file csv.

BEGIN { FS = "\t"; parts = split("entry assembly,entry C,the call,exit C,exit assembly", part, ",") }
FNR == 1 { v++ }
{
	name = $2; sub(/\+.*/, "", name)
	if (!(($1, name) in known)) { known[$1, name] = 1; order[$1] = order[$1] name " " }
	count[v, $1, name]++; sum[v, $1]++; all[v]++
}
function line(text, b, p) { printf "%-50s %7d %8d %10s\n", text, b, p, p == b ? 0 : sprintf("%+d", p - b) }
END {
	printf "%-50s %7s %8s %10s\n", "", "base", "patched", "difference"
	for (i = 1; i <= parts; i++) {
		line(part[i], sum[1, part[i]], sum[2, part[i]])
		n = split(order[part[i]], f, " ")
		for (j = 1; j <= n; j++) line("  " f[j], count[1, part[i], f[j]], count[2, part[i], f[j]])
		print config "," cpu ",base," part[i] "," sum[1, part[i]] + 0 >>csv
		print config "," cpu ",patched," part[i] "," sum[2, part[i]] + 0 >>csv
	}
	line("together", all[1], all[2])
}
