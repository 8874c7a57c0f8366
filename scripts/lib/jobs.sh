# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# Many jobs that do not depend on one another, on this machine or on several: what the
# verb does for one item of its list, run by GNU parallel. A verb that uses it has
#
#	VERB.sh --prepare	all that its jobs need, once for each host
#	VERB.sh --job ITEM	one job. It leaves what it has found in $results, as ITEM and
#				ITEM.*, and ends with 0 whatever that is; any other status
#				is that of a job which has no result
#
# HOSTS="build1 build2 :" are words for ssh, and ":" is this machine. Each host takes one
# job at a time and builds with all its processors, or as many as the verb has set
# jobs_at_once to: a machine that boots and a linker have use for one. It gets the repository as it is here,
# with what is in no commit, and the cached packages. All that is there is in
# .cache/arm64-syscall-exit, the repository and out/ in jobs-NAME-HOST there; NAME is of
# this out/. What make deps installs is installed there too, or else the host is left out,
# as is one with other compilers, another QEMU or kernel. The jobs of one that dies go to
# the others.

: "${HOSTS:=:}"
jobs_ssh='ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=4'

# jobs_check: of HOSTS=, what can be known before anything is done
jobs_check()
{
	[ "$HOSTS" != : ] || return 0
	[ -n "$(printf '%s' "$HOSTS" | tr -d ' ')" ] || die 2 "HOSTS=\"$HOSTS\" names no host; leave it out for this machine"
	_seen=' '
	for _p in $HOSTS; do
		case $_p in
		:) ;;
		-*|*[!A-Za-z0-9_.@:-]*|:*) die 2 "HOSTS=$_p: give names that ssh takes, or : for this machine" ;;
		esac
		case $_seen in *" $_p "*) die 2 "HOSTS=\"$HOSTS\" names $_p twice" ;; esac
		_seen="$_seen$_p "
	done
	[ -z "$LINUX" ] || die 2 "LINUX=$LINUX is a tree of this machine; leave out HOSTS="
	[ "$CONFIG" = test ] || die 2 "CONFIG=$CONFIG: other hosts know of no configuration but test; leave out HOSTS="
}

# jobs_tools: what has to be the same on each host, a line. The verb says in $jobs_compilers
# which compilers there are beside that of table_head.
jobs_tools()
{
	printf '%s' "$(ASE_COMPILER=gcc table_head)"
	for _p in "${cross_compat}gcc" ${jobs_compilers:-}; do
		printf '; %s' "$("$_p" --version 2>/dev/null | head -n 1)"
	done
	echo
}

# jobs_prepared "$@": what all jobs need is there, by the verb's prepare, unless whoever
# started this has seen to it. With --prepare, that is all.
jobs_prepared()
{
	[ -n "${ASE_PREPARED:-}" ] || prepare
	if [ "${1:-}" = --prepare ]; then
		jobs_tools
		exit 0
	fi
}

# jobs_ready: $jobs_dir/hosts has the hosts that are ready. Says why one is not.
jobs_ready()
{
	for _p in $HOSTS; do
		echo "$_p"
	done >"$jobs_dir/asked"
	if [ "$HOSTS" = : ]; then
		cp "$jobs_dir/asked" "$jobs_dir/hosts"
		return 0
	fi
	"$scripts/deps.sh" hosts
	jobs_tools >"$jobs_dir/tools"
	progress_start "$prog: preparing other hosts" true
	grep -vx : "$jobs_dir/asked" >"$jobs_dir/others"
	PARALLEL='' PARALLEL_SHELL=/bin/sh PARALLEL_HOME=$jobs_dir run_logged "$jobs_dir/prepare" \
		parallel --will-cite --jobs 0 -a "$jobs_dir/others" "sh '$scripts/lib/host.sh' {} $prog $jobs_name '$jobs_dir/tools' >'$jobs_dir/prepare-'{} 2>&1" || :
	progress_stop
	while read -r _p; do
		if [ "$_p" = : ] || grep -qx ready "$jobs_dir/prepare-$_p"; then
			echo "$_p"
		else
			say "$prog: $_p is left out: $(tail -n 1 "$jobs_dir/prepare-$_p")" >&2
		fi
	done <"$jobs_dir/asked" >"$jobs_dir/hosts"
	[ -s "$jobs_dir/hosts" ] || die 2 "HOSTS=\"$HOSTS\": none of them can be used; leave it out for this machine alone"
}

# jobs_begin ITEM...: start them all. $results is the verb's.
jobs_begin()
{
	jobs_dir=$results/jobs
	rm -rf "$jobs_dir"
	mkdir -p "$jobs_dir"
	: >"$jobs_dir/log"
	: >"$jobs_dir/came"
	[ $# = 0 ] || printf '%s\n' "$@" | awk '!seen[$0]++' >"$jobs_dir/items"
	[ -s "$jobs_dir/items" ] || { : >"$jobs_dir/items"; return 0; }
	jobs_begun=$(now)
	# The same name for the same out/, so that a host goes on where it was, and no other's.
	[ -s "$out/.jobs" ] || od -A n -N 6 -t x1 /dev/urandom | tr -d ' \n' >"$out/.jobs"
	jobs_name=$(cat "$out/.jobs")
	jobs_ready
	mkfifo "$jobs_dir/pipe"
	# One line for each job comes on its output, with the item before it: see job.sh. A job
	# of this machine has what this process has prepared. --termseq: one that is told to
	# end first stops what it has started.
	# shellcheck disable=SC2016 # for the hosts' shells
	PARALLEL_SHELL=/bin/sh PARALLEL_HOME=$jobs_dir PARALLEL_SSH=$jobs_ssh PARALLEL='' ASE_PREPARED=1 \
		setsid parallel --will-cite --tag --jobs "${jobs_at_once:-1}" --sshloginfile "$jobs_dir/hosts" \
		--retries "$(wc -l <"$jobs_dir/hosts")" --joblog "$jobs_dir/log" --termseq TERM,60000 \
		-a "$jobs_dir/items" \
		"exec sh -c 'if [ \"\$PARALLEL_SSHLOGIN\" = : ]; then exec sh $scripts/lib/job.sh here $prog \"\$1\" ${results##*/}; fi; cd .cache/arm64-syscall-exit/jobs-$jobs_name-\$PARALLEL_SSHLOGIN && FORCE=\"${FORCE:-}\" TOPICS=\"$TOPICS\" TIMEOUT=\"${TIMEOUT:-}\" exec sh repository/scripts/lib/job.sh there $prog \"\$1\" ${results##*/} \"\$PARALLEL_SSHLOGIN\"' sh {}" \
		>"$jobs_dir/pipe" 2>"$jobs_dir/errors" </dev/null 9>&- &
	child=$!
	exec 8<"$jobs_dir/pipe"
}

# jobs_next: sets $item to the next one that has ended, and $job_died to why it has no
# result, if so. Returns 1 if none is left.
jobs_next()
{
	while [ -n "$child" ] && IFS='	' read -r item _data <&8; do
		case $_data in
		here) ;;
		there\ *)
			# Nothing of another time beside it
			for _p in "$results/$item" "$results/$item".*; do
				case $_p in
				*.image|*.image.stamp|*.config|*.key) ;;
				*) rm -rf "$_p" ;;
				esac
			done
			printf '%s' "${_data#there }" | base64 -d 2>/dev/null | tar -xzf - -C "$results" 2>/dev/null || {
				printf '%s\t%s\n' "$item" 'its results came back, but could not be unpacked; is the disk full?' >>"$jobs_dir/errors"
				continue
			} ;;
		*) continue ;;
		esac
		job_died=
		echo "$item" >>"$jobs_dir/came"
		return 0
	done
	if [ -n "$child" ]; then
		wait "$child" || :
		child=
		exec 8<&-
	fi
	item=$(grep -vxFf "$jobs_dir/came" "$jobs_dir/items" | head -n 1)
	[ -n "$item" ] || return 1
	echo "$item" >>"$jobs_dir/came"
	job_died=$(awk -F '\t' -v item="$item" '$1 == item && NF > 1 { words = $2 } END { print words }' "$jobs_dir/errors")
	job_died=${job_died:-"its job has ended without a result; see $jobs_dir"}
}

# jobs_slot: sets $source and $build, a work tree and a build directory that no other job
# has at the same time: those in out/ for the first of those at work on this host, in
# out/slot-2 for the second. One is seen from the other as in the first, so that ccache
# knows what either has compiled. Free again with the job and all that it has started.
jobs_slot()
{
	slot=
	_n=1
	while :; do
		exec 7>>"$out/.slot$slot" || die 2 "cannot write to $out; choose another place with O="
		! flock -n 7 || break
		_n=$((_n + 1))
		slot=-$_n
	done
	source=$out${slot:+/slot$slot}/linux-commit
	build=$out${slot:+/slot$slot}/build/commit
	mkdir -p "$build"
}

# jobs_make LOG SOURCE BUILD TARGET...: kernel_make, for one job of this host at a time: it
# takes all processors, and the next finds in ccache what this one has compiled. Two that
# compile the same at the same time find nothing.
jobs_make()
{
	exec 5>>"$out/.make"
	flock 5
	_rc=0
	kernel_make "$@" 5>&- || _rc=$?
	exec 5>&-
	return $_rc
}

# jobs_key ITEM KEY: before it begins: what its result will follow from. A file that is
# changed while it runs makes no old result a new one.
jobs_key()
{
	printf '%s\n' "$2" >"$results/$1.key"
}

# jobs_watch TEXT COMMAND...: progress_start, if there is something to wait for
jobs_watch()
{
	[ ! -s "$jobs_dir/items" ] || [ "$(wc -l <"$jobs_dir/came")" = "$(wc -l <"$jobs_dir/items")" ] || progress_start "$@"
}

# jobs_left: how long it will take, for progress_start: as long for each as those before
jobs_left()
{
	awk -v begun="$jobs_begun" -v now="$(now)" '
		FNR == 1 { file++ }
		file == 1 { items++ }
		file == 2 { came++ }
		END {
			if (!came) exit
			left = (now - begun) / came * (items - came)
			printf "%d of %d, about %d:%02d left; ", came, items, left / 60, left % 60
		}' "$jobs_dir/items" "$jobs_dir/came"
}
