# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# README.md: short enough to be read, each file that it links is there, and its numbers
# are those of series and of the tables.

readme_top=$work/readme
mkdir -p "$readme_top"
cp "$top/README.md" "$top/series" "$readme_top"

readme_is_short()
{
	[ "$(wc -c <"$readme_top/README.md")" -lt 9216 ]
}

# In each README, a link to a file is one to a file that is there.
readme_links()
{
	for _file in README.md scripts/README.md $(cd "$top" && ls scripts/*/README.md); do
		sed 's/](/\n](/g' "$top/$_file" | sed -n 's/^](\([^):]*\)).*/\1/p' | while read -r _link; do
			[ -e "$top/$(dirname "$_file")/$_link" ] || echo "$_file links $_link, which is not there"
		done
	done >"$work/output" 2>&1
	[ ! -s "$work/output" ]
}

# TOPIC PATCHES COUNT, a line each: the count is that of the last commit up to the end
# of the topic that changed it.
readme_topics()
{
	subjects | awk -F '\t' -v series="$readme_top/series" -v commits="$scripts/bench/commits" '
	BEGIN {
		while ((getline line < commits) > 0) {
			split(line, f, "\t")
			if (f[2] == "getppid") count[f[1]] = f[3]
		}
		now = count["base"]
	}
	{ subject[$1] = $2 }
	END {
		while ((getline line < series) > 0) {
			if (line ~ /^# [a-z-]*: /) {
				if (topic) print topic, n, now
				topic = line; sub(/^# /, "", topic); sub(/:.*/, "", topic); n = 0
			} else if (line != "" && line !~ /^[ \t#]/) {
				n++
				if (subject[line] in count) now = count[subject[line]]
			}
		}
		print topic, n, now
	}'
}
readme_has_topics()
{
	sed -n 's/^| `\([a-z-]*\)` | \([0-9]*\) | .* | \([0-9]*\) |$/\1 \2 \3/p' "$readme_top/README.md" >"$work/readme-says"
	readme_topics >"$work/readme-is"
	diff "$work/readme-is" "$work/readme-says" >"$work/output" &&
	grep -q "^$(awk '{ n += $2 } END { print n }' "$work/readme-is") patches: " "$readme_top/README.md" &&
	grep -q "instructions .*unpatched, $(awk -F '\t' '$1 == "base" && $2 == "getppid" { print $3 }' "$scripts/bench/commits")\$" "$work/readme-text"
}
readme_has_cells()
{
	grep -qF " $(sed -n 's/^\([0-9]*\) cells, .*/\1/p' "$scripts/compare/table") recorded combinations" "$readme_top/README.md"
}
# "what switches tasks or waits takes N to M percent more": the rows at 1 ns an instruction
readme_medians()
{
	awk -F , '$2 == "gips" {
		p = ($9 / $6 - 1) * 100
		if (!n++ || p < least) least = p
		if (n == 1 || p > most) most = p
	}
	END { printf "takes %.0f to %.0f percent more instructions than on stock, at 1 ns an instruction", least, most }' \
		"$scripts/bench/results.csv" >"$work/readme-medians"
	grep -qF "$(cat "$work/readme-medians")" "$work/readme-text"
}
# "no exact count is above the unpatched one"
readme_longer()
{
	awk -F , '$4 == "exact" { rows++; if ($8 > $5) print $1, $2, $3, $5, $8 } END { if (!rows) print "no row" }' \
		"$scripts/bench/results.csv" >"$work/output"
	[ ! -s "$work/output" ]
}
readme_text() { tr -s '\n ' '  ' <"$readme_top/README.md" | sed 's/ (\[more/\n&/' >"$work/readme-text"; }

readme_text
check 'README.md is one read: less than 9 KB' readme_is_short
check 'every file that a README links is there' readme_links
check 'README.md: the topics, their patches and counts are those of series and bench/commits' readme_has_topics
check 'README.md: as many cells as were compared' readme_has_cells
check 'README.md: the medians are those of bench/results.csv' readme_medians
check 'README.md: no exact row of bench/results.csv is longer than on stock' readme_longer
# Each of these would be noticed.
readme_not() { ! "$1"; }
sed -i 's/^| `fixes` | [0-9]* |/| `fixes` | 99 |/; s/ takes [0-9]* to \([0-9]*\) percent/ takes 0 to \1 percent/; s/[0-9]* recorded combinations/1 recorded combinations/' "$readme_top/README.md"
readme_text
check 'README.md: another number of patches is noticed' readme_not readme_has_topics
check 'README.md: another number of cells is noticed' readme_not readme_has_cells
check 'README.md: another median is noticed' readme_not readme_medians
