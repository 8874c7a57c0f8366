#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# shell: boot a variant to a shell on this terminal.

prog=shell
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/boot.sh"
no_arguments "$@"
variant_or patched
machine_arch
plain_paths
"$scripts/kernel.sh"
"$scripts/guest.sh"

say "shell: the tests are in /kselftest; leave with exit, or with Ctrl-A X"
make_work
{
	boot_words "$(build_of "$VARIANT")/$image_path" "$guest/initramfs"
	append_words quiet interactive=1
	printf '%s\n' -serial mon:stdio
} | shell_line >"$work/command"
trap '' INT
rc=0
start_here "$work/command" || rc=$?
rc=$(machine_status "$rc")
[ "$rc" = 60 ] || die 5 "the machine ended with status $rc instead of 60: it did not end by leaving the shell"
