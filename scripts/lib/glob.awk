# SPDX-License-Identifier: GPL-2.0-only
#
# Whether a name is one that a pattern stands for: * is any number of characters.
function matches(name, pattern,    re) {
	if (!(pattern in glob_re)) {
		re = pattern
		gsub(/[][\\.^$+?(){}|]/, "\\\\&", re)
		gsub(/\*/, ".*", re)
		glob_re[pattern] = "^" re "$"
	}
	return name ~ glob_re[pattern]
}

# What all that a pattern stands for said, if it is the same: of[name] = state
function said(pattern, of,    name, all) {
	if (pattern !~ /\*/) return pattern in of ? of[pattern] : "not run"
	for (name in of)
		if (matches(name, pattern)) {
			if (all == "") all = of[name]
			else if (all != of[name]) return "not all the same"
		}
	return all == "" ? "not run" : all
}
