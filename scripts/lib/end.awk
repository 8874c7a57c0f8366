# SPDX-License-Identifier: GPL-2.0-only
#
# Of a mailbox: the last version of each file, as git names it, and how many times more or
# less a line is in it than before. -v but=REGEX: not of these files. -v names=1: the
# names alone.
/^From 0+ / { on = hunk = 0 }
/^diff --git / {
	file = substr($3, 3)
	on = but == "" || file !~ but
	hunk = 0
}
!on { next }
!hunk && /^index [0-9a-f]+\.\.[0-9a-f]+/ {
	split($2, id, /\.\./)
	if (!(file in first)) first[file] = id[1]
	last[file] = id[2]
}
/^@@/ { hunk = 1; next }
hunk && /^\+/ { n[file "\t" substr($0, 2)]++ }
hunk && /^-/ { n[file "\t" substr($0, 2)]-- }
END {
	for (file in last)
		if (last[file] != first[file]) print last[file] "\t" file
	if (!names)
		for (line in n)
			if (n[line]) print n[line] "\t" line
}
