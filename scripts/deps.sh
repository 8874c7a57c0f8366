#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# deps: what the other verbs need of the machine. As root, install what is
# missing; otherwise name the one command that does.

prog=deps
. "$(dirname "$0")/lib.sh"

# Package and the file that shows it is there.
packages='
git			/usr/bin/git
make			/usr/bin/make
gcc			/usr/bin/gcc
libc6-dev		/usr/include/stdlib.h
gcc-aarch64-linux-gnu	/usr/bin/aarch64-linux-gnu-gcc
libc6-dev-arm64-cross	/usr/aarch64-linux-gnu/include/stdlib.h
gcc-arm-linux-gnueabihf	/usr/bin/arm-linux-gnueabihf-gcc
libc6-dev-armhf-cross	/usr/arm-linux-gnueabihf/include/stdlib.h
qemu-system-arm		/usr/bin/qemu-system-aarch64
ccache			/usr/bin/ccache
flex			/usr/bin/flex
bison			/usr/bin/bison
bc			/usr/bin/bc
perl			/usr/bin/perl
python3			/usr/bin/python3
python3-ply		/usr/lib/python3/dist-packages/ply
python3-git		/usr/lib/python3/dist-packages/git
xz-utils		/usr/bin/xz
rsync			/usr/bin/rsync
cpio			/usr/bin/cpio
sparse			/usr/bin/sparse
shellcheck		/usr/bin/shellcheck
debian-archive-keyring	/usr/share/keyrings/debian-archive-keyring.gpg
'

qemu_least=7.2

missing=$(printf '%s' "$packages" | while read -r package file; do
	[ -z "$package" ] || [ -e "${ROOT_FOR_TEST:-}$file" ] || printf '%s ' "$package"
done)

if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ] || [ -n "${ROOT_FOR_TEST:-}" ]; then
		die 4 "packages are missing; install them with: sudo apt-get install --no-install-recommends $missing"
	fi
	command -v apt-get >/dev/null ||
		die 4 "this machine has no apt-get; install what these Debian packages hold: $missing"
	lock_out
	begin=$(now)
	log=$out/deps.log
	say "deps: installing $missing"
	progress_start "deps: apt-get install" true
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086 # a list
	{
		apt-get -q update &&
		apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing
	} >"$log" 2>&1 9>&- || {
		progress_stop
		die 4 "apt-get could not install $missing: $(grep '^E: ' "$log" | head -n 1); its words are in $log"
	}
	progress_stop
	say "deps: installed, $(elapsed "$begin")"
fi

version=$("${QEMU:-qemu-system-aarch64}" --version 2>/dev/null | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p')
[ -n "$version" ] ||
	die 5 "${QEMU:-qemu-system-aarch64} does not run; install the package qemu-system-arm, or name another with QEMU="
[ "$(printf '%s\n' "$qemu_least" "$version" | sort -V | head -n 1)" = "$qemu_least" ] ||
	die 5 "QEMU $version is too old: the guest's exit status needs $qemu_least (semihosting in user space); install a newer one, or name it with QEMU="
