#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lanes: the topic fixes on the kernels that people run. Of each directory in stable/: make
# test LANE=VERSION, which fetches that kernel, applies its series, builds and boots it with
# and without, and runs the tests of the fixes. One that has passed is not repeated, unless
# its series, the tools or the harness are others (FORCE=1: it is). Prints TAP; the last
# line counts.
#
# lanes.sh --write: put what each lane that has passed said into scripts/lanes/table, README.md beside it
# and README.md; --readme: the two pages alone; --check: whether they are of that table.

prog=lanes
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/tap.sh"
help_or 'lanes.sh [--write|--readme|--check]' "$@"
case $#:${1:-} in
0:|1:--write|1:--readme|1:--check) ;;
*) die 2 "usage: lanes.sh [--write|--readme|--check]" ;;
esac
machine_arch
[ "$ARCH" = arm64 ] || die 2 "ARCH=$ARCH: the lanes are run on arm64; make test LANE=VERSION ARCH=$ARCH runs one there"
# A lane that has passed is one that was tested as a whole.
for word in ${TESTS:+TESTS} ${LINUX:+LINUX} ${TOPICS:+"$topics_word"} ${TOPIC:+TOPIC}; do
	die 2 "$word=: lanes is of each lane, whole; leave it out"
done
[ "$CONFIG" = test ] || die 2 "CONFIG=$CONFIG: lanes is of the configuration test; leave it out"
verbs_dir=${ASE_VERBS_DIR:-$scripts}
committed=${ASE_TABLES_DIR:-$scripts}/lanes/table
readme=${committed%/*}/README.md
results=$out/lanes

# lane_sum LANE: the checksum of the changes of its mailbox
lane_sum()
{
	{ LANE=$1 TOPICS='' TOPIC='' SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" || printf 'From 0\ndiff --git a/broken %s %s\n' $$ "$(now)"; } |
		awk '/^From 0+ /{ on = 0 } /^diff --git /{ on = 1 } on' | checksum | cut -c1-16
}
# tools_line: what a result depends on, beside the lane
tools_line()
{
	printf '%s; QEMU %s\n' "$(compiler_version)" "$(qemu_version)"
}
# lane_key LANE: with what builds, boots and judges it
lane_key()
{
	echo "$(lane_sum "$1") $(cat "$main/stable/$1/base") $(tools_line) $(cat "$main/stable/$1/config" "$scripts/config/test.config" \
		"$scripts"/guest/* "$scripts/claims/list" "$scripts"/lib/verdict.* "$scripts"/lib/*.awk "$scripts/lib/boot.sh" \
		"$scripts/lib/build.sh" "$scripts/guest.sh" "$scripts/run.sh" "$scripts/pairs.sh" 2>/dev/null | checksum)"
}

# What there is of each lane in the table: LANE<TAB>now, old (of an earlier series) or none
states()
{
	for lane in $(lanes); do
		_sum=$(awk -F '\t' -v lane="$lane" '$1 == "lane" && $2 == lane { print $4 }' "$committed" 2>/dev/null || :)
		case $_sum in
		'') printf '%s\tnone\n' "$lane" ;;
		"$(lane_sum "$lane")") printf '%s\tnow\n' "$lane" ;;
		*) printf '%s\told\n' "$lane" ;;
		esac
	done
}

# A row for each fix, a column for each lane
table()
{
	states | awk -F '\t' -v committed="$committed" '
	function row(head, of,    i, line) {
		line = "| " head " |"
		for (i = 1; i <= n; i++) line = line " " ((lane[i] in of) ? of[lane[i]] : state[lane[i]] == "none" ? "not passed" : "-") " |"
		print line
	}
	{ lane[++n] = $1; state[$1] = $2 }
	END {
		while ((getline line < committed) > 0) {
			split(line, f, "\t")
			if (f[1] == "lane") {
				version[f[2]] = f[3]; commits[f[2]] = f[5]; time[f[2]] = f[9]
				counts[f[2]] = f[6] ", " f[7] ", " f[8]
				if (state[f[2]] == "old") old = old " " f[2]
			} else if (f[1] == "fix") {
				if (!(f[3] in seen)) { seen[f[3]] = 1; fix[++m] = f[3] }
				# Of a fix with both, that there is such a bug
				if (said[f[2], f[3]] !~ /^fail/) said[f[2], f[3]] = f[4]
			}
		}
		if (old != "") print "**Measured on an earlier series, not on this one**:" old ".\n"
		line = "| fix |"; rule = "|---|"
		for (i = 1; i <= n; i++) { line = line " " lane[i] " |"; rule = rule "---|" }
		print line; print rule
		for (k = 1; k <= m; k++) {
			for (i = 1; i <= n; i++) {
				delete one[lane[i]]
				if ((lane[i], fix[k]) in said) one[lane[i]] = said[lane[i], fix[k]]
			}
			row(fix[k], one)
		}
		row("package of Debian", version); row("commits", commits)
		row("passed, failed, skipped", counts); row("time, min:s", time)
	}'
}

# The same in README.md: a row for each lane
short_table()
{
	echo '| `LANE=` | Debian | fixes: fail, then pass | no such bug | time |'
	echo '|---|---|---:|---:|---:|'
	states | awk -F '\t' -v committed="$committed" '
	{ lane[++n] = $1; state[$1] = $2 }
	END {
		while ((getline line < committed) > 0) {
			split(line, f, "\t")
			if (f[1] == "lane") { version[f[2]] = f[3]; time[f[2]] = f[9] }
			else if (f[1] == "fix" && f[4] ~ /^fail/) { shown[f[2]]++; if ((f[2], f[3]) in no_bug) { none[f[2]]--; delete no_bug[f[2], f[3]] }; bug[f[2], f[3]] = 1 }
			else if (f[1] == "fix" && !((f[2], f[3]) in bug)) { none[f[2]]++; no_bug[f[2], f[3]] = 1 }
		}
		for (i = 1; i <= n; i++)
			if (state[lane[i]] == "none") print "| " lane[i] " | not passed | | | |"
			else print "| " lane[i] " | " version[lane[i]] (state[lane[i]] == "old" ? ", earlier series" : "") " | " shown[lane[i]] + 0 " | " none[lane[i]] + 0 " | " time[lane[i]] " |"
	}'
}

write_pages()
{
	write_between lanes "$readme" table
	write_between lanes "$main/README.md" short_table
}

case ${1:-} in
--readme) write_pages; exit 0 ;;
--check)
	[ "$(table)" = "$(between lanes "$readme")" ] && [ "$(short_table)" = "$(between lanes "$main/README.md")" ] ||
		die 1 "scripts/lanes/README.md or README.md is not of the table in scripts/lanes; run scripts/lanes.sh --readme"
	exit 0 ;;
--write)
	for lane in $(lanes); do
		! stamp_is "$results/$lane.stamp" "$(lane_key "$lane")" || _one=yes
	done
	[ -n "${_one:-}" ] || die 1 "no lane has passed as it is; run make lanes"
	mkdir -p "${committed%/*}"
	add_cleanup "$committed.part"
	{
		echo "# $(tools_line)"
		echo '# Written by scripts/lanes.sh --write: of each lane, its package, the checksum of its diffs, commits, and results; and of each fix, what its tests say.'
		for lane in $(lanes); do
			if stamp_is "$results/$lane.stamp" "$(lane_key "$lane")"; then
				cat "$results/$lane.result"
			else
				# What another machine has found
				awk -F '\t' -v lane="$lane" '$2 == lane' "$committed" 2>/dev/null || :
			fi
		done
	} >"$committed.part"
	mv "$committed.part" "$committed"
	write_pages
	exit 0 ;;
esac

lock_out
mkdir -p "$results"
worst=0
n=0
# shellcheck disable=SC2317 # called by progress_start
part_so_far()
{
	tail -n 1 "$1" | cut -c1-100
}
for lane in $(lanes); do
	n=$((n + 1))
	key=$(lane_key "$lane")
	log=$results/$lane.log
	again=
	rc=0
	if [ -z "${FORCE:-}" ] && stamp_is "$results/$lane.stamp" "$key"; then
		again=', before'
	else
		rm -f "$results/$lane.stamp" "$results/$lane.result"
		: >"$log"
		begin=$(now)
		progress_start "lanes: $lane" part_so_far "$log"
		# The lane has a lock of its own.
		run_logged "$log" env LANE="$lane" ASE_LOCKED='' "$verbs_dir/test.sh" || rc=$?
		progress_stop
	fi
	read -r p f s <<-END
	$(tap_counts "$log" | grep . || echo 0 0 0)
	END
	[ $rc = 0 ] || [ "$f" != 0 ] || f=1
	# What was shown stays if what was built is removed.
	fixes=$results/$lane.pairs
	[ -n "$again" ] || cp "$out/lane-$lane/results/pairs.log" "$fixes" 2>/dev/null || : >"$fixes"
	# Something was compared, and a bug shown
	if [ "$f" = 0 ] && [ -z "$again" ] && ! grep -q '^  fix ".*: base fail, patched pass$' "$fixes" 2>/dev/null; then
		f=1
		echo "not ok no fix is shown in $fixes" >>"$log"
	fi
	if [ "$f" = 0 ] && [ -z "$again" ]; then
		{
			printf 'lane\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$lane" \
				"$(sed -n 's/^linux //p' "$out/lane-$lane/results/patched/facts")" "$(lane_sum "$lane")" \
				"$(LANE=$lane SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" | grep -c '^From 0')" "$p" "$f" "$s" "$(elapsed "$begin")"
			sed -n 's/^  fix "\(.*\)": \(.*\)$/fix\t'"$lane"'\t\1\t\2/p' "$fixes" |
				sed 's/\t[0-9]* results*: base fail, patched pass$/\tfail, pass/; s/\t[0-9]* results*: base pass, patched pass$/\tno such bug: pass, pass/'
		} >"$results/$lane.result"
		stamp_write "$results/$lane.stamp" "$key"
	fi
	tap_add "$p" "$f" "$s"
	[ $rc -le $worst ] || worst=$rc
	ok=ok
	[ "$f" = 0 ] || ok='not ok'
	say "$ok $n LANE=$lane: $p passed, $f failed, $s skipped$again ($log)"
	sed -n 's/^  fix /#   /p' "$fixes" 2>/dev/null || :
	[ "$f" = 0 ] || grep '^not ok' "$log" | head -n 20 | sed 's/^/# /' || :
done
say "1..$n"
[ $n != 0 ] || die 3 "there is no lane in $main/stable; restore it with git checkout stable"
tap_end "$worst"
