#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# configs: builds the patched kernel in the configurations of scripts/config/matrix,
# boots each and runs a short list of tests in it.
#
# CONFIGS="name name": only these rows; the name few stands for three that differ
# most. A row that has passed is not done again until something that it depends on
# changes, nor one that scripts/config/table has from a run of this series with these
# tools, unless CONFIGS= names it; FORCE=1 does it nevertheless.
#
# configs.sh --plan NAME: what a row would do. --fragment NAME: its options, for make
# run CONFIG=. --write: put what make configs has found into scripts/config/table
# and README.md beside it; a row that it has no result of for this series is "not run" there.
# --readme: only the latter, from the table; --table: print it, which says if it is of
# another series; --check: whether the list is sound, and README.md
# and the table are those of the list. None of them needs a kernel.

prog=configs
. "$(dirname "$0")/lib/lib.sh"
help_or 'configs.sh [--plan NAME|--fragment NAME|--write|--readme|--table|--check]' "$@"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/jobs.sh"
. "$(dirname "$0")/lib/tap.sh"
machine_arch
[ "$ARCH" = arm64 ] || die 2 "ARCH=$ARCH: the configurations are of arm64 alone"
case $out in
*,*) die 2 "O=$out: a comma in it would be taken for two fragments; use another O=" ;;
esac

config_dir=${ASE_CONFIGS_DIR:-$scripts/config}
list=$config_dir/matrix
committed=$config_dir/table
results=$out/configs
readme=$config_dir/README.md
keys='config compiler cpu machine tests without parameters timeout expect unexpect splat log dies few'

# --- The list

all_rows()
{
	sed -n 's/^\([a-z0-9][a-z0-9-]*\) # .*/\1/p' "$list"
}

what_is()
{
	sed -n "s/^$1 # //p" "$list"
}

# The lines of a row in the list
stanza()
{
	awk -v row="$1" '/^[^ \t]/ || /^$/ { on = ($1 == row && $2 == "#") } on' "$list"
}

# field ROW KEY: a line each
field()
{
	stanza "$1" | sed -n "s/^[ 	][ 	]*$2[ 	][ 	]*//p"
}

# The fragments of a row as one: of each option the last line, as merge_config.sh
# takes it. What a row takes away from matrix.config is no option that got lost.
fragment_of()
{
	for _c in matrix $(field "$1" config); do
		cat "$config_dir/$_c.config"
	done | awk '
	/^CONFIG_[A-Za-z0-9_]*=/ || /^# CONFIG_[A-Za-z0-9_]* is not set$/ {
		option = $0; sub(/^# /, "", option); sub(/[= ].*/, "", option)
		if (!(option in line)) name[++n] = option
		line[option] = $0
	}
	END { for (i = 1; i <= n; i++) print line[name[i]] }'
}

# The row whose kernel it is: the first one with the same fragments and compiler
kernel_of()
{
	awk -v row="$1" '
	/^[a-z0-9][a-z0-9-]* # / { name = $1; names[++n] = name; built[name] = "gcc" }
	$1 == "compiler" { built[name] = $2 }
	$1 == "config" { $1 = ""; of[name] = of[name] $0 }
	END {
		for (i = 1; i <= n; i++)
			if (built[names[i]] of[names[i]] == built[row] of[row]) { print names[i]; exit }
	}' "$list"
}

compiler_of()
{
	_compiler=$(field "$1" compiler)
	echo "${_compiler:-gcc}"
}

# The names of tests, sets resolved
tests_of()
{
	_tests=$(field "$1" tests)
	_without=$(field "$1" without | tr -s ' \n' ' ')
	echo "${_tests:-native compat}" | tr -s ' \t' '\n' | while read -r _word; do
		case $_word in
		*:*) echo "$_word" ;;
		*) sed -n "s/^tests $_word //p" "$list" | tr -s ' ' '\n' ;;
		esac
	done | awk -v without="$_without" "$(cat "$scripts/lib/glob.awk")"'
	BEGIN { n = split(without, w, " ") }
	{
		for (i = 1; i <= n; i++) if (matches($0, w[i])) next
		if (!seen[$0]++) print
	}'
}

parameters_of()
{
	field "$1" parameters | tr '\n' ' '
}

timeout_of()
{
	_timeout=$(field "$1" timeout)
	echo "${TIMEOUT:-${_timeout:-900}}"
}

# What a row is, in a few digits: not the reasons that stand behind its lines
row_sum()
{
	{ stanza "$1" | sed 's/ # .*//'; fragment_of "$1"; tests_of "$1"; } | checksum | cut -c1-12
}

# scripts/guest/expected, less what is to pass in this row, and its own lines
expected_of()
{
	field "$1" unexpect | awk '
	function plain(line) { sub(/ # .*/, "", line); gsub(/[ \t]+/, " ", line); sub(/ $/, "", line); return line }
	FNR == NR && FILENAME == "-" { drop[plain($0)] = 1; next }
	!(plain($0) in drop)' - "$scripts/guest/expected"
	field "$1" expect
}

check_list()
{
	[ -n "$(all_rows)" ] || die 1 "scripts/config/matrix has no rows"
	_twice=$(all_rows | sort | uniq -d | tr '\n' ' ')
	[ -z "$_twice" ] || die 1 "scripts/config/matrix has these rows twice: $_twice"
	_odd=$(awk -v keys="$keys" '
		BEGIN { n = split(keys, k, " "); for (i = 1; i <= n; i++) known[k[i]] = 1 }
		/^#/ || /^$/ || /^tests [a-z]+ / || /^absent .*: / || /^elsewhere / { next }
		/^[a-z0-9][a-z0-9-]* # / { next }
		/^[ \t]/ && $1 in known && (NF > 1 || $1 == "few") { next }
		{ print FNR ": " $0; exit }' "$list")
	[ -z "$_odd" ] || die 1 "scripts/config/matrix, line $_odd: this is neither a row nor one of its keys ($keys)"
	for _row in $(all_rows); do
		[ -n "$(field "$_row" config)" ] || die 1 "$_row in scripts/config/matrix names no fragment (config)"
		for _c in matrix $(field "$_row" config); do
			[ -f "$config_dir/$_c.config" ] ||
				die 1 "$_row in scripts/config/matrix: no fragment scripts/config/$_c.config"
		done
		case $(compiler_of "$_row") in
		gcc|clang-[0-9]*) ;;
		*) die 1 "$_row in scripts/config/matrix: compiler is gcc or clang-VERSION" ;;
		esac
		case $(timeout_of "$_row") in
		*[!0-9]*) die 1 "$_row in scripts/config/matrix: timeout is a number of seconds" ;;
		esac
		for _key in cpu machine; do
			case $(field "$_row" $_key) in
			*[!A-Za-z0-9_.=,-]*) die 1 "$_row in scripts/config/matrix: $_key is one line of one word" ;;
			esac
		done
		for _word in $(field "$_row" tests); do
			case $_word in
			*:*) ;;
			*) grep -q "^tests $_word " "$list" || die 1 "$_row in scripts/config/matrix: no set of tests $_word" ;;
			esac
		done
		[ -n "$(tests_of "$_row")" ] || die 1 "$_row in scripts/config/matrix has no tests"
	done
	for _c in "$config_dir"/*.config; do
		_c=${_c##*/}
		_c=${_c%.config}
		[ "$_c" = matrix ] || grep -qE "^([ 	]+config|elsewhere)[ 	](.*[ 	])?$_c([ 	]|\$)" "$list" ||
			die 1 "no row of scripts/config/matrix has the fragment $_c.config; drop it"
	done
}

# --- What is committed, a line of table_head first:
# NAME<TAB>COMPILER<TAB>BUILT<TAB>BOOTED<TAB>PASSED<TAB>FAILED<TAB>KNOWN<TAB>ROW_SUM

table()
{
	table_words "$committed"
	echo
	echo '| configuration | | compiler | built | booted | passed | failed | known to fail or skip |'
	echo '|---|---|---|---|---|---:|---:|---:|'
	while IFS='	' read -r _row _by _built _booted _passed _failed _known _; do
		case $_row in '#'*|'') continue ;; esac
		if [ "$_built" = - ]; then
			echo "| $_row | $(what_is "$_row") | $_by | not run | | | | |"
		else
			echo "| $_row | $(what_is "$_row") | $_by | $_built | $_booted | $_passed | $_failed | $_known |"
		fi
	done <"$committed"
	echo
	echo 'Not in it:'
	echo
	sed -n 's/^absent /- /p' "$list"
}

# The line of a row in the table, if it is of this series and of this row
committed_line()
{
	[ -f "$committed" ] && [ "$(head -n 1 "$committed")" = "$(ASE_COMPILER=gcc table_head)" ] || return 0
	awk -F '\t' -v row="$1" -v sum="$(row_sum "$1")" '$1 == row && $8 == sum && $3 != "-"' "$committed"
}

check_committed()
{
	check_list
	[ -f "$committed" ] || die 1 "scripts/config/table is missing; write it with scripts/configs.sh --write"
	[ "$(sed '/^#/d' "$committed" | cut -f 1)" = "$(all_rows)" ] ||
		die 1 "scripts/config/table has other rows than scripts/config/matrix; run make configs and scripts/configs.sh --write"
	[ -n "$(table_sum "$committed")" ] ||
		die 1 "scripts/config/table does not say on which series it was measured; run make configs and scripts/configs.sh --write"
	for _row in $(all_rows); do
		_sum=$(awk -F '\t' -v row="$_row" '$1 == row && $3 != "-" { print $8 }' "$committed")
		[ -z "$_sum" ] || [ "$_sum" = "$(row_sum "$_row")" ] ||
			die 1 "$_row is another one in scripts/config/matrix than it was for scripts/config/table; run make configs and scripts/configs.sh --write"
	done
	[ "$(table)" = "$(between configs "$readme")" ] ||
		die 1 "scripts/config/README.md is not the table beside it; run scripts/configs.sh --write, or --readme"
}

write_committed()
{
	check_list
	[ "$(base_version)" != unknown ] || die 1 "there is no $linux, so nothing was run here; run make configs"
	add_cleanup "$committed.part" "$readme.part"
	_ours=$(series_sum)
	{
		ASE_COMPILER=gcc table_head
		echo "# Written by scripts/configs.sh --write: configuration, compiler, built, booted, how many results passed, failed, and are known to fail or skip, and a sum of the row."
		for _row in $(all_rows); do
			_line=$(committed_line "$_row")
			if [ "$(cat "$results/$_row.series" 2>/dev/null)" = "$_ours $(row_sum "$_row")" ]; then
				printf '%s\t%s\n' "$(cut -f 1-7 "$results/$_row.result")" "$(row_sum "$_row")"
			elif [ -n "$_line" ]; then
				echo "$_line"
			else
				printf '%s\t%s\t-\t-\t-\t-\t-\t-\n' "$_row" "$(compiler_of "$_row")"
			fi
		done
	} >"$committed.part"
	mv "$committed.part" "$committed"
	write_between configs "$readme" table
}

need_row()
{
	all_rows | grep -qxF -e "$1" ||
		die 2 "CONFIGS=$1: no such configuration; there are: $(all_rows | tr '\n' ' ')and few"
}

case ${1:-} in
--table) table; exit 0 ;;
--check) check_committed; exit 0 ;;
--readme) check_list; write_between configs "$readme" table; exit 0 ;;
--write) write_committed; exit 0 ;;
--plan)
	check_list
	need_row "${2:-}"
	say "config     matrix $(field "$2" config)"
	say "compiler   $(compiler_of "$2")"
	say "kernel     of $(kernel_of "$2")"
	say "cpu        $(field "$2" cpu)"
	say "machine    $(field "$2" machine)"
	say "tests      $(tests_of "$2" | tr '\n' ' ')"
	say "parameters $(parameters_of "$2")"
	say "timeout    $(timeout_of "$2")"
	exit 0 ;;
--fragment)
	check_list
	need_row "${2:-}"
	fragment_of "$2"
	exit 0 ;;
''|--prepare) ;;
--job) need_row "${2:-}"; CONFIGS=$2 ;;
*) die 2 "usage: configs.sh [--plan NAME|--fragment NAME|--write|--readme|--table|--check]" ;;
esac

case ${TIMEOUT:-0} in
*[!0-9]*) die 2 "TIMEOUT=$TIMEOUT: give a number of seconds" ;;
esac
check_list
few=$(for row in $(all_rows); do ! stanza "$row" | grep -qx '[ 	]*few' || echo "$row"; done)
set -f
rows=
for row in ${CONFIGS:-}; do
	case $row in
	few) rows="$rows $few" ;;
	*) need_row "$row"; rows="$rows $row" ;;
	esac
done
set +f
[ -n "$rows" ] || [ -z "${CONFIGS:-}" ] ||
	die 2 "CONFIGS='$CONFIGS' names no configuration; leave it out for all of them"
# In the order of the list, in which little is built twice
rows=$(all_rows | awk -v asked="$rows" '
	BEGIN { n = split(asked, a); for (i = 1; i <= n; i++) want[a[i]] = 1 }
	!n || $0 in want')
planned=$(echo "$rows" | wc -w)

# What all rows need, on each host
prepare()
{
	"$scripts/deps.sh"
	for _row in $rows; do
		[ "$(compiler_of "$_row")" = gcc ] || { "$scripts/deps.sh" configs; break; }
	done
	VARIANT=patched "$scripts/tree.sh"
	"$scripts/guest.sh"
	mkdir -p "$results"
	need_disk 3000 "$results" "a build of other configurations"
}
lock_out
jobs_check
jobs_compilers=$(for _row in $rows; do compiler_of "$_row"; done | sort -u | grep -vx gcc | tr '\n' ' ' || :)
jobs_prepared "$@"
source=$(source_of patched)
# With it, the tests of each row: see row_key.
kernel_tree=$(kernel_tree "$source")

# at STEP: for whoever watches
at()
{
	echo "$row: $1" >"$results/at"
}
# found WORD...: the line of the row's result
found()
{
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$row" "$by" "$@"
}

# judge_death: whether the kernel ended the machine, and for the reason that the row
# says: the first line of a splat in its log. Sets $why and $booted.
judge_death()
{
	booted=no
	! grep -aq 'Linux version ' "$results/$row/console.log" 2>/dev/null || booted=yes
	if [ "$rc" = 5 ] && [ "$(cat "$results/$row/qemu.status")" = 0 ] &&
		printf '%s\n' "$why" | grep -qE -e "of a splat: .*($_dies)"; then
		why=
	else
		why="the kernel was to end with '$_dies'; it did not: $why"
	fi
}

# unused_line: the first of the row's own lines that nothing was like in this run
unused_line()
{
	{
		field "$row" expect | sed 's/ # .*//; s/^/expect /'
		field "$row" unexpect | sed 's/ # .*//; s/^/unexpect /'
	} | awk -v variant=patched "$(cat "$scripts/lib/glob.awk")"'
	FILENAME != "-" { sub(/ # .*/, ""); state = $1; sub(/^[^ ]+ +/, ""); name[++n] = $0; of[n] = state; next }
	{
		# Lines of names are judged by verdict.awk.
		if ($2 == "leave-out" || $3 == "leave-out" || $3 == "names") next
		want = $1 == "expect" ? "expected-" $3 : "pass"
		line = $0
		$1 = $2 = $3 = ""
		sub(/^ +/, "")
		for (i = 1; i <= n; i++) if (of[i] == want && matches(name[i], $0)) next
		print line; exit
	}' "$_results" -
	field "$row" splat | while read -r _splat; do
		grep -aqE -e "${_splat%% # *}" "$results/$row/console.log" || { echo "splat $_splat"; break; }
	done
}

# run_row: the line of what comes out for $row, which is looked at:
# NAME COMPILER BUILT BOOTED PASSED FAILED KNOWN TIME, and why it did not pass
run_row()
{
	row_begin=$(now)
	log=$results/$row.log
	# No words of another time if it comes to no boot
	rm -rf "${results:?}/$row"
	choose_compiler
	command -v "$compiler" >/dev/null || {
		found no no 0 0 0 "$(elapsed "$row_begin")" "there is no $compiler; install it"
		return
	}
	# Rows that differ only in what they boot share one.
	image=$results/$(kernel_of "$row").image
	build=$out/build/configs-${ASE_COMPILER%%-*}
	mkdir -p "$build"
	image_key="$kernel_tree $(config_key)"
	if [ -n "${FORCE:-}" ] || ! stamp_is "$image.stamp" "$image_key" || [ ! -f "$image" ]; then
		rm -f "$image" "$image.stamp"
		at 'making its config'
		( make_config "$source" "$build" ) >"$log" 2>&1 || {
			found no no 0 0 0 "$(elapsed "$row_begin")" "$(tail -n 1 "$log")"
			return
		}
		cp "$build/.config" "${image%.image}.config"
		at building
		say "$(kernel_make_words "$source" "$build") $image_target" >>"$log"
		kernel_make "$log" "$source" "$build" "$image_target" || {
			found no no 0 0 0 "$(elapsed "$row_begin")" \
				"does not build: $(grep -m 1 -E 'error:|undefined|Error [0-9]' "$log"); see $log"
			return
		}
		cp "$build/$image_path" "$image"
		stamp_write "$image.stamp" "$image_key"
	fi
	at testing
	expected_of "$row" >"$results/$row.expected"
	{ cat "$scripts/guest/splats-allowed"; field "$row" splat; } >"$results/$row.splats"
	rc=0
	ASE_IMAGE=$image ASE_RESULTS=$results/$row VARIANT=patched TESTS=$(tests_of "$row" | tr '\n' ' ') \
		ASE_PARAMETERS=$(parameters_of "$row") ASE_CPU=$(field "$row" cpu) ASE_MACHINE=$(field "$row" machine) \
		ASE_EXPECTED=$results/$row.expected \
		ASE_SPLATS_ALLOWED=$results/$row.splats TIMEOUT=$(timeout_of "$row") V=0 \
		"$scripts/run.sh" >>"$log" 2>&1 </dev/null || rc=$?
	why=
	booted=no
	_results=/dev/null
	if [ -s "$results/$row/results" ]; then
		booted=yes
		_results=$results/$row/results
	fi
	[ $rc = 0 ] || why="$(sed -n 's/^patched kernel: //p' "$results/$row/summary" 2>/dev/null || :)"
	[ $rc = 0 ] || why=${why:-"run.sh ended with status $rc"}
	# The kernel may have been told in vain.
	_missing=$(field "$row" log | while read -r _regex; do
		grep -qE -e "$_regex" "$results/$row/console.log" 2>/dev/null || { printf '%s' "$_regex"; break; }
	done)
	_dies=$(field "$row" dies)
	if [ -n "$_dies" ]; then
		judge_death
		[ -z "$_missing" ] || why="${why:+$why; }its log has no '$_missing'"
		[ -z "$why" ] && found yes $booted 1 0 0 "$(elapsed "$row_begin")" "" ||
			found yes $booted 0 1 0 "$(elapsed "$row_begin")" "$why"
		return
	fi
	[ -z "$_missing" ] || why="${why:+$why; }its log has no '$_missing'"
	_unused=$(unused_line)
	[ -z "$_unused" ] || [ -n "$why" ] || why="nothing is as its line says: $_unused; take it off"
	# shellcheck disable=SC2046 # three numbers
	found yes $booted $(awk '{ n[$1]++ } END {
		print n["pass"] + n["xfail"], n["fail"] + n["skip"], n["expected-fail"] + n["expected-skip"] }' \
		"$_results") "$(elapsed "$row_begin")" "$why"
}

# What a row depends on beside its kernel
row_key()
{
	{
		stanza "$1"
		tests_of "$1"
		expected_of "$1"
		cat "$scripts/guest/splats-allowed" "$scripts/lib/boot.sh" "$scripts/lib/arch/arm64" "$scripts/run.sh" "$scripts"/lib/verdict.* \
			"$guest/initramfs"
		echo "$qemu_version"
	} | checksum
}

# look_at ROW: what is to be built and by what: sets row, CONFIG, ASE_COMPILER and by
look_at()
{
	row=$1
	CONFIG=$results/$row.fragment
	fragment_of "$row" >"$CONFIG"
	ASE_COMPILER=$(compiler_of "$row")
	export CONFIG ASE_COMPILER
	by=$(compiler_version 2>/dev/null | sed -n 's/.*[^.0-9]\([0-9][0-9]*\.[0-9][0-9.]*\).*/\1/p')
	by="${ASE_COMPILER%%-*} $by"
}

if [ "${1:-}" = --job ]; then
	look_at "$2"
	rm -f "$results/$row.stamp" "$results/$row.series"
	add_cleanup "$results/$row.result.part"
	run_row >"$results/$row.result.part"
	mv "$results/$row.result.part" "$results/$row.result"
	exit 0
fi

sum=$(series_sum)${TOPICS:+ up to $TOPICS}${LINUX:+ on $LINUX}
qemu_version=$("$qemu" --version 2>/dev/null | head -n 1)
# What the table has is of the tools that its first line names.
resume=
[ -n "${FORCE:-}${CONFIGS:-}$TOPICS$LINUX" ] || [ ! -f "$committed" ] ||
	[ "$(head -n 1 "$committed")" != "$(ASE_COMPILER=gcc table_head)" ] || resume=1

begin=$(now)

# say_result [WORDS]: the line of $row
say_result()
{
	echo "$series" >"$results/$row.series"
	IFS='	' read -r _ by built booted p f k time why <"$results/$row.result"
	case $built in yes) built=built ;; *) built='not built' ;; esac
	case $booted in yes) booted=booted ;; *) booted='not booted' ;; esac
	line="$row: $(what_is "$row"); $by; $built, $booted; $p passed, $f failed, $k known to fail or skip; $time${1:-}"
	if [ -z "$why" ]; then
		stamp_write "$results/$row.stamp" "$key"
		tap_ok "$line"
	else
		tap_not_ok "$line # $why"
		awk '$1 == "fail" || $1 == "skip"' "$results/$row/results" 2>/dev/null | sed 's/^/#   /' | head -n 10
	fi
}

# Those that are known
todo=
for row in $rows; do
	look_at "$row"
	key="$kernel_tree $(config_key) $(row_key "$row")"
	series="$sum $(row_sum "$row")"
	if [ -n "$resume" ] && committed_line "$row" | awk -F '\t' -v by="$by" '
		$2 == by && $3 == "yes" && $4 == "yes" && $6 == 0 { yes = 1 } END { exit !yes }'; then
		tap_ok "$row: $(what_is "$row"); $by; as scripts/config/table has it"
	elif [ -z "${FORCE:-}" ] && stamp_is "$results/$row.stamp" "$key" && [ -f "$results/$row.result" ]; then
		say_result ', before'
	else
		rm -f "$results/$row.stamp" "$results/$row.series"
		jobs_key "$row" "$key
$sum $(row_sum "$row")"
		todo="$todo $row"
	fi
done

# The others
# shellcheck disable=SC2317 # called by progress_start
so_far()
{
	jobs_left
	[ -f "$results/at" ] || return 0
	_at=$(cat "$results/at")
	printf '%s' "$_at"
	case $_at in
	*': building') printf ', %s objects' "$(grep -cE '^  (CC|AS|HOSTCC) ' "$results/${_at%%:*}.log")" ;;
	esac
}
rm -f "$results/at"
CONFIG='test'
unset ASE_COMPILER
# shellcheck disable=SC2086 # a list
jobs_begin $todo
jobs_watch "configs:" so_far
while jobs_next; do
	progress_stop
	look_at "$item"
	key=$(sed -n 1p "$results/$row.key")
	series=$(sed -n 2p "$results/$row.key")
	if [ -z "$job_died" ]; then
		say_result
	else
		tap_not_ok "$row: $(what_is "$row") # $job_died"
	fi
	jobs_watch "configs:" so_far
done
progress_stop
tap_plan
[ "$(tap_count)" = "$planned" ] || die 1 "$planned rows were to be tried, but only $(tap_count) were"
say "  results  $results/NAME/, and NAME.log beside it; NAME.config and NAME.image of the first row that has this kernel"
say "  time     $(elapsed "$begin")"
tap_end 0
