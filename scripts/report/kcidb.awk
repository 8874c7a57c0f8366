# SPDX-License-Identifier: GPL-2.0-only
#
# out/results/VARIANT/results as the "tests" of KCIDB's report data, version 5.3: a line
# each, with a comma behind all but the last. -v variant= -v build= -v origin=

function json(s)
{
	gsub(/\\/, "\\\\&", s); gsub(/"/, "\\\"", s); gsub(/\t/, "\\t", s)
	gsub(/[\001-\037]/, "?", s)
	return "\"" s "\""
}
# Each part of a path has letters, digits, _ and - alone.
function path(s)
{
	gsub(/:/, ".", s)
	gsub(/[^A-Za-z0-9_.-]/, "_", s)
	gsub(/\.\.+/, ".", s); sub(/^\./, "", s); sub(/\.$/, "", s)
	return "kselftest." s
}
{
	state = $1; sub(/^expected-/, "", state)
	name = $0; sub(/^[^ ]+ +/, "", name)
	why = ""
	if (i = index(name, " # ")) { why = substr(name, i + 3); name = substr(name, 1, i - 1) }
	status = state == "pass" || state == "xfail" ? "PASS" : state == "skip" ? "SKIP" : "FAIL"
	known = $1 ~ /^expected-/ ? ", \"misc\": {\"known\": true}" : ""
	if (NR > 1) print line ","
	line = "    {\"id\": " json(origin ":" variant "-" NR) ", \"build_id\": " json(build) ", \"origin\": " json(origin) \
		", \"path\": " json(path(name)) ", \"status\": " json(status) \
		(why == "" ? "" : ", \"comment\": " json(why)) known "}"
}
END { if (NR) print line }
