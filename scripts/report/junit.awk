# SPDX-License-Identifier: GPL-2.0-only
#
# out/results/VARIANT/results, "STATE NAME # reason", as one <testsuite> of JUnit XML for
# each program. A failure that is known is a skipped test there: JUnit has no better word.
# -v variant=NAME

function escape(s)
{
	gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s)
	gsub(/[\001-\010\013\014\016-\037]/, "?", s)
	return s
}
function suite()
{
	if (program == "") return
	printf " <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n%s </testsuite>\n", \
		escape(variant "/" program), tests, failures, skipped, cases
}
{
	state = $1
	name = $0; sub(/^[^ ]+ +/, "", name)
	why = ""
	if (i = index(name, " # ")) { why = substr(name, i + 3); name = substr(name, 1, i - 1) }
	split(name, w, ":")
	if (w[1] ":" w[2] != program) {
		suite()
		program = w[1] ":" w[2]; tests = failures = skipped = 0; cases = ""
	}
	test = name == program ? "program" : substr(name, length(program) + 2)
	tests++
	body = ""
	if (state == "fail" || state == "skip") { failures++; body = "<failure message=\"" escape(state (why == "" ? "" : ": " why)) "\"/>" }
	else if (state ~ /^expected-/) { skipped++; body = "<skipped message=\"" escape(state ": " why) "\"/>" }
	line = "  <testcase classname=\"" escape(variant "." program) "\" name=\"" escape(test) "\""
	cases = cases line (body == "" ? "/>\n" : ">" body "</testcase>\n")
}
END { suite() }
