# SPDX-License-Identifier: GPL-2.0-only
#
# The TAP of many files as that of one: see test-harness.sh. Behind each stands "# ended:
# FILE STATUS". A file has run to its end if that is 0 or 1, if the last thing that it said
# is the line that counts, and if this has counted what it said. -v files=LIST: all of them

function broken(file) {
	print "not ok " ++n " " file " runs to its end"
	failed++
}

/^(not )?ok [0-9]+ / { sub(/ [0-9]+ /, " " ++n " "); said++; counts = "" }
/^1\.\.[0-9]+$/ { next }
/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { counts = $0; next }
/^# ended: [^ ]+ [0-9]+$/ {
	split(counts, c, /[^0-9]+/)
	if ($4 > 1 || !said || c[1] + c[2] + c[3] != said || ($4 == 0) != (c[2] == 0)) {
		broken($3)
		# Of those that it has had
		failed += bad
		passed += said - bad
	} else {
		passed += c[1]
		failed += c[2]
		skipped += c[3]
	}
	said = bad = 0
	counts = ""
	seen[$3] = 1
	next
}
/^not ok / { bad++ }
NF { print; fflush() }
END {
	while ((getline file <files) > 0) if (!(file in seen)) broken(file)
	print "1.." n + 0
	print passed + 0 " passed, " failed + 0 " failed, " skipped + 0 " skipped"
	exit failed > 0
}
