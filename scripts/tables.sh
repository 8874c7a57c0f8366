#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tables: put all that has been found on this very series, here in out/, into the tables
# that are committed, and what is made of them into the README.md beside each. No other
# verb writes a file of the repository unless it is told to. A table of the whole (claims,
# compare, bench, names) that nothing was found for stays, and its README.md says of
# which series it is; one of many rows (mutants, configs, bisect-check, compile, all-tests) has a
# "-" for a row that nothing was found for.

prog=tables
. "$(dirname "$0")/lib/lib.sh"
no_arguments "$@"
of_all 'the tables are of all' 'the tables are of both architectures'
unset CONFIG VARIANT
lock_any_path
verbs_dir=${ASE_VERBS_DIR:-$scripts}

# write_down VERB WORD...: VERB.sh WORD...
write_down()
{
	_verb=$1
	shift
	if _why=$("$verbs_dir/$_verb.sh" "$@" 2>&1); then
		say "tables: $_verb $*: written"
	else
		say "tables: $_verb $*: left as it is: $(printf '%s\n' "$_why" | tail -n 1)"
		case "$_verb $*" in
		lanes\ --write|claims\ --write|compare\ --write|bench\ --write|bisect-check\ --write|compile\ --write) "$verbs_dir/$_verb.sh" --readme ;;
		esac
	fi
}
write_down mutants --write
write_down configs --write
write_down bisect-check --write
write_down compile --write
write_down compare --write
write_down bench --write
write_down bench --write-commits
write_down lanes --write
# The names that each run has to report: not those of a run in which some were missing.
for _arch in arm64 x86_64; do
	ARCH=$_arch
	machine_arch
	_passed=yes
	for _variant in base patched; do
		grep -q '^[a-z]* kernel.*: pass$' "$(results_of $_variant)/summary" 2>/dev/null || _passed=
	done
	if [ -n "$_passed" ]; then
		write_down pairs --write
	else
		say "tables: names of $_arch: left as they are: the last run of one of the two kernels did not pass, or there is none"
	fi
done
ARCH=arm64
machine_arch
write_down all-tests --write
# Last: claims are shown by all of these.
write_down claims --write
