#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run: the main job. Fetch, patch, build, boot, test, judge.
#
# For other scripts: IMAGE is a kernel to boot instead of the variant's own, RESULTS
# where to leave what it said, PARAMETERS what to add to its command line, CPU and
# MACHINE another CPU and what to add to the machine (see boot.sh), and EXPECTED a
# list instead of scripts/guest/expected, whose leave-out lines then count for TESTS=
# as well.

prog=run
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/build.sh"
. "$(dirname "$0")/boot.sh"
machine_arch
lock_out
variant_or patched
config_fragments
case ${TIMEOUT:=1200} in
*[!0-9]*) die 2 "TIMEOUT=$TIMEOUT: give a number of seconds" ;;
esac
begin=$(now)
if [ -n "${IMAGE:-}" ]; then
	image=$IMAGE
	results=${RESULTS:-$out/results/other}
	expected=${EXPECTED:-}
	more_parameters=${PARAMETERS:-}
	cpu_words=${CPU:-}
	machine_more=${MACHINE:-}
else
	cpu_words=
	machine_more=
	"$scripts/kernel.sh"
	"$scripts/guest.sh"
	image=$(build_of "$VARIANT")/$image_path
	results=$(results_of "$VARIANT")
	expected=
	more_parameters=
fi
rm -rf "$results"
mkdir -p "$results"
# Memory tagging has a branch of its own where a system call is taken.
[ -n "$cpu_words$machine_more" ] || machine_more=mte=on

# --- What is asked for
skip=
arguments=
if [ -z "$TESTS" ] || [ -n "$expected" ]; then
	: "${TESTS:=$(collections)}"
	# Of the tests that there are on this architecture.
	sed -n 's/^leave-out[ 	]*//p' "${expected:-$scripts/guest/expected}" |
		while read -r word why; do
			! grep -qxF "$word" "$guest/tests" || say "$word $why"
		done >"$results/left-out"
	skip=$(awk '$2 !~ /^-/ { print $1 }' "$results/left-out")
	# One test of a program: run_kselftest.sh takes the program's arguments
	# from the environment, which is the kernel's command line here.
	arguments=$(awk '$2 ~ /^-/ {
		name = $1; sub(/.*:/, "", name); gsub(/[^A-Za-z0-9]/, "_", name)
		print "KSELFTEST_" toupper(name) "_ARGS=" $2 }' "$results/left-out")
fi
: >"$results/plan"
for word in $TESTS; do
	case $word in
	*:*) grep -xF "$word" "$guest/tests" >>"$results/plan" || die 2 "TESTS=$word: no such test; there are: $(tr '\n' ' ' <"$guest/tests")" ;;
	*) grep "^$word:" "$guest/tests" >>"$results/plan" || die 2 "TESTS=$word: no such collection; there are: $(cut -d: -f1 "$guest/tests" | sort -u | tr '\n' ' ')" ;;
	esac
done
for word in $skip; do
	grep -vxF "$word" "$results/plan" >"$results/plan.part" || :
	mv "$results/plan.part" "$results/plan"
done
planned=$(wc -l <"$results/plan")
commas() { echo "$*" | tr -s ' \n' ',' | sed 's/,$//'; }

# --- Boot
ktap=$results/ktap.log
console=$results/console.log
# shellcheck disable=SC2086 # words
parameters=$(parameter_words $more_parameters "tests=$(commas "$TESTS")" ${skip:+"skip=$(commas "$skip")"} ${arguments:+"$arguments"})
set --
while read -r word; do
	set -- "$@" "$word"
done <<EOF
$(boot_words "$image" "$guest/initramfs")
-append
$parameters
-serial
file:$console
-device
virtio-serial-pci
-chardev
file,id=ktap,path=$ktap
-device
virtserialport,chardev=ktap,name=ktap
EOF
printf '%s\n' "$@" | shell_line >"$results/qemu.cmd"
say "run: booting $VARIANT for $ARCH, $planned test programs"
say "  $(cat "$results/qemu.cmd")"

# shellcheck disable=SC2317 # called by progress_start
tests_run()
{
	printf '%s of %s test programs' "$(grep -cE '^(not )?ok ' "$ktap")" "$planned"
}
progress_start "run: testing the $VARIANT kernel for $ARCH" tests_run
rc=0
run_logged "$results/qemu.log" timeout --foreground --kill-after=10 "$TIMEOUT" "$@" || rc=$?
progress_stop
machine_status "$rc" >"$results/qemu.status"

# --- Judge
rc=0
"$scripts/verdict.sh" "$results" "$VARIANT" "${expected:-$scripts/guest/expected}" || rc=$?
say "  kernel   $image ($(compiler_version))"
say "  logs     $results/{ktap.log,console.log,results,qemu.cmd}"
say "  time     $(elapsed "$begin")"
exit "$rc"
