#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# bench: how many instructions the kernel executes for a system call and the like
# (the rows of scripts/bench/rows), on the unpatched and on the patched kernel. QEMU
# counts them, exactly, on any machine. A count is path length, not time.
#
# CONFIG=name: this configuration only. BENCH="words": only some of
#   measure     both kernels of each configuration, three boots on either CPU, which
#               have to give the same least count in each row that does not depend
#               on the timing; and the way of a getppid(), by path.sh, as a picture
#   self-test   a kernel with one nop more on the way has to show it
#   clock       wall-clock times, of the two kernels in turn: a sanity check, by which
#               nothing passes or fails
#
# bench.sh --budget: the patched kernel against scripts/bench/budget, as TAP, a boot
# for each CPU. --write: put what make bench has measured into scripts/bench/ (the
# results, the budget, the picture) and its tables into README.md. --table: the
# tables for README.md; --check: whether README.md, the picture and the budget are
# those of the results. Neither --write nor these two need a kernel.

configs=${CONFIG:-}
prog=bench
. "$(dirname "$0")/lib.sh"
help_or 'bench.sh [--budget|--write|--table|--check]' "$@"
machine_arch
. "$(dirname "$0")/build.sh"
. "$(dirname "$0")/boot.sh"
. "$(dirname "$0")/count.sh"
committed=${ASE_BENCH_DIR:-$scripts/bench}
readme=$top/README.md

table()
{
	say "Counted with $(sed -n '1s/^# //p' "$committed/results.csv")."
	say
	awk -f "$scripts/bench/table.awk" -v format=markdown -v nottime="$not_time" "$bench_rows" "$committed/results.csv"
	say
	say "![The way of a getppid(), part by part](scripts/bench/getppid.svg)"
}

between()
{
	sed -n '/^<!-- bench: begin/,/^<!-- bench: end/p' "$readme" | sed '1d;$d'
}

# budget_of RESULTS: its lines of the budget
budget_of()
{
	printf 'key %s\n' "$(sed -n '1s/^# //p' "$1")"
	awk -F , '!/^#/ && $4 == "exact" { print $1, $2, $3, $8 }' "$1"
}

# The lines of a key, with it
budget_section()
{
	awk -v key="key $2" '/^key / { on = $0 == key } on && !/^#/ && NF' "$1"
}

# picture CSV SVG. In the picture stands what it is drawn from, so that it can be
# checked without gnuplot; gnuplot's own name and version do not.
picture_key()
{
	cat "$1" "$scripts/bench/getppid.gnuplot" "$scripts/bench/picture.awk" | checksum
}
picture()
{
	awk -f "$scripts/bench/picture.awk" "$1" >"$2.data"
	gnuplot -e "data='$2.data'; picture='$2.part'" "$scripts/bench/getppid.gnuplot" >"$2.log" 2>&1 ||
		die 4 "gnuplot could not draw ${2##*/}: $(tail -n 1 "$2.log")"
	sed -e "s|<title>Gnuplot</title>|<title>The way of a getppid()</title>|" \
		-e "s|<desc>.*</desc>|<desc>drawn from $(picture_key "$1")</desc>|" "$2.part" >"$2"
	rm -f "$2.part" "$2.data" "$2.log"
}

check_committed()
{
	for _f in results.csv getppid.csv getppid.svg budget; do
		[ -f "$committed/$_f" ] ||
			die 1 "scripts/bench/$_f is missing; write it with make bench and scripts/bench.sh --write"
	done
	[ "$(table)" = "$(between)" ] ||
		die 1 "the tables of counts in README.md are not those of scripts/bench/results.csv; run make bench and scripts/bench.sh --write"
	grep -qF "<desc>drawn from $(picture_key "$committed/getppid.csv")</desc>" "$committed/getppid.svg" ||
		die 1 "scripts/bench/getppid.svg is not drawn from getppid.csv; run make bench and scripts/bench.sh --write"
	[ "$(budget_of "$committed/results.csv")" = "$(budget_section "$committed/budget" "$(sed -n '1s/^# //p' "$committed/results.csv")")" ] ||
		die 1 "scripts/bench/budget is not that of scripts/bench/results.csv; run make bench and scripts/bench.sh --write"
}

write_committed()
{
	_new=$bench_dir/bench.csv
	[ -f "$_new" ] && [ -f "$bench_dir/getppid.svg" ] ||
		die 1 "there is no measurement to write down; run make bench"
	sed -n '2s/^# //p' "$_new" | grep -qxF "all topics, $bench_boots boots of $bench_configs" ||
		die 1 "the last make bench was not of all topics and configurations; run it without TOPICS= and CONFIG="
	[ "$(cat "$bench_dir/series")" = "$(SIGNOFF='' TOPICS='' "$scripts/mbox.sh" | checksum)" ] ||
		die 1 "the last make bench was of another series; run make bench"
	! grep -q ',unstable,' "$_new" ||
		die 1 "the last make bench has rows that are not the same in each boot; there is nothing to write down"
	cp "$_new" "$committed/results.csv"
	cp "$bench_dir/getppid.csv" "$bench_dir/getppid.svg" "$committed"
	add_cleanup "$readme.part" "$committed/budget.part"
	# What other compilers, versions of QEMU and kernels have stays.
	{
		sed '/^key /,$d' "$scripts/bench/budget" 2>/dev/null || :
		awk -v key="key $(sed -n '1s/^# //p' "$_new")" '/^key / { on = $0 != key } on' "$committed/budget"
		budget_of "$_new"
	} >"$committed/budget.part"
	mv "$committed/budget.part" "$committed/budget"
	table >"$readme.part"
	sed -i -e "/^<!-- bench: begin/r $readme.part" \
		-e '/^<!-- bench: begin/,/^<!-- bench: end/{/^<!-- bench: /!d;}' "$readme"
}

mode=${1:-}
case $mode in
--table) table; exit 0 ;;
--check) check_committed; exit 0 ;;
--write) write_committed; exit 0 ;;
--budget) BENCH=budget ;;
'')
	: "${BENCH:=measure self-test clock}"
	for word in $BENCH; do
		case $word in
		measure|self-test|clock) ;;
		*) die 2 "BENCH=$word: take measure, self-test or clock" ;;
		esac
	done ;;
*) die 2 "usage: bench.sh [--budget|--write|--table|--check]" ;;
esac
[ "$BENCH" = budget ] || : "${configs:=$bench_configs}"
: "${configs:=$budget_configs}"
# shellcheck disable=SC2086 # a list
check_configs $configs
lock_out
case " $BENCH " in
*' measure '*) "$scripts/deps.sh" bench ;;
*) "$scripts/deps.sh" ;;
esac
begin=$(now)
mkdir -p "$bench_dir"
VARIANT=patched "$scripts/tree.sh"
key=$(bench_key)
topics='all topics'
[ "$(applied_topics)" = "$(sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$top/series" | tr '\n' ' ')" ] ||
	topics="topics $(applied_topics)"

# lines CONFIG CPU VARIANT BOOT: of one boot
lines()
{
	sed -n "s/^ROW /$1 $2 $3 $4 /p" "$(console_of "$@")"
}
console_of()
{
	echo "$bench_dir/$1/$2/$3-$4.log"
}

# boots CONFIG VARIANT IMAGE BOOT...: on either CPU, with the boot's number as the
# seed of all that is random
boots()
{
	_config=$1 _variant=$2 _boot_image=$3
	shift 3
	for cpu in $bench_cpus; do
		for boot in "$@"; do
			at "$_config" "$cpu" "$_variant" "$boot"
			count_boot "$_boot_image" "$cpu" "$boot" \
				"$(console_of "$_config" "$cpu" "$_variant" "$boot")" "$(cat "$bench_dir/at")"
		done
	done
}
# at CONFIG CPU VARIANT BOOT: for whoever watches
at()
{
	echo "$1, $2, $3, boot $4" >"$bench_dir/at"
}

measure()
{
	rm -f "$bench_dir/bench.csv" "$bench_dir/getppid.csv" "$bench_dir/getppid.svg"
	for c in $configs; do
		build_kernels "$c" patched base
	done
	build_program
	progress_start "bench: counting instructions" cat "$bench_dir/at"
	# shellcheck disable=SC2046 # a list
	for c in $configs; do
		for v in base patched; do
			boots "$(config_name "$c")" "$v" "$(image_of "$c" "$v")" $(seq "$bench_boots")
		done
	done
	progress_stop
	for c in $configs; do
		for v in base patched; do
			for u in $bench_cpus; do
				for b in $(seq "$bench_boots"); do
					lines "$(config_name "$c")" "$u" "$v" "$b"
				done
			done
		done
	done >"$bench_dir/counts"
	{
		say "# $key"
		say "# $topics, $bench_boots boots of $configs"
		awk -f "$scripts/bench/collect.awk" -v boots="$bench_boots" "$bench_rows" "$bench_dir/counts"
	} >"$bench_dir/bench.csv.part"
	for c in $configs; do
		progress_start "bench: the way of a getppid() in $c, instruction by instruction" true
		log=$bench_dir/$(config_name "$c")/path.log
		CONFIG=$c ROW=getppid V=0 "$scripts/path.sh" >"$log" 2>&1 || {
			_rc=$?
			progress_stop
			tail -n 1 "$log" >&2
			exit $_rc
		}
		progress_stop
	done
	{
		echo 'config,cpu,variant,part,count'
		for c in $configs; do
			cat "$bench_dir/$(config_name "$c")/getppid.csv"
		done
	} >"$bench_dir/getppid.csv"
	picture "$bench_dir/getppid.csv" "$bench_dir/getppid.svg"
	SIGNOFF='' "$scripts/mbox.sh" | checksum >"$bench_dir/series"
	mv "$bench_dir/bench.csv.part" "$bench_dir/bench.csv"
	say "bench: counted with $key"
	say
	awk -f "$scripts/bench/table.awk" -v format=text -v nottime="$not_time" "$bench_rows" "$bench_dir/bench.csv"
	say
	say "  results  $bench_dir/{bench.csv,getppid.svg}"
	if grep -q ',unstable,' "$bench_dir/bench.csv"; then
		say "not ok these rows are not the same in each boot: $(awk -F , '$4 == "unstable" { printf "%s%s %s %s", sep, $1, $2, $3; sep = ", " }' "$bench_dir/bench.csv")"
		worst=1
	fi
}

# One instruction more, in a kernel and a work tree of their own: the first of the
# configurations is enough.
self_test()
{
	config=${configs%% *}
	source=$linux-commit
	name=$(config_name "$config")
	build=$out/build/one-nop-$name
	log=$bench_dir/one-nop.log
	nop=$scripts/bench/one-nop.patch
	image=$build/$image_path
	build_kernels "$config" patched
	build_program
	CONFIG=$config
	_nop_key="$(own_git -C "$linux" rev-parse 'series^{tree}') $(checksum <"$nop") $(config_key)"
	if ! stamp_is "$build/.stamp" "$_nop_key" || [ ! -f "$image" ]; then
		work_tree "$source"
		mkdir -p "$build"
		rm -f "$build/.stamp"
		trap 'pristine; exit 130' INT
		trap 'pristine; exit 143' TERM HUP
		pristine
		own_git -C "$source" apply "$nop" >"$log" 2>&1 || {
			pristine
			die 3 "scripts/bench/one-nop.patch does not apply: $(head -n 1 "$log"); write it anew for the tree in $linux"
		}
		make_config "$source" "$build"
		progress_start "bench: building the kernel with one nop more" true
		kernel_make "$log" "$source" "$build" "$image_target" || {
			pristine
			die 4 "building the kernel with one nop more failed; the whole log is $log"
		}
		progress_stop
		pristine
		trap 'exit 130' INT
		trap 'exit 143' TERM HUP
		stamp_write "$build/.stamp" "$_nop_key"
	fi
	progress_start "bench: counting with one nop more" cat "$bench_dir/at"
	boots "$name" patched "$(image_of "$config" patched)" 1
	boots "$name" nop "$image" 1
	progress_stop
	for u in $bench_cpus; do
		lines "$name" "$u" patched 1
		lines "$name" "$u" nop 1
	done >"$bench_dir/counts.nop"
	awk -f "$scripts/bench/nop.awk" "$bench_rows" "$bench_dir/counts.nop" || worst=1
}
pristine()
{
	own_git -C "$source" checkout -q -f --detach series
}

budget()
{
	skip=
	: >"$bench_dir/counts.budget"
	machines=$(for c in $configs; do for u in $bench_cpus; do printf '%s/%s ' "$(config_name "$c")" "$u"; done; done)
	if [ "$topics" != 'all topics' ]; then
		skip="the budget is that of all topics"
	elif grep -qxF "key $key" "$committed/budget"; then
		for c in $configs; do
			build_kernels "$c" patched
		done
		build_program
		for c in $configs; do
			progress_start "bench: counting instructions" cat "$bench_dir/at"
			boots "$(config_name "$c")" patched "$(image_of "$c" patched)" 1
			progress_stop
			for u in $bench_cpus; do
				lines "$(config_name "$c")" "$u" patched 1
			done >>"$bench_dir/counts.budget"
		done
	fi
	awk -f "$scripts/bench/budget.awk" -v key="$key" -v machines="$machines" -v skip="$skip" \
		"$bench_rows" "$committed/budget" "$bench_dir/counts.budget" || worst=1
}

# In pairs, so that what else the machine does hits both kernels; the one and the
# other first.
clock()
{
	pairs=7
	cpu=sve-off
	: >"$bench_dir/times"
	for c in $configs; do
		build_kernels "$c" patched base
	done
	build_program
	progress_start "bench: taking wall-clock times" cat "$bench_dir/at"
	for c in $configs; do
		name=$(config_name "$c")
		for boot in $(seq "$pairs"); do
			order='base patched'
			[ $((boot % 2)) = 1 ] || order='patched base'
			for v in $order; do
				log=$bench_dir/$name/clock/$v-$boot.log
				at "$name" "$cpu" "$v" "$boot"
				count_boot "$(image_of "$c" "$v")" "$cpu" "$boot" "$log" "$(cat "$bench_dir/at")" bench=clock
				sed -n "s/^CLOCK /$name $v $boot /p" "$log" >>"$bench_dir/times"
			done
		done
	done
	progress_stop
	say
	say "Wall-clock time under emulation, $(cpu_text "$cpu"), $pairs pairs of boots: a sanity check only."
	say "The ratio patched / base of each pair: least, median, greatest."
	awk -f "$scripts/bench/clock.awk" "$bench_rows" "$bench_dir/times"
}

worst=0
case " $BENCH " in *' budget '*) budget; exit $worst ;; esac
case " $BENCH " in *' measure '*) measure ;; esac
case " $BENCH " in *' self-test '*) self_test ;; esac
case " $BENCH " in *' clock '*) clock ;; esac
say "  time     $(elapsed "$begin")"
exit $worst
