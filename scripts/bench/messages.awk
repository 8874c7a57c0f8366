# SPDX-License-Identifier: GPL-2.0-only
#
# Whether the counts in messages are those of the table of the commits:
#
#	awk -f messages.awk commits MAILBOX
#
# Prints a line for the first that is not. "A -> B" may go over the end of a line. The
# table has each commit whose message has one, after the one before it.

BEGIN { FS = "\t" }
NR == FNR {
	if (/^#/) next
	if ($1 != last) { before[$1] = last; last = $1 }
	count[$1, $2] = $3
	rows[$2] = 1
	known[$1] = 1
	next
}
function judge(  rest, pair, n, a, found, row)
{
	rest = text
	if (!(subject in known)) {
		if (!match(rest, /[0-9]+ *-> *[0-9]+/)) return
		printf "the message of \"%s\" has counts, and the table has not\n", subject
		exit 0
	}
	while (match(rest, /[0-9]+ *-> *[0-9]+/)) {
		pair = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		n = split(pair, a, / *-> */)
		found = 0
		for (row in rows)
			if (count[subject, row] == a[2] &&
			    (count[before[subject], row] == a[1] || count["base", row] == a[1]))
				found = 1
		if (found) continue
		printf "the message of \"%s\" has \"%s\", which no row of the table has\n", subject, pair
		exit 0
	}
}
/^From 0+ / { header = 1; message = 0; subject = text = ""; more = 0; next }
header && /^Subject: / { subject = $0; sub(/^Subject: /, "", subject); more = 1; next }
header && more && /^ / { subject = subject $0; next }
header && /^$/ { sub(/^\[PATCH[^]]*\] /, "", subject); header = 0; message = 1; next }
header { more = 0; next }
message && /^(---|diff --git .*)$/ { message = 0; judge(); next }
message { text = text " " $0 }
