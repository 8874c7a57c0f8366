#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# deps [VERB]: what the other verbs need of the machine. As root, install what is
# missing; otherwise name the one command that does. What only ARCH=x86_64, only
# check and test, only bench and path, only configs or only compile need, is left out
# for the others. For fetch, test-harness, report and HOSTS=, little is needed.

prog=deps
. "$(dirname "$0")/lib/lib.sh"
help_or 'deps.sh [fetch|test-harness|report|check|compile|bench|configs|hosts]' "$@"
case $#:${1:-} in
0:|1:fetch|1:test-harness|1:report|1:check|1:compile|1:bench|1:configs|1:hosts) ;;
*) die 2 "usage: deps.sh [fetch|test-harness|report|check|compile|bench|configs|hosts]" ;;
esac
machine_arch

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
parallel		/usr/bin/parcat
cpio			/usr/bin/cpio
sparse			/usr/bin/sparse
shellcheck		/usr/bin/shellcheck
debian-archive-keyring	/usr/share/keyrings/debian-archive-keyring.gpg
'

packages_x86_64='
qemu-system-x86		/usr/bin/qemu-system-x86_64
libelf-dev		/usr/include/gelf.h
gcc-i686-linux-gnu	/usr/bin/i686-linux-gnu-gcc
libc6-dev-i386-cross	/usr/i686-linux-gnu/include/stdlib.h
'
# On a machine that is not x86_64 itself
packages_x86_64_cross='
gcc-x86-64-linux-gnu	/usr/bin/x86_64-linux-gnu-gcc
libc6-dev-amd64-cross	/usr/x86_64-linux-gnu/include/stdlib.h
'
packages_fetch='
git			/usr/bin/git
xz-utils		/usr/bin/xz
debian-archive-keyring	/usr/share/keyrings/debian-archive-keyring.gpg
'
packages_test_harness='
git	/usr/bin/git
make	/usr/bin/make
gcc	/usr/bin/gcc
ccache	/usr/bin/ccache
parallel	/usr/bin/parcat
perl	/usr/bin/perl
git-email	/usr/lib/git-core/git-send-email
libmailtools-perl	/usr/share/perl5/Mail/Address.pm
b4	/usr/bin/b4
python3-junitparser	/usr/lib/python3/dist-packages/junitparser
'
packages_hosts='
parallel	/usr/bin/parcat
openssh-client	/usr/bin/ssh
'
packages_report='
git		/usr/bin/git
chromium	/usr/bin/chromium
'
packages_check='
gcc-riscv64-linux-gnu		/usr/bin/riscv64-linux-gnu-gcc
gcc-powerpc64le-linux-gnu	/usr/bin/powerpc64le-linux-gnu-gcc
gcc-s390x-linux-gnu		/usr/bin/s390x-linux-gnu-gcc
libelf-dev			/usr/include/gelf.h
'

packages_bench='
gdb-multiarch	/usr/bin/gdb-multiarch
gnuplot-nox	/usr/bin/gnuplot
'

packages_configs='
clang-19	/usr/bin/clang-19
lld-19		/usr/bin/ld.lld-19
llvm-19		/usr/bin/llvm-objcopy-19
'

packages_compile='
g++		/usr/bin/g++
libelf-dev	/usr/include/gelf.h
libssl-dev	/usr/include/openssl/ssl.h
'
# GCC's plugins are of one version of it, that of the machine's cross compiler.
gcc_plugins()
{
	_v=$(apt-cache depends gcc-aarch64-linux-gnu 2>/dev/null | sed -n 's/.*Depends: gcc-\([0-9]*\)-aarch64-linux-gnu$/\1/p' | head -n 1)
	[ -z "$_v" ] || printf '%s\n' "gcc-$_v-plugin-dev-aarch64-linux-gnu	/usr/lib/gcc-cross/aarch64-linux-gnu/$_v/plugin/include/plugin-version.h"
}

case ${1:-}:$ARCH in
fetch:*) packages=$packages_fetch ;;
test-harness:*) packages=$packages_test_harness ;;
report:*) packages=$packages_report ;;
hosts:*) packages=$packages_hosts ;;
compile:*) packages=$packages$packages_configs$packages_compile$(gcc_plugins) ;;
check:*) packages=$packages$packages_check ;;
bench:*) packages=$packages$packages_bench ;;
configs:*) packages=$packages$packages_configs ;;
*:x86_64)
	packages=$packages$packages_x86_64
	[ -z "$cross" ] || packages=$packages$packages_x86_64_cross ;;
esac

qemu_least=7.2

missing=$(printf '%s' "$packages" | awk '!seen[$1]++' | while read -r package file; do
	[ -z "$package" ] || [ -e "${ASE_ROOT:-}$file" ] || printf '%s ' "$package"
done)

if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ] || [ -n "${ASE_ROOT:-}" ]; then
		die 4 "packages are missing; install them with: sudo apt-get install --no-install-recommends $missing"
	fi
	command -v apt-get >/dev/null ||
		die 4 "this machine has no apt-get; install what these Debian packages hold: $missing"
	lock_any_path
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

# What comes next is of QEMU.
case ${1:-} in fetch|test-harness|report|hosts) exit 0 ;; esac
version=$(qemu_version)
[ -n "$version" ] ||
	die 5 "$qemu does not run; install the package $qemu_package, or name another with $qemu_option="
[ "$(printf '%s\n' "$qemu_least" "$version" | sort -V | head -n 1)" = "$qemu_least" ] ||
	die 5 "QEMU $version is too old: $qemu_least is the oldest that this is tried with (arm64's exit status needs its semihosting in user space); install a newer one, or name it with $qemu_option="
