# shellcheck shell=sh
# shellcheck disable=SC2154 # sourced by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the machine can lack: packages, QEMU, network, disk. Nothing is installed
# and nothing downloaded: the commands that would are stand-ins.

mkdir -p "$work/bin" "$work/root" "$work/machine"
echo 7.3 >"$work/machine/base"

# A root with all the files that deps looks for.
sed -n 's/^[a-z0-9-]*[	 ]\{1,\}\(\/usr\/.*\)$/\1/p' "$scripts/deps.sh" | while read -r file; do
	mkdir -p "$work/root$(dirname "$file")"
	: >"$work/root$file"
done

stand_in()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/$1"
	chmod +x "$work/bin/$1"
}

machine()
{
	env -u VARIANT -u ARCH -u TOPICS -u LINUX -u CONFIG -u BENCH -u ROW \
		-u ASE_LOCKED PATH="$work/bin:$PATH" ASE_TOP="$work/machine" O="$work/machine-out" \
		XDG_CACHE_HOME="$work/machine-cache" ASE_ROOT="${fake_root-$work/root}" "$@"
}

codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
apt_names_mirror="case \"\$*\" in *--print-uris*) echo \"'http://mirror.invalid/debian/dists/$codename/InRelease' x 0\"; exit 0 ;; esac"

nothing_fetched()
{
	[ ! -e "$work/machine-out/linux" ] && ! ls "$work/machine-cache"/arm64-syscall-exit/*.deb >/dev/null 2>&1
}

packages_missing()
{
	fake_root=$work/nothing expect 4 'sudo apt-get install --no-install-recommends git make gcc ' \
		machine "$scripts/deps.sh"
}

one_package_missing()
{
	rm "$work/root/usr/bin/aarch64-linux-gnu-gcc"
	expect 4 'recommends gcc-aarch64-linux-gnu $' machine "$scripts/deps.sh"
	_rc=$?
	: >"$work/root/usr/bin/aarch64-linux-gnu-gcc"
	return $_rc
}

qemu_missing()
{
	expect 5 'does not run; install the package qemu-system-arm' machine QEMU="$work/no-qemu" "$scripts/deps.sh"
}

qemu_too_old()
{
	stand_in old-qemu 'echo "QEMU emulator version 7.1.0"'
	expect 5 'QEMU 7.1.0 is too old' machine QEMU=old-qemu "$scripts/deps.sh" || return 1
	stand_in new-qemu 'echo "QEMU emulator version 10.0.2 (Debian)"'
	expect 0 '' machine QEMU=new-qemu "$scripts/deps.sh"
}

# threads_of VERSION: the words of the machine that say how many threads it has
threads_of()
{
	stand_in some-qemu "echo 'QEMU emulator version $1'"
	# shellcheck disable=SC2016 # expanded there
	machine QEMU=some-qemu sh -c 'prog=threads; . "$(dirname "$0")/lib/lib.sh"; . "$(dirname "$0")/lib/boot.sh"
		machine_arch; boot_words image initramfs' "$scripts/threads" | grep -x -A1 -e -accel | paste -sd ' '
}
old_qemu_has_one_thread()
{
	for _v in 7.2.22 8.0.5; do
		[ "$(threads_of "$_v")" = '-accel tcg,thread=single' ] || return 1
	done
	for _v in 8.1.0 9.0 10.0.13 ''; do
		[ -z "$(threads_of "$_v")" ] || return 1
	done
}

harness_without_ccache()
{
	rm "$work/root/usr/bin/ccache"
	expect 4 'recommends ccache $' machine QEMU="$work/no-qemu" "$scripts/test-harness.sh" toy
	_rc=$?
	: >"$work/root/usr/bin/ccache"
	[ $_rc = 0 ] && expect 0 '' machine QEMU="$work/no-qemu" "$scripts/deps.sh" test-harness
}

# What unpacks the source is asked for before anything is downloaded.
fetch_without_xz()
{
	rm "$work/root/usr/bin/xz"
	stand_in apt-get "$apt_names_mirror; exit 100"
	expect 4 'recommends xz-utils $' machine "$scripts/fetch.sh" && nothing_fetched
	_rc=$?
	: >"$work/root/usr/bin/xz"
	return $_rc
}

more_packages()
{
	stand_in new-qemu 'echo "QEMU emulator version 10.0.2 (Debian)"'
	rm "$work/root/usr/bin/qemu-system-x86_64" "$work/root/usr/bin/s390x-linux-gnu-gcc"
	named=0
	expect 0 '' machine QEMU=new-qemu "$scripts/deps.sh" &&
	expect 4 'recommends qemu-system-x86 $' machine ARCH=x86_64 "$scripts/deps.sh" &&
	expect 4 'recommends gcc-s390x-linux-gnu $' machine "$scripts/deps.sh" check || named=1
	rm "$work/root/usr/bin/clang-19"
	expect 0 '' machine QEMU=new-qemu "$scripts/deps.sh" &&
	expect 4 'recommends clang-19 $' machine "$scripts/deps.sh" configs || named=1
	: >"$work/root/usr/bin/clang-19"
	: >"$work/root/usr/bin/qemu-system-x86_64"
	: >"$work/root/usr/bin/s390x-linux-gnu-gcc"
	return $named
}

x86_64_qemu_missing()
{
	expect 5 'does not run; install the package qemu-system-x86, or name another with QEMU_X86_64=' \
		machine ARCH=x86_64 QEMU_X86_64="$work/no-qemu" "$scripts/deps.sh"
}

# status_of ARCHITECTURE QEMU'S
status_of()
{
	# shellcheck disable=SC2016 # for the inner shell
	ARCH=$1 sh -c 'prog=run; . "${0%/*}/lib/lib.sh"; . "${0%/*}/lib/boot.sh"; machine_arch; machine_status "$1"' "$scripts/x" "$2"
}
status_of_machine()
{
	for pair in 121:60 123:61 125:62 124:124 137:137 0:0 1:1 127:127; do
		expect 0 "^${pair#*:}\$" status_of x86_64 "${pair%:*}" || return 1
	done
	for n in 60 61 62 121 123 124 137 0; do
		expect 0 "^$n\$" status_of arm64 "$n" || return 1
	done
}

own_fragments()
{
	# shellcheck disable=SC2016 # for the inner shell
	for arch in arm64:/test.config x86_64:/test-x86_64.config; do
		expect 0 "${arch#*:} $work/odd.config\$" env ARCH="${arch%:*}" CONFIG="test,$work/odd.config" sh -c \
			'prog=kernel; . "${0%/*}/lib/lib.sh"; . "${0%/*}/lib/build.sh"; machine_arch; config_fragments; echo $fragments' "$scripts/x" || return 1
	done
}

# The same source in two clones: what one has compiled, the other has not to.
second_clone_is_fast()
{
	for clone in one two; do
		o=$work/clones/$clone/out
		mkdir -p "$o/linux" "$o/build"
		: >"$o/.lock"
		echo 'const char *file = __FILE__;' >"$o/linux/file.c"
		# shellcheck disable=SC2016 # for the inner shell
		(cd "$o/build" && O=$o CCACHE_DIR=$work/ccache sh -c 'prog=kernel; . "${0%/*}/lib/lib.sh"; . "${0%/*}/lib/build.sh"
			ccache gcc -I"$out/linux" -fmacro-prefix-map="$out/linux/=" -c -o file.o "$out/linux/file.c"' "$scripts/x") || return 1
	done >"$work/output" 2>&1
	cmp "$work/clones/one/out/build/file.o" "$work/clones/two/out/build/file.o" >>"$work/output" 2>&1 &&
	CCACHE_DIR=$work/ccache ccache --print-stats >>"$work/output" 2>&1 &&
	grep -q '^direct_cache_hit	1$' "$work/output"
}

gdb_missing()
{
	rm "$work/root/usr/bin/gdb-multiarch"
	expect 4 'recommends gdb-multiarch $' machine QEMU=new-qemu "$scripts/path.sh"
	_rc=$?
	: >"$work/root/usr/bin/gdb-multiarch"
	return $_rc
}

no_network()
{
	stand_in apt-get "$apt_names_mirror; echo 'E: Failed to fetch' >&2; exit 100"
	expect 3 'is there a network?' machine "$scripts/fetch.sh" && nothing_fetched
}

no_mirror()
{
	stand_in apt-get 'exit 0'
	expect 3 'apt knows no mirror' machine "$scripts/fetch.sh" && nothing_fetched
}

no_such_package()
{
	stand_in apt-get "$apt_names_mirror; case \"\$*\" in *indextargets*) echo zurg ;; esac; exit 0"
	stand_in apt-cache 'echo "linux-source-7.3:"; echo "  Candidate: (none)"'
	expect 3 "no package linux-source-7.3 in Debian's unstable testing stable zurg-backports oldstable" machine "$scripts/fetch.sh" &&
	nothing_fetched
}

# apt takes a name that it does not know for a pattern.
package_of_longer_name()
{
	stand_in apt-cache 'printf "%s\n" "linux-source-7.34:" "  Candidate: 7.34.1-1"'
	expect 3 "no package linux-source-7.3 in Debian's" machine "$scripts/fetch.sh" && nothing_fetched
}

download_fails()
{
	stand_in apt-get "$apt_names_mirror; case \"\$*\" in *download*) echo half >linux-source-7.3_1_all.deb; exit 100 ;; esac; exit 0"
	stand_in apt-cache 'echo "linux-source-7.3:"; echo "  Candidate: 7.3.9-1"'
	expect 3 'downloading linux-source-7.3 failed' machine "$scripts/fetch.sh" && nothing_fetched
}

damaged_download_is_not_used()
{
	mkdir -p "$work/machine-cache/arm64-syscall-exit"
	c=$work/machine-cache/arm64-syscall-exit
	echo half >"$c/linux-source-7.3_1_all.deb"
	expect 3 'downloading linux-source-7.3 failed' machine "$scripts/fetch.sh" || return 1
	echo half >"$c/linux-source-7.3_1_all.deb"
	echo "0000  linux-source-7.3_1_all.deb" >"$c/linux-source-7.3_1_all.deb.sha256"
	expect 3 'downloading linux-source-7.3 failed' machine "$scripts/fetch.sh" && nothing_fetched
}

# A newer package than that of the series is taken, and told.
newer_package()
{
	c=$work/machine-cache/arm64-syscall-exit
	rm -rf "$c" "$work/machine-out" "$work/deb"
	mkdir -p "$c" "$work/deb/DEBIAN" "$work/deb/usr/src" "$work/source/linux-source-7.3/arch/arm64"
	printf 'VERSION = 7\nPATCHLEVEL = 3\n' >"$work/source/linux-source-7.3/Makefile"
	: >"$work/source/linux-source-7.3/.gitignore"
	tar -cJf "$work/deb/usr/src/linux-source-7.3.tar.xz" -C "$work/source" linux-source-7.3 &&
	printf 'Package: linux-source-7.3\nVersion: 7.3.9-1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' >"$work/deb/DEBIAN/control" &&
	dpkg-deb -b "$work/deb" "$c/linux-source-7.3_7.3.9-1_all.deb" >/dev/null &&
	(cd "$c" && sha256sum linux-source-7.3_7.3.9-1_all.deb >linux-source-7.3_7.3.9-1_all.deb.sha256) || return 1
	for _base in 7.3.4-1~bpo13+1 7.3.9-1; do
		rm -rf "$work/machine-out"
		echo $_base >"$work/machine/base"
		expect 0 'fetch: linux-source-7.3 7.3.9-1 in ' machine ASE_FREE_MIB=100000 "$scripts/fetch.sh" || return 1
		grep -c 'fetch: Debian has linux-source-7.3 7.3.9-1, and the series is of 7.3.4-1~bpo13+1' "$work/output"
		# So each time
		expect 0 '' machine "$scripts/fetch.sh" || return 1
		grep -c 'fetch: [^ ]*/linux is linux-source-7.3 7.3.9-1, and the series is of 7.3.4-1~bpo13+1' "$work/output"
	done | paste -s -d ' ' >"$work/told"
	rm -rf "$work/machine-out" "$c" "$work/source"
	echo 7.3 >"$work/machine/base"
	[ "$(cat "$work/told")" = '1 1 0 0' ]
}

broken_package()
{
	c=$work/machine-cache/arm64-syscall-exit
	echo 'no package' >"$c/linux-source-7.3_1_all.deb"
	(cd "$c" && sha256sum linux-source-7.3_1_all.deb >linux-source-7.3_1_all.deb.sha256)
	expect 3 'unpacking .*linux-source-7.3_1_all.deb failed' machine "$scripts/fetch.sh"
	_rc=$?
	rm -f "$c"/linux-source*
	[ $_rc = 0 ] && nothing_fetched && [ ! -e "$work/machine-out/linux.part" ]
}

not_enough_disk()
{
	expect 3 'needs 8000 MiB in .*, but 10 are free' machine ASE_FREE_MIB=10 "$scripts/fetch.sh" && nothing_fetched
}

lost_option()
{
	mkdir -p "$work/source/scripts/kconfig" "$work/build"
	# A merge that gives back half of what was asked for.
	printf '#!/bin/sh\nshift; echo CONFIG_KEPT=y >"$2/.config"\n' >"$work/source/scripts/kconfig/merge_config.sh"
	chmod +x "$work/source/scripts/kconfig/merge_config.sh"
	printf 'CONFIG_KEPT=y\nCONFIG_LOST=y\n# CONFIG_OFF is not set\n' >"$work/odd.config"
	expect 4 'did not survive the merge: CONFIG_LOST=y (' sh -c '
		prog=kernel CONFIG=$3; . "${0%/*}/lib/lib.sh"; . "${0%/*}/lib/build.sh"; machine_arch; make_config "$1" "$2"' \
		"$scripts/x" "$work/source" "$work/build" "$work/odd.config"
}

# --- apt's signatures, whatever the machine's apt is set up to do: a repository without
# any, and an apt-get that the machine's files tell to take it
unsigned_repository()
{
	_repo=$work/unsigned
	rm -rf "$_repo" "$work/machine-cache"
	mkdir -p "$_repo/pool" "$_repo/deb/DEBIAN" "$_repo/dists/unstable/main/binary-arm64"
	printf 'Package: linux-source-7.3\nVersion: 7.3.9-1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' >"$_repo/deb/DEBIAN/control"
	dpkg-deb -b "$_repo/deb" "$_repo/pool/x.deb" >/dev/null
	{
		cat "$_repo/deb/DEBIAN/control"
		printf 'Filename: pool/x.deb\nSize: %s\nSHA256: %s\n' "$(stat -c %s "$_repo/pool/x.deb")" "$(checksum <"$_repo/pool/x.deb")"
	} >"$_repo/dists/unstable/main/binary-arm64/Packages"
	(
		cd "$_repo/dists/unstable" || exit
		printf 'Suite: unstable\nCodename: sid\nComponents: main\nArchitectures: arm64\nDate: %s\nSHA256:\n' "$(date -u -R)"
		printf ' %s %s main/binary-arm64/Packages\n' "$(checksum <main/binary-arm64/Packages)" "$(stat -c %s main/binary-arm64/Packages)"
	) >"$_repo/dists/unstable/Release"
	stand_in apt-get "case \"\$*\" in *--print-uris*) echo \"'file:$_repo/dists/$codename/InRelease' x 0\"; exit 0 ;; esac
exec $(command -v apt-get) -o APT::Get::AllowUnauthenticated=true -o Acquire::AllowInsecureRepositories=true \
	-o Acquire::AllowWeakRepositories=true -o Acquire::AllowDowngradeToInsecureRepositories=true \"\$@\""
	rm -f "$work/bin/apt-cache"
	# By itself, this apt takes it.
	mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial"
	: >"$work/apt/status"
	echo "deb [arch=arm64] file:$_repo unstable main" >"$work/apt/sources.list"
	PATH=$work/bin:$PATH apt-get -q update -o Dir::State="$work/apt" -o Dir::State::Lists="$work/apt/lists" \
		-o Dir::State::status="$work/apt/status" -o Dir::Cache="$work/apt" -o APT::Architecture=arm64 \
		-o APT::Sandbox::User="$(id -un)" \
		-o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null >"$work/output" 2>&1 || return 1
	grep -q 'is not signed' "$work/output" || return 1
	expect 3 'no suite of Debian could be read' machine "$scripts/fetch.sh" && nothing_fetched
}

# --- Who ends it, ends the machine too: run.sh with a QEMU that would go on for ever
ends_the_machine()
{
	rm -rf "$work/machine-out" "$work/pid" "$work/lasted"
	mkdir -p "$work/machine-out/guest"
	: >"$work/machine-out/.lock"
	: >"$work/machine-out/guest/initramfs"
	printf 'ptrace:peeksiginfo\n' >"$work/machine-out/guest/tests"
	stand_in endless-qemu "[ \"\$1\" != --version ] || { echo 'QEMU emulator version 7.2'; exit; }
echo \$\$ >'$work/pid.part'; mv '$work/pid.part' '$work/pid'
trap 'kill \$!; exit' TERM; /bin/sleep 60 & wait; : >'$work/lasted'"
	# The time goes by quickly for what shows progress.
	stand_in sleep 'case $1 in 1) exec /bin/sleep 0.01 ;; *) exec /bin/sleep "$@" ;; esac'
}
run_endless()
{
	machine ASE_IMAGE=none ASE_RESULTS="$work/machine-out/ended" QEMU=endless-qemu TESTS=ptrace \
		env --default-signal=INT,QUIT,PIPE,TERM,HUP "$scripts/run.sh"
}
machine_ended()
{
	_n=0
	[ ! -e "$work/lasted" ] || return 1
	while kill -0 "$(cat "$work/pid")" 2>/dev/null; do
		_n=$((_n + 1))
		[ $_n -lt 200 ] || { kill "$(cat "$work/pid")"; return 1; }
		/bin/sleep 0.05
	done
}
signal_ends_the_machine()
{
	ends_the_machine
	run_endless >"$work/output" 2>&1 &
	_run=$!
	while [ ! -e "$work/pid" ] && kill -0 $_run 2>/dev/null; do /bin/sleep 0.05; done
	# The lock says which process run.sh is.
	kill -s "$1" "$(sed 's/.* //' "$work/machine-out/.lock")"
	_rc=0
	wait $_run || _rc=$?
	echo "status $_rc" >>"$work/output"
	[ -e "$work/pid" ] && machine_ended && [ $_rc = "$2" ]
	_rc=$?
	rm -f "$work/bin/sleep"
	return $_rc
}
reader_that_goes_away()
{
	ends_the_machine
	run_endless 2>"$work/output" | head -n 3 >/dev/null
	[ -e "$work/pid" ] && machine_ended
	_rc=$?
	rm -f "$work/bin/sleep"
	return $_rc
}

# --- Names in the environment that others use as well
anothers_tree()
{
	rm -rf "$work/android" "$work/checkout"
	mkdir -p "$work/android/out/build" "$work/checkout"
	: >"$work/android/out/.lock"
	cp -R "$top/Makefile" "$scripts" "$work/checkout"
	mkdir "$work/checkout/out" "$work/checkout/out/results"
	: >"$work/checkout/out/.lock"
	for _name in TOP ASE_TOP; do
		(cd "$work/checkout" && env -u O "$_name=$work/android" make -s clean) >"$work/output" 2>&1 || return 1
		[ -e "$work/android/out/build" ] && [ ! -e "$work/checkout/out/results" ] || return 1
	done
}
# What a script takes from the environment, unless it has set it itself: the options
# that make hands down, what the system has, and names of our own.
names_of_the_environment()
{
	{
		sed -n '/^export/,/[^\\]$/p' "$top/Makefile" | sed -e 's/^export//' -e 's/\\$//' | tr -s ' \t' '\n'
		printf '%s\n' HOME TMPDIR XDG_CACHE_HOME PATH PWD CCACHE_DIR SOURCE_DATE_EPOCH QEMU QEMU_X86_64
		# Set before it is read
		sed -n 's/^[\t ]*\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$scripts/lib/build.sh" "$scripts/lib/lib.sh"
	} | sort -u >"$work/known"
	grep -hoE '\$\{?[A-Z][A-Z0-9_]*' "$scripts"/*.sh "$scripts"/lib/*.sh | tr -d '${' | sort -u | grep -vE '^ASE_|^(CODENAME|PARALLEL_SSHLOGIN|LLVM|CC|NF|O)$' |
		comm -23 - "$work/known" >"$work/output"
	[ ! -s "$work/output" ]
}

check 'what one clone has compiled, ccache has for another' second_clone_is_fast
check 'missing packages, not root: status 4 and the one command' packages_missing
check 'one missing package is named alone' one_package_missing
check 'QEMU missing: status 5' qemu_missing
check 'QEMU too old: status 5; newer is taken' qemu_too_old
check 'QEMU before 8.1 has one thread for all its CPUs' old_qemu_has_one_thread
check 'the tests of the harness without ccache: named, and QEMU is not needed' harness_without_ccache
check 'fetch without xz: named before anything is downloaded' fetch_without_xz
check 'packages for another architecture, for check and for configs, are named for them alone' more_packages
check 'QEMU for x86_64 missing: status 5' x86_64_qemu_missing
check 'the status of the machine, out of that of QEMU' status_of_machine
check 'no network: status 3, nothing left behind' no_network
check 'no mirror in the set-up of apt: status 3' no_mirror
check 'no package in any suite: status 3 and the suites' no_such_package
check 'a package of a longer name is another one' package_of_longer_name
check 'a download that fails: status 3, nothing left behind' download_fails
check 'a damaged download is not used' damaged_download_is_not_used
check 'a package that can not be unpacked: status 3' broken_package
check 'a newer package than that of the series is told' newer_package
if command -v apt-get >/dev/null; then
	check 'a repository without a signature is not read, whatever apt is set up to do' unsigned_repository
fi
check 'SIGINT ends the machine too' signal_ends_the_machine INT 130
check 'so does SIGQUIT' signal_ends_the_machine QUIT 131
check 'so does SIGPIPE' signal_ends_the_machine PIPE 141
check 'so does SIGHUP' signal_ends_the_machine HUP 143
check 'so does a reader that goes away, as in make run | head -1' reader_that_goes_away
check "TOP= in the environment is another's tree" anothers_tree
check 'no everyday name is taken from the environment' names_of_the_environment
check 'not enough disk: status 3, before anything is written' not_enough_disk
check 'VARIANT= that is none: status 2' expect 2 'take base or patched' machine VARIANT=both "$scripts/kernel.sh"
for verb in kernel guest run shell pairs test deps; do
	check "ARCH= that is none, $verb: status 2" expect 2 "^$verb: ARCH=riscv: take arm64 or x86_64\$" machine ARCH=riscv "$scripts/$verb.sh"
done
check 'CONFIG= that is no file: status 2' expect 2 'no such file' machine CONFIG=none "$scripts/kernel.sh"
check 'O= that make can not take: status 2' expect 2 'take no path with such characters' machine O="$work/a b" "$scripts/kernel.sh"
check 'an option that does not survive is named: status 4' lost_option
check 'an architecture has its own file for a name in CONFIG=' own_fragments
check 'BENCH= that is none: status 2' expect 2 'BENCH=odd: take measure, self-test or clock' machine BENCH=odd "$scripts/bench.sh"
check 'bench: CONFIG= that is no file: status 2' expect 2 'CONFIG=none: no such file' machine CONFIG=none "$scripts/bench.sh"
check 'path: CONFIG= that is no file: status 2' expect 2 'CONFIG=none: no such file' machine CONFIG=none "$scripts/path.sh"
check 'bench: a mode that is none: status 2' expect 2 'usage: bench.sh' machine "$scripts/bench.sh" --odd
check 'bench: TIMEOUT= that is no number: status 2' expect 2 'give a number of seconds' machine TIMEOUT=long "$scripts/bench.sh"
check 'path: TIMEOUT= that is no number: status 2' expect 2 'give a number of seconds' machine TIMEOUT=long "$scripts/path.sh"
check 'ROW= that is none: status 2' expect 2 'ROW=odd: no such row, or none of one call; there are: getppid ' machine ROW=odd "$scripts/path.sh"
check 'ROW= of more than a call: status 2' expect 2 'ROW=fork: no such row, or none of one call' machine ROW=fork "$scripts/path.sh"
for verb in bench path; do
	check "$verb on another architecture: status 2" expect 2 'instructions are counted of arm64 alone' machine ARCH=x86_64 "$scripts/$verb.sh"
done
check 'gdb is wanted by bench and path alone' gdb_missing

# --- What starts the machine: one place, and what it keeps to be repeated is what runs
started_elsewhere()
{
	(cd "$1" && grep -nE 'timeout .*--kill-after|^[^#]*-kernel|"\$qemu" -[^-]' ./*.sh lib/*.sh | grep -v '^lib/boot.sh:' | tee "$work/output")
}
check 'the machine is started in lib/boot.sh alone' test -z "$(started_elsewhere "$scripts")"
mkdir -p "$work/started/lib"
# shellcheck disable=SC2016 # as it stands in a script
echo 'run_logged "$log" timeout --kill-after=10 9 "$qemu" -machine virt' >"$work/started/x.sh"
cp "$work/started/x.sh" "$work/started/lib"
check 'whoever starts it elsewhere is found' test "$(started_elsewhere "$work/started" | wc -l)" = 2
printf '#!/bin/sh\nprintf "<%%s>" "$@"\nexit "$STATUS"\n' >"$work/words"
chmod +x "$work/words"
# started WORD...: what a machine is told of these words
started()
{
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'prog=boot; . "$(dirname "$0")/lib/lib.sh"; . "$(dirname "$0")/lib/boot.sh"
		dir=$1; shift; TIMEOUT=60
		printf "%s\n" "$dir/words" "$@" | shell_line >"$dir/command"
		start_machine "$dir/command" "$dir/said" && cat "$dir/said"; echo; start_here "$dir/command"; echo
		start_machine "$dir/command" "$dir/again" env MORE=1 && cmp "$dir/said" "$dir/again"' "$scripts/boot" "$work" "$@"
}
start_quotes()
{
	rm -f "$work/said" "$work/again"
	STATUS=0 started -append "a=b c='d e' \"f\" \$g \`h\` \\i" 'x,y=z' '*' >"$work/output" 2>&1 || return 1
	_told="<-append><a=b c='d e' \"f\" \$g \`h\` \\i><x,y=z><*>"
	[ "$(cat "$work/output")" = "$_told
$_told" ]
}
check 'the machine is told each word as it is' start_quotes
