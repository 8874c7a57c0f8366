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
#               on the timing; and the path of a getppid(), by path.sh, as a picture.
#               The rows that switch tasks or wait are counted on a machine of 1 ns an
#               instruction, five boots; nothing passes or fails by them
#   self-test   a kernel with one nop more on the path has to show it
#   clock       wall-clock times, of the two kernels in turn: a sanity check, by which
#               nothing passes or fails
#   commits     the kernel of the last commit of each topic, and of each commit whose message
#               has counts and of the one before it, with SVE and SME off, one boot. Not part
#               of make bench alone
#
# bench.sh --budget: the patched kernel against scripts/bench/budget, as TAP, a boot
# for each CPU. The budget has rows for each compiler and QEMU that it knows.
# --write: put what make bench has measured into scripts/bench/ (the results, the
# picture, the rows of this compiler and QEMU in the budget) and its tables into
# README.md there; --write-commits: the counts of the commits into scripts/bench/commits.
# --write-budget: count the patched kernel, and write the rows of another
# compiler or QEMU than those of the results. --table: these tables, which
# say if they are of another series; --readme: put them there; --check: whether
# README.md there, the picture and the budget are those of the results; --check-messages:
# whether the counts in messages are those of the commits. All but --budget and
# --write-budget need no kernel.

configs=${CONFIG:-}
prog=bench
. "$(dirname "$0")/lib/lib.sh"
help_or 'bench.sh [--budget|--write|--write-budget|--write-commits|--readme|--table|--check|--check-messages]' "$@"
machine_arch
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/boot.sh"
. "$(dirname "$0")/lib/count.sh"
. "$(dirname "$0")/lib/objects.sh"
committed=${ASE_BENCH_DIR:-$scripts/bench}
readme=$committed/README.md

table()
{
	table_words "$committed/results.csv"
	say "Counted with $(key_of "$committed/results.csv")."
	say
	awk -f "$scripts/bench/table.awk" -v format=markdown -v nottime="$not_time" "$bench_rows" "$committed/results.csv"
	say
	say "![The way of a getppid(), part by part](getppid.svg)"
}

# key_of RESULTS: what its counts depend on
key_of()
{
	sed -n 's/^# key //p' "$1"
}

# budget_of RESULTS: its section of the budget
budget_of()
{
	sed -n '1{/^# series /p;}' "$1"
	printf 'key %s\n' "$(key_of "$1")"
	awk -F , '!/^#/ && $4 == "exact" { print $1, $2, $3, $8 }' "$1"
}

# budget_section FILE KEY: the section of a key, with what it was measured on
budget_section()
{
	awk -v key="key $2" '
		/^# series / { head = $0; on = 0; next }
		/^key / { on = $0 == key; if (on && head != "") print head; head = "" }
		on && !/^#/ && NF' "$1"
}

# picture CSV SVG. In the picture stands what it is drawn from, so that it can be
# checked without gnuplot; gnuplot's own name and version do not.
picture_key()
{
	sed '/^#/d' "$1" | cat - "$scripts/bench/getppid.gnuplot" "$scripts/bench/picture.awk" | checksum
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
	[ "$(table)" = "$(between bench "$readme")" ] ||
		die 1 "scripts/bench/README.md has not the counts of results.csv beside it; run make bench and scripts/bench.sh --write, or --readme"
	grep -qF "<desc>drawn from $(picture_key "$committed/getppid.csv")</desc>" "$committed/getppid.svg" ||
		die 1 "scripts/bench/getppid.svg is not drawn from getppid.csv; run make bench and scripts/bench.sh --write"
	[ "$(budget_of "$committed/results.csv")" = "$(budget_section "$committed/budget" "$(key_of "$committed/results.csv")")" ] ||
		die 1 "scripts/bench/budget is not that of scripts/bench/results.csv; run make bench and scripts/bench.sh --write"
}

# What messages say of counts, "A -> B", has to be in the table of the commits: A of the
# commit before, or of the unpatched kernel, and B of the commit itself.
check_messages()
{
	table_is_ours "$committed/commits" ||
		die 1 "scripts/bench/commits is of another series; run BENCH=commits make bench and scripts/bench.sh --write-commits"
	_wrong=$(SIGNOFF='' AUTHOR='' TOPICS='' TOPIC='' "$scripts/mbox.sh" | awk -f "$scripts/bench/messages.awk" "$committed/commits" -)
	[ -z "$_wrong" ] || die 1 "$_wrong; write it as scripts/bench/commits has it"
}

write_commits()
{
	_new=$bench_dir/commits.table
	[ -f "$_new" ] || die 1 "there is no measurement to write down; run BENCH=commits make bench"
	table_is_ours "$_new" ||
		die 1 "the last BENCH=commits make bench was of another series; run it again"
	cp "$_new" "$committed/commits"
}

# write_section RESULTS
write_section()
{
	budget_of "$1" >"$committed/budget.section"
	[ -f "$committed/budget" ] || : >"$committed/budget"
	awk -f "$scripts/bench/section.awk" "$committed/budget.section" "$committed/budget" >"$committed/budget.part"
	rm -f "$committed/budget.section"
	mv "$committed/budget.part" "$committed/budget"
}

write_committed()
{
	_new=$bench_dir/bench.csv
	[ -f "$_new" ] && [ -f "$bench_dir/getppid.svg" ] ||
		die 1 "there is no measurement to write down; run make bench"
	sed -n '3s/^# //p' "$_new" | grep -qxF "all topics, $bench_boots boots of $bench_configs" ||
		die 1 "the last make bench was not of all topics and configurations; run it without UPTO= and CONFIG="
	table_is_ours "$_new" ||
		die 1 "the last make bench was of another series; run make bench"
	! grep -q ',unstable,' "$_new" ||
		die 1 "the last make bench has rows that are not the same in each boot; there is nothing to write down"
	cp "$_new" "$committed/results.csv"
	cp "$bench_dir/getppid.csv" "$bench_dir/getppid.svg" "$committed"
	add_cleanup "$readme.part" "$committed/budget.part" "$committed/budget.section"
	write_section "$_new"
	write_between bench "$readme" table
}

mode=${1:-}
case $mode in
--table) table; exit 0 ;;
--check) check_committed; exit 0 ;;
--readme) write_between bench "$readme" table; exit 0 ;;
--write) write_committed; exit 0 ;;
--write-commits) write_commits; exit 0 ;;
--check-messages) check_messages; exit 0 ;;
--budget) BENCH=budget ;;
--write-budget) BENCH=write-budget ;;
'')
	: "${BENCH:=measure self-test clock}"
	for word in $BENCH; do
		case $word in
		measure|self-test|clock|commits) ;;
		*) die 2 "BENCH=$word: take measure, self-test, clock or commits" ;;
		esac
	done ;;
*) die 2 "usage: bench.sh [--budget|--write|--write-budget|--write-commits|--readme|--table|--check|--check-messages]" ;;
esac
case $BENCH in
budget|write-budget) ;;
*) : "${configs:=$bench_configs}" ;;
esac
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
[ "$(applied_topics)" = "$(topics_of "$top/series")" ] ||
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
# gips_boots_of CONFIG VARIANT IMAGE: of the rows that switch tasks or wait
gips_boots_of()
{
	case " $gips_configs " in *" $1 "*) ;; *) return 0 ;; esac
	for boot in $(seq "$gips_boots"); do
		at "$1" "$gips_cpu" "$2" "$boot"
		count_boot "$3" "$gips_cpu" "$boot" "$(console_of "$1" "$gips_cpu" "$2" "$boot")" "$(cat "$bench_dir/at")" bench=gips
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
			gips_boots_of "$(config_name "$c")" "$v" "$(image_of "$c" "$v")"
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
			case " $gips_configs " in *" $(config_name "$c") "*) ;; *) continue ;; esac
			for b in $(seq "$gips_boots"); do
				lines "$(config_name "$c")" "$gips_cpu" "$v" "$b"
			done
		done
	done >"$bench_dir/counts"
	{
		code_head
		say "# key $key"
		say "# $topics, $bench_boots boots of $configs"
		awk -f "$scripts/bench/collect.awk" -v boots="$bench_boots" -v gips_boots="$gips_boots" \
			-v gips="$(for c in $configs; do config_name "$c"; echo; done | grep -xF "$(printf '%s\n' $gips_configs)" | paste -s -d ' ')" \
			"$bench_rows" "$bench_dir/counts"
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
		code_head
		echo 'config,cpu,variant,part,count'
		for c in $configs; do
			cat "$bench_dir/$(config_name "$c")/getppid.csv"
		done
	} >"$bench_dir/getppid.csv"
	picture "$bench_dir/getppid.csv" "$bench_dir/getppid.svg"
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
	awk -f "$scripts/lib/tap.awk" -f "$scripts/bench/nop.awk" "$bench_rows" "$bench_dir/counts.nop" || worst=1
}
# One boot of each commit's kernel, from the last to the first, so that most of each build
# is there already. What has been counted of the same code is not counted again.
count_commits()
{
	config=${configs%% *}
	CONFIG=$config
	name=$(config_name "$config")
	source=$linux-commit
	build=$out/build/commit-$name
	log=$bench_dir/commits.log
	build_program
	work_tree "$source"
	mkdir -p "$build" "$bench_dir/commits"
	: >"$bench_dir/commits.list"
	# TOPIC<TAB>SUBJECT
	subjects >"$bench_dir/commits.subjects"
	awk -F '\t' 'FNR == NR { subject[$1] = $2; next } /^# [a-z0-9-]+:/ { topic = $0; sub(/^# /, "", topic); sub(/:.*/, "", topic); next }
		$0 in subject { print topic "\t" subject[$0] }' "$bench_dir/commits.subjects" "$top/series" >"$bench_dir/commits.topics"
	# From the newest to the oldest, so that a commit's own counts come before those of
	# the code that it stands on.
	{
		_wanted=
		_ends=
		own_git -C "$linux" rev-list base..series >"$bench_dir/commits.series"
		while read -r commit <&4; do
			[ -n "$(code_of "$commit")" ] || continue
			_counts=
			! own_git -C "$linux" log -1 --format=%B "$commit" | tr '\n' ' ' | grep -qE '[0-9] *-> *[0-9]' || _counts=1
			# The last of each topic, for its cover letter
			_end=$(awk -F '\t' -v s="$(own_git -C "$linux" log -1 --format=%s "$commit")" '$2 == s { print $1 }' "$bench_dir/commits.topics")
			case " $_ends " in
			*" $_end "*) _end= ;;
			*) _ends="$_ends $_end" ;;
			esac
			[ -z "$_wanted$_counts$_end" ] || echo "$commit"
			_wanted=$_counts
		done 4<"$bench_dir/commits.series"
		own_git -C "$linux" rev-parse 'base^{commit}'
	} >"$bench_dir/commits.all"
	while read -r commit <&4; do
		subject=base
		[ "$commit" = "$(own_git -C "$linux" rev-parse 'base^{commit}')" ] ||
			subject=$(own_git -C "$linux" log -1 --format=%s "$commit")
		rows=$bench_dir/commits/$({ kernel_tree "$linux" "$commit"; config_key; checksum <"$scripts/bench/bench.c"; echo "$key"; } | checksum | cut -c1-16)
		printf '%s\t%s\n' "$rows" "$subject" >>"$bench_dir/commits.list"
		[ ! -s "$rows" ] || continue
		own_git -C "$source" checkout -q -f --detach "$commit"
		configured "$source" "$build"
		progress_start "bench: counting '$subject'" true
		kernel_make "$log" "$source" "$build" "$image_target" ||
			die 4 "building the kernel of '$subject' failed; the whole log is $log"
		count_boot "$build/$image_path" sve-off 1 "$bench_dir/commits.console" "$subject"
		progress_stop
		sed -n 's/^ROW //p' "$bench_dir/commits.console" >"$rows.part"
		mv "$rows.part" "$rows"
	done 4<"$bench_dir/commits.all"
	{
		order_head code_head
		say "# $config, $(cpu_text sve-off); $key. Each line: commit, row, count."
		tac "$bench_dir/commits.list" | while IFS='	' read -r rows subject; do
			awk -v subject="$subject" '
			NR == FNR { if (!/^#/ && $2 == "exact") exact[$1] = 1; next }
			$1 in exact { printf "%s\t%s\t%s\n", subject, $1, $2 }' "$bench_rows" "$rows"
		done
	} >"$bench_dir/commits.table"
	say "bench: $(wc -l <"$bench_dir/commits.list") kernels counted; $bench_dir/commits.table"
}

# The rows of a compiler and a QEMU that the results are not of: what make bench does
# with the patched kernel alone. Where the counts of two boots differ, nothing is written.
write_budget()
{
	[ "$topics" = 'all topics' ] || die 2 "the budget is that of all topics; run it without $topics_word="
	[ "$key" != "$(key_of "$committed/results.csv" 2>/dev/null)" ] ||
		die 2 "the rows of this compiler and QEMU are those of scripts/bench/results.csv; write them with make bench and scripts/bench.sh --write"
	for c in $configs; do
		build_kernels "$c" patched
	done
	build_program
	progress_start "bench: counting instructions" cat "$bench_dir/at"
	for c in $configs; do
		# shellcheck disable=SC2046 # a list
		boots "$(config_name "$c")" patched "$(image_of "$c" patched)" $(seq "$bench_boots")
	done
	progress_stop
	for c in $configs; do
		for u in $bench_cpus; do
			for b in $(seq "$bench_boots"); do
				lines "$(config_name "$c")" "$u" patched "$b"
			done
		done
	done >"$bench_dir/counts.budget"
	{
		code_head
		say "# key $key"
		# One kernel, where collect.awk wants two.
		sed 'p; s/ patched / base /' "$bench_dir/counts.budget" |
			awk -f "$scripts/bench/collect.awk" -v boots="$bench_boots" "$bench_rows" -
	} >"$bench_dir/budget.csv"
	! grep -q ',unstable,' "$bench_dir/budget.csv" ||
		die 1 "there are rows that are not the same in each boot ($(awk -F , '$4 == "unstable" { printf "%s%s %s %s", sep, $1, $2, $3; sep = ", " }' "$bench_dir/budget.csv")); nothing is written"
	add_cleanup "$committed/budget.part" "$committed/budget.section"
	write_section "$bench_dir/budget.csv"
	say "bench: scripts/bench/budget has the rows of $key"
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
	awk -f "$scripts/lib/tap.awk" -f "$scripts/bench/budget.awk" -v key="$key" -v machines="$machines" -v skip="$skip" \
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
case $BENCH in
budget) budget; exit $worst ;;
write-budget) write_budget; exit 0 ;;
esac
case " $BENCH " in *' measure '*) measure ;; esac
case " $BENCH " in *' self-test '*) self_test ;; esac
case " $BENCH " in *' clock '*) clock ;; esac
case " $BENCH " in *' commits '*) count_commits ;; esac
say "  time     $(elapsed "$begin")"
exit $worst
