#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The scripts of this repository under shellcheck.

prog=shellcheck
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tap.sh"
no_arguments "$@"

for file in "$scripts"/*.sh "$scripts"/lib/*.sh "$scripts"/lib/arch/* "$scripts"/test-harness/*.sh "$scripts/lib/completion.bash" "$top/.ci/run"; do
	if shellcheck -x -P "$scripts" "$file"; then
		tap_add 1 0 0
	else
		tap_not_ok "$file"
	fi
done
tap_end 0
