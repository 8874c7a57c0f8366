# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The comparison of two records, on toy ones.

compare_dir=$work/compare
mkdir -p "$compare_dir"
# record NAME LINE...
record()
{
	_name=$1
	shift
	printf '%s\n' "$@" >"$compare_dir/$_name.log"
}
compare_run()
{
	awk -f "$scripts/lib/glob.awk" -f "$scripts/compare/compare.awk" -v topics="${compare_topics:-one two}" \
		-v intendedfile="$compare_dir/intended" -v basefile="$compare_dir/base.log" \
		-v againfile="$compare_dir/again.log" -v patchedfile="$compare_dir/patched.log" </dev/null
}
printf 'one\tcell b\tx=1\tx=2\tx is two now\n' >"$compare_dir/intended"
record base 'cell a' 'end x=1' 'cell b' 'stop x=1 y=1' 'end'
record again 'cell a' 'end x=1' 'cell b' 'stop x=1 y=1' 'end'
record patched 'cell a' 'end x=1' 'cell b' 'stop x=2 y=1' 'end'
check "compare: one intended difference" expect 0 '^2 cells, 1 identical, 1 with intended differences, 0 unexplained' compare_run
record patched 'cell a' 'end x=2' 'cell b' 'stop x=2 y=1' 'end'
check "compare: the same difference in another cell" expect 1 'not ok cell a' compare_run
record patched 'cell a' 'end x=1' 'cell b' 'stop x=2 y=2' 'end'
check "compare: a difference beside the intended one" expect 1 'not ok cell b' compare_run
record patched 'cell a' 'end x=1' 'cell b' 'stop x=2 y=1' 'stop' 'end'
check "compare: a line more" expect 1 'not ok cell b' compare_run
record patched 'cell a' 'end x=1' 'cell b' 'stop x=1 y=1' 'end'
check "compare: an intended difference that does not occur" expect 1 'does not occur: x is two now' compare_run
compare_topics=two
check "compare: it need not occur without its topic" expect 0 '0 unexplained' compare_run
record patched 'cell a' 'end x=1' 'cell b' 'stop x=2 y=1' 'end'
check "compare: and must not" expect 1 'not ok cell b' compare_run
compare_topics=
record patched 'cell b' 'stop x=2 y=1' 'end'
check "compare: a cell that is missing" expect 1 'patched: missing' compare_run
record patched 'cell a' 'end x=1' 'cell b' 'stop x=2 y=1' 'end' 'cell c' 'end'
check "compare: a cell too many" expect 1 'base:    missing' compare_run
record patched 'cell a' 'end x=1' 'cell b' 'stop x=2 y=1' 'end'
record again 'cell a' 'end x=3' 'cell b' 'stop x=1 y=1' 'end'
check "compare: not the same twice" expect 1 'not the same twice on base: cell a' compare_run
record base 'cell a' 'hang' 'cell b' 'stop x=1 y=1' 'end'
record again 'cell a' 'hang' 'cell b' 'stop x=1 y=1' 'end'
record patched 'cell a' 'hang' 'cell b' 'stop x=2 y=1' 'end'
check "compare: a cell that hangs on both" expect 1 'not ok hangs on base: cell a' compare_run
printf 'one\tcell b\t^gone.*$\t-\ta line is gone\none\tcell b\t^gone.*$\t^new.*$\tor is another\n' >"$compare_dir/intended"
compare_topics=one
record base 'cell a' 'end' 'cell b' 'gone 1' 'stop' 'end' 'cell b2' 'gone 2' 'end'
cp "$compare_dir/base.log" "$compare_dir/again.log"
record patched 'cell a' 'end' 'cell b' 'stop' 'end' 'cell b2' 'new' 'end'
check "compare: a line that is meant to be gone, or another" expect 0 '^3 cells, 1 identical, 2 with' compare_run
record patched 'cell a' 'end' 'cell b' 'end' 'cell b2' 'new' 'end'
check "compare: a line more is gone" expect 1 'not ok cell b$' compare_run
record base 'cell a' 'gone 1' 'end' 'cell b' 'gone 1' 'end' 'cell b2' 'gone 2' 'end'
cp "$compare_dir/base.log" "$compare_dir/again.log"
record patched 'cell a' 'end' 'cell b' 'end' 'cell b2' 'new' 'end'
printf 'one\tcell b\t^gone 1$\t*\tthe rest\n' >>"$compare_dir/intended"
record base 'cell a' 'end' 'cell b' 'gone 1' 'x' 'end' 'cell b2' 'gone 2' 'end' 'cell b3' 'gone 2' 'y' 'end'
cp "$compare_dir/base.log" "$compare_dir/again.log"
record patched 'cell a' 'end' 'cell b' 'y' 'end' 'cell b2' 'new' 'end' 'cell b3' 'y' 'end'
check "compare: a line is gone, with what follows from it" expect 0 '^4 cells, 1 identical, 3 with' compare_run
record patched 'cell a' 'end' 'cell b' 'y' 'end x=2' 'cell b2' 'new' 'end' 'cell b3' 'y' 'end'
check "compare: but not how the cell ends" expect 1 'not ok cell b$' compare_run
record patched 'cell a' 'end' 'cell b' 'y' 'hang' 'end' 'cell b2' 'new' 'end' 'cell b3' 'y' 'end'
check "compare: nor that it hangs on the patched kernel alone" expect 1 'not ok hangs on patched: cell b$' compare_run
record patched 'cell a' 'end' 'cell b' 'y' 'cell b2' 'new' 'end' 'cell b3' 'y' 'end'
check "compare: or has no end there" expect 1 'not ok has no end on patched: cell b$' compare_run
record base 'cell a' 'gone 1' 'end' 'cell b' 'gone 1' 'end' 'cell b2' 'gone 2' 'end'
cp "$compare_dir/base.log" "$compare_dir/again.log"
record patched 'cell a' 'end' 'cell b' 'end' 'cell b2' 'new' 'end'
check "compare: it is gone in another cell" expect 1 'not ok cell a' compare_run
# What a stop newly answers has to go with the registers beside it.
printf '%s\t%s\n' 'one	*	info=0:24,[^ ]*$' 'info={entry}$	it is known' 'one	*	info=0:24,[^ ]*$' 'info={exit}$	the exit, too' >"$compare_dir/intended"
info_run()
{
	# ABI NR INFO OF THE ENTRY, INFO OF THE EXIT, X0
	_stop="entry pc=svc+4 nr=$2 regs=0x1,page+0x2,-3 nrreg=7 msg=0x1"
	_end="end pc=svc+4 nr=$2 regs=${5:--4},0x2 nrreg=7 msg=0x2"
	record base "cell $1 a" "$_stop info=0:24,x,svc+4" "$_end info=0:24,x,svc+4"
	cp "$compare_dir/base.log" "$compare_dir/again.log"
	record patched "cell $1 a" "$_stop info=$3" "$_end info=$4"
	compare_run
}
check 'compare: the answer is that of the registers' expect 0 ', 0 unexplained' info_run native 7 1:80,aarch64,svc+4,nr=7,0x1,page+0x2,-3 2:33,aarch64,svc+4,-4,error
check 'compare: of a compat task too' expect 0 ', 0 unexplained' info_run compat - 1:80,arm,svc+4,nr=7,0x1,page+0x2,-3 2:33,arm,svc+4,-4,error
check 'compare: and of a result that is no error' expect 0 ', 0 unexplained' info_run native 7 1:80,aarch64,svc+4,nr=7,0x1,page+0x2,-3 2:33,aarch64,svc+4,0x4,ok 0x4
for _wrong in 1:80,aarch64,svc+4,nr=7,0x1,page+0x2,-4 1:80,aarch64,svc+4,nr=8,0x1,page+0x2,-3 1:80,aarch64,svc+0,nr=7,0x1,page+0x2,-3 1:80,arm,svc+4,nr=7,0x1,page+0x2,-3 1:88,aarch64,svc+4,nr=7,0x1,page+0x2,-3 1:80,aarch64,svcc4,nr=7,0x1,page+0x2,-3 2:33,aarch64,svc+4,0x1,ok; do
	check "compare: a wrong answer at the entry: $_wrong" expect 1 'not ok cell native a' info_run native 7 "$_wrong" 2:33,aarch64,svc+4,-4,error
done
for _wrong in 2:33,aarch64,svc+4,-4,ok 2:33,aarch64,svc+4,-5,error 2:33,aarch64,svc+0,-4,error 1:80,aarch64,svc+4,nr=7,-4,0x2; do
	check "compare: a wrong answer at the exit: $_wrong" expect 1 'not ok cell native a' info_run native 7 1:80,aarch64,svc+4,nr=7,0x1,page+0x2,-3 "$_wrong"
done
record base 'cell a' 'end x=1' 'cell a' 'end x=1'
check "compare: two cells of one name" expect 1 'two cells have one name: cell a' compare_run
: >"$compare_dir/base.log"
: >"$compare_dir/again.log"
: >"$compare_dir/patched.log"
check "compare: nothing recorded" expect 1 'not ok 0 cells recorded' compare_run

# Whether a record is whole. rec EDIT: a whole one, changed by sed
printf '# a comment\nnative 2\ncompat 1\nwords call=read call=read-mte\nwords change=none\n' >"$work/cells"
cat >"$work/record.whole" <<'EOF'
cell native call=read change=none
call 63
end 0
cell native call=read-mte change=none
end 0
# native: 2 cells of 9
# 0 cells hang or are bad
cell compat call=read change=none
end 0
# compat: 1 cells of 9
# without cells for read-mte
# 0 cells hang or are bad
# machine: taint 0
# machine: the record is complete, status 0
EOF
rec()
{
	sed "$1" "$work/record.whole" >"$work/record" &&
	awk -v name=base.log -v status="${2:-60}" -v cellsfile="${3-$work/cells}" -f "$scripts/compare/record.awk" "$work/record"
}
check "compare: a whole record" expect 0 '' rec ''
check "compare: of some cells only" expect 0 '' rec '/read-mte change/,/^end/d; s/native: 2/native: 1/' 60 ''
check "compare: the recorder died" expect 5 'ends early: the machine ended with status 139 in cell compat' rec '/^# compat/,$d' 139
check "compare: it died, and the machine says so" expect 5 'the recorder ended with status 139' rec 's/complete, status 0/complete, status 139/'
check "compare: the machine ended otherwise" expect 5 'the machine ended with status 0, not 60' rec '' 0
check "compare: nothing at all" expect 5 'ends early: .* in no cell' rec d 0
check "compare: a cell less" expect 5 '1 cells of native tasks, and 2 in scripts/compare/cells' rec '/read-mte change/,/^end/d; s/native: 2/native: 1/'
check "compare: a cell that the recorder does not count" expect 5 '1 cells of native tasks, but the recorder says 2' rec '/read-mte change/,/^end/d'
check "compare: one ABI less" expect 5 'the recorder of compat tasks says nothing of its cells' rec '/^cell compat/,/^# without/d'
check "compare: no cells of a feature" expect 5 'without cells for audit: it is in use' rec 's/^# native.*/&\n# without cells for audit: it is in use/'
check "compare: nor of one that 64-bit tasks have" expect 5 'without cells for read-sve' rec 's/^# native.*/&\n# without cells for read-sve/'
check "compare: 32-bit tasks without tracepoints" expect 5 'without cells for tracepoints' rec 's/for read-mte$/for tracepoints/'
check "compare: a cell without an end" expect 1 'no end of cell native call=read change=none' rec '/^call/{n;d}'
check "compare: cells that hang" expect 1 '3 cells hang or are bad' rec '0,/^# 0 cells/s/^# 0 cells/# 3 cells/'
check "compare: a recorder that does not say whether some hang" expect 5 'not each recorder says' rec '0,/^# 0 cells/{/^# 0 cells/d}'
check "compare: a tainted kernel" expect 1 'the kernel is tainted: 512' rec 's/taint 0/taint 512/'
check "compare: a kernel that does not say" expect 1 'the kernel is tainted: it does not say' rec '/taint/d'
check "compare: words behind the end" expect 5 'goes on behind its end: end 0' rec '$a end 0'
check "compare: a word that the list does not have" expect 5 'a cell has call=write, which scripts/compare/cells has not' rec 's/compat call=read /compat call=write /'
check "compare: a word that no cell has" expect 5 'no cell has call=read-mte, which scripts/compare/cells has' rec 's/call=read-mte/call=read/'
check "compare: an empty list of cells" expect 5 'scripts/compare/cells names no cells' rec '' 60 /dev/null

# --- make compare itself, on two kernels that are the same word, and a stand-in for QEMU
# that writes the record and the kernel's log
ct=$work/compare-verb
mkdir -p "$ct/scripts/compare" "$ct/scripts/guest" "$ct/bin" "$ct/out/guest" "$ct/top"
cp "$scripts/compare.sh" "$ct/scripts"
cp -R "$scripts/lib" "$scripts/config" "$ct/scripts"
cp "$scripts"/compare/*.awk "$ct/scripts/compare"
cp "$work/cells" "$ct/scripts/compare"
: >"$ct/scripts/compare/intended"
: >"$ct/scripts/guest/splats-allowed"
: >"$ct/out/.lock"
: >"$ct/out/guest/initramfs"
mkdir -p "$ct/out/guest/root/compare"
: >"$ct/out/guest/root/compare/record"
chmod +x "$ct/out/guest/root/compare/record"
echo 'topic one' >"$ct/out/series.entries"
echo '# one: the topic' >"$ct/top/series"
for _s in kernel guest deps tree; do printf '#!/bin/sh\n' >"$ct/scripts/$_s.sh"; done
printf '#!/bin/sh\necho "diff --git the series"\n' >"$ct/scripts/mbox.sh"
cat >"$ct/bin/qemu" <<EOF2
#!/bin/sh
[ "\$1" != --version ] || { echo 'QEMU emulator version 7.2.0'; exit 0; }
for word; do
	case \$word in
	file:*) console=\${word#file:} ;;
	file,*) record=\${word#*path=} ;;
	esac
done
echo 'Linux version 7.3' >"\$console"
name=\${record##*/}
name=\${name%.log}
sed -n "s/^\$name //p" '$ct/console' >>"\$console"
sed "\$(sed -n "s/^\$name //p" '$ct/edit')" '$work/record.whole' >"\$record"
[ "\$name" != "\$(cat '$ct/hangs')" ] || sleep 60
exit 60
EOF2
chmod +x "$ct/bin/qemu" "$ct"/scripts/*.sh
printf '#!/bin/sh\necho "a compiler 12.2.0"\n' >"$ct/bin/aarch64-linux-gnu-gcc"
chmod +x "$ct/bin/aarch64-linux-gnu-gcc"
# ct_run CONSOLE EDIT HANGS: a line of the log, a change of the record, and who hangs,
# each with the name of the record before it
ct_run()
{
	echo "$1" >"$ct/console"
	echo "$2" >"$ct/edit"
	echo "$3" >"$ct/hangs"
	env -u ASE_LOCKED -u VARIANT -u ARCH -u CONFIG -u TOPICS ASE_TOP="$ct/top" O="$ct/out" QEMU="$ct/bin/qemu" \
		TIMEOUT=2 XDG_CACHE_HOME="$ct/cache" PATH="$ct/bin:$PATH" "$ct/scripts/compare.sh"
}
check 'compare, the verb: two records that are the same' expect 0 '^3 cells, 3 identical' ct_run '' '' ''
check 'compare, the verb: there is something to write down' test -f "$ct/out/compare/table"
check 'compare, the verb: a difference' expect 1 '^3 cells, 2 identical, 0 with intended differences, 1 unexplained' ct_run '' 'patched s/^call 63/call 64/' ''
check 'compare, the verb: nothing to write down then' test ! -f "$ct/out/compare/table"
for _record in base base-again patched; do
	check "compare, the verb: a splat while $_record is recorded" expect 5 "^compare: $_record.log: the kernel's log has a splat" \
		ct_run "$_record WARNING: CPU: 0 at kernel/x.c:1" '' ''
done
check 'compare, the verb: a kernel that hangs' expect 124 '^compare: patched.log: time-out after 2 s' ct_run '' '' patched
check 'compare, the verb: a record that ends early' expect 5 '^compare: patched.log: ends early' ct_run '' 'patched /^# machine: the record/d' ''
check 'compare, the verb: a tainted kernel, with the same record' expect 1 '^compare: patched.log: the kernel is tainted: 512' ct_run '' 'patched s/taint 0/taint 512/' ''
check 'compare, the verb: the same in the first record' expect 1 '^compare: base.log: the kernel is tainted: 512' ct_run '' 'base s/taint 0/taint 512/' ''

check 'compare, the verb: HOSTS= and CELLS=: status 2' expect 2 '^compare: CELLS=read: other hosts record all cells' \
	env HOSTS='one :' CELLS=read TIMEOUT=2 ASE_TOP="$ct/top" O="$ct/out" PATH="$ct/bin:$PATH" "$ct/scripts/compare.sh"
sed -i 's/^\tstart_machine .*/\texit 9/' "$ct/scripts/compare.sh"
check 'compare, the verb: a boot without a result' expect 5 '^compare: .*: its job has ended without a result' ct_run '' '' ''

# --- What make compare has found is written down when asked for, and only of this series.
compare_write()
{
	O=$work/compare-out ASE_TABLES_DIR=$work/compare-tables "$scripts/compare.sh" --write
}
mkdir -p "$work/compare-out/compare" "$work/compare-tables/compare"
: >"$work/compare-out/.lock"
check 'compare --write: nothing was found yet' expect 1 'make compare has not passed with all cells of this series' compare_write
echo '# series 0123456789abcdef; gcc' >"$work/compare-out/compare/table"
check 'compare --write: of another series' expect 1 'has not passed with all cells of this series' compare_write
# shellcheck disable=SC2016 # expanded there
echo "# series $(sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; series_sum' "$scripts/sum"); gcc" >"$work/compare-out/compare/table"
printf 'x\n<!-- compare: begin -->\n<!-- compare: end -->\n' >"$work/compare-tables/compare/README.md"
printf '%s\n' '4 cells, 3 identical, 1 with intended differences, 0 unexplained' '  1 cells: "One: Two": a | b' '  4 cells with call=x' '  twice on base: the same bytes' >>"$work/compare-out/compare/table"
check 'compare --write: of this one' expect 0 '' compare_write
check 'compare --write: README.md' grep -qxF '| 1 | **One: Two**: a \| b |' "$work/compare-tables/compare/README.md"
check 'scripts/compare/README.md is that of the table' "$scripts/compare.sh" --check
check 'compare --write: it is there' cmp "$work/compare-out/compare/table" "$work/compare-tables/compare/table"
