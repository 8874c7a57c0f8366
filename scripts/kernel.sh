#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel: cross-build the image of a variant in out/build/VARIANT.

prog=kernel
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/build.sh"
no_arguments "$@"
machine_arch
lock_out
variant_or patched
config_fragments
"$scripts/deps.sh"
VARIANT=$VARIANT "$scripts/tree.sh"

source=$(source_of "$VARIANT")
build=$(build_of "$VARIANT")
image=$build/$image_path
begin=$(now)

key="$(own_git -C "$source" rev-parse 'HEAD^{tree}') $(config_key)"
if stamp_is "$build/.stamp" "$key" && [ -f "$image" ]; then
	exit 0
fi
mkdir -p "$build"
need_disk 1500 "$build" "a kernel build"
rm -f "$build/.stamp"

make_config "$source" "$build"

# How many objects: what the last build of this config had, or else a guess.
objects=$(cat "$build/.objects" 2>/dev/null || echo "$objects_guess")
objects_built()
{
	printf '%s of about %s objects' "$(grep -cE '^  (CC|AS|HOSTCC) ' "$build/build.log")" "$objects"
}
log=$build/build.log
say "kernel: $VARIANT for $ARCH, $(compiler_version)"
say "  $(kernel_make_words "$source" "$build") $image_target"
say "$(kernel_make_words "$source" "$build") $image_target" >"$log"
progress_start "kernel: building $VARIANT$arch_suffix" objects_built
verbose=
if [ "$V" = 1 ]; then
	verbose=V=1
	tail -f -n +1 "$log" --pid=$$ 9>&- &
fi
# shellcheck disable=SC2086 # none or one
kernel_make "$log" "$source" "$build" $verbose "$image_target" || {
	progress_stop
	grep -E -B 3 -A 12 '(error:|Error [0-9]|undefined reference)' "$log" | head -n 30 >&2
	die 4 "building the $VARIANT kernel for $ARCH failed; the whole log is $log"
}
progress_stop
grep -cE '^  (CC|AS|HOSTCC) ' "$log" >"$build/.count" || :
# An incremental build tells nothing of the whole.
[ "$(cat "$build/.count")" -lt 300 ] || mv "$build/.count" "$build/.objects"
stamp_write "$build/.stamp" "$key"
say "kernel: ${image#"$top"/}, $(elapsed "$begin")"
