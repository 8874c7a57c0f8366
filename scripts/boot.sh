# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# How the machine is started: the same for run and shell.

qemu=${QEMU:-qemu-system-aarch64}

# Under emulation a slow host looks like a hung kernel: the detectors get long
# time-outs. An oops ends the machine at once; a warning is found in the log.
# rseq_debug, on by default with CONFIG_DEBUG_RSEQ, kills some of the tasks that
# the check at the system call's exit is to find; without it, only the check does.
kernel_parameters='console=ttyAMA0 panic=-1 oops=panic rseq_debug=0
rcupdate.rcu_cpu_stall_timeout=300 sysctl.kernel.hung_task_timeout_secs=600'

# boot_words IMAGE INITRAMFS: the command's common part, a word a line.
boot_words()
{
	cat <<-EOF
	$qemu
	-machine
	virt,gic-version=3
	-cpu
	max,pauth-impdef=on
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
	-semihosting-config
	enable=on,target=native,userspace=on
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
