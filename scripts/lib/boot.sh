# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# How the machine is started: the same for run and shell.

# Under emulation a slow host looks like a hung kernel: the detectors get long
# time-outs. An oops ends the machine at once; a warning is found in the log.
# rseq_debug, on by default with CONFIG_DEBUG_RSEQ, kills some of the tasks that
# the check at the system call's exit is to find; without it, only the check does.
# With the generic entry code it switches that check as well: the tests that need
# it switch it on.
kernel_parameters='panic=-1 oops=panic rseq_debug=0
rcupdate.rcu_cpu_stall_timeout=300 sysctl.kernel.hung_task_timeout_secs=600'

# The machine: of lib/arch/ARCH. machine_more is what to add to it, instead of what is
# usual; ASE_MACHINE adds more, and ASE_CPU is another CPU: for configs.sh.
machine_words()
{
	_more=$qemu_machine_more
	[ -z "${ASE_CPU:-}" ] || _more=
	# shellcheck disable=SC2086 # words
	printf '%s\n' "$qemu" -machine "$qemu_machine${machine_more-$_more}${ASE_MACHINE:+,$ASE_MACHINE}" \
		-cpu "${ASE_CPU:-$qemu_cpu}" $qemu_words
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

# parameter_words PARAMETER...: the kernel's command line
parameter_words()
{
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

# One line that a shell takes.
shell_line()
{
	while read -r _word; do
		case $_word in
		*[!A-Za-z0-9_./:=,@%+-]*) printf "'%s' " "$_word" ;;
		*) printf '%s ' "$_word" ;;
		esac
	done
}
