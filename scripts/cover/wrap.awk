# SPDX-License-Identifier: GPL-2.0-only
#
# Paragraphs, wrapped at 72 columns. An empty line ends a paragraph; a line that
# begins with a blank or with "- " begins one. The lines of an item ("- ", or a
# number) stand under its first word. A line that begins with "|" stays as it is, but for
# that.

function flush(    i, n, word, line, room) {
	if (text == "") return
	n = split(text, word, " ")
	line = lead word[1]
	for (i = 2; i <= n; i++) {
		if (length(line) + 1 + length(word[i]) > 72) {
			print line
			line = hang word[i]
		} else {
			line = line " " word[i]
		}
	}
	print line
	text = ""
}
/^[ \t]*$/ { flush(); print ""; next }
/^\|/ { flush(); print substr($0, 2); next }
text != "" && hang != "" && index($0, hang) == 1 && substr($0, length(hang) + 1) !~ /^( |- |[0-9]+ )/ {
	text = text " " $0
	next
}
/^ / || /^- / {
	flush()
	match($0, /^ */)
	lead = substr($0, 1, RLENGTH)
	match($0, /^ *(- |[0-9]+ )?/)
	hang = sprintf("%" RLENGTH "s", "")
	text = substr($0, length(lead) + 1)
	next
}
{
	if (text == "") lead = hang = ""
	text = text " " $0
}
END { flush() }
