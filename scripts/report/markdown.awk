# SPDX-License-Identifier: GPL-2.0-only
#
# The Markdown that the tables of this repository are written in, as HTML: paragraphs,
# lists, tables, `code`, **bold**. Of a link only its text is left, as the page stands
# alone. -v id=NAME: the tables are NAME-1, NAME-2 ...; a picture is put in from the
# directory -v dir=.

function escape(s)
{
	gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s)
	return s
}
# What stands in `` is not looked at any further.
function inline(s,    out, n, part, i)
{
	n = split(escape(s), part, "`")
	for (i = 1; i <= n; i++) {
		if (i % 2) {
			while (match(part[i], /\[[^]]*\]\([^)]*\)/)) {
				text = substr(part[i], RSTART + 1, RLENGTH - 1); sub(/\]\(.*/, "", text)
				part[i] = substr(part[i], 1, RSTART - 1) text substr(part[i], RSTART + RLENGTH)
			}
			while (match(part[i], /\*\*[^*]+\*\*/))
				part[i] = substr(part[i], 1, RSTART - 1) "<b>" substr(part[i], RSTART + 2, RLENGTH - 4) "</b>" substr(part[i], RSTART + RLENGTH)
			out = out part[i]
		} else {
			# A long list of tests can be broken behind a comma or a colon.
			gsub(/[:.,_]/, "&<wbr>", part[i])
			out = out "<code>" part[i] "</code>"
		}
	}
	return out
}
function fail(why)
{
	print "report: " why > "/dev/stderr"
	failed = 1
	exit 1
}
function close_all()
{
	if (in_p) print "</p>"
	if (in_ul) print "</li>\n</ul>"
	if (in_table) print "</tbody></table></div>"
	in_p = in_ul = in_table = 0
}
# cells LINE: into cell[], their number
function cells(line,    n)
{
	gsub(/\\\|/, "\001", line)
	sub(/^\| ?/, "", line); sub(/ *\|$/, "", line)
	n = split(line, cell, / *\| ?/)
	for (i = 1; i <= n; i++) gsub(/\001/, "|", cell[i])
	return n
}
/^\|/ {
	if (!in_table) {
		close_all()
		head = $0
		in_table = 1
		tables++
		row = 0
		next
	}
	row++
	if (row == 1) {
		columns = cells($0)
		for (i = 1; i <= columns; i++) right[i] = cell[i] ~ /:$/
		printf "<div class=\"wide\"><table id=\"%s-%d\"><thead><tr>", id, tables
		n = cells(head)
		for (i = 1; i <= n; i++) printf "<th scope=\"col\"%s>%s</th>", right[i] ? " class=\"r\"" : "", inline(cell[i])
		print "</tr></thead><tbody>"
		next
	}
	n = cells($0)
	if (n != columns) fail("a row of " n " cells in a table of " columns ": " $0)
	printf "<tr>"
	for (i = 1; i <= columns; i++) {
		word = tolower(cell[i]); gsub(/\*/, "", word)
		class = right[i] ? "r" : word == "pass" || word == "yes" ? "good" : word == "fail" ? "bad" : word ~ /^not (run|tried)/ ? "open" : ""
		printf "<td%s>%s</td>", class == "" ? "" : " class=\"" class "\"", inline(cell[i])
	}
	print "</tr>"
	next
}
/^!\[/ {
	close_all()
	file = $0; sub(/^.*\]\(/, "", file); sub(/\).*$/, "", file)
	alt = $0; sub(/^!\[/, "", alt); sub(/\].*$/, "", alt)
	printf "<figure aria-label=\"%s\">\n", escape(alt)
	lines = 0
	while ((getline line < (dir "/" file)) > 0 && ++lines)
		if (line !~ /^<\?xml|^<!DOCTYPE|^ *"http:\/\/www.w3.org\/Graphics/) print line
	if (!lines) fail(dir "/" file " is missing or empty")
	print "</figure>"
	next
}
/^- / { if (in_ul) print "</li>"; else { close_all(); print "<ul>"; in_ul = 1 } sub(/^- /, ""); print "<li>" inline($0); next }
/^$/ { close_all(); next }
{ if (in_ul) { print inline($0); next } if (!in_p) { close_all(); printf "<p>"; in_p = 1 } print inline($0) }
END { if (failed) exit 1; close_all() }
