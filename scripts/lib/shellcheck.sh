#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The scripts of this repository under shellcheck, and its C under -Werror.

prog=shellcheck
. "$(dirname "$0")/lib.sh"
no_arguments "$@"

passed=0
failed=0
for file in "$scripts"/*.sh "$scripts"/lib/*.sh "$scripts"/lib/arch/* "$scripts"/test-harness/*.sh "$scripts/lib/completion.bash" "$top/.ci/run"; do
	if shellcheck -x -P "$scripts" "$file"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		say "not ok $file"
	fi
done
say "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] || exit 1
