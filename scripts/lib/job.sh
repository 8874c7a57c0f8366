#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# job.sh here|there VERB ITEM RESULTS [HOST]: one job of a verb, where lib/jobs.sh starts it.
# What the job says goes to the error output. The output is one line: "here", or "there"
# and, in base64, what it has left in out/RESULTS as ITEM and ITEM.*, but for what only
# the host that made it can use.

set -eu
scripts=$(cd "$(dirname "$0")/.." && pwd -P)
if [ "$1" = there ]; then
	# Beside the repository, which comes anew for each list of jobs
	O=${scripts%/repository/scripts}/out
	# host.sh has prepared all of this. The lock is shared: jobs run beside one another,
	# but host.sh, which takes it alone, waits until they have ended.
	exec 9>>"$O/.lock"
	flock -s 9
	ASE_LOCKED=1
	ASE_PREPARED=1
	export O ASE_LOCKED ASE_PREPARED
fi
"$scripts/$2.sh" --job "$3" >&2
[ "$1" = there ] || { echo here; exit 0; }
cd "$O/$4"
# Where the result is read, a path of this machine is one of HOST.
[ ! -f "$3.result" ] || sed -i "s|\([^A-Za-z0-9_./-]\)$O/|\1$5:$O/|g" "$3.result"
set --  "$3" "$3".*
for file; do
	shift
	case $file in
	*.image|*.stamp|*.part) ;;
	*) [ ! -e "$file" ] || set -- "$@" "$file" ;;
	esac
done
printf 'there %s\n' "$(tar -czf - "$@" | base64 -w 0)"
