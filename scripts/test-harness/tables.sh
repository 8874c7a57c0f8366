# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What was measured on one series is not shown as that of another: a copy of this
# repository with one patch changed, and all that is made of tables there.

tables_top=$work/tables
tables_out=$work/tables-out
mkdir -p "$tables_top" "$tables_out"
: >"$tables_out/.lock"
(cd "$top" && tar -c --exclude=./out --exclude=./.git .) | tar -x -C "$tables_top"
# there SCRIPT ARGUMENT...: a script of the copy, on the copy
there()
{
	_script=$1
	shift
	O=$tables_out "$tables_top/scripts/$_script.sh" "$@"
}
# shellcheck disable=SC2016 # expanded there
sum_there() { O=$tables_out sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; series_sum' "$tables_top/scripts/sum"; }
tables_sum=$(sum_there)
# As if all had been measured on this series
for tables_file in claims/table bench/results.csv config/table compare/table mutants/table; do
	{
		echo "# series $tables_sum; gcc; QEMU 7.2; Linux 7.3"
		[ ! -f "$scripts/$tables_file" ] || sed '/^# series /d' "$scripts/$tables_file"
	} >"$tables_top/scripts/$tables_file"
done
# The budget begins with what the results were counted on.
tables_key=$(sed -n 's/^# key //p' "$scripts/bench/results.csv")
{
	echo "# series $tables_sum; gcc; QEMU 7.2; Linux 7.3"
	echo "key $tables_key"
	awk -F , '!/^#/ && $4 == "exact" { print $1, $2, $3, $8 }' "$scripts/bench/results.csv"
} >"$tables_top/scripts/bench/budget"

# block NAME: of that README.md of the copy
block()
{
	sed -n "/^<!-- $1: begin/,/^<!-- $1: end/p" "$tables_top/scripts/$(tables_dir "$1")/README.md"
}
tables_dir() { if [ "$1" = configs ]; then echo config; else echo "$1"; fi; }
written()
{
	there "$1" --readme >"$work/output" 2>&1 && there "$1" --check >>"$work/output" 2>&1 &&
	block "$1" | grep -q "$2"
}
for tables_verb in claims bench configs compare mutants; do
	check "$tables_verb: README.md says that it was measured on this series" written $tables_verb \
		"^Measured on this series: .*its checksum is $tables_sum\\.\$"
done
for tables_page in $(sed -n 's/^[ 	]*+ \(Documentation\/.*\)/\1/p' "$top/series" | head -n 1); do
	echo changed >>"$tables_top/$tables_page"
done
check 'a page of Documentation/ is no part of the checksum' test "$(sum_there)" = "$tables_sum"
# With a test changed, and no code, counts are still those of this series, if they say
# of which code they are.
# shellcheck disable=SC2016 # expanded there
tables_code=$(O=$tables_out sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; code_sum' "$tables_top/scripts/sum")
sed -i "1s/^# series $tables_sum;/# series $tables_sum; code $tables_code;/" "$tables_top/scripts/bench/results.csv" "$tables_top/scripts/bench/budget"
for tables_test in $(sed -n 's/^[ 	]*+ \(tools\/.*\.c\)/\1/p' "$top/series" | head -n 1); do
	cp "$tables_top/$tables_test" "$work/tables-test"
	echo '/* changed */' >>"$tables_top/$tables_test"
done
check 'bench: with a test changed, counts are those of this series' written bench \
	"^Measured on the kernel code of this series: .*its checksum is $tables_code\\.\$"
check 'claims: but what tests said is not' written claims '^\*\*Measured on an earlier series, not on this one\*\*'
cp "$work/tables-test" "$tables_top/$tables_test"
there claims --readme
there bench --readme
tables_patch=$tables_top/$(sed -e '/^#/d' -e '/^[ 	]/d' -e '/^$/d' "$top/series" | head -n 1)
sed -i '0,/^+[^+]/s/^+[^+].*/& changed/' "$tables_patch"
for tables_verb in claims bench configs compare mutants; do
	check "$tables_verb --check: with a patch changed README.md is wrong" expect 1 "^$tables_verb: scripts/$(tables_dir $tables_verb)/README.md " there $tables_verb --check
	check "$tables_verb: README.md says that it was an earlier series" written $tables_verb \
		'^\*\*Measured on an earlier series, not on this one\*\*'
done
cover_there()
{
	there cover | tr -s '\n ' ' ' >"$work/output"
	grep -q 'NOT MEASURED ON THIS VERSION, but on an earlier one and not repeated yet: .*claims said, .*comparison.*broken kernels.*counts.*configurations\.' "$work/output"
}
check 'cover: says it of all' cover_there
check 'README.md is written, and nothing beside it' test ! -e "$tables_top/scripts/claims/README.md.part"
