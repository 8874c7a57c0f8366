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

# What ends the machine with a status is semihosting on arm64, and on x86_64 a
# device that is written to; scripts/guest/init.c uses them. On arm64, machine_more is
# what to add to the machine: with memory tagging, a branch of its own is tested
# where a system call is taken. ASE_MACHINE adds more, ASE_CPU is another CPU: for
# configs.sh.
machine_words()
{
	# QEMU refuses it for a CPU that has none.
	_mte=,mte=on
	[ -z "${ASE_CPU:-}" ] || _mte=
	case $ARCH in
	arm64) cat <<-EOF ;;
		$qemu
		-machine
		virt,gic-version=3${machine_more-$_mte}${ASE_MACHINE:+,$ASE_MACHINE}
		-cpu
		${ASE_CPU:-max,pauth-impdef=on}
		-semihosting-config
		enable=on,target=native,userspace=on
		EOF
	x86_64) cat <<-EOF ;;
		$qemu
		-machine
		q35
		-cpu
		max
		-device
		isa-debug-exit,iobase=0xf4,iosize=0x04
		EOF
	esac
}

# The device on x86_64 ends QEMU with twice the machine's status and one; here it
# is the machine's own again. Any other number is QEMU's or timeout's.
machine_status()
{
	case $ARCH:$1 in
	x86_64:121) echo 60 ;;
	x86_64:123) echo 61 ;;
	x86_64:125) echo 62 ;;
	*) echo "$1" ;;
	esac
}

# parameter_words PARAMETER...: the kernel's command line
parameter_words()
{
	case $ARCH in
	arm64) _console=console=ttyAMA0 ;;
	# A slow host fails the check that the timer interrupt arrives.
	x86_64) _console='console=ttyS0 no_timer_check' ;;
	esac
	# shellcheck disable=SC2086 # a list
	echo $_console $kernel_parameters "$@"
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
