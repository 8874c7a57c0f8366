#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# report: one page, out/report/index.html, of the tables that are committed: what the
# series claims and what was found on either kernel, counts, configurations, mutants,
# comparison. It stands alone: no network, no other file. From the last runs of the two
# kernels, if they were of this series, junit.xml and kcidb.json (KCIDB's report data,
# version 5.3) beside it. Builds and boots nothing.
#
# report.sh --browser: the same, and the page is tested in headless Chromium, 1600 and 400
# pixels wide: tables, links, search, no error on its console. Prints TAP; the last line
# counts. It needs the package chromium, which nothing else here does.

prog=report
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/tap.sh"
help_or 'report.sh [--browser]' "$@"
case $#:${1:-} in
0:|1:--browser) ;;
*) die 2 "usage: report.sh [--browser]" ;;
esac
machine_arch
[ "$ARCH" = arm64 ] || die 2 "ARCH=$ARCH: the page is of the tables of arm64"
lock_any_path
[ $# = 0 ] || "$scripts/deps.sh" report
report=$out/report
data=$scripts/report
make_work
sum=$(series_sum)

# A page of tables that are not what stands in the files beside them would be neither.
for verb in claims compare mutants configs bench all-tests; do
	"$scripts/$verb.sh" --check || die 1 "the page would not be that of the tables; do what the line above says first"
done

html() { sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g'; }
# block NAME [DIRECTORY]: what README.md of a verb has of its table
block()
{
	between "$1" "$scripts/${2:-$1}/README.md" |
		awk -f "$data/markdown.awk" -v id="$1" -v dir="$scripts/${2:-$1}"
}
# section NAME TITLE TEXT [DIRECTORY]
section()
{
	printf '<section id="%s">\n<h2>%s</h2>\n<p>%s</p>\n' "$1" "$2" "$3"
	block "$1" "${4:-}"
	echo '</section>'
}
tile() { printf '<li><b>%s</b>%s</li>\n' "$1" "$2"; }

claims_count=$(awk '/^[ \t]/ { n++ } END { print n + 0 }' "$scripts/claims/list")
claims_new=$(awk '/^[ \t]/ && $1 != "by" && $1 != $2 { n++ } END { print n + 0 }' "$scripts/claims/list")
cells=$(sed -n 's/^\([0-9]*\) cells, .* \([0-9]*\) unexplained$/\1 cells, \2 unexplained/p' "$scripts/compare/table")
mutants_all=$(grep -vc '^#' "$scripts/mutants/table")
mutants_noticed=$(grep -cE '^[^# ]+ +[0-9a-f]{8} (tests|guest) ' "$scripts/mutants/table" || :)
configs_all=$(grep -vc '^#' "$scripts/config/table")
configs_good=$(awk -F '\t' '!/^#/ && $4 == "yes" && $6 == 0' "$scripts/config/table" | wc -l)
commits_good=$(sed -n 's/^Of the .* commits of this series, \([0-9]*\) have .*/\1/p' "$scripts/bisect-check/README.md")
parts_all=$(sed -n '/^|---/,/^<!--/p' "$scripts/all-tests/README.md" | grep -c '^| ')
parts_good=$(awk -F '\t' '!/^#/ && $3 == 0' "$scripts/all-tests/table" | wc -l)
patches=$(subjects | wc -l)
getppid=$(awk -F , '$1 == "bench-min" && $2 == "sve-off" && $3 == "getppid" { print $5 ", then " $8 }' "$scripts/bench/results.csv")

mkdir -p "$report"
add_cleanup "$report/index.html.part" "$report/junit.xml.part" "$report/kcidb.json.part"
{
	cat <<-END
	<!DOCTYPE html>
	<html lang="en">
	<head>
	<meta charset="utf-8">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<title>arm64-syscall-exit: what was found</title>
	<link rel="icon" href="data:,">
	<style>
	$(cat "$data/page.css")
	</style>
	</head>
	<body>
	<header>
	<h1>arm64-syscall-exit: what was found</h1>
	<p class="soft">Checksum of the series: <code>$sum</code>. Base: Linux $(html <"$top/base"). Page of $(date -u +%Y-%m-%d).
	Compiler and QEMU: $(sed -n 's/^# key //p' "$scripts/bench/results.csv" | html).</p>
	<nav><a href="#claims">Claims</a><a href="#compare">Compare</a><a href="#mutants">Mutants</a><a href="#configs">Configurations</a><a href="#bisect-check">Commits</a><a href="#compile">Compilers</a><a href="#bench">Instructions</a><a href="#all-tests">What has run</a></nav>
	</header>
	<main>
	<ul class="tiles">
	$(tile "$patches" patches)
	$(tile "$claims_count" "claims; in $claims_new, stock fails or differs")
	$(tile "${cells%%,*}" "compared;${cells#*,}")
	$(tile "$mutants_noticed of $mutants_all" 'mutants noticed')
	$(tile "$configs_good of $configs_all" 'configurations passed')
	$(tile "$commits_good of $patches" 'commits passed on their own')
	$(tile "$getppid" 'instructions of getppid()')
	$(tile "$parts_good of $parts_all" 'parts of make all-tests passed')
	</ul>
	END
	cat <<-'END'
	<section id="claims">
	<h2>What each commit claims</h2>
	<p>What its tests say on the unpatched and on the patched kernel.</p>
	<div class="find">
	<label>Search <input id="claims-words" type="search" placeholder="words"></label>
	<label>Show <select id="claims-kind"><option value="">all</option><option value="changed">what changes</option><option value="same">what stays</option><option value="other">what another verb shows</option></select></label>
	<span class="soft"><span id="claims-shown"></span> claims</span>
	</div>
	END
	block claims
	echo '</section>'
	section compare 'What else changes' 'Everything that user space can see in thousands of combinations of tracing, filters, calls and signals, recorded on both kernels and compared.'
	section mutants 'Would the tests notice a mistake?' 'The series broken on purpose, one place at a time, and the tests that fail then.'
	section configs 'Configurations' 'The patched kernel, built, booted and tested.' config
	section bisect-check 'Each commit' 'Built, booted and tested on its own.'
	section compile 'Compilers' 'All objects that the series can affect, compiled.'
	cat <<-'END'
	<section id="bench">
	<h2>Instructions for a system call</h2>
	<p>Counted by QEMU: path length, not time. First, what is left of the count of the unpatched kernel, in <code>bench-min</code> without SVE and SME.</p>
	<figure>
	END
	awk -f "$data/counts.awk" -v config=bench-min -v cpu=sve-off "$scripts/bench/rows" "$scripts/bench/results.csv" ||
		die 1 "scripts/bench/results.csv has no rows for the picture"
	echo '</figure>'
	block bench
	echo '</section>'
	section all-tests 'What has run' 'Each part of make all-tests, if it has passed.'
	printf '</main>\n<script>\n%s\n</script>\n</body>\n</html>\n' "$(cat "$data/page.js")"
} >"$report/index.html.part"
mv "$report/index.html.part" "$report/index.html"
say "report: $report/index.html"

# --- For machines: of the last runs of this series
# list FUNCTION: what it says of each kernel, with commas
list()
{
	_n=0
	for variant in $ran; do
		_n=$((_n + 1))
		[ $_n = 1 ] || echo ,
		"$@"
	done
	echo
}
# shellcheck disable=SC2317 # called by list
checkout()
{
	printf '    {"id": "%s:%s-%s", "origin": "%s", "tree_name": "linux-source-%s"%s, "patchset_hash": "%s", "valid": true}' \
		"$origin" "$sum" "$variant" "$origin" "$(base_release)" "${commit:+, \"git_commit_hash\": \"$commit\"}" "$([ "$variant" = base ] || echo "$patchset")"
}
# shellcheck disable=SC2317 # called by list
build()
{
	printf '    {"id": "%s:build-%s-%s", "checkout_id": "%s:%s-%s", "origin": "%s", "architecture": "%s", "config_name": "test", "status": "PASS"}' \
		"$origin" "$sum" "$variant" "$origin" "$sum" "$variant" "$origin" "$ARCH"
}
# shellcheck disable=SC2317 # called by list
tests()
{
	awk -f "$data/kcidb.awk" -v variant="$sum-$variant" -v build="$origin:build-$sum-$variant" -v origin="$origin" \
		"$(results_of "$variant")/results"
}
for_machines()
{
	ran=
	for variant in base patched; do
		if [ "$(sort "$(results_of "$variant")/facts" 2>/dev/null | grep -E '^(config|scope|series|topics) ' | tr '\n' ' ')" = "config test scope all series $sum topics all " ] &&
		   [ -s "$(results_of "$variant")/results" ]; then
			ran="$ran $variant"
		else
			say "report: the last run of the $variant kernel was not of all tests of this series, with CONFIG=test, or there is none; junit.xml and kcidb.json are without it"
		fi
	done
	if [ -z "$ran" ]; then
		rm -f "$report/junit.xml" "$report/kcidb.json"
		return 0
	fi
	{
		echo '<?xml version="1.0" encoding="UTF-8"?>'
		echo '<testsuites name="arm64-syscall-exit">'
		for variant in $ran; do
			awk -f "$data/junit.awk" -v variant="$variant" "$(results_of "$variant")/results"
		done
		echo '</testsuites>'
	} >"$report/junit.xml.part"
	mv "$report/junit.xml.part" "$report/junit.xml"
	origin=arm64_syscall_exit
	# As KCIDB has it: a checksum over those of the mails, in their order
	mkdir "$work/mails"
	TOPICS='' SIGNOFF='' AUTHOR='' "$scripts/mbox.sh" | own_git mailsplit -o"$work/mails" >"$work/count"
	patchset=$(sha256sum "$work"/mails/* | cut -c-64 | sha256sum | cut -c-64)
	commit=$(own_git -C "$linux" rev-parse -q --verify 'refs/tags/base^{commit}' 2>/dev/null || :)
	{
		echo '{'
		echo '  "version": {"major": 5, "minor": 3},'
		echo '  "checkouts": ['; list checkout; echo '  ],'
		echo '  "builds": ['; list build; echo '  ],'
		echo '  "tests": ['; list tests; echo '  ]'
		echo '}'
	} >"$report/kcidb.json.part"
	mv "$report/kcidb.json.part" "$report/kcidb.json"
	say "report: $report/junit.xml, $report/kcidb.json: of$ran"
}
for_machines
[ $# != 0 ] || exit 0

# --- In a browser
sed 's|^</body>$||; s|^</html>$||' "$report/index.html" >"$work/page.html"
{
	echo '<script>'
	cat "$data/browser.js"
	printf '</script>\n</body>\n</html>\n'
} >>"$work/page.html"
for width in 1600 400; do
	# A window has a least width, a frame has none.
	cat >"$work/frame.html" <<-END
	<!DOCTYPE html>
	<title>no word from the page</title>
	<script>addEventListener('message', function (e) { document.title = e.data; });</script>
	<iframe src="page.html" style="border:0;width:${width}px;height:1200px"></iframe>
	END
	rc=0
	timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/chromium" \
		--enable-logging=stderr --v=0 --window-size=1700,1300 --virtual-time-budget=10000 \
		--dump-dom "file://$work/frame.html" >"$work/dom" 2>"$work/chromium.log" 9>&- || rc=$?
	title=$(sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' "$work/dom" | head -n 1)
	console=$(grep -a 'CONSOLE' "$work/chromium.log" | head -n 1 || :)
	if [ $rc = 0 ] && [ "$title" = "width $width: ok" ] && [ -z "$console" ]; then
		tap_ok "the page, $width pixels wide"
	else
		tap_not_ok "the page, $width pixels wide: ${title:-chromium ended with status $rc}${console:+; $console}"
	fi
done
tap_plan
tap_end 0
