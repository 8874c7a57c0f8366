# SPDX-License-Identifier: GPL-2.0-only
#
# From a section of the budget (budget.awk says what that is) and the budget: the
# budget with this section instead of the one of the same compiler and QEMU, whichever
# Linux that was of. The others stay as they are.

function whose(key) { sub(/; Linux [^;]*$/, "", key); return key }
FNR == NR { section = section $0 "\n"; if (/^key /) ours = whose($0); next }
/^# series / { head = $0 "\n"; next }
/^key / {
	keep = whose($0) != ours
	if (keep) printf "%s", head
	else if (!written++) printf "%s", section
	head = ""
}
keep && !/^#/ && NF
END { if (!written) printf "%s", section }
