# SPDX-License-Identifier: GPL-2.0-only
#
# From the table of rows and lines "CONFIG VARIANT PAIR ROW PICOSECONDS": the times
# of the two kernels as ratios, with their spread.

function sorted(list, v,    n, i, j, t) {
	n = split(list, v, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
	return n
}
FNR == NR {
	if (/^#/ || !NF) next
	title = $0; sub(/^[^\t]*\t[^\t]*\t[^\t]*\t/, "", title); text[$1] = title
	next
}
{
	i = $1 SUBSEP $4
	if (!(i in known)) { known[i] = 1; order[++rows] = i }
	time[i, $3, $2] = $5
	if ($3 > pairs) pairs = $3
}
END {
	printf "%-50s %11s %11s   %s\n", "", "base, us", "patched, us", "ratio"
	for (r = 1; r <= rows; r++) {
		i = order[r]
		split(i, f, SUBSEP)
		b = p = q = ""
		for (k = 1; k <= pairs; k++) {
			b = b " " time[i, k, "base"]; p = p " " time[i, k, "patched"]
			q = q " " time[i, k, "patched"] / time[i, k, "base"]
		}
		n = sorted(b, vb); sorted(p, vp); sorted(q, vq)
		m = int((n + 1) / 2)
		printf "%-50s %11.3f %11.3f   %.3f  %.3f  %.3f\n", f[1] ", " text[f[2]], vb[m] / 1e6, vp[m] / 1e6, vq[1], vq[m], vq[n]
	}
}
