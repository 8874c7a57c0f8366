# SPDX-License-Identifier: GPL-2.0-only
#
# From a diff (git diff -U0) of headers and Kconfig files: the names that they define on
# one side and not, or otherwise, on the other. A name a line; what uses one of them can
# be affected.

function tell(name) { if (length(name) > 3 && !(name in seen)) { seen[name] = 1; print name } }
/^(---|\+\+\+) / { kconfig = /Kconfig/; next }
!/^[-+]/ { next }
{ line = substr($0, 2) }
kconfig {
	if (match(line, /^(config|menuconfig|[ \t]+select|[ \t]+imply)[ \t]+[A-Z0-9_]+/)) {
		name = substr(line, 1, RLENGTH); sub(/.*[ \t]/, "", name)
		tell("CONFIG_" name)
	}
	next
}
# Not a comment
line ~ /^[ \t]*(\/?\*|\/\/)/ { next }
line ~ /^[ \t]*#[ \t]*(define|undef)[ \t]/ {
	sub(/^[ \t]*#[ \t]*(define|undef)[ \t]+/, "", line)
	sub(/[^A-Za-z0-9_].*/, "", line)
	tell(line)
	next
}
# The label of a macro of the assembler
line ~ /^[ \t]*\.macro[ \t]/ { sub(/^[ \t]*\.macro[ \t]+/, "", line); sub(/[^A-Za-z0-9_].*/, "", line); tell(line); next }
# A constant of an enum. What is set and tested by SYSCALL_WORK_BIT_X is X.
line ~ /^\t[A-Z][A-Z0-9_]+[ \t]*(,|=)/ {
	sub(/^\t/, "", line); sub(/[^A-Za-z0-9_].*/, "", line)
	tell(line)
	if (sub(/^SYSCALL_WORK_BIT_/, "", line)) { tell(line); tell("SYSCALL_WORK_" line) }
	next
}
line ~ /^\treturn / { next }
# A member of a struct
line ~ /^\t[a-z][A-Za-z0-9_ \t*]*[ \t*][A-Za-z0-9_]+(\[[^]]*\])?;/ {
	sub(/(\[[^]]*\])?;.*/, "", line); sub(/.*[ \t*]/, "", line); tell(line); next
}
# A function, or a type
line ~ /^[A-Za-z_][A-Za-z0-9_ \t*]*\(/ { sub(/\(.*/, "", line); sub(/.*[ \t*]/, "", line); tell(line); next }
line ~ /^(struct|union|enum)[ \t]+[A-Za-z0-9_]+[ \t]*\{?$/ { sub(/[ \t]*\{?$/, "", line); sub(/.*[ \t]/, "", line); tell(line) }
