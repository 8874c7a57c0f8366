# SPDX-License-Identifier: GPL-2.0-only
#
# From the names of the assembly functions and what gdb has said at each step,
# "AT LINK-REGISTER => 0xPC <FUNCTION+OFFSET>: INSTRUCTION": the parts of the path.
#
# The entry's C begins at the first instruction that is not of the assembly, and
# the exit's assembly at that one's return address. The call is the system call's
# own function, from its first instruction to its return address.

FNR == NR { assembly[$1] = 1; next }
$1 != "AT" { next }
{
	link = $2; pc = $4; sub(/^0x/, "", pc); sub(/:.*/, "", pc)
	function_at = $5; sub(/^</, "", function_at); sub(/>:.*/, "", function_at)
	name = function_at; sub(/\+.*/, "", name)
	what = $0; sub(/^[^\t]*\t/, "", what)
	if (part == "") part = "entry assembly"
	if (part == "entry assembly" && !(name in assembly)) { part = "entry C"; after = link }
	if (part == "entry C" && (name ~ /^__arm64_(sys|compat)_/ || name ~ /(^|_)ni_syscall/)) {
		part = "the call"; back = link
	}
	if (part == "the call" && pc == back) part = "exit C"
	if (part != "entry assembly" && pc == after) part = "exit assembly"
	print part "\t" function_at "\t" what
}
