# SPDX-License-Identifier: GPL-2.0-only
#
# From the table of rows, and lines "CONFIG CPU VARIANT BOOT ROW MIN MEDIAN MAX" of
# all boots: the results as CSV. The least is that of all boots, the median that of
# their medians. An exact row whose least count is not the same in all boots, or
# that a boot has not told, is "unstable". Of the machine "gips" there are gips_boots, and
# least and greatest are those of their medians; it has no exact rows, and the others
# have none of the kind switch. gips: the configurations that have to have this machine.

function median(list,    n, v, i, j, t) {
	n = split(list, v, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
	return v[int((n + 1) / 2)]
}
FNR == NR {
	if (/^#/ || !NF) next
	key[++rows] = $1; kind[$1] = $2
	next
}
{
	machine = $1 "," $2
	if (!(machine in known)) { known[machine] = 1; order[++machines] = machine }
	i = machine "," $5 "," $3
	if ($2 == "gips") $6 = $8 = $7
	if (!(i in least) || $6 < least[i]) least[i] = $6
	if (!(i in most) || $8 > most[i]) most[i] = $8
	if (i in first && first[i] != $6) moved[i] = 1
	if (!(i in first)) first[i] = $6
	medians[i] = medians[i] " " $7
	told[i]++
}
END {
	n = split(gips, wanted, " ")
	for (m = 1; m <= n; m++)
		if (!((wanted[m] ",gips") in known)) order[++machines] = wanted[m] ",gips"
	print "config,cpu,row,kind,base_min,base_median,base_max,patched_min,patched_median,patched_max"
	for (m = 1; m <= machines; m++)
		for (r = 1; r <= rows; r++) {
			b = order[m] "," key[r] ",base"; p = order[m] "," key[r] ",patched"
			k = kind[key[r]]
			slow = order[m] !~ /,gips$/
			if (k == (slow ? "switch" : "exact")) continue
			n = slow ? boots : gips_boots
			if (told[b] != n || told[p] != n || (k == "exact" && (b in moved || p in moved)))
				k = "unstable"
			printf "%s,%s,%s,%s,%s,%s,%s,%s,%s\n", order[m], key[r], k, \
				least[b], median(medians[b]), most[b], least[p], median(medians[p]), most[p]
		}
}
