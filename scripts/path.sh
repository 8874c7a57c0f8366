#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# path: one system call, instruction by instruction, on the unpatched and on the
# patched kernel: which functions it goes through, and how many instructions of
# each it executes. QEMU runs the program of make bench, and gdb goes through one
# more round of the row by single steps; the sum has to be the row's count.
#
# CONFIG=name: that configuration (bench-min). ROW=key: another row of
# scripts/bench/rows with one call. V=1: list the instructions.

config=${CONFIG:-bench-min}
prog=path
. "$(dirname "$0")/lib/lib.sh"
no_arguments "$@"
machine_arch
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/boot.sh"
. "$(dirname "$0")/lib/count.sh"
row=${ROW:-getppid}
# The row of a 32-bit task has a program of its own.
rows=$(awk '!/^#/ && $3 == 1 && $1 != "compat" { printf "%s ", $1 }' "$bench_rows")
case " $rows" in
*" $row "*) ;;
*) die 2 "ROW=$row: no such row, or none of one call; there are: $rows" ;;
esac
check_configs "$config"
lock_out
"$scripts/deps.sh" bench
build_kernels "$config" patched base
build_program
CONFIG=$config
make_work
name=$(config_name "$config")
traces=$bench_dir/$name
mkdir -p "$traces"

call=$("${cross}nm" "$bench_dir/root/init" | sed -n 's/ T marked_call$//p')
[ -n "$call" ] || die 4 "scripts/bench/bench.c has no marked_call"

# The machine waits for gdb, on a socket; both end together.
# shellcheck disable=SC2016 # for the inner shell
both='
script=$1 socket=$2
shift 2
"$@" &
qemu=$!
while [ ! -S "$socket" ] && kill -0 $qemu; do sleep 0.1; done
gdb-multiarch -nx -batch -x "$script" || kill $qemu
wait $qemu'

# trace VARIANT CPU: leaves $traces/ROW-CPU-VARIANT.path, a line for each
# instruction: PART, FUNCTION+OFFSET, what it is; tabs between.
trace()
{
	build=$(build_of "$1")
	log=$traces/$row-$2-$1
	who="$row, $(cpu_text "$2"), $1 kernel"
	cat >"$work/gdb" <<-EOF
	set pagination off
	set confirm off
	set width 0
	set architecture aarch64
	set remotetimeout 60
	file $build/vmlinux
	target remote $work/socket
	hbreak *0x$call
	continue
	delete
	set \$end = \$pc + 4
	stepi
	while \$pc != \$end
	  printf "AT %lx ", \$x30
	  x/i \$pc
	  stepi
	end
	continue
	EOF
	{
		count_words "$build/$image_path" "$2" 1 "$log.console" "row=$row"
		printf '%s\n' -S -chardev "socket,id=gdb,path=$work/socket,server=on,wait=off" -gdb chardev:gdb
	} | shell_line >"$log.cmd"
	rm -f "$work/socket" "$log.console" "$log.gdb"
	rc=0
	start_machine "$log.cmd" "$log.gdb" sh -c "$both" sh "$work/gdb" "$work/socket" || rc=$?
	judge_boot "$log.console" "$rc" "$who" "$log.gdb"
	# What of it is assembly is what the object of entry.S holds.
	"${cross}nm" "$build/arch/arm64/kernel/entry.o" | awk '$2 ~ /[tT]/ { print $3 }' >"$work/assembly"
	awk -f "$scripts/bench/path.awk" "$work/assembly" "$log.gdb" >"$log.path"
	# Where rounds differ, as those that write to the trace buffer do, it may be a
	# usual one rather than the shortest.
	read -r least usual <<-EOF
	$(sed -n "s/^ROW $row \([0-9]*\) \([0-9]*\) .*/\1 \2/p" "$log.console")
	EOF
	steps=$(wc -l <"$log.path")
	case $steps in
	"$least") ;;
	"$usual") say "$who: this round is not one of the shortest, which have $least" >>"$work/notes" ;;
	*) die 1 "$who: $steps single steps, but the program counts $least instructions; see $log.gdb" ;;
	esac
}

# shellcheck disable=SC2317 # called by progress_start
so_far()
{
	printf '%s, %s' "$cpu" "$variant"
}
for cpu in $bench_cpus; do
	for variant in base patched; do
		progress_start "path: $row in $name," so_far
		trace "$variant" "$cpu"
		progress_stop
	done
done

: >"$work/parts"
if [ -s "$work/notes" ]; then
	say
	cat "$work/notes"
fi
for cpu in $bench_cpus; do
	say
	say "$row, $name, $(cpu_text "$cpu"): instructions of the kernel. $not_time"
	if [ "$V" = 1 ]; then
		for variant in base patched; do
			say
			say "$variant:"
			awk -F '\t' '{ printf "%4d  %-15s %-44s %s\n", NR, $1, $2, $3 " " $4 }' "$traces/$row-$cpu-$variant.path"
		done
		say
	fi
	awk -f "$scripts/bench/parts.awk" -v config="$name" -v cpu="$cpu" -v csv="$work/parts" \
		"$traces/$row-$cpu-base.path" "$traces/$row-$cpu-patched.path"
done
mv "$work/parts" "$traces/$row.csv"
say
say "  paths    $traces/$row-*.path"
