#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run: the main job. Fetch, patch, build, boot, test, judge.
#
# For other scripts: ASE_IMAGE is a kernel to boot instead of the variant's own,
# ASE_RESULTS where to leave what it said, ASE_PARAMETERS what to add to its command
# line, and ASE_EXPECTED a list instead of scripts/guest/expected and the claims, whose
# leave-out lines then count for TESTS= as well; ASE_CPU and ASE_MACHINE are for boot.sh.

prog=run
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/boot.sh"
no_arguments "$@"
machine_arch
check_tests
lock_out
variant_or patched
config_fragments
case ${TIMEOUT:=1200} in
*[!0-9]*) die 2 "TIMEOUT=$TIMEOUT: give a number of seconds" ;;
esac
begin=$(now)
scope=some
[ -n "$TESTS$COLLECTIONS$LANE${ASE_IMAGE:-}" ] || scope=all
expected=${ASE_EXPECTED:-$scripts/guest/expected}
claims=$scripts/claims/list
[ -z "${ASE_EXPECTED:-}" ] || claims=
"$scripts/lib/verdict.sh" --check "$expected" ${claims:+"$claims"} || exit 2
if [ -n "${ASE_IMAGE:-}" ]; then
	image=$ASE_IMAGE
	results=${ASE_RESULTS:-$out/results/other}
	more_parameters=${ASE_PARAMETERS:-}
else
	# The guest first: it knows which tests there are, and takes a minute, not ten.
	"$scripts/guest.sh"
	image=$(build_of "$VARIANT")/$image_path
	results=$(results_of "$VARIANT")
	more_parameters=
fi

# --- What is asked for. The results of the last run stay until it is known.
asked=$results.asked
mkdir -p "${results%/*}"
add_cleanup "$asked"
rm -rf "$asked"
mkdir "$asked"
skip=
arguments=
if [ -z "$TESTS" ] || [ -n "${ASE_EXPECTED:-}" ]; then
	: "${TESTS:=$(collections)}"
	# Of the tests that there are on this architecture.
	release=$(source_release)
	awk -v variant="$VARIANT" -v arch="$ARCH" -v qemu="$(qemu_version)" -v linux="${release:-$(newest_release)}" -v expected="$expected" \
		"$(cat "$scripts/lib/glob.awk" "$scripts/lib/expected.awk")"'
		BEGIN { read_expected(expected); for (i = 1; i <= lefts; i++) print left_line[i] }' </dev/null |
		while read -r word why; do
			! grep -qxF "$word" "$guest/tests" || say "$word $why"
		done >"$asked/left-out"
	skip=$(awk '$2 !~ /^-/ { print $1 }' "$asked/left-out")
	# One test of a program: run_kselftest.sh takes the program's arguments
	# from the environment, which is the kernel's command line here.
	arguments=$(awk '$2 ~ /^-/ {
		name = $1; sub(/.*:/, "", name); gsub(/[^A-Za-z0-9]/, "_", name)
		print "KSELFTEST_" toupper(name) "_ARGS=" $2 }' "$asked/left-out")
fi
: >"$asked/plan"
for word in $TESTS; do
	case $word in
	*:*) grep -xF "$word" "$guest/tests" >>"$asked/plan" || die 2 "TESTS=$word: no such test; there are: $(tr '\n' ' ' <"$guest/tests")" ;;
	*) grep "^$word:" "$guest/tests" >>"$asked/plan" || die 2 "TESTS=$word: no such collection; there are: $(cut -d: -f1 "$guest/tests" | sort -u | tr '\n' ' ')" ;;
	esac
done
for word in $skip; do
	grep -vxF "$word" "$asked/plan" >"$asked/plan.part" || :
	mv "$asked/plan.part" "$asked/plan"
done
planned=$(wc -l <"$asked/plan")
[ "$planned" != 0 ] || die 2 "TESTS=\"$TESTS\" leaves no test to run"
[ -n "${ASE_IMAGE:-}" ] || "$scripts/kernel.sh"
rm -rf "$results"
mv "$asked" "$results"
commas() { echo "$*" | tr -s ' \n' ',' | sed 's/,$//'; }

# --- What verdict has to know of this run. The machine ends with a number that it was
# told here, so that no test can say that all have run.
cp "$guest/tests" "$results/tests"
nonce=$(od -A n -N 8 -t x1 /dev/urandom | tr -d ' \n')
topics=some
[ "$(applied_topics)" != "$(topics_of "$top/series")" ] || topics=all
cat >"$results/facts" <<EOF
config $CONFIG
nonce $nonce
scope $scope
topics $topics
series $(series_sum)
qemu $(qemu_version)
linux $(base_version)
release $(source_release)
runner $(if is_old_runner; then echo old; else echo new; fi)
EOF

# --- Boot
ktap=$results/ktap.log
console=$results/console.log
# To an old one, each test is told.
runner_words=
if is_old_runner; then
	TESTS=$(cat "$results/plan")
	skip=
	runner_words=old_runner=1
fi
{
	boot_words "$image" "$guest/initramfs"
	# shellcheck disable=SC2086 # words
	append_words $more_parameters $runner_words "nonce=$nonce" "tests=$(commas "$TESTS")" ${skip:+"skip=$(commas "$skip")"} ${arguments:+"$arguments"}
	log_words "$console" "$ktap"
} | shell_line >"$results/qemu.cmd"
say "run: booting $VARIANT for $ARCH, $planned test programs"
say "  $(cat "$results/qemu.cmd")"

# shellcheck disable=SC2317 # called by progress_start
tests_run()
{
	printf '%s of %s test programs' "$(grep -cE '^(not )?ok ' "$ktap")" "$planned"
}
progress_start "run: testing the $VARIANT kernel for $ARCH" tests_run
rc=0
start_machine "$results/qemu.cmd" "$results/qemu.log" || rc=$?
progress_stop
machine_status "$rc" >"$results/qemu.status"

# --- Judge
rc=0
"$scripts/lib/verdict.sh" "$results" "$VARIANT" "$expected" ${claims:+"$claims"} || rc=$?
say "  kernel   $image ($(compiler_version))"
say "  logs     $results/{ktap.log,console.log,results,qemu.cmd}"
say "  time     $(elapsed "$begin")"
exit "$rc"
