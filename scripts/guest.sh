#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest: what runs in the machine: the kernel's kselftests as its own makefiles
# install them, PID 1, and the few Debian programs that they need. One guest for
# both variants: the unpatched kernel runs the same tests as the patched one.

prog=guest
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/apt.sh"
no_arguments "$@"
machine_arch
lock_out
"$scripts/deps.sh"
VARIANT=patched "$scripts/tree.sh"
for _p in $COLLECTIONS; do
	[ -f "$linux/tools/testing/selftests/$_p/Makefile" ] ||
		die 2 "COLLECTIONS=$_p: no such collection; the kernel has them in $linux/tools/testing/selftests"
done

build=$out/build/guest$arch_suffix$other
# The collections that the main job runs, and of arm64 its parts.
targets=$(collections)
arm64_parts='abi signal'
# Of kvm, what make configs runs
kvm_tests=
case $ARCH:$COLLECTIONS$LANE in
arm64:)
	targets="$targets kvm"
	kvm_tests='rseq_test guest_print_test arm64/debug-exceptions arm64/psci_test' ;;
esac
# From the series; UPTO= may stop before it.
[ ! -d "$linux/tools/testing/selftests/arm64/syscall_exit" ] || arm64_parts="$arm64_parts syscall_exit"

# Debian's, for the guest: the release of this machine, whose cross libc the
# tests are linked with. bash and timeout are used by the tests' scripts.
guest_packages='bash libtinfo6 coreutils busybox-static libcap2 libcap-dev'
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
debs=$cache/guest-$codename$arch_suffix

key="$(own_git -C "$linux" rev-parse HEAD:tools HEAD:include/uapi "HEAD:arch/${ARCH%_64}/include/uapi" | checksum)"
key="$key $(cat "$scripts/guest.sh" "$scripts/guest/init.c" "$scripts"/compare/record.[ch] | checksum) $targets"
key="$key $(compiler_version) $("${cross_compat}gcc" --version | head -n 1)"
if stamp_is "$guest/.stamp" "$key" && [ -f "$guest/initramfs" ]; then
	exit 0
fi
begin=$(now)
need_disk 600 "$out" "the guest"
rm -rf "$guest/.stamp" "$guest/root"
mkdir -p "$guest/root" "$build"

# --- Packages: downloaded, unpacked, never installed
if ! stamp_is "$debs/.stamp" "$guest_packages"; then
	debian_mirror
	say "guest: downloading $guest_packages for $debian_arch"
	private_apt_suite "$codename" "$debian_arch" ||
		die 3 "Debian $codename for $debian_arch can't be read: is there a network? (apt's words: $apt_dir/log)"
	rm -rf "$debs"
	# shellcheck disable=SC2086 # a list
	private_apt_download "$debs" $guest_packages ||
		die 3 "downloading $guest_packages failed (apt's words: $apt_dir/log); try again"
	stamp_write "$debs/.stamp" "$guest_packages"
fi
rm -rf "$guest/packages"
for deb in "$debs"/*.deb; do
	dpkg-deb -x "$deb" "$guest/packages" ||
		die 3 "$deb is damaged; remove $debs and try again"
done

# --- kselftests
lines()
{
	printf '%s lines of log' "$(wc -l <"$guest/build.log")"
}
selftests()
{
	run_logged "$guest/build.log" \
		make -C "$linux" O="$build" ARCH="$ARCH" CROSS_COMPILE="$cross" -j"$JOBS" headers &&
	run_logged "$guest/build.log" \
		make -C "$linux/tools/testing/selftests" O="$build" ARCH="$ARCH" \
		CROSS_COMPILE="$cross" CROSS_COMPILE_COMPAT="$cross_compat" \
		TARGETS="$targets" ARM64_SUBTARGETS="$arm64_parts" FORCE_TARGETS=1 \
		${kvm_tests:+"TEST_GEN_PROGS_arm64=$kvm_tests"} INSTALL_PATH="$guest/root/kselftest" \
		USERCFLAGS="-isystem $guest/packages/usr/include" \
		USERLDFLAGS="-L$guest/packages/usr/lib/$multiarch -L$guest/packages/lib/$multiarch" \
		install
}
: >"$guest/build.log"
progress_start "guest: building kselftests ($targets)" lines
selftests || {
	progress_stop
	grep -E '(error:|Error [0-9]|undefined reference)' "$guest/build.log" | head -n 10 >&2
	die 4 "building the kselftests failed; the whole log is $guest/build.log"
}
progress_stop

# --- The root file system
root=$guest/root
mkdir -p "$root/bin" "$root/lib" "$root/usr/bin" "$root/etc" "$root/dev"
"${cross}gcc" -Wall -Wextra -Werror -O2 -static -o "$root/init" "$scripts/guest/init.c" ||
	die 4 "building scripts/guest/init.c failed"
# The recorder of make compare, with the header of the series' tests, which UPTO= may
# stop before. As with the tests, the kernel's headers are those for 64-bit tasks.
# recorder PREFIX NAME [ARGUMENT...]
recorder()
{
	_gcc=$1gcc _name=$2
	shift 2
	"$_gcc" "$@" -Wall -Werror -Wno-unused-function -O2 -static -D_GNU_SOURCE= -I"$linux/tools/testing/selftests" \
		-I"$linux/tools/testing/selftests/arm64/syscall_exit" -o "$root/compare/$_name" \
		"$scripts/compare/record.c" -lpthread >>"$guest/build.log" 2>&1 ||
		die 4 "building scripts/compare/record.c with $_gcc failed; the whole log is $guest/build.log"
}
if [ -f "$linux/tools/testing/selftests/arm64/syscall_exit/syscall_exit.h" ] && [ "$ARCH" = arm64 ]; then
	mkdir -p "$root/compare"
	recorder "$cross" record -isystem "$build/usr/include"
	recorder "$cross_compat" record_compat
fi
install_from()
{
	for _dir in "$guest/packages$1" "$guest/packages/usr$1"; do
		[ -e "$_dir" ] && cp -L "$_dir" "$root$2" && return 0
	done
	die 4 "the package files for the guest have no $1"
}
install_from /bin/busybox /bin/busybox
install_from /bin/bash /bin/bash
install_from /bin/timeout /usr/bin/timeout
install_from "/lib/$multiarch/libtinfo.so.6" /lib/libtinfo.so.6
install_from "/lib/$multiarch/libcap.so.2" /lib/libcap.so.2
[ "$ARCH" != x86_64 ] || ln -s lib "$root/lib64"
for lib in "$loader" libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libgcc_s.so.1; do
	cp -L "$("${cross}gcc" -print-file-name="$lib")" "$root/lib/$lib" ||
		die 4 "the libc of ${cross}gcc has no $lib; reinstall $libc_package"
done
echo 'root:x:0:0:root:/tmp:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"

cp "$root/kselftest/kselftest-list.txt" "$guest/tests"
# An old run_kselftest.sh has no option for the time that a test may take.
! is_old_runner || sed -i 's/^\(export \)\{0,1\}kselftest_default_timeout=45$/\1kselftest_default_timeout=300/' "$root/kselftest/kselftest/runner.sh"
# In a lane, the makefiles are older than the tests: none of these may be missing.
[ -z "$LANE" ] || sed -n "s|^new tools/testing/selftests/\([^/]*\)/\(.*/\)*\([^/]*\)\.c\$|\1:\3|p" "$out/series.entries" |
	while read -r test; do
		grep -qxF "$test" "$guest/tests" || [ "$ARCH:${test%%:*}" = x86_64:arm64 ] ||
			die 4 "$test of the series is not among the tests that were built; see $guest/build.log"
		# Where 32-bit tests are not built, lib.mk only warns.
		! grep -qE "^[a-z]+ ${test}_compat\$" "$scripts/guest/names.$ARCH" || grep -qxF "${test}_compat" "$guest/tests" ||
			die 4 "${test}_compat is not among the tests that were built; see $guest/build.log"
	done
(cd "$root" && find . | sort | cpio -o -H newc -R 0:0 --reproducible --quiet) >"$guest/initramfs.part" ||
	die 4 "cpio could not write the initramfs; is the disk full?"
mv "$guest/initramfs.part" "$guest/initramfs"
stamp_write "$guest/.stamp" "$key"
say "guest: $ARCH, $(wc -l <"$guest/tests") test programs, $(($(stat -c %s "$guest/initramfs") / 1048576)) MiB, $(elapsed "$begin")"
