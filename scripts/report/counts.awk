# SPDX-License-Identifier: GPL-2.0-only
#
# A picture of the counts that are the same in each boot, from bench/rows and
# bench/results.csv: of each row, what the patched kernel takes of the unpatched one's
# instructions. -v config=NAME -v cpu=NAME

function escape(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); return s }
BEGIN { FS = "\t" }
FNR == NR { if ($0 !~ /^#/ && NF > 3) words[$1] = $4; next }
FNR == 1 { FS = "," }
/^#/ { next }
{ split($0, f, ",") }
f[1] == config && f[2] == cpu && f[4] == "exact" {
	n++
	row[n] = (f[3] in words) ? words[f[3]] : f[3]; base[n] = f[5]; patched[n] = f[8]
}
END {
	if (!n) { print "no row of " config ", " cpu > "/dev/stderr"; exit 1 }
	left = 300; full = 480; step = 24
	printf "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s, %s: instructions, patched of unpatched\">\n", left + full + 150, n * step + 34, config, cpu
	for (p = 0; p <= 100; p += 25) {
		x = left + full * p / 100
		printf "<line x1=\"%d\" x2=\"%d\" y1=\"4\" y2=\"%d\" class=\"grid\"/><text x=\"%d\" y=\"%d\" class=\"axis\">%d %%</text>\n", x, x, n * step + 8, x, n * step + 24, p
	}
	for (i = 1; i <= n; i++) {
		y = (i - 1) * step + 8
		share = patched[i] / base[i]
		printf "<text x=\"%d\" y=\"%d\" class=\"row\">%s</text>", left - 8, y + 12, escape(row[i])
		printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\" class=\"%s\"><title>%s: %d, then %d</title></rect>", left, y, full * share, (share > 1 ? "more" : "less"), escape(row[i]), base[i], patched[i]
		printf "<text x=\"%.1f\" y=\"%d\" class=\"count\">%d of %d</text>\n", left + full * share + 6, y + 12, patched[i], base[i]
	}
	print "</svg>"
}
