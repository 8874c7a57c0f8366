# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# How the machine is started: the one place for all that start it. Its command is a file
# with one line that a shell takes; what is kept there to be repeated is what runs.

# Under emulation a slow host looks like a hung kernel: the detectors get long
# time-outs. An oops ends the machine at once; a warning is found in the log.
# rseq_debug, on by default with CONFIG_DEBUG_RSEQ, kills some of the tasks that
# the check at the system call's exit is to find; without it, only the check does.
# With the generic entry code it switches that check as well: the tests that need
# it switch it on.
kernel_parameters='panic=-1 oops=panic rseq_debug=0
rcupdate.rcu_cpu_stall_timeout=300 sysctl.kernel.hung_task_timeout_secs=600'

# one_thread VERSION: whether this QEMU needs one thread for all its CPUs. Before 8.1, a CPU
# may translate an instruction that another CPU is just replacing, and keep the translation of
# the old one: a static key that has been switched on is not seen there, and an enabled
# tracepoint has no events.
one_thread()
{
	awk -v version="$1" 'BEGIN { split(version, v, "."); exit !v[1] || v[1] > 8 || (v[1] == 8 && v[2] >= 1) }'
}

# The machine: of lib/arch/ARCH. machine_more is what to add to it, instead of what is
# usual; ASE_MACHINE adds more, and ASE_CPU is another CPU: for configs.sh.
machine_words()
{
	_more=$qemu_machine_more
	[ -z "${ASE_CPU:-}" ] || _more=
	# shellcheck disable=SC2086 # words
	printf '%s\n' "$qemu" -machine "$qemu_machine${machine_more-$_more}${ASE_MACHINE:+,$ASE_MACHINE}" \
		-cpu "${ASE_CPU:-$qemu_cpu}" $qemu_words
	! one_thread "$(qemu_version)" || printf '%s\n' -accel tcg,thread=single
}

# machine_status STATUS: the machine's own, of what QEMU ends with. Any other number is
# QEMU's or timeout's.
machine_status()
{
	for _pair in $qemu_status; do
		[ "$1" != "${_pair%:*}" ] || { echo "${_pair#*:}"; return; }
	done
	echo "$1"
}

# append_words PARAMETER...: the kernel's command line
append_words()
{
	echo -append
	# shellcheck disable=SC2086 # a list
	echo $console_words $kernel_parameters "$@"
}

# boot_words IMAGE INITRAMFS: the command's common part, a word a line.
boot_words()
{
	machine_words
	cat <<-EOF
	-smp
	2
	-m
	2G
	-display
	none
	-monitor
	none
	-nic
	none
	-no-reboot
	-kernel
	$1
	-initrd
	$2
	EOF
}

# log_words CONSOLE PORT: where the kernel's log goes, and what the guest says on a port of
# its own
log_words()
{
	cat <<-EOF
	-serial
	file:$1
	-device
	virtio-serial-pci
	-chardev
	file,id=ktap,path=$2
	-device
	virtserialport,chardev=ktap,name=ktap
	EOF
}

# shell_line: one line that a shell takes, of words that are a line each
shell_line()
{
	while read -r _word; do
		case $_word in
		*\'*) printf "'%s' " "$(printf '%s\n' "$_word" | sed "s/'/'\\\\''/g")" ;;
		*[!A-Za-z0-9_./:=,@%+-]*) printf "'%s' " "$_word" ;;
		*) printf '%s ' "$_word" ;;
		esac
	done
}

# start_machine COMMAND LOG [WORD...]: what the file COMMAND has, behind these words, for at
# most $TIMEOUT seconds. LOG has what QEMU itself says.
start_machine()
{
	_command=$1 _log=$2
	shift 2
	# A program in between has others to be ended with it.
	_foreground=--foreground
	[ $# = 0 ] || _foreground=
	eval "set -- \"\$@\" $(cat "$_command")"
	run_logged "$_log" timeout $_foreground --kill-after=10 "$TIMEOUT" "$@"
}

# start_here COMMAND: the same on this terminal, for as long as it takes
start_here()
{
	eval "$(cat "$1")"
}
