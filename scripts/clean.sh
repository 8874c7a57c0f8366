#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# clean: remove what was built. out/linux stays, since it may hold work, and so
# do the downloads and the ccache, which are not in out/.

prog=clean
. "$(dirname "$0")/lib/lib.sh"
no_arguments "$@"
[ -d "$out" ] || exit 0
lock_any_path
for path in build guest guest-x86_64 guest-other guest-x86_64-other results check bench bisect \
	compare compile configs lanes mutants report all-tests series.mbox series.entries; do
	rm -rf "${out:?}/$path"
done
rm -rf "${out:?}"/slot-[0-9]/build
rmdir "$out"/slot-[0-9] 2>/dev/null || :
if [ -z "$LANE" ]; then
	for lane in "$out"/lane-*; do
		_lane=${lane##*/lane-}
		! lanes | grep -qxF -e "$_lane" || LANE=$_lane ASE_LOCKED='' "$0"
	done
fi
say "clean: removed what was built in $out; its linux and $cache stay"
