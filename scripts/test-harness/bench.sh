# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The counting of instructions, on toy counts; and whether what is committed of
# it belongs together.

check "scripts/bench/README.md, the picture and the budget are those of the committed counts" "$scripts/bench.sh" --check

check "the counts in messages are those of the commits" "$scripts/bench.sh" --check-messages

bench=$work/bench
mkdir -p "$bench/out/bench" "$bench/committed"
printf '%s\n' '# comment' 'one	exact	1	a call' 'two	exact	2	two calls' 'page	exact	0	a fault' \
	'slow	timing	-	a process' >"$bench/rows"
# counted VARIANT BOOT ROW=COUNT...: as bench.sh takes it from the machine's words
counted()
{
	_variant=$1 _boot=$2
	shift 2
	for _row in "$@"; do
		echo "min sve-off $_variant $_boot ${_row%=*} ${_row#*=} ${_row#*=} 9000"
	done
}
collect()
{
	awk -f "$scripts/bench/collect.awk" -v boots=2 "$bench/rows" "$bench/counts" >"$bench/csv"
	cat "$bench/csv"
}
text_table()
{
	awk -f "$scripts/bench/table.awk" -v format="${1:-text}" -v nottime='Not time.' "$bench/rows" "$bench/csv"
}
{
	counted base 1 one=100 two=200 page=300 slow=5000
	counted base 2 one=100 two=200 page=300 slow=5007
	counted patched 1 one=90 two=200 page=301 slow=4000
	counted patched 2 one=90 two=200 page=301 slow=4000
} >"$bench/counts"
check 'bench: the least of two boots' expect 0 '^min,sve-off,one,exact,100,100,9000,90,90,9000$' collect
check 'bench: a row that depends on timing' expect 0 '^min,sve-off,slow,timing,5000,5000,9000,4000,' collect
check 'bench: the table, with the difference' expect 0 '^a call  *|  *100  *90  *-10  *-10.0 ' text_table
check 'bench: no difference' expect 0 '^two calls  *|  *200  *200  *0  *0.0 ' text_table
check 'bench: a table says that it is not of time' expect 0 '^min: .*Not time.$' text_table
check 'bench: the table for README.md' expect 0 '^| a fault | 300 | 301 | +1 (+0.3 %) | - | - | - |$' text_table markdown
check 'bench: three numbers of what depends on timing' expect 0 \
	'^| a process | SVE and SME off | 5000 / 5000 / 9000 | 4000 / 4000 / 9000 |$' text_table markdown
sed 's/^\(min sve-off patched 2 one\) 90/\1 91/' "$bench/counts" >"$bench/counts.new"
mv "$bench/counts.new" "$bench/counts"
check 'bench: not the same in two boots' expect 0 '^min,sve-off,one,unstable,' collect
check 'bench: the table tells it' expect 0 '^a call .*not the same in each boot$' text_table
sed '/patched 2 page/d' "$bench/counts" >"$bench/counts.new"
mv "$bench/counts.new" "$bench/counts"
check 'bench: a boot that has not told a row' expect 0 '^min,sve-off,page,unstable,' collect

# Of the machine of 1 ns an instruction: the medians of its boots
gips()
{
	_variant=$1
	shift
	_boot=0
	for _count in "$@"; do
		_boot=$((_boot + 1))
		echo "min gips $_variant $_boot slow 1 $_count 99999"
		echo "min gips $_variant $_boot far 1 $((_count * 2)) 99999"
	done
}
printf 'far	switch	-	there and back\n' >>"$bench/rows"
{
	for _b in 1 2; do
		counted base "$_b" one=100 two=200 page=300 slow=5000
		counted patched "$_b" one=90 two=200 page=301 slow=4000
	done
	gips base 700 720 710
	gips patched 705 704 706
} >"$bench/counts"
gips_collect() { awk -f "$scripts/bench/collect.awk" -v boots=2 -v gips_boots=3 "$bench/rows" "$bench/counts" | tee "$bench/csv"; }
check 'bench: 1 ns an instruction: the median of the medians, and their spread' expect 0 '^min,gips,far,switch,1400,1420,1440,1408,1410,1412$' gips_collect
check 'bench: a row of either machine' expect 0 '^min,gips,slow,timing,700,710,720,704,705,706$' gips_collect
gips_apart() { gips_collect >"$work/output"; ! grep -qE '^min,(gips,(one|two|page)|sve-off,far),' "$work/output"; }
check 'bench: and no row of the wrong one' gips_apart
check 'bench: its table' expect 0 '^| there and back | 1420 (1400 to 1440) | 1410 (1408 to 1412) | -10 (-0.7 %) |$' text_table markdown
gips_once() { text_table markdown >"$work/output"; [ "$(grep -c '^| there and back ' "$work/output")" = 1 ]; }
check 'bench: a row of that machine is in no other table' gips_once
sed '/gips patched 3 far/d' "$bench/counts" >"$bench/counts.new"
mv "$bench/counts.new" "$bench/counts"
check 'bench: a boot of it that has not told a row' expect 0 '^min,gips,far,unstable,' gips_collect
sed -i '/ gips /d' "$bench/counts"
gips_vanished() { awk -f "$scripts/bench/collect.awk" -v boots=2 -v gips_boots=3 -v gips=min "$bench/rows" "$bench/counts"; }
check 'bench: a machine that has told nothing' expect 0 '^min,gips,far,unstable,' gips_vanished
sed -i '$d' "$bench/rows"

# --- The budget
budget()
{
	awk -f "$scripts/lib/tap.awk" -f "$scripts/bench/budget.awk" -v key="${bench_key-gcc 12; QEMU 7.2}" -v machines='min/sve-off' -v skip="$1" \
		"$bench/rows" "$bench/budget" "$bench/counts"
}
counted patched 1 one=90 two=200 page=301 slow=4000 >"$bench/counts"
printf '%s\n' '# comment' 'key gcc 13; QEMU 9.0' 'min sve-off one 10' 'key gcc 12; QEMU 7.2' \
	'min sve-off one 90' 'min sve-off two 205' 'min sve-off page 301' >"$bench/budget"
check 'bench: within the budget of this compiler' expect 0 '^3 passed, 0 failed, 0 skipped$' budget ''
sed 's/two 205/two 199/' "$bench/budget" >"$bench/budget.new"
mv "$bench/budget.new" "$bench/budget"
check 'bench: over the budget' expect 1 '^not ok 2 min sve-off two # 200 instructions, 1 more than its budget of 199$' budget ''
sed '/one 90/d' "$bench/budget" >"$bench/budget.new"
mv "$bench/budget.new" "$bench/budget"
check 'bench: a row without a budget' expect 1 '^not ok 1 min sve-off one # has no budget' budget ''
check 'bench: not for all topics' expect 0 '^0 passed, 0 failed, 3 skipped$' budget 'why not'
bench_key='gcc 14; QEMU 7.2'
check 'bench: no budget of this compiler' expect 0 '^ok 1 min sve-off one # SKIP no budget for gcc 14; QEMU 7.2$' budget ''
check 'bench: and that is said for the screen of make test' expect 0 \
	'^# note: NO ROW WAS HELD AGAINST ITS BUDGET: there is none for gcc 14; QEMU 7.2; there are: gcc 13; QEMU 9.0 | gcc 12; QEMU 7.2;' budget ''
check 'bench: nor if it is not for all topics' expect 0 '^# note: NO ROW WAS HELD AGAINST ITS BUDGET: why not$' budget 'why not'
bench_key='gcc 13; QEMU 9.0'
check 'bench: a compiler beside another has a budget of its own' expect 1 \
	'^not ok 1 min sve-off one # 90 instructions, 80 more than its budget of 10$' budget ''
unset bench_key

# --- The rows of one compiler are written anew, those of the others stay
printf '%s\n' '# series 1111111111111111; gcc 12' 'key gcc 12; QEMU 7.2; Linux 7.2.1' 'min sve-off one 90' 'min sve-off two 91' \
	'# series 2222222222222222; gcc 14' 'key gcc 14; QEMU 10.0; Linux 7.2.1' 'min sve-off one 80' >"$bench/budget"
# sections KEY ROW...: the budget with a section of it, in one line
sections()
{
	{ echo '# series 3333333333333333; new'; printf '%s\n' "$@"; } >"$bench/section"
	awk -f "$scripts/bench/section.awk" "$bench/section" "$bench/budget" | paste -s -d '|'
}
check 'bench: new rows of the first compiler' expect 0 \
	'^# series 3333333333333333; new|key gcc 12; QEMU 7.2; Linux 7.3.4|min sve-off one 70|# series 2222222222222222; gcc 14|key gcc 14; QEMU 10.0; Linux 7.2.1|min sve-off one 80$' \
	sections 'key gcc 12; QEMU 7.2; Linux 7.3.4' 'min sve-off one 70'
check 'bench: new rows of the second compiler' expect 0 \
	'^# series 1111111111111111; gcc 12|key gcc 12; QEMU 7.2; Linux 7.2.1|min sve-off one 90|min sve-off two 91|# series 3333333333333333; new|key gcc 14; QEMU 10.0; Linux 7.3.4|min sve-off one 70$' \
	sections 'key gcc 14; QEMU 10.0; Linux 7.3.4' 'min sve-off one 70'
check 'bench: rows of a third compiler' expect 0 \
	'|min sve-off two 91|.*|min sve-off one 80|# series 3333333333333333; new|key gcc 14; QEMU 9.0; Linux 7.3.4|min sve-off one 70$' \
	sections 'key gcc 14; QEMU 9.0; Linux 7.3.4' 'min sve-off one 70'
: >"$bench/budget"
check 'bench: rows of the first compiler that there is' expect 0 \
	'^# series 3333333333333333; new|key gcc 14; QEMU 9.0; Linux 7.3.4|min sve-off one 70$' \
	sections 'key gcc 14; QEMU 9.0; Linux 7.3.4' 'min sve-off one 70'
printf 'key gcc 12; QEMU 7.2\nmin sve-off one 90\nmin sve-off two 200\nmin sve-off page 301\n' >"$bench/budget"
sed '/ page /d' "$bench/counts" >"$bench/counts.new"
mv "$bench/counts.new" "$bench/counts"
check 'bench: a row that was not measured' expect 1 '^not ok 3 min sve-off page # was not measured$' budget ''

# --- The instrument's test of itself
nop()
{
	awk -f "$scripts/lib/tap.awk" -f "$scripts/bench/nop.awk" "$bench/rows" "$bench/counts"
}
nop_counts()
{
	{ counted patched 1 one=90 two=200 page=301 slow=4000; counted nop 1 "$@"; } >"$bench/counts"
}
nop_counts one=91 two=202 page=301 slow=9
check 'bench: one nop more is seen' expect 0 '^3 passed, 0 failed' nop
nop_counts one=91 two=201 page=301 slow=4000
check 'bench: one nop of two is not seen' expect 1 '^not ok 2 one nop more: min sve-off two ' nop
nop_counts one=91 two=202 page=302 slow=4000
check 'bench: an exception sees the nop' expect 1 '^not ok 3 ' nop
nop_counts one=91 two=202
check 'bench: the kernel with the nop tells too little' expect 1 '^not ok 3 ' nop
: >"$bench/counts"
check 'bench: no counts at all' expect 1 '^not ok nothing was measured' nop

# --- The path, out of what gdb says
printf '%s\n' vectors el0t_64_sync ret_to_user >"$bench/assembly"
# step LINK PC FUNCTION
step()
{
	printf '0x%s in somewhere ()\nAT %s => 0x%s <%s>:\tnop\n' "$2" "$1" "$2" "$3"
}
{
	step 40 a0 vectors+1024
	step 40 b0 el0t_64_sync
	step b4 c0 handler
	step c4 d0 dispatch+4
	step d8 e0 __arm64_sys_getppid
	step e4 f0 helper
	step d8 e8 __arm64_sys_getppid+8
	step d8 d8 dispatch+12
	step c4 c4 handler+4
	step b4 b4 el0t_64_sync+4
	step b4 a8 ret_to_user
} >"$bench/gdb"
path()
{
	awk -f "$scripts/bench/path.awk" "$bench/assembly" "$bench/gdb" | cut -f 1 | uniq -c | tr -s ' \n' ' '
}
check 'path: entry, call and exit' expect 0 '^ 2 entry assembly 2 entry C 3 the call 2 exit C 2 exit assembly' path
awk -f "$scripts/bench/path.awk" "$bench/assembly" "$bench/gdb" >"$bench/base.path"
sed '/dispatch+12/d' "$bench/base.path" >"$bench/patched.path"
parts()
{
	awk -f "$scripts/bench/parts.awk" -v config=min -v cpu=sve-off -v csv="$bench/parts.csv" \
		"$bench/base.path" "$bench/patched.path"
}
check 'path: function by function' expect 0 '^  dispatch  *1  *0  *-1$' parts
check 'path: all of it' expect 0 '^together  *11  *10  *-1$' parts
check 'path: the parts for the picture' expect 0 '^min,sve-off,patched,exit C,1$' cat "$bench/parts.csv"

# --- What the kernel is told
# A kernel that is quiet writes no warning into the log that is searched for one.
count_parameters()
{
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'prog=bench; . "${0%/*}/lib/lib.sh"; machine_arch; . "${0%/*}/lib/build.sh"; . "${0%/*}/lib/boot.sh"; . "${0%/*}/lib/count.sh"
		count_words image sve-off 1 console bench=min' "$scripts/x" | sed -n '/^-append$/{n;p;}' >"$work/output"
	grep -qE '(^| )loglevel=[5-9]( |$)' "$work/output" && ! grep -qE '(^| )quiet( |$)' "$work/output"
}
check 'bench: warnings of the kernel are in its log' count_parameters
# count_shift PARAMETER: how long an instruction takes
count_shift()
{
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'prog=bench; . "${0%/*}/lib/lib.sh"; machine_arch; . "${0%/*}/lib/build.sh"; . "${0%/*}/lib/boot.sh"; . "${0%/*}/lib/count.sh"
		count_words image gips 1 console $1' "$scripts/x" "$1" | grep -A1 -e '^-icount$'
}
check 'bench: an instruction takes a tick of the counter' expect 0 '^shift=4,' count_shift row=getppid
check 'bench: but 1 ns where tasks switch' expect 0 '^shift=0,' count_shift bench=gips

# --- How a machine ends
judge_machine()
{
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'prog=bench TIMEOUT=300; . "${0%/*}/lib/lib.sh"; machine_arch; . "${0%/*}/lib/build.sh"; . "${0%/*}/lib/boot.sh"; . "${0%/*}/lib/count.sh"
		judge_boot "$1" "$2" "min, boot 1" "$1.qemu"' "$scripts/x" "$bench/console" "$1"
}
printf 'BEGIN sve=0 ticks=1\r\nROW one 1 1 1\r\nEND\r\n' >"$bench/console"
check 'bench: a machine that ran to its end' expect 0 '' judge_machine 60
check 'bench: one that ended otherwise' expect 5 'ended with status 0 before all was counted' judge_machine 0
check 'bench: a time-out: status 124' expect 124 'time-out after 300 s' judge_machine 124
: >"$bench/console"
echo 'qemu: no such option' >"$bench/console.qemu"
check 'bench: QEMU that does not start' expect 5 'said anything: qemu: no such option' judge_machine 1
printf 'BEGIN\nROW one 1 1 1\n' >"$bench/console"
check 'bench: a machine whose words end early' expect 5 'before all was counted' judge_machine 60
printf 'BEGIN\nBROKEN audit: Operation not permitted\n' >"$bench/console"
check 'bench: a row that can not be counted' expect 5 'says: audit: Operation not permitted' judge_machine 62
printf 'BEGIN\n[  1.0] WARNING: kernel/x.c\nEND\n' >"$bench/console"
check 'bench: a splat in the log of the kernel' expect 5 'has a splat: .*WARNING: kernel/x.c' judge_machine 60

# --- What is committed
cp "$scripts/bench/results.csv" "$scripts/bench/getppid.csv" "$scripts/bench/getppid.svg" \
	"$scripts/bench/budget" "$scripts/bench/README.md" "$bench/committed"
committed()
{
	O=$bench/out ASE_BENCH_DIR=$bench/committed "$scripts/bench.sh" "$1"
}
check 'bench: the copy of it is as good' committed --check
sed 's/,getppid,exact,[0-9]*/,getppid,exact,1/' "$scripts/bench/results.csv" >"$bench/committed/results.csv"
check 'bench: results that README.md does not show' expect 1 'scripts/bench/README.md has not the counts of results.csv' committed --check
cp "$scripts/bench/results.csv" "$bench/committed"
sed 's/,the call,[0-9]*/,the call,1/' "$scripts/bench/getppid.csv" >"$bench/committed/getppid.csv"
check 'bench: a picture of other counts' expect 1 'getppid.svg is not drawn from getppid.csv' committed --check
cp "$scripts/bench/getppid.csv" "$bench/committed"
sed 's/ getppid [0-9]*$/ getppid 9999/' "$scripts/bench/budget" >"$bench/committed/budget"
check 'bench: a budget that is not that of the results' expect 1 'budget is not that of' committed --check
cp "$scripts/bench/budget" "$bench/committed"
printf '%s\n' '# series 2222222222222222; gcc 99' 'key gcc 99; QEMU 99.0; Linux 7.3.4' 'bench-min sve-off getppid 1' >>"$bench/committed/budget"
check 'bench: what another compiler has does not matter' committed --check
sed '1s/ [0-9a-f]*;/ 0123456789abcdef;/' "$scripts/bench/budget" >"$bench/committed/budget"
check 'bench: a budget of another series than the results' expect 1 'budget is not that of' committed --check
check 'bench: a wrong word' expect 2 'usage: bench.sh .*--write-budget' committed --wrong
check 'bench: nothing was measured that --write can write' expect 1 'run make bench$' committed --write

# --- What messages say of counts
printf 'base\tone\t265\nfirst\tone\t267\nsecond\tone\t260\n' >"$bench/commits"
messages()
{
	printf 'From 0000000000000000000000000000000000000000 Mon\nFrom: a <b>\nSubject: [PATCH 2/2]\n second\n\nA call takes\n%s.\n---\ndiff --git a/b b/b\n-1 -> 2\n' "$1" |
		awk -f "$scripts/bench/messages.awk" "$bench/commits" -
}
check 'bench: a count in a message, from the commit before' test -z "$(messages '267 -> 260')"
check 'bench: and from the unpatched kernel, over two lines' test -z "$(messages '265 ->
260')"
check 'bench: a count that the table does not have' expect 0 'message of "second" has "267 -> 261"' messages '267 -> 261'
check 'bench: the second of two' expect 0 'message of "second" has "3 -> 4"' messages '267 -> 260, and 3 -> 4'
sed -i s/second/third/ "$bench/commits"
check 'bench: a commit that the table does not have' expect 0 'message of "second" has counts, and the table has not' messages '3 -> 4'
check 'bench: nor does it need to, without counts' test -z "$(messages 'three')"
