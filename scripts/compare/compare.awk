# SPDX-License-Identifier: GPL-2.0-only
#
# Compares the records of two kernels, cell by cell; see compare.sh.

function load(file, cells, names,    line, cell, n) {
	while ((getline line < file) > 0) {
		if (line ~ /^cell /) {
			cell = line
			if (cell in cells) duplicate = cell
			cells[cell] = ""
			names[++n] = cell
		} else if (cell != "") {
			cells[cell] = cells[cell] line "\n"
		}
	}
	close(file)
	return n
}

# The value of a word of a line
function value(line, name) {
	if (!match(line, " " name "=[^ ]*")) return ""
	return substr(line, RSTART + length(name) + 2, RLENGTH - length(name) - 2)
}

# What PTRACE_GET_SYSCALL_INFO has to answer where the tracer reads these registers
function info_of(cell, line, kind,    at, reg) {
	at = (cell ~ /^cell native / ? "aarch64," : "arm,") value(line, "pc") ","
	split(value(line, "regs"), reg, ",")
	if (kind == "exit") return "2:33," at reg[1] (reg[1] ~ /^-/ ? ",error" : ",ok")
	# A compat task has the number in a register alone.
	return "1:80," at "nr=" value(line, value(line, "nr") == "-" ? "nrreg" : "nr") "," value(line, "regs")
}

# PATCHED of the list as a pattern for this line: {entry} and {exit} are what the
# line's own registers say.
function pattern(text, cell, line,    kind, info) {
	if (!match(text, /\{(entry|exit)\}/)) return text
	kind = substr(text, RSTART + 1, RLENGTH - 2)
	info = info_of(cell, line, kind)
	gsub(/[+]/, "[+]", info)
	sub(/\{(entry|exit)\}/, info, text)
	return text
}

# Whether a pair of lines is intended: without what the two patterns find, the
# lines are the same.
function intended(cell, b, p,    i, rest) {
	for (i = 1; i <= entries; i++) {
		if (!matches(cell, "*" where[i] "*")) continue
		if (!match(b, from[i])) continue
		rest = substr(b, 1, RSTART - 1) "\001" substr(b, RSTART + RLENGTH)
		if (to[i] ~ /^[-*]$/ || !match(p, pattern(to[i], cell, p))) continue
		if (rest != substr(p, 1, RSTART - 1) "\001" substr(p, RSTART + RLENGTH)) continue
		return i
	}
	return 0
}

# Whether a line, and all that follows from it in the cell, is meant to be gone. How
# the cell ends is compared nevertheless.
function ended(cell, b,    i) {
	for (i = 1; i <= entries; i++)
		if (to[i] == "*" && matches(cell, "*" where[i] "*") && b ~ from[i]) return i
	return 0
}

# Whether a line is meant to be gone, of which base goes on with what patched has.
function dropped(cell, b, next_b, p,    i) {
	if (next_b != p) return 0
	for (i = 1; i <= entries; i++)
		if (to[i] == "-" && matches(cell, "*" where[i] "*") && b ~ from[i]) return i
	return 0
}

# The last line of a cell: how it ends
function last_line(lines,    n, line) {
	n = split(lines, line, "\n")
	return n > 1 ? line[n - 1] : ""
}

# Whether something is wrong with a cell, whatever the other kernel says
function odd(lines) {
	return lines ~ /(^|\n)(hang|bad)/ ? "hangs" : last_line(lines) !~ /^end( |$)/ ? "has no end" : ""
}

function unexplained(cell, b, p) {
	if (!(cell in bad) && ++bads <= 20) {
		print "not ok " cell
		print "  base:    " b
		print "  patched: " p
	}
	bad[cell] = 1
}

BEGIN {
	n = split(topics, word, " ")
	for (i = 1; i <= n; i++) applied[word[i]] = 1
	# TOPIC, CELL, what base has, what patched has, why; tabs between
	while ((getline line < intendedfile) > 0) {
		if (line ~ /^#/ || line == "") continue
		split(line, f, "\t+")
		if (!(f[1] in applied)) continue
		entries++
		where[entries] = f[2]; from[entries] = f[3]; to[entries] = f[4]; why[entries] = f[5]
	}
	nb = load(basefile, base, order)
	na = load(againfile, again, ignored)
	np = load(patchedfile, patched, ignored)
	for (i = 1; i <= nb; i++) {
		call = order[i]
		if (!match(call, / call=[^ ]+/)) continue
		call = substr(call, RSTART + 1, RLENGTH - 1)
		if (!with[call]++) calls[++ncalls] = call
	}
	if (duplicate != "") { print "not ok two cells have one name: " duplicate; bads++ }
	for (i = 1; i <= nb; i++) {
		cell = order[i]
		if (base[cell] != again[cell]) { unstable++; print "not ok not the same twice on base: " cell }
		if (!(cell in patched)) { unexplained(cell, "recorded", "missing"); continue }
		if ((text = odd(base[cell])) != "") { hangs++; print "not ok " text " on base: " cell }
		if ((text = odd(patched[cell])) != "") { hangs++; print "not ok " text " on patched: " cell }
		if (base[cell] == patched[cell]) { same++; continue }
		x = split(base[cell], lb, "\n"); y = split(patched[cell], lp, "\n")
		for (k in hit) delete hit[k]
		ok = 1
		for (j = k = 1; j <= x || k <= y; j++) {
			if (j <= x && k <= y && lb[j] == lp[k]) { k++; continue }
			if (j < x && (e = dropped(cell, lb[j], lb[j + 1], lp[k]))) { hit[e] = 1; continue }
			if (j <= x && (e = ended(cell, lb[j]))) {
				hit[e] = 1
				b = last_line(base[cell])
				p = last_line(patched[cell])
				if (b == p) break
				if ((e = intended(cell, b, p))) { hit[e] = 1; break }
				unexplained(cell, b, p)
				ok = 0
				break
			}
			e = j <= x && k <= y ? intended(cell, lb[j], lp[k]) : 0
			if (!e) { unexplained(cell, lb[j], lp[k]); ok = 0; break }
			hit[e] = 1
			k++
		}
		for (k in lb) delete lb[k]
		for (k in lp) delete lp[k]
		if (!ok) continue
		different++
		for (k in hit) seen[k]++
	}
	for (cell in patched) if (!(cell in base)) unexplained(cell, "missing", "recorded")
	print nb " cells, " same + 0 " identical, " different + 0 " with intended differences, " bads + 0 " unexplained"
	for (i = 1; i <= entries; i++) {
		printf "  %s cells: %s\n", seen[i] + 0, why[i]
		if (!seen[i]) { gone++; print "not ok this difference is listed, but does not occur: " why[i] }
	}
	# A claim is shown by the cells with its call.
	for (i = 1; i <= ncalls; i++) print "  " with[calls[i]] " cells with " calls[i]
	if (!nb || na != nb) { print "not ok " nb + 0 " cells recorded, and then " na + 0; gone++ }
	if (!unstable) print "  twice on base: the same bytes"
	exit bads + unstable + hangs + gone > 0
}
