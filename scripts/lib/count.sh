# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# How instructions are counted: the same for bench and path. Needs lib.sh,
# build.sh and boot.sh.

. "$scripts/lib/splats.sh"
[ "$ARCH" = arm64 ] || die 2 "ARCH=$ARCH: instructions are counted of arm64 alone"
case ${TIMEOUT:=300} in
*[!0-9]*) die 2 "TIMEOUT=$TIMEOUT: give a number of seconds" ;;
esac

# The configurations that are measured where CONFIG= names none, and those whose
# budget make test looks at: not all, which would take it beyond the hour.
bench_configs='bench-min bench'
budget_configs=bench-min
bench_cpus='sve-off sve-live'
bench_boots=3
# The machine of the rows that switch tasks or wait, how often it is booted, and with
# which configurations: it needs EPOLL, EVENTFD and TIMERFD
gips_cpu=gips
gips_configs=bench-min
gips_boots=5
bench_dir=$out/bench
bench_rows=$scripts/bench/rows
not_time='A count is path length, not time.'

cpu_model()
{
	case $1 in
	sve-off|gips) echo 'max,pauth-impdef=on,sve=off,sme=off' ;;
	sve-live) echo 'max,pauth-impdef=on' ;;
	esac
}

cpu_text()
{
	case $1 in
	sve-off) echo 'SVE and SME off' ;;
	sve-live) echo 'SVE state live' ;;
	gips) echo 'SVE and SME off, 1 ns an instruction' ;;
	esac
}

linux_version()
{
	sed -n -e 's/^VERSION = //p' -e 's/^PATCHLEVEL = //p' -e 's/^SUBLEVEL = //p' "$linux/Makefile" | paste -sd .
}

# What a count depends on, beside the config and the CPU
bench_key()
{
	echo "$(compiler_version); QEMU $(qemu_version | cut -d . -f 1,2); Linux $(linux_version)"
}

# check_configs CONFIG...: complain before anything is built
check_configs()
{
	for CONFIG in "$@"; do
		config_fragments
	done
}

# As it stands in a path and in a line of CSV; build_of has the same.
config_name()
{
	printf '%s' "$1" | tr -c 'A-Za-z0-9_.-' _
}

image_of()
{
	(CONFIG=$1 && echo "$(build_of "$2")/$image_path")
}

# build_kernels CONFIG VARIANT...
build_kernels()
{
	_config=$1
	shift
	for _v in "$@"; do
		CONFIG=$_config VARIANT=$_v "$scripts/kernel.sh"
	done
}

# The program that counts, as PID 1 of an initramfs of its own
build_program()
{
	_key="$(cat "$scripts/bench/bench.c" "$scripts/lib/count.sh" | checksum) $(compiler_version) $("${cross_compat}gcc" --version | head -n 1)"
	if stamp_is "$bench_dir/.stamp" "$_key" && [ -f "$bench_dir/initramfs" ]; then
		return
	fi
	rm -rf "$bench_dir/.stamp" "$bench_dir/root"
	mkdir -p "$bench_dir/root/dev"
	"${cross}gcc" -Wall -Wextra -Werror -O2 -static -o "$bench_dir/root/init" "$scripts/bench/bench.c" ||
		die 4 "building scripts/bench/bench.c failed"
	"${cross_compat}gcc" -Wall -Wextra -Werror -O2 -marm -static -o "$bench_dir/root/compat" "$scripts/bench/bench.c" ||
		die 4 "building scripts/bench/bench.c for 32 bit failed"
	# A program of two instructions, for the row of execve
	printf '%s\n' '.globl _start' '_start: mov x8, #94' 'mov x0, #0' 'svc #0' >"$bench_dir/exit.S"
	"${cross}gcc" -nostdlib -static -o "$bench_dir/root/exit" "$bench_dir/exit.S" ||
		die 4 "building the program that exits failed"
	(cd "$bench_dir/root" && find . | sort | cpio -o -H newc -R 0:0 --reproducible --quiet) >"$bench_dir/initramfs.part" ||
		die 4 "cpio could not write the initramfs; is the disk full?"
	mv "$bench_dir/initramfs.part" "$bench_dir/initramfs"
	stamp_write "$bench_dir/.stamp" "$_key"
}

# bench_words IMAGE CPU: one processor without interrupts of other ones, and without memory
# tagging: counts are of what a call costs where nothing asks for it
bench_words()
{
	machine_more=''
	boot_words "$1" "$bench_dir/initramfs" |
		sed -e "s/^max,.*/$(cpu_model "$2")/" -e '/^-smp$/{n;s/.*/1/;}' -e 's/^2G$/1G/'
}

# count_words IMAGE CPU SEED CONSOLE PARAMETER...: the whole command, a word a line.
# With -icount the guest's clock goes on by 16 ns an instruction, which is a tick
# of QEMU's 62.5 MHz; by 1 ns for the rows that switch tasks, for which it matters how
# often timers come. All that is random comes from the seed: the same boot can be
# had again, and another seed makes another boot of it.
count_words()
{
	bench_words "$1" "$2"
	# Not where wall-clock time is taken.
	case " $* " in
	*' bench=clock '*) ;;
	*' bench=gips '*) printf '%s\n' -icount shift=0,sleep=off ;;
	*) printf '%s\n' -icount shift=4,sleep=off ;;
	esac
	cat <<-EOF
	-seed
	$3
	-rtc
	base=2026-01-01,clock=vm
	-serial
	file:$4
	EOF
	shift 4
	# Page-table isolation comes with a random address of the kernel. A warning is
	# printed, as "quiet" would not: judge_boot has to see it.
	append_words loglevel=5 nokaslr "$@"
}

# judge_boot CONSOLE STATUS WHAT LOG: whether a machine ran to its end. LOG has the
# words of QEMU itself.
judge_boot()
{
	[ "$2" != 124 ] || die 124 "$3: time-out after $TIMEOUT s; what the machine said is in $1"
	[ -s "$1" ] || die 5 "$3: QEMU ended with status $2 before the machine said anything: $(tail -n 1 "$4")"
	tr -d '\r' <"$1" >"$1.part"
	mv "$1.part" "$1"
	_splat=$(splats_in "$1") || exit $?
	[ -z "$_splat" ] || die 5 "$3: the kernel's log has a splat: $(printf '%s\n' "$_splat" | sed -n '1s/^[0-9]*://p'); see $1"
	_broken=$(sed -n 's/^BROKEN //p' "$1" | head -n 1)
	[ -z "$_broken" ] || die 5 "$3: the program that counts says: $_broken; see $1"
	[ "$2" = 60 ] && grep -q '^END$' "$1" ||
		die 5 "$3: the machine ended with status $2 before all was counted; see $1"
}

# count_boot IMAGE CPU SEED CONSOLE WHAT [PARAMETER...]
count_boot()
{
	_image=$1 _cpu=$2 _seed=$3 _console=$4 _what=$5
	shift 5
	mkdir -p "${_console%/*}"
	rm -f "$_console"
	count_words "$_image" "$_cpu" "$_seed" "$_console" "$@" | shell_line >"$_console.cmd"
	_rc=0
	: >"$_console.qemu"
	start_machine "$_console.cmd" "$_console.qemu" || _rc=$?
	judge_boot "$_console" "$_rc" "$_what" "$_console.qemu"
}
