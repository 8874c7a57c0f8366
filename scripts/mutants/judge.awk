# SPDX-License-Identifier: GPL-2.0-only
#
# What has noticed a mutant: see mutants.sh. Reads the KTAP of the mutant for what ran
# into a time-out; the results of it and of the control are files that verdict.sh
# has written. One line: tests NAMES, guest WORDS, survived WHY or broken WHY.

function state_and_name(line,    state) {
	state = line
	sub(/ .*/, "", state)
	sub(/^[^ ]+ +/, "", line)
	sub(/ # .*/, "", line)
	rest = line
	return state
}

# As verdict.awk names them: the name of a result line, without number and directive
function result_name(line) {
	sub(/^(not )?ok *[0-9]* *(- )?/, "", line)
	sub(/ *# *(SKIP|XFAIL|XPASS|TIMEOUT|error|exit=).*/, "", line)
	return line
}

# The first of them, and how many there are
function some(names, n,    i, text) {
	for (i = 1; i <= n && i <= 3; i++) text = text (i > 1 ? ", " : "") names[i]
	return text (n > 3 ? " and " n - 3 " more" : "")
}

/Test terminated by timeout/ { late = 1; next }
/^# (not )?ok / {
	line = $0
	sub(/^# /, "", line)
	if (late) slow[++slows] = result_name(line)
	late = 0
	next
}
/^(not )?ok / {
	program = result_name($0)
	sub(/^selftests: /, "", program)
	sub(/: /, ":", program)
	for (i = 1; i <= slows; i++) timed_out[program ":" slow[i]] = 1
	if ($0 ~ /# *TIMEOUT/) timed_out[program] = 1
	# That it fails may be the time-out of one of its tests alone.
	else if (slows) timed_out_inside[program] = 1
	slows = 0
	late = 0
}

END {
	while ((getline line < control) > 0)
		if (state_and_name(line) == "pass") passed[rest] = 1
	while ((getline line < results) > 0) {
		state = state_and_name(line)
		if (state != "fail" && state != "skip") continue
		if (!(rest in passed)) continue
		if (rest in timed_out) out_of_time[++late_ones] = rest
		else name[++n] = rest
	}
	# The innermost ones: a test, not the program that it is part of.
	for (i = 1; i <= n; i++) {
		inner = 1
		for (j = 1; j <= n; j++) if (i != j && index(name[j], name[i] ":") == 1) inner = 0
		if (inner && (name[i] in timed_out_inside)) inner = 0
		if (inner) noticed[++noticers] = name[i]
	}
	while ((getline line < console) > 0) {
		if (line ~ /Linux version /) booted = 1
		if (dies !~ /^(|hang)$/ && found == "" && match(line, dies)) found = substr(line, RSTART, RLENGTH)
	}
	timeout = status == 124 || status == 137
	what = summary == "" ? "status " rc : summary
	sub(/^FAIL: /, "", what)

	if (noticers) print "tests " some(noticed, noticers)
	else if (!booted) print "broken it did not boot: QEMU ended with status " status
	else if (dies == "hang" && timeout) print "guest hangs in its tests"
	else if (dies == "hang" && late_ones) print "guest time-out of " some(out_of_time, late_ones)
	else if (found != "") print "guest " found
	else if (dies != "") print "survived it does not end as Dies: " dies " says, but with: " what
	else if (late_ones) print "survived nothing but time-outs: " some(out_of_time, late_ones)
	else if (rc != 0) print "survived no test, but: " what "; no Dies: says so"
	else print "survived not noticed"
}
