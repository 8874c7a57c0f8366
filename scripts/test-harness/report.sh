# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The page and the files for machines, from the tables that are committed and from some
# results. What only a browser can say, report.sh --browser tests.

rp=$work/report
mkdir -p "$rp/results/base" "$rp/results/patched"
: >"$rp/.lock"
rp_run() { env -u VARIANT -u CONFIG -u TOPICS O="$rp" "$scripts/report.sh" "$@"; }
rp_page=$rp/report/index.html

check 'report: without results' expect 0 'junit.xml and kcidb.json are without it' rp_run
check 'report: is a page alone then' sh -c "[ -s '$rp_page' ] && [ ! -e '$rp/report/junit.xml' ] && [ ! -e '$rp/report/kcidb.json' ]"

# shellcheck disable=SC2016 # expanded there
rp_sum=$(O=$rp sh -c 'prog=sum; . "$(dirname "$0")/lib/lib.sh"; series_sum' "$scripts/sum")
for _v in base patched; do
	printf '%s\n' 'config test' 'scope all' 'topics all' "series $rp_sum" >"$rp/results/$_v/facts"
done
printf '%s\n' 'pass          arm64:one:x.<y>&"z"' 'expected-fail arm64:one:b # "a \reason"' 'pass          arm64:one' \
	'expected-skip arm64:hwcap:sigill_SME 2.1 # no SME' 'fail          arm64:hwcap:bad' >"$rp/results/base/results"
printf '%s\n' 'pass          arm64:one:x.<y>&"z"' 'pass          arm64:one:b' >"$rp/results/patched/results"
check 'report: with results of both kernels' expect 0 'kcidb.json: of base patched$' rp_run

# The page stands alone.
rp_alone()
{
	sed 's/ href="data:,"//' "$rp_page" | tr "'" '"' | grep -noE '(src|href) *= *"?[^#"][^"]*|@import|url\( *"?[^)#"][^)]*\)' >"$work/output"
	[ ! -s "$work/output" ]
}
check 'report: the page loads nothing' rp_alone
rp_anchors()
{
	grep -o 'href="#[^"]*"' "$rp_page" | sed 's/.*#\(.*\)"/\1/' | sort -u | while read -r _id; do
		grep -q "id=\"$_id\"" "$rp_page" || echo "no place for #$_id"
	done >"$work/output"
	[ ! -s "$work/output" ] && [ "$(grep -o 'href="#[^"]*"' "$rp_page" | wc -l)" -gt 4 ]
}
check 'report: each link has its place' rp_anchors
# As many claims as the list has, and so with the others
rp_rows()
{
	awk -v id="$1" 'index($0, "<table id=\"" id "\"") { on = 1 } on && /^<tr>/ { n++ } on && /<\/table>/ { exit } END { print n + 0 }' "$rp_page"
}
check 'report: all claims' test "$(rp_rows claims-1)" = "$(grep -c '^	' "$scripts/claims/list")"
check 'report: all mutants' test "$(rp_rows mutants-1)" = "$(find "$scripts/mutants" -name '*.patch' | wc -l)"
check 'report: all commits' test "$(rp_rows bisect-check-1)" = "$(grep -vc '^#' "$scripts/bisect-check/table")"
check 'report: all kernels that are compiled' test "$(rp_rows compile-1)" = "$(grep -vc '^#' "$scripts/compile/table")"
check 'report: all configurations' test "$(rp_rows configs-1)" = "$(grep -vc '^#' "$scripts/config/table")"
check 'report: the checksum of the series' grep -q "<code>$rp_sum</code>" "$rp_page"
# Every element that is opened is closed.
rp_closed()
{
	for _e in table thead tbody tr td th section div ul li figure svg p code b; do
		[ "$(grep -oE "<${_e}[ >]" "$rp_page" | wc -l)" = "$(grep -o "</$_e>" "$rp_page" | wc -l)" ] || { echo "$_e" >"$work/output"; return 1; }
	done
}
sed -i '/<script>/,/<\/script>/d' "$rp_page"
check 'report: what is opened is closed' rp_closed

rp_junit() { grep -qF "$1" "$rp/report/junit.xml"; }
check 'report: JUnit: a suite for each program' rp_junit '<testsuite name="base/arm64:one" tests="3" failures="0" errors="0" skipped="1">'
check 'report: JUnit: a name with odd characters' rp_junit '<testcase classname="base.arm64:one" name="x.&lt;y&gt;&amp;&quot;z&quot;"/>'
check 'report: JUnit: a known failure' rp_junit '<skipped message="expected-fail: &quot;a \reason&quot;"/>'
check 'report: JUnit: a failure' rp_junit '<failure message="fail"/>'
# As one that has nothing to do with it reads the file: suites, and of all cases each
# result, beside what the suites say that they have
rp_parsed()
{
	/usr/bin/python3 - "$rp/report/junit.xml" <<-'EOF2'
	import sys
	from junitparser import Error, Failure, JUnitXml, Skipped
	suites = list(JUnitXml.fromfile(sys.argv[1]))
	cases = [case for suite in suites for case in suite]
	of = lambda kind: sum(any(isinstance(r, kind) for r in case.result) for case in cases)
	told = [sum(getattr(s, word) for s in suites) for word in ("tests", "failures", "skipped", "errors")]
	print(len(suites), "suites:", len(cases), of(Failure), of(Skipped), of(Error), "told:", *told)
	print(*[case.name for case in cases], sep="\n")
	EOF2
}
check 'report: JUnit: as a parser has it' expect 0 '^3 suites: 7 1 2 0 told: 7 1 2 0$' rp_parsed
check 'report: JUnit: the odd characters come back' grep -qxF 'x.<y>&"z"' "$work/output"
rp_json()
{
	# shellcheck disable=SC2016 # for perl
	perl -MJSON::PP -e '
		local $/; my $d = decode_json(<STDIN>);
		my $origin = qr/^[a-z0-9_]+$/; my $id = qr/^[a-z0-9_]+:.+$/;
		die "version\n" unless $d->{version}{major} == 5 && $d->{version}{minor} == 3;
		my (%c, %b, %t);
		for (@{$d->{checkouts}}) { die "checkout\n" unless $_->{id} =~ $id && $_->{origin} =~ $origin && $_->{patchset_hash} =~ /^([0-9a-f]{64})?$/; $c{$_->{id}}++ }
		for (@{$d->{builds}}) { die "build\n" unless $_->{id} =~ $id && $c{$_->{checkout_id}} && $_->{status} eq "PASS"; $b{$_->{id}}++ }
		for (@{$d->{tests}}) {
			die "test $_->{id}\n" unless $_->{id} =~ $id && !$t{$_->{id}}++ && $b{$_->{build_id}} && $_->{origin} =~ $origin &&
				$_->{path} =~ /^[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*$/ && $_->{status} =~ /^(FAIL|ERROR|MISS|PASS|DONE|SKIP)$/;
		}
		print join(" ", map { $_->{status} } @{$d->{tests}}), "\n", $d->{tests}[1]{comment}, "\n"' <"$rp/report/kcidb.json"
}
check 'report: KCIDB: the form that is published' expect 0 '^PASS FAIL PASS SKIP FAIL PASS PASS$' rp_json
check 'report: KCIDB: a reason with odd characters' grep -qF '"a \reason"' "$work/output"
cp "$rp/results/base/facts" "$rp/facts"
for _change in 's/^series .*/series 0123456789abcdef/' 's/^scope .*/scope some/' 's/^topics .*/topics some/' 's/^config .*/config test,kasan/' '/^config /d'; do
	sed "$_change" "$rp/facts" >"$rp/results/base/facts"
	check "report: results of something else, $_change" expect 0 'of patched$' rp_run
	check 'report: are not there' sh -c "! grep -q 'base/' '$rp/report/junit.xml'"
done
# What can't be made into a page is no page.
rp_markdown() { awk -f "$scripts/report/markdown.awk" -v id=x -v dir="$rp"; }
rp_table() { printf '%s\n' '| a | b |' '|---|---:|' "$1" | rp_markdown; }
check 'report: a table' expect 0 '^<tr><td>one</td><td class="r">two</td></tr>$' rp_table '| one | two |'
check 'report: a row with a cell too many' expect 1 'a row of 3 cells in a table of 2' rp_table '| one | two | three |'
check 'report: a row with a cell too few' expect 1 'a row of 1 cells in a table of 2' rp_table '| one |'
rp_picture() { echo '![a picture](none.svg)' | rp_markdown; }
check 'report: a picture that is missing' expect 1 'none.svg is missing or empty' rp_picture
