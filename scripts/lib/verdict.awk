# SPDX-License-Identifier: GPL-2.0-only
#
# Reads the KTAP of run_kselftest.sh and judges it; see verdict.sh. A test
# program's own results come first, each line behind "# ", then the program's:
#
#	# 1..2
#	# ok 1 name
#	# ok 2 name # SKIP why
#	ok 3 selftests: COLLECTION: PROGRAM

# A result line without its "ok N " or "not ok N ": name, number and directive. A
# directive counts however it is spelled.
function parse(line,    low) {
	failed = line ~ /^not ok/
	sub(/^(not )?ok */, "", line)
	number = match(line, /^[0-9]+/) ? substr(line, 1, RLENGTH) + 0 : 0
	sub(/^[0-9]+ */, "", line)
	sub(/^- /, "", line)
	directive = ""; reason = ""
	low = tolower(line)
	if (match(low, /# *(skip|xfail|xpass|todo|timeout|error|exit=)/)) {
		reason = substr(line, RSTART)
		line = substr(line, 1, RSTART - 1)
		sub(/^# */, "", reason)
		low = tolower(reason)
		match(low, /^(skip[a-z]*|xfail|xpass|todo|timeout|error|exit)/)
		directive = substr(low, 1, RLENGTH)
		if (directive ~ /^skip/) directive = "skip"
		if (directive == "todo") directive = "xfail"
		if (directive ~ /^(skip|xfail|xpass)$/) {
			reason = substr(reason, RLENGTH + 1)
			sub(/^[ :]*/, "", reason)
		}
	}
	sub(/[ \t]+$/, "", line)
	# "ok 7 # SKIP name": all that is said is behind the directive.
	if (line == "") { line = reason; reason = "" }
	name = line
}

# What a result is by itself; what is odd in it is a failure.
function state_of_result() {
	if (directive == "skip") {
		if (!failed) return "skip"
		reason = "not ok, but SKIP" (reason == "" ? "" : ": " reason)
		return "fail"
	}
	if (directive == "xfail") return "xfail"
	if (directive == "" || failed) return failed ? "fail" : "pass"
	reason = "ok, but " toupper(directive) (reason == "" ? "" : ": " reason)
	return "fail"
}

function record(name, state, reason) {
	while (name in state_of) name = name "'"
	state_of[name] = state
	order[++results] = name
	why[name] = reason
	return name
}

# odd TEXT: what makes the run fail, whatever is expected
function odd(text) {
	odds[++odd_count] = text
}

# That of the program at hand: it fails, and no list excuses it.
function broken(text) {
	if (p_broken == "") p_broken = text
}

function read_names(    line, w, block) {
	while ((getline line < namesfile) > 0) {
		if (line ~ /^#/ || line == "") continue
		if (line ~ /^\t/) {
			if (block == "") continue
			sub(/^\t/, "", line)
			listed[block, line] = 1
			list[block, ++listed_count[block]] = line
			continue
		}
		split(line, w, " ")
		block = w[1] == "any" || w[1] == variant ? w[2] : ""
		if (block != "") known[block] = 1
	}
}

# A program of which no names are known is excused by a line as well.
function names_excused(program,    i) {
	for (i = 1; i <= entries; i++)
		if (ekind[i] == "names" && matches(program, ename[i])) {
			eused[i] = 1
			other_names[++others] = program ": " subs + 0 " results, and no list of names (" ewhy[i] ")"
			return 1
		}
	return 0
}

# The names that a program has reported, against those that it has to
function check_names(program,    i, full, missing, first_missing, more, first_more, left) {
	for (i = 1; i <= subs; i++) {
		full = sub_full[i]
		got[full] = 1
		if ((program, full) in listed) continue
		# A run by hand takes what the main job leaves out.
		left = leftout[program]
		if (left != "" && substr(full, length(full) - length(left)) == "." left) continue
		if (!more++) first_more = full
	}
	for (i = 1; i <= listed_count[program]; i++)
		if (!(list[program, i] in got)) if (!missing++) first_missing = list[program, i]
	for (i = 1; i <= subs; i++) delete got[sub_full[i]]
	if (!missing && !more) { same_names += subs; return }
	for (i = 1; i <= entries; i++)
		if (ekind[i] == "names" && matches(program, ename[i])) {
			eused[i] = 1
			other_names[++others] = program ": " subs " results, " missing + 0 " names missing, " more + 0 " more (" ewhy[i] ")"
			if (!subs) broken("has no results")
			return
		}
	if (missing) broken(missing " of the names that it has to report " (missing > 1 ? "are" : "is") " missing: " first_missing)
	if (more) broken(more " name" (more > 1 ? "s" : "") " that it is not known to report: " first_more)
}

# A plan of the program at hand begins; scripts run several programs.
function begin_plan(count) {
	plans++
	plan_of += count
	numbered = 0
	if (!count) empty_plan = 1
}

BEGIN {
	read_expected(expected)
	if (claims != "") expect_claims(claims, lacks)
	if (names == "judge") read_names()
	while ((getline line < planfile) > 0) { plan[++planned] = line; in_plan[line] = 1 }
	while ((getline line < testsfile) > 0) exists[line] = 1
	for (i = 1; i <= lefts; i++) is_left[left_program[i]] = 1
}

/^1\.\.[0-9]+/ { toplan = substr($1, 4) + 0; topplans++; next }
/^[Bb]ail out!/ { odd("Bail out!"); next }
/^# machine [0-9a-f]+: all tests have run, / {
	if (complete) odd("the end is there twice")
	if ($3 != nonce ":") next
	if (match($0, /exited with [0-9]+, taint [0-9]+$/)) {
		complete = 1
		split(substr($0, RSTART), w, /[ ,]+/)
		suite = w[3]; taint = w[5]
	}
	next
}
complete && /^(# )?(not )?ok / { odd("a result behind the end: " $0); next }
/^# Totals: pass:/ { totals = $0; next }

/^# 1\.\.[0-9]+/ { begin_plan(substr($2, 4) + 0); next }
/^# [Bb]ail out!/ { bailed = 1; next }
/^# ([ \t]+|# *)not ok( |$)/ { if (indented == "") indented = $0; next }
/^# (not )?ok( |$)/ {
	line = $0; sub(/^# /, "", line)
	parse(line)
	numbered++
	if (number && number != numbered && misnumbered == "") misnumbered = number " in the place of " numbered
	sub_name[++subs] = name; sub_state[subs] = state_of_result(); sub_reason[subs] = reason
	next
}

/^(not )?ok / {
	parse($0)
	# selftests: COLLECTION: PROGRAM
	program = name
	sub(/^selftests: /, "", program); sub(/: /, ":", program)
	p_state = state_of_result(); p_reason = reason; p_broken = ""; p_how = failed ? directive : ""
	if (failed) not_oks++
	else if (directive !~ /^(skip|xfail)$/) oks++
	if (program in reported) broken("is reported twice")
	if (!(program in in_plan)) broken("was not asked for")
	reported[program] = 1
	tops++
	if (number != tops) odd("result " number " stands in the place of " tops ": " program)
	nested_failed = 0
	for (i = 1; i <= subs; i++) {
		full = record(program ":" sub_name[i], sub_state[i], sub_reason[i])
		sub_full[i] = substr(full, length(program) + 2)
		if (sub_full[i] != sub_name[i] && !((program, sub_full[i]) in listed)) broken("reports " sub_name[i] " twice")
		if (sub_state[i] == "fail") nested_failed++
	}
	# A program that ended before its own plan did, or went beyond it
	if (plans && subs != plan_of) broken("reported " subs " of " plan_of " results")
	if (!plans && subs) broken("reported " subs " results without a plan")
	if (empty_plan && p_state != "skip") broken("planned no test")
	if (misnumbered != "") broken("has result " misnumbered)
	if (bailed && p_state != "fail") broken("bailed out")
	if (indented != "" && !nested_failed) broken("has a result of its own that is not ok: " indented)
	# It fails by its tests: with a signal, a time-out or another status it did not run to its end.
	if (p_state == "fail" && failed && p_reason != "exit=1" && p_reason != "") broken(p_reason)
	if (p_state != "fail" && nested_failed) broken("says that it passed, but " nested_failed " of its results failed")
	# One that is skipped as a whole has no names.
	if (names == "judge" && !(p_state == "skip" && !subs)) {
		if (program in known) check_names(program)
		else if (!names_excused(program) && (scope == "all" || !(program in is_left))) unknown[++unknowns] = program
	}
	if (p_broken != "") { p_state = "fail"; p_reason = p_broken; is_broken[program] = 1 }
	whole_skip[program] = p_state == "skip" && !subs
	counted[program] = nested_failed
	record(program, p_state, p_reason)
	subs = plans = plan_of = numbered = empty_plan = bailed = 0
	indented = misnumbered = ""
	next
}

END {
	if (refused) exit 2
	for (i = 1; i <= results; i++) {
		name = order[i]; state = state_of[name]; note = ""
		if (name in is_broken)
			;
		else if (state == "xfail") {
			# A failure that the test itself knows of has to be known here too.
			e = expect(name, "xfail")
			if (e) note = ewhy[e]
			else { state = "fail"; why[name] = "XFAIL, which is not expected" (why[name] == "" ? "" : ": " why[name]) }
		} else if (state == "fail" || state == "skip") {
			e = expect(name, state)
			if (e) { state = "expected-" state; note = ewhy[e] }
			# A program fails with its known failures: said once is enough.
			else if (state == "fail" && counted[name] > 0) {
				known_all = 1
				for (j = 1; j <= results; j++)
					if (index(order[j], name ":") == 1 && state_of[order[j]] == "fail" && !expect(order[j], "fail")) known_all = 0
				if (known_all) { state = "expected-fail"; note = "its known failures" }
			}
		}
		count[state]++
		printf "%-13s %s%s\n", state, name, (note != "" ? " # " note : why[name] != "" ? " # " why[name] : "") > resultsfile
		if (state == "fail") bad[++bads] = "failed: " name (why[name] != "" ? " (" why[name] ")" : "")
		if (state == "skip") bad[++bads] = "skipped, which is not expected: " name (why[name] != "" ? " (" why[name] ")" : "")
	}
	for (i = 1; i <= planned; i++) if (!(plan[i] in reported)) lost[++losts] = plan[i]

	# --- Lines of the list that are of no use: of tests that ran, or that do not exist
	for (i = 1; i <= entries; i++) {
		if (ekind[i] ~ /^may-/ || eused[i]) continue
		ran = there = 0
		for (program in reported)
			if (matches(program, eprogram[i])) {
				there = 1
				if (!whole_skip[program] || ekind[i] == "skip" && matches(program, ename[i])) ran = 1
			}
		if (!ran) {
			if (!there && scope == "all" && !elsewhere(ename[i])) useless[++uselesses] = eline[i] ": there is no such test here: " ename[i]
			continue
		}
		if (ekind[i] == "names") {
			if (names == "judge") useless[++uselesses] = eline[i] ": has the names that it has to: " ename[i]
			continue
		}
		hits = 0; other = ""
		for (j = 1; j <= results; j++) {
			if (!matches(order[j], ename[i])) continue
			if (state_of[order[j]] == ekind[i]) hits++
			else if (other == "") other = order[j] ", which is " state_of[order[j]]
		}
		# Not if its program reports other names: it need not have this one.
		if (!hits && other == "" && has_other_names(eprogram[i])) continue
		if (!hits && other == "") useless[++uselesses] = eline[i] ": no result has this name: " ename[i]
		else if (!hits) useless[++uselesses] = eline[i] ": " (ekind[i] == "pass" ? "does not pass" : "passes, though known to " ekind[i]) ": " ename[i]
		else if (other != "") useless[++uselesses] = eline[i] ": known to " ekind[i] " is " ename[i] ", but it covers " other
	}
	# On other architectures, not all collections are there.
	if (scope == "all" && arch == "arm64")
		for (i = 1; i <= lefts; i++)
			if (!(left_program[i] in exists)) useless[++uselesses] = short_name(expected) ", there is no such test here to be left out: " left_program[i]
	if (strict)
		for (i = 1; i <= uselesses; i++) bad[++bads] = useless[i]
	if (unknowns && unknowns == tops) bad[++bads] = "the names that they have to report are not known; write them with scripts/pairs.sh --write"
	else for (i = 1; i <= unknowns; i++) bad[++bads] = "the names that it has to report are not known: " unknown[i]
	for (i = 1; i <= odd_count; i++) bad[++bads] = odds[i]

	# --- Splats that are known, and the taint that they leave
	n = split(ENVIRON["splats_allowed"], line_of, "\n")
	for (i = 1; i <= n; i++) {
		split(line_of[i], w, " ")
		if (w[2] > 0) explained[w[3]] = 1
		else if (w[4] in reported && !whole_skip[w[4]])
			bad[++bads] = "splats-allowed: " w[4] " has run, but the log has no splat as in: " line_of[i]
	}
	rest = taint + 0
	for (bits in explained) rest = without(rest, bits + 0)

	code = 0
	if (status == 124 || status == 137) { code = 124; say = "time-out: the tests did not end in the time they had" (losts ? "; no result of " lost[1] (losts > 1 ? " and " losts - 1 " more" : "") : "") }
	else if (!booted) { code = 5; say = "the kernel's log has no sign of a boot (QEMU ended with status " status ")" }
	else if (splats) { code = 5; say = "the kernel's log has " splats " line" (splats > 1 ? "s" : "") " of a splat: " ENVIRON["splat"] }
	else if (!complete) { code = 5; say = "the log ends before the tests did (QEMU ended with status " status ")" (losts ? "; no result of " lost[1] : "") }
	else if (!planned) { code = 5; say = "no test was asked for" }
	else if (!toplan) { code = 5; say = "the log has no plan: nobody said how many tests there are" }
	else if (losts) { code = 5; say = "no result of " losts " planned test" (losts > 1 ? "s" : "") ": " lost[1] }
	else if (tops != toplan) { code = 5; say = tops " results, but " toplan " were planned" }
	else if (topplans > 1) { code = 5; say = "the log has " topplans " plans" }
	else if (status != 60 && status != 61) { code = 5; say = "the machine ended with status " status ", neither 60 nor 61" }
	else if (suite != 0 && suite != 1) { code = 5; say = "run_kselftest.sh exited with " suite ", neither 0 nor 1" }
	else if ((suite == 0) != (status == 60)) { code = 5; say = "run_kselftest.sh exited with " suite ", but the machine ended with status " status }
	else if (runner == "old" && suite != 0) { code = 5; say = "run_kselftest.sh exited with " suite ", not 0" }
	else if (runner != "old" && (suite == 0) != !not_oks) { code = 5; say = "run_kselftest.sh exited with " suite ", but " not_oks + 0 " programs have failed" }
	else if (totals != "" && totals !~ "pass:" (oks + 0) " fail:" (not_oks + 0) " ") { code = 5; say = "the results are not those that run_kselftest.sh has counted: " totals }
	else if (rest) { code = 5; say = "the kernel is tainted: " taint ", of which nothing explains " rest }
	else if (bads) { code = 1; say = bads " not as expected" }
	else if (!count["pass"]) { code = 5; say = "not one test passed" }

	printf "\n%s kernel%s: %s%s\n", variant, (arch == "arm64" ? "" : ", " arch), (code ? "FAIL: " : "pass"), say
	printf "  tests    %d programs, %d results: %d passed, %d failed, %d skipped; %d known failures, %d known skips\n",
		tops, results, count["pass"] + count["xfail"], count["fail"], count["skip"], count["expected-fail"], count["expected-skip"]
	for (i = 1; i <= bads && i <= 40; i++) print "  " bad[i]
	if (bads > 40) print "  and " bads - 40 " more"
	for (i = 1; i <= losts && i <= 10; i++) print "  no result: " lost[i]
	if (!strict)
		for (i = 1; i <= uselesses; i++) print "  " useless[i]
	if (names == "judge") printf "  names    %d of %d results have the names that they have to\n", same_names, results - tops
	else print "  names    not looked at: " names
	for (i = 1; i <= others; i++) print "  other names in " other_names[i]
	while ((getline line < leftoutfile) > 0) { sub(/ # /, ": ", line); print "  left out " line }
	exit code
}

# Whether a line says that a program reports other names, and it does
function has_other_names(program,    i) {
	for (i = 1; i <= entries; i++)
		if (ekind[i] == "names" && eused[i] && matches(program, ename[i])) return 1
	return 0
}

# Whether a test is of a collection that another architecture has
function elsewhere(name,    test) {
	if (arch == "arm64") return 0
	sub(/:.*/, "", name)
	for (test in exists) if (index(test, name ":") == 1) return 0
	return 1
}

# Bits of a number that are not among those of another
function without(a, b,    bit, r) {
	r = 0
	for (bit = 1; bit <= a; bit *= 2)
		if (int(a / bit) % 2 && !(int(b / bit) % 2)) r += bit
	return r
}
