# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set by, or for, test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Jobs on several hosts: make configs on a toy list, with a toy kernel that is built in no
# time, and a stand-in for ssh whose hosts are directories. One of them can die.

jt=$work/jobs
mkdir -p "$jt/bin" "$jt/say" "$jt/toy/scripts/kconfig" "$jt/toy/tools" "$jt/cache/arm64-syscall-exit"
# jt_script NAME LINES
jt_script()
{
	mkdir -p "$(dirname "$jt/$1")"
	printf '#!/bin/sh\n%s\n' "$2" >"$jt/$1"
	chmod +x "$jt/$1"
}
# shellcheck disable=SC2016 # for the script
jt_script toy/scripts/kconfig/merge_config.sh 'shift; out=$2; shift 2; cat "$@" >"$out/.config"; exit 0'
printf 'Image:\n\t@[ ! -e %s/say/breaks ] || { echo "x.c:1: error: it breaks"; exit 1; }\n\t@mkdir -p $(O)/arch/arm64/boot && cp $(O)/.config $(O)/arch/arm64/boot/Image\n' "$jt" >"$jt/toy/Makefile"
: >"$jt/toy/tools/Makefile"
own_git init -q -b series "$jt/toy"
own_git -C "$jt/toy" add -A
own_git -C "$jt/toy" commit -q -m toy

mkdir -p "$jt/repo/scripts/guest" "$jt/repo/scripts/config"
cp "$scripts/configs.sh" "$jt/repo/scripts"
cp -R "$scripts/lib" "$jt/repo/scripts"
: >"$jt/repo/scripts/guest/splats-allowed"
: >"$jt/repo/scripts/guest/expected"
jt_script repo/scripts/deps.sh :
jt_script repo/scripts/mbox.sh 'echo "diff --git the series"'
jt_script repo/scripts/guest.sh "mkdir -p \"\$O/guest\" && : >\"\$O/guest/initramfs\""
# The package of a host is what it has in its cache.
jt_script repo/scripts/tree.sh "ls \${XDG_CACHE_HOME:-\$HOME/.cache}/arm64-syscall-exit/linux-source-*.deb >/dev/null || exit 3
[ -d \"\$O/linux\" ] || { git clone -q '$jt/toy' \"\$O/linux\" && echo deb linux-source-7.3_1_all.deb >\"\$O/linux/.git/fetch.stamp\"; }"
# Where a row ran; a host that is to die does so there
jt_script repo/scripts/run.sh "mkdir -p \"\$ASE_RESULTS\"
echo 0 >\"\$ASE_RESULTS/qemu.status\"
row=\${ASE_RESULTS##*/}
echo \"\$row \${JT_HOST:-here}\" >>'$jt/say/ran'
[ \"\${JT_HOST:-here}\" != \"\$(cat '$jt/say/dies')\" ] || { touch '$jt/say/dead-'\"\$JT_HOST\"; sleep 60; }
echo 'log of a boot' >\"\$ASE_RESULTS/console.log\"
printf 'pass a:one\\n%s a:two\\n' \"\$(cat '$jt/say/two')\" >\"\$ASE_RESULTS/results\"
echo 'patched kernel: pass' >\"\$ASE_RESULTS/summary\"
exit \"\$(cat '$jt/say/status')\""
for _row in one two three four; do printf '%s # of it\n\tconfig c\n\tparameters %s\n\ttests a:one\n\n' $_row $_row; done >"$jt/repo/scripts/config/matrix"
echo CONFIG_A=y >"$jt/repo/scripts/config/matrix.config"
echo CONFIG_C=y >"$jt/repo/scripts/config/c.config"
printf '<!-- configs: begin -->\n<!-- configs: end -->\n' >"$jt/repo/scripts/config/README.md"
cp "$scripts/config/not-in-all" "$jt/repo/scripts/config"
printf 'ignored\n' >"$jt/repo/.gitignore"
: >"$jt/repo/ignored"
own_git init -q "$jt/repo"
own_git -C "$jt/repo" add -A
own_git -C "$jt/repo" commit -q -m toy
echo 'in no commit' >"$jt/repo/new file"
jt_script bin/aarch64-linux-gnu-gcc "echo \"a compiler \$([ \"\${JT_HOST:-}\" != old ] && echo 12.2.0 || echo 11.0.0)\""
jt_script bin/qemu-system-aarch64 'echo "QEMU emulator version 7.2.1"'
# ssh [-o WORD]... HOST WORDS: a shell of HOST, with nothing of this machine's environment.
# A dead host has no answer, and ends what it was at.
cat >"$jt/bin/ssh" <<EOF2
#!/bin/sh
while [ "\$1" = -o ]; do shift 2; done
host=\$1
shift
[ "\$1" != -- ] || shift
[ "\$host" != nowhere ] && [ ! -e '$jt/say/dead-'"\$host" ] || exit 255
mkdir -p '$jt/homes/'"\$host"
cd '$jt/homes/'"\$host"
exec 3<&0
env -i PATH="\$PATH" HOME="\$PWD" SHELL=/bin/sh JT_HOST="\$host" setsid sh -c "\$*" <&3 &
pid=\$!
while kill -0 \$pid 2>/dev/null; do
	[ ! -e '$jt/say/dead-'"\$host" ] || { kill -KILL -- -\$pid; exit 255; }
	sleep 0.1
done
wait \$pid
EOF2
chmod +x "$jt/bin/ssh"
: >"$jt/cache/arm64-syscall-exit/linux-source-7.3_1_all.deb"
: >"$jt/cache/arm64-syscall-exit/linux-source-7.3_1_all.deb.sha256"
jt_is() { echo "$2" >"$jt/say/$1"; }
jt_new() { rm -rf "$jt/out" "$jt/homes" "$jt/say" "$jt/repo/scripts/config/table"; mkdir "$jt/say"; jt_is two pass; jt_is status 0; jt_is dies none; : >"$jt/say/ran"; : >"$jt/say/changes"; }
jobs_run()
{
	env -u ASE_LOCKED -u VARIANT -u ARCH -u CONFIG -u CONFIGS -u TESTS -u TIMEOUT -u TOPICS -u ASE_TOP HOSTS="$jt_hosts" \
		ASE_FREE_MIB=100000 O="$jt/out" XDG_CACHE_HOME="$jt/cache" PATH="$jt/bin:$PATH" \
		"$jt/repo/scripts/configs.sh" "$@"
}
# ran_on HOST: how many rows did
ran_on() { grep -c " $1\$" "$jt/say/ran"; }
# The table, but for how long it took
jobs_table() { jobs_run --write && cat "$jt/repo/scripts/config/table"; }
# hosts_run HOSTS: what expect looks at, and what stands in the table
hosts_run() { jt_hosts=$1; jobs_run; }

jt_new
check 'jobs: of this machine alone' expect 0 '^4 passed, 0 failed, 0 skipped$' hosts_run :
jobs_table >"$work/one-host" 2>&1
check 'jobs: there is a table with all rows' test "$(grep -c '	yes	yes	2	0	0	' "$work/one-host")" = 4
check 'jobs: all of them ran here' test "$(ran_on here)" = 4
check 'jobs: there is a job log' test "$(wc -l <"$jt/out/configs/jobs/log")" = 5
jt_new
check 'jobs: on two hosts' expect 0 '^4 passed, 0 failed, 0 skipped$' hosts_run 'build1 build2'
jobs_table >"$work/two-hosts" 2>&1
check 'jobs: none of them here' test "$(ran_on here)" = 0
check 'jobs: on both of them' test "$(ran_on build1)" -gt 0 -a "$(ran_on build2)" -gt 0
check 'jobs: the same table comes out' cmp "$work/one-host" "$work/two-hosts"
check 'jobs: the logs have come back' grep -q 'log of a boot' "$jt/out/configs/three/console.log"
check 'jobs: the host has the repository, and what is in no commit' \
	test -f "$(echo "$jt"/homes/build1/.cache/arm64-syscall-exit/jobs-*/repository/"new file")"
check 'jobs: but not what git ignores' sh -c "! ls '$jt'/homes/build1/.cache/arm64-syscall-exit/jobs-*/repository/ignored 2>/dev/null"
rm "$jt/repo/scripts/config/table"
check 'jobs: once more: nothing is done twice' expect 0 '^ok 4 four: .*, before$' hosts_run 'build1 build2'
check 'jobs: nothing ran' test "$(wc -l <"$jt/say/ran")" = 4
jt_new
jt_is dies build1
# What is changed while a job runs makes no result of before a result of after.
cp "$jt/repo/scripts/config/c.config" "$jt/c.config"
sed -i "s|^exit |[ -e '$jt/say/changes' ] \|\| { : >'$jt/say/changes'; echo CONFIG_D=y >>'$jt/repo/scripts/config/c.config'; }\nexit |" "$jt/repo/scripts/run.sh"
jt_new
rm "$jt/say/changes"
check 'jobs: a fragment changes while they run' expect 0 '^4 passed, 0 failed, 0 skipped$' hosts_run :
check 'jobs: and all are done again' sh -c "! grep -q before '$work/output'"
check 'jobs: since then' expect 0 '^4 passed, 0 failed, 0 skipped$' hosts_run :
check 'jobs: with the new one' sh -c "! grep -q before '$work/output' && grep -qx CONFIG_D=y '$jt/out/configs/one.config'"
cp "$jt/c.config" "$jt/repo/scripts/config/c.config"
jt_new
jt_is dies build1
check 'jobs: a host that dies in the middle: its jobs go to the others' expect 0 '^4 passed, 0 failed, 0 skipped$' hosts_run 'build1 build2'
check 'jobs: it had died' test -e "$jt/say/dead-build1"
check 'jobs: each row ran to its end on the other' sh -c "[ \"\$(sort -u '$jt/say/ran' | grep -c ' build2\$')\" = 4 ]"
jobs_table >"$work/one-died" 2>&1
check 'jobs: the same table comes out' cmp "$work/one-host" "$work/one-died"
jt_new
jt_is dies build1
check 'jobs: if no other is left, the rows have no result' expect 1 '^not ok [1-4] one: of it # ' hosts_run build1
check 'jobs: all of them' sh -c "[ \"\$(grep -c '^not ok' '$work/output')\" = 4 ]"
jt_new
jt_is breaks yes
check 'jobs: a path of another host is named as one of it' \
	expect 1 '^not ok [1-4] one: .* # does not build: x.c:1: error: it breaks; see build1:/.*/jobs-[0-9a-f]*-build1/out/configs/one.log$' hosts_run build1
jt_new
jt_is breaks yes
check 'jobs: one of this machine is not' expect 1 "^not ok [1-4] one: .*; see $jt/out/configs/one.log$" hosts_run :
jt_new
check 'jobs: a host that ssh does not reach is left out' expect 0 "^configs: nowhere is left out: ssh can't reach it$" hosts_run 'nowhere :'
check 'jobs: and all is done' sh -c "grep -qx '4 passed, 0 failed, 0 skipped' '$work/output'"
jt_new
check 'jobs: so is one with other tools' expect 0 '^configs: old is left out: it has other tools, or another kernel: # series .* 11.0.0' hosts_run 'old :'
jt_new
check 'jobs: if none can be used: status 2' expect 2 'HOSTS="nowhere old": none of them can be used' hosts_run 'nowhere old'
check 'jobs: no host twice' expect 2 'HOSTS="a b a" names a twice' hosts_run 'a b a'
check 'jobs: no words that a shell or ssh would take otherwise' expect 2 'HOSTS=-oProxyCommand=x: give names that ssh takes' hosts_run '-oProxyCommand=x'
check 'jobs: a list with none in it' expect 2 'HOSTS=" " names no host' hosts_run ' '
check 'jobs: nothing ran' test ! -s "$jt/say/ran"
jt_new
jt_is two fail
jt_is status 1
check 'jobs: what fails on another host fails here' expect 1 '^0 passed, 4 failed, 0 skipped$' hosts_run 'build1 build2'
check 'jobs: and is not tried elsewhere' test "$(wc -l <"$jt/say/ran")" = 4

# Two at a time on one host: a toy verb, each of whose jobs waits until it is not alone
cat >"$jt/repo/scripts/pair.sh" <<EOF2
#!/bin/sh
prog=pair
. "\$(dirname "\$0")/lib/lib.sh"
. "\$scripts/lib/jobs.sh"
machine_arch
. "\$scripts/lib/build.sh"
results=\$out/pair
lock_out
prepare() { :; }
jobs_prepared "\$@"
if [ "\${1:-}" = --job ]; then
	mkdir -p "\$results"
	: >'$jt/say/at-'"\$2"
	_n=0
	until [ -e '$jt/say/at-one' ] && [ -e '$jt/say/at-two' ]; do
		[ \$_n -lt "\$(cat '$jt/say/wait')" ] || exit 1
		sleep 0.1
		_n=\$((_n + 1))
	done
	echo met >"\$results/\$2.result"
	exit 0
fi
jobs_at_once=\$JT_AT_ONCE
jobs_begin one two
while jobs_next; do
	echo "\$item: \${job_died:-\$(cat "\$results/\$item.result")}"
done
EOF2
chmod +x "$jt/repo/scripts/pair.sh"
# pair_run HOSTS AT-ONCE TENTHS-OF-A-SECOND
pair_run()
{
	jt_new
	jt_is wait "$3"
	env -u ASE_LOCKED -u ASE_TOP HOSTS="$1" JT_AT_ONCE="$2" O="$jt/out" XDG_CACHE_HOME="$jt/cache" PATH="$jt/bin:$PATH" \
		"$jt/repo/scripts/pair.sh" | tr '\n' ';'
}
check 'jobs: two at a time on another host' expect 0 '\(one\|two\): met;\(one\|two\): met;' pair_run build1 2 600
check 'jobs: and on this one' expect 0 '\(one\|two\): met;\(one\|two\): met;' pair_run : 2 600
check 'jobs: one at a time, each is alone' expect 0 'one: its job has ended without a result' pair_run : 1 5
rm "$jt/repo/scripts/pair.sh"

# The same with ssh itself: two sshd, each in a network of its own, whose users have homes
# of their own. As root alone, and where iproute2 and openssh-server are.
jt_net()
{
	[ "$(id -u)" = 0 ] && [ -x /usr/sbin/sshd ] && command -v ip >/dev/null || return 1
	for _n in 1 2; do
		ip netns add "ase$$-$_n" 2>/dev/null || return 1
		ip link add "ase$_n-$$" type veth peer name eth0 netns "ase$$-$_n" &&
			ip address add "10.213.$_n.1/30" dev "ase$_n-$$" && ip link set "ase$_n-$$" up &&
			ip -n "ase$$-$_n" address add "10.213.$_n.2/30" dev eth0 &&
			ip -n "ase$$-$_n" link set eth0 up || return 1
	done
}
# shellcheck disable=SC2317 # called by on_exit
jt_no_net()
{
	for _n in 1 2; do
		[ ! -s "$jt/sshd$_n.pid" ] || kill "$(cat "$jt/sshd$_n.pid")" 2>/dev/null || :
		ip netns pids "ase$$-$_n" 2>/dev/null | xargs -r kill -KILL 2>/dev/null || :
		ip netns delete "ase$$-$_n" 2>/dev/null || :
	done
}
# sshd_of N: root's shell there begins in a home that is the host's
sshd_of()
{
	mkdir -p "$jt/homes/net$1/.ssh" /run/sshd
	cp "$jt/key.pub" "$jt/homes/net$1/.ssh/authorized_keys"
	cat >"$jt/sshd$1.conf" <<-EOF2
	Port 22
	ListenAddress 10.213.$1.2
	HostKey $jt/hostkey
	PidFile $jt/sshd$1.pid
	AuthorizedKeysFile $jt/homes/net$1/.ssh/authorized_keys
	StrictModes no
	UsePAM no
	PermitRootLogin prohibit-password
	SetEnv HOME=$jt/homes/net$1 JT_HOST=net$1 PATH=$jt/bin:/usr/sbin:/usr/bin:/sbin:/bin
	ForceCommand cd $jt/homes/net$1 && exec /bin/sh -c "\$SSH_ORIGINAL_COMMAND"
	EOF2
	ip netns exec "ase$$-$1" /usr/sbin/sshd -f "$jt/sshd$1.conf" -E "$jt/sshd$1.log"
}
jt_ssh_tests()
{
	ssh-keygen -q -t ed25519 -N '' -f "$jt/key" && ssh-keygen -q -t ed25519 -N '' -f "$jt/hostkey" || return 1
	cat >"$jt/bin/ssh" <<-EOF2
	#!/bin/sh
	exec /usr/bin/ssh -F '$jt/ssh.conf' "\$@"
	EOF2
	for _n in 1 2; do
		printf 'Host net%s\n\tHostName 10.213.%s.2\n' $_n $_n
	done >"$jt/ssh.conf"
	printf 'Host *\n\tUser root\n\tIdentityFile %s\n\tStrictHostKeyChecking no\n\tUserKnownHostsFile /dev/null\n\tLogLevel ERROR\n' "$jt/key" >>"$jt/ssh.conf"
	jt_new
	sshd_of 1 && sshd_of 2 || return 1
	check 'jobs, by ssh: on two hosts' expect 0 '^4 passed, 0 failed, 0 skipped$' hosts_run 'net1 net2'
	jobs_table >"$work/by-ssh" 2>&1
	check 'jobs, by ssh: on both of them' test "$(ran_on net1)" -gt 0 -a "$(ran_on net2)" -gt 0
	check 'jobs, by ssh: the same table comes out' cmp "$work/one-host" "$work/by-ssh"
	# Its sshd, and all that it runs, end while it is at a row.
	rm -rf "$jt/out" "$jt/repo/scripts/config/table" "$jt/say/ran"
	jt_is dies net1
	(
		_n=0
		until [ -e "$jt/say/dead-net1" ] || [ $_n = 600 ]; do sleep 0.1; _n=$((_n + 1)); done
		ip netns pids "ase$$-1" | xargs -r kill -KILL
	) &
	check 'jobs, by ssh: a host that dies in the middle' expect 0 '^4 passed, 0 failed, 0 skipped$' hosts_run 'net1 net2'
	wait $! || :
	check 'jobs, by ssh: it had died' test -e "$jt/say/dead-net1"
	check 'jobs, by ssh: each row ran to its end on the other' sh -c "[ \"\$(sort -u '$jt/say/ran' | grep -c ' net2\$')\" = 4 ]"
	jobs_table >"$work/by-ssh" 2>&1
	check 'jobs, by ssh: the same table comes out' cmp "$work/one-host" "$work/by-ssh"
	# Who interrupts it here ends what runs there.
	rm -rf "$jt/out" "$jt/repo/scripts/config/table" "$jt/say/dead-net1"
	jt_is dies net2
	jt_hosts=net2
	jobs_run >"$work/output" 2>&1 &
	_pid=$!
	_n=0
	until [ -e "$jt/say/dead-net2" ] || [ $_n = 600 ]; do sleep 0.1; _n=$((_n + 1)); done
	pkill -TERM -P "$_pid" -f configs.sh || kill -TERM "$_pid"
	wait "$_pid" || :
	_n=0
	while ip netns pids "ase$$-2" | xargs -r ps -o args= -p | grep -q 'sleep 60'; do
		_n=$((_n + 1))
		[ $_n -lt 300 ] || break
		sleep 0.1
	done
	check 'jobs, by ssh: an interrupt here ends the job there' test $_n -lt 300
}
undo=jt_no_net
if jt_net; then
	jt_ssh_tests || tap_not_ok 'jobs, by ssh: sshd can be started'
else
	say '# jobs, by ssh: not tried; it needs root, network namespaces, iproute2 and openssh-server'
fi
jt_no_net
undo=
