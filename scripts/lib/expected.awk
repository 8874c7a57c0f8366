# SPDX-License-Identifier: GPL-2.0-only
#
# Reads guest/expected, or a list like it, and claims/list; what their lines mean is told
# there. Leaves for each line that counts here: ekind, ename, ewhy, eprogram (the part of
# the name that is a program's), eline, and eonly if it is of this kernel alone; for tests
# that are left out of a program, leftout; left_program and left_line of what is left out;
# and for names that are others on this version of
# Linux, of_this_linux.

# Whether a version is before (-1), at (0) or behind (1) another one, as far as that goes
function version_order(a, b,    x, y, i, n) {
	n = split(b, y, ".")
	split(a, x, ".")
	for (i = 1; i <= n; i++)
		if (x[i] + 0 != y[i] + 0) return x[i] + 0 < y[i] + 0 ? -1 : 1
	return 0
}

# Whether a condition holds: 1, 0, or -1 if it is none
function holds(word,    order) {
	if (word == "any") return 1
	if (word == "base" || word == "patched") return word == variant
	if (word == "arm64" || word == "x86_64") return word == arch
	if (word !~ /^(qemu|linux)[<=>][0-9]+(\.[0-9]+)*$/) return -1
	match(word, /[<=>]/)
	order = version_order(word ~ /^qemu/ ? qemu : linux, substr(word, RSTART + 1))
	word = substr(word, RSTART, 1)
	return word == "<" ? order < 0 : word == "=" ? order == 0 : order > 0
}

# Whether all conditions of a WHERE hold: 1, 0, or -1 if one of them is none
function where(words,    w, i, parts, here) {
	here = 1
	parts = split(words, w, "/")
	for (i = 1; i <= parts; i++) {
		if (holds(w[i]) < 0) return -1
		if (!holds(w[i])) here = 0
	}
	return here
}

# Of "a{b,c}d", one for abd and one for acd
function add_entry(kind, name, why, line, only, of_linux,    head, tail, n, i, part, w) {
	if (match(name, /\{[^{}]*\}/)) {
		head = substr(name, 1, RSTART - 1)
		tail = substr(name, RSTART + RLENGTH)
		n = split(substr(name, RSTART + 1, RLENGTH - 2), part, ",")
		for (i = 1; i <= n; i++) add_entry(kind, head part[i] tail, why, line, only, of_linux)
		return
	}
	entries++
	ekind[entries] = kind; ename[entries] = name; ewhy[entries] = why; eline[entries] = line; eonly[entries] = only
	if (of_linux) of_this_linux[name] = entries
	split(name, w, ":")
	eprogram[entries] = w[1] ":" w[2]
}

# claims/list, since others have the name list as well
function short_name(file) {
	return file ~ /\/claims\/[^\/]*$/ ? substr(file, match(file, /claims\/[^\/]*$/)) : substr(file, match(file, /[^\/]*$/))
}

function empty_list(file) {
	print file " is empty" > "/dev/stderr"
	refused = 1
	exit 2
}

function broken_line(file, n, line) {
	print file ", line " n ": this is no line of it: " line > "/dev/stderr"
	refused = 1
	exit 2
}

function read_expected(file,    line, whole, n, f, at, count, here, only, of_linux, why, rest) {
	while ((getline line < file) > 0) {
		n++
		if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
		whole = line
		why = line
		if (!sub(/^.* # /, "", why) || why == "") broken_line(file, n, whole)
		sub(/ # .*$/, "", line); sub(/[ \t]+$/, "", line)
		count = split(line, f, /[ \t]+/)
		at = f[1] == "leave-out" ? 1 : f[2] == "leave-out" ? 2 : 0
		if (at) {
			if (count < at + 1 || count > at + 2 || f[at + 1] !~ /^[^:]+:[^:]+$/ || (count == at + 2 && f[at + 2] !~ /^-T./) ||
			    (at == 2 && where(f[1]) < 0))
				broken_line(file, n, whole)
			if (at == 2 && !where(f[1])) continue
			if (count == at + 2) leftout[f[at + 1]] = substr(f[at + 2], 3)
			left_program[++lefts] = f[at + 1]
			left_line[lefts] = f[at + 1] (count == at + 2 ? " " f[at + 2] : "") " # " why
			continue
		}
		rest = line
		sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", rest)
		if (count < 3 || rest !~ /^[^:]+:[^:]/ || f[2] !~ /^(fail|skip|pass|xfail|may-fail|may-skip|names)$/)
			broken_line(file, n, whole)
		here = where(f[1])
		if (here < 0) broken_line(file, n, whole)
		only = index("/" f[1] "/", "/" variant "/") > 0
		of_linux = f[1] ~ /(^|\/)linux/
		# Without a condition, what passes needs no line.
		if (f[2] == "pass" && !index(f[1], "linux")) broken_line(file, n, whole)
		if (here) add_entry(f[2], rest, why, short_name(file) ", line " n, only, of_linux)
	}
	close(file)
	if (!n) empty_list(file)
}

# What the series mends is to fail or to be skipped on the unpatched kernel: each test of
# a claim that passes on the patched one alone. Leaves cstate, cname, cpatch and cline.
function read_claims(file,    line, n, whole, patch, count, w, i) {
	while ((getline line < file) > 0) {
		n++
		if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
		if (line ~ /^[^ \t]/) { patch = line; continue }
		whole = line
		if (patch == "" || line !~ / # ./) broken_line(file, n, whole)
		sub(/ # .*$/, "", line); sub(/^[ \t]+/, "", line)
		count = split(line, w, /[ \t]+/)
		if (w[1] == "by") continue
		if (count < 3 || w[1] !~ /^(pass|fail|skip)$/ || w[2] !~ /^(pass|fail|skip)$/) broken_line(file, n, whole)
		for (i = 3; i <= count; i++) {
			if (w[i] !~ /^[^:]+:[^:]/) broken_line(file, n, whole)
			if (w[1] == "pass" || w[2] != "pass") continue
			cstate[++claimed] = w[1]; cname[claimed] = w[i]; cpatch[claimed] = patch; cline[claimed] = n
		}
	}
	close(file)
	if (!n) empty_list(file)
}

# They count like lines of expected, but for what that has of this version of Linux. What
# is mended by a patch that a lane does not have (lacks) need not pass on its other kernel.
function expect_claims(file, lacks,    i, w, n, lacking) {
	read_claims(file)
	n = split(lacks, w, " ")
	for (i = 1; i <= n; i++) lacking[w[i]] = 1
	for (i = 1; i <= claimed; i++) {
		cplace[i] = short_name(file) ", line " cline[i]
		clacks[i] = cpatch[i] in lacking
		if (cname[i] in of_this_linux) continue
		if (clacks[i]) add_entry("may-" cstate[i], cname[i], mended_by(i), cplace[i], 0)
		else if (variant == "base") add_entry(cstate[i], cname[i], mended_by(i), cplace[i], 1)
	}
}

function mended_by(i) {
	return (cstate[i] == "skip" ? "comes with " : "mended by ") cpatch[i]
}

# Whether a result may be what it is: the line that says so, or 0
function expect(name, kind,    i, may) {
	may = kind == "skip" ? "may-skip" : "may-fail"
	for (i = 1; i <= entries; i++)
		if ((ekind[i] == kind || ekind[i] == may) && matches(name, ename[i])) return i
	return 0
}
