#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# host.sh HOST VERB NAME TOOLS: make another host ready for jobs of a verb: the repository,
# the cached packages, what make deps installs, and what the verb prepares; see lib/jobs.sh.
# The last line is "ready", or why it is not. TOOLS: a file with this machine's jobs_tools.

prog=host
. "$(dirname "$0")/lib.sh"
. "$scripts/lib/jobs.sh"
host=$1
verb=$2
name=$3
tools=$4
there=.cache/arm64-syscall-exit/jobs-$name-$host

# on_host COMMAND: by a shell that is known
on_host()
{
	$jobs_ssh "$host" "exec sh -c '$1'"
}

no()
{
	say "$1"
	exit 1
}

on_host : </dev/null || no "ssh can't reach it"

# As it is here; but out/, and what git ignores
rel=${out#"$top"/}
repository()
{
	cd "$top"
	if [ "$(own_git rev-parse --show-prefix 2>/dev/null || echo no)" = '' ]; then
		own_git ls-files -z -c -o --exclude-standard -x "/$rel/"
	else
		find . -path "./$rel" -prune -o ! -type d -print0
	fi | tar -czf - --null --ignore-failed-read -T - 2>/dev/null
}
repository | on_host "set -e; mkdir -p $there; cd $there; rm -rf new; mkdir new; tar -xzf - -C new; mkdir -p out; exec 9>>out/.lock; flock -w 600 9; rm -rf repository; mv new repository" ||
	no "the repository can't be copied to it; is its disk full, or does a job of another time still run there?"

# The cached packages that it does not have: each is whole if the file beside it is there.
# What is there without that may be someone's download.
_deb=$(sed -n 's/^deb //p' "$linux/.git/fetch.stamp" 2>/dev/null || :)
_codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
cd "$cache"
for _whole in "${_deb:-none}.sha256" "guest-$_codename/.stamp"; do
	[ -f "$_whole" ] || continue
	! on_host "test -e $there/../${_whole%/.stamp}" </dev/null || continue
	case $_whole in
	*.sha256) set -- "$_deb" "$_whole" ;;
	*) set -- "${_whole%/.stamp}" ;;
	esac
	tar -cf - "$@" | on_host "set -e; cd $there; rm -rf new; mkdir new; tar -xf - -C new; mv -n new/* ..; rm -rf new" ||
		no "$1 can't be copied to it; is its disk full?"
done

on_host "cd $there && O=\"\$PWD/out\" TOPICS=\"$TOPICS\" CONFIGS=\"${CONFIGS:-}\" exec repository/scripts/$verb.sh --prepare" </dev/null >"$tools.$host" 2>&1 ||
	no "$(tail -n 1 "$tools.$host")"
_theirs=$(tail -n 1 "$tools.$host")
[ "$_theirs" = "$(cat "$tools")" ] || no "it has other tools, or another kernel: $_theirs"
say ready
