# SPDX-License-Identifier: GPL-2.0-only
#
# Reads the KTAP of run_kselftest.sh and judges it; see verdict.sh. A test
# program's own results come first, each line behind "# ", then the program's:
#
#	# 1..2
#	# ok 1 name
#	# ok 2 name # SKIP why
#	ok 3 selftests: COLLECTION: PROGRAM

function expect(name, kind,    i) {
	for (i = 1; i <= entries; i++) {
		if (ekind[i] != kind) continue
		if (matches(name, ename[i])) {
			eseen[i] = 1
			return i
		}
	}
	return 0
}

# A result line without its "ok N " or "not ok N ": name and directive.
function parse(line,    at) {
	failed = line ~ /^not ok/
	sub(/^(not )?ok */, "", line)
	sub(/^[0-9]+ */, "", line)
	sub(/^- /, "", line)
	directive = ""; reason = ""
	if (match(line, /# *(SKIP|XFAIL|XPASS|TIMEOUT|error|exit=)/)) {
		directive = substr(line, RSTART)
		line = substr(line, 1, RSTART - 1)
		sub(/^# */, "", directive)
		reason = directive
		sub(/^(SKIP|XFAIL|XPASS) */, "", reason)
		sub(/[ =].*/, "", directive)
	}
	sub(/[ \t]+$/, "", line)
	# "ok 7 # SKIP name": all that is said is behind the directive.
	if (line == "") { line = reason; reason = "" }
	name = line
}

function record(name, state, reason,    i) {
	while (name in state_of) name = name "'"
	state_of[name] = state
	order[++results] = name
	why[name] = reason
}

function take(name,    state) {
	if (directive == "SKIP") state = "skip"
	else if (directive == "XFAIL") state = "xfail"
	else state = failed ? "fail" : "pass"
	record(name, state, reason)
	return state
}

BEGIN {
	while ((getline line < expected) > 0) {
		if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
		why_expected = line
		if (!sub(/^.* # /, "", why_expected)) why_expected = ""
		sub(/ # .*$/, "", line); sub(/[ \t]+$/, "", line)
		n = split(line, f, /[ \t]+/)
		where = f[1]
		if (split(where, w, "/") == 2) {
			if (w[1] != arch) continue
			where = w[2]
		}
		if (where != "any" && where != variant) continue
		rest = line; sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", rest)
		ekind[++entries] = f[2]; ename[entries] = rest; ewhy[entries] = why_expected
	}
	while ((getline line < planfile) > 0) plan[++planned] = line
}

/^1\.\.[0-9]+/ { toplan = substr($1, 4) + 0; next }
/^# machine: all tests have run/ { complete = 1; next }

/^# 1\.\.[0-9]+/ { subplan = substr($2, 4) + 0; hassubplan = 1; next }
/^# (not )?ok( |$)/ {
	line = $0; sub(/^# /, "", line)
	parse(line)
	sub_name[++subs] = name; sub_failed[subs] = failed
	sub_directive[subs] = directive; sub_reason[subs] = reason
	next
}

/^(not )?ok / {
	parse($0)
	# selftests: COLLECTION: PROGRAM
	program = name
	sub(/^selftests: /, "", program); sub(/: /, ":", program)
	p_failed = failed; p_directive = directive; p_reason = reason
	reported[program] = 1
	tops++
	if (hassubplan && subs < subplan && p_directive != "SKIP") {
		# It ended before its own plan did.
		p_failed = 1
		p_reason = "reported " subs " of " subplan " results" (p_reason == "" ? "" : ", " p_reason)
	}
	nested_unexpected = 0; nested_failed = 0
	for (i = 1; i <= subs; i++) {
		failed = sub_failed[i]; directive = sub_directive[i]; reason = sub_reason[i]
		full = program ":" sub_name[i]
		s = take(full)
		if (s == "fail") nested_failed++
	}
	failed = p_failed; directive = p_directive; reason = p_reason
	take(program)
	counted[program] = nested_failed
	subs = 0; subplan = 0; hassubplan = 0
	next
}

END {
	for (i = 1; i <= results; i++) {
		name = order[i]; state = state_of[name]; note = ""
		if (state == "fail" || state == "skip") {
			e = expect(name, state)
			if (e) { state = "expected-" state; note = ewhy[e] }
			# A program fails with its known failures: said once is enough.
			else if (state == "fail" && counted[name] > 0 && why[name] !~ /^(reported|TIMEOUT)/) {
				known = 1
				for (j = 1; j <= results; j++)
					if (index(order[j], name ":") == 1 && state_of[order[j]] == "fail" && !expect(order[j], "fail")) known = 0
				if (known) { state = "expected-fail"; note = "its known failures" }
			}
		}
		count[state]++
		printf "%-13s %s%s\n", state, name, (note != "" ? " # " note : why[name] != "" ? " # " why[name] : "") > resultsfile
		if (state == "fail") bad[++bads] = "failed: " name (why[name] != "" ? " (" why[name] ")" : "")
		if (state == "skip") bad[++bads] = "skipped, which is not expected: " name (why[name] != "" ? " (" why[name] ")" : "")
	}
	for (i = 1; i <= planned; i++) if (!(plan[i] in reported)) lost[++losts] = plan[i]

	code = 0
	if (status == 124 || status == 137) { code = 124; say = "time-out: the tests did not end in the time they had" (losts ? "; no result of " lost[1] (losts > 1 ? " and " losts - 1 " more" : "") : "") }
	else if (!booted) { code = 5; say = "the kernel's log has no sign of a boot (QEMU ended with status " status ")" }
	else if (splats) { code = 5; say = "the kernel's log has " splats " line" (splats > 1 ? "s" : "") " of a splat: " splat }
	else if (!complete) { code = 5; say = "the log ends before the tests did (QEMU ended with status " status ")" (losts ? "; no result of " lost[1] : "") }
	else if (!toplan) { code = 5; say = "the log has no plan: nobody said how many tests there are" }
	else if (losts) { code = 5; say = "no result of " losts " planned test" (losts > 1 ? "s" : "") ": " lost[1] }
	else if (tops != toplan) { code = 5; say = tops " results, but " toplan " were planned" }
	else if (status != 60 && status != 61) { code = 5; say = "the machine ended with status " status ", neither 60 nor 61" }
	else if (bads) { code = 1; say = bads " not as expected" }
	else if (!count["pass"]) { code = 5; say = "not one test passed" }

	printf "\n%s kernel%s: %s%s\n", variant, (arch == "arm64" ? "" : ", " arch), (code ? "FAIL: " : "pass"), say
	printf "  tests    %d programs, %d results: %d passed, %d failed, %d skipped; %d known failures, %d known skips\n",
		tops, results, count["pass"] + count["xfail"], count["fail"], count["skip"], count["expected-fail"], count["expected-skip"]
	for (i = 1; i <= bads && i <= 40; i++) print "  " bad[i]
	if (bads > 40) print "  and " bads - 40 " more"
	for (i = 1; i <= losts && i <= 10; i++) print "  no result: " lost[i]
	for (i = 1; i <= entries; i++)
		if (!eseen[i] && (ename[i] in state_of) && state_of[ename[i]] == "pass")
			print "  passes, though known to " ekind[i] ": " ename[i] "; take it off the list"
	while ((getline line < leftoutfile) > 0) { sub(/ # /, ": ", line); print "  left out " line }
	exit code
}
