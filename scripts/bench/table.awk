# SPDX-License-Identifier: GPL-2.0-only
#
# From the table of rows and the results (CSV): the tables, a config each, as text
# or (format=markdown) for README.md.

function percent(b, p) { return b ? sprintf("%+.1f", 100 * (p - b) / b) : "-" }
function cell(i, column) { return (i, column) in value ? value[i, column] : "-" }
function three(i, variant) {
	if (!((i, variant "_min") in value)) return "-"
	return value[i, variant "_min"] " / " value[i, variant "_median"] " / " value[i, variant "_max"]
}
# The rows that switch tasks or wait: the median of the boots' medians, and their spread
function of_gips(    r, k, i, b, p, d) {
	if (format == "markdown") {
		print ""
		print "| switches tasks or waits, at 1 ns an instruction: median (of each boot, least to greatest) | unpatched | patched | difference |"
		print "|---|---:|---:|---:|"
	} else
		printf "%-50s %26s %26s %16s\n", "switches tasks or waits, 1 ns an instruction", "base: median (boots)", "patched", "difference"
	for (r = 1; r <= rows; r++) {
		k = key[r]
		if (!((config[c], k) in gips)) continue
		i = config[c] SUBSEP "gips" SUBSEP k
		b = value[i, "base_median"]; p = value[i, "patched_median"]
		d = sprintf("%+d (%s %%)", p - b, percent(b, p))
		if (format == "markdown")
			print "| " text[k] " | " spread(i, "base") " | " spread(i, "patched") " | " d " |"
		else
			printf "%-50s %26s %26s %16s\n", text[k], spread(i, "base"), spread(i, "patched"), d
	}
}
function spread(i, variant) {
	return value[i, variant "_median"] " (" value[i, variant "_min"] " to " value[i, variant "_max"] ")"
}
FNR == NR {
	if (/^#/ || !NF) next
	key[++rows] = $1
	title = $0; sub(/^[^\t]*\t[^\t]*\t[^\t]*\t/, "", title); text[$1] = title
	next
}
/^#/ || /^$/ { next }
!columns { columns = split($0, name, ","); next }
{
	split($0, f, ",")
	i = f[1] SUBSEP f[2] SUBSEP f[3]
	if (!(f[1] in known)) { known[f[1]] = 1; config[++configs] = f[1] }
	for (c = 4; c <= columns; c++) if (f[c] != "") value[i, name[c]] = f[c]
	if (f[2] == "gips") gips[f[1], f[3]] = 1
	else if (f[4] == "timing") timing[f[1], f[3]] = 1
	if (f[4] == "unstable" && f[2] != "gips") unstable[f[1], f[3]] = 1
}
END {
	n = split("sve-off sve-live", cpu, " ")
	cputext["sve-off"] = "SVE and SME off"; cputext["sve-live"] = "SVE state live"
	for (c = 1; c <= configs; c++) {
		some = many = 0
		if (format == "markdown") {
			if (c > 1) print ""
			print "`" config[c] "`: instructions of the kernel. " nottime
			print ""
			line = "| row |"; rule = "|---|"
			for (u = 1; u <= n; u++) {
				line = line " " cputext[cpu[u]] ": unpatched | patched | difference |"
				rule = rule "---:|---:|---:|"
			}
			print line; print rule
		} else {
			if (c > 1) print ""
			print config[c] ": instructions of the kernel. " nottime
			printf "%-38s", ""
			for (u = 1; u <= n; u++) printf " %-36s", "| " cputext[cpu[u]]
			printf "\n%-38s", ""
			for (u = 1; u <= n; u++) printf " | %7s %8s %10s %6s", "base", "patched", "difference", "%"
			print ""
		}
		for (r = 1; r <= rows; r++) {
			k = key[r]
			if ((config[c], k) in gips) many++
			if ((config[c], k) in timing) { some++; continue }
			# only on the other machine
			if (!((config[c], "sve-off", k, "base_min") in value) && !((config[c], "sve-live", k, "base_min") in value)) continue
			line = format == "markdown" ? "| " text[k] " |" : sprintf("%-38s", text[k])
			for (u = 1; u <= n; u++) {
				i = config[c] SUBSEP cpu[u] SUBSEP k
				b = cell(i, "base_min"); p = cell(i, "patched_min")
				d = b == "-" || p == "-" ? "-" : sprintf("%+d", p - b)
				if (d == "+0") d = 0
				q = d == "-" ? "-" : d == 0 ? "0.0" : percent(b, p)
				if (format == "markdown")
					line = line " " b " | " p " | " (d == "-" || d == 0 ? d : d " (" q " %)") " |"
				else
					line = line sprintf(" | %7s %8s %10s %6s", b, p, d, q)
			}
			print line ((config[c], k) in unstable && format != "markdown" ? "  not the same in each boot" : "")
		}
		if (many) of_gips()
		if (!some) continue
		if (format == "markdown") {
			print ""
			print "| switches tasks, at 16 ns an instruction: least / median / greatest | CPU | unpatched | patched |"
			print "|---|---|---:|---:|"
		} else {
			printf "%-38s %-17s %28s %28s\n", "switches tasks, 16 ns an instruction", "", "base: min / median / max", "patched"
		}
		for (r = 1; r <= rows; r++) {
			k = key[r]
			if (!((config[c], k) in timing)) continue
			for (u = 1; u <= n; u++) {
				i = config[c] SUBSEP cpu[u] SUBSEP k
				if (format == "markdown")
					print "| " text[k] " | " cputext[cpu[u]] " | " three(i, "base") " | " three(i, "patched") " |"
				else
					printf "%-38s %-17s %28s %28s\n", text[k], cputext[cpu[u]], three(i, "base"), three(i, "patched")
			}
		}
	}
}
