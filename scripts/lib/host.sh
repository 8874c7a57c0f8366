#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# host.sh HOST VERB NAME TOOLS: make another host ready for jobs of a verb: the repository,
# the cached packages, what make deps installs, and what the verb prepares; see lib/jobs.sh.
# The last line is "ready", or why it is not. TOOLS: a file with this machine's table_head.

prog=host
. "$(dirname "$0")/lib.sh"
. "$scripts/lib/jobs.sh"
host=$1
verb=$2
name=$3
tools=$4
there=.cache/arm64-syscall-exit/jobs-$name

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

# As it is here; but out/, wherever that is, and what git ignores
repository()
{
	cd "$top"
	if [ "$(own_git rev-parse --show-prefix 2>/dev/null || echo no)" = '' ]; then
		own_git ls-files -z -c -o --exclude-standard
	else
		find . -path ./out -prune -o ! -type d -print0
	fi | tar -czf - --null --ignore-failed-read -T - 2>/dev/null
}
repository | on_host "set -e; mkdir -p $there; cd $there; rm -rf new; mkdir new; tar -xzf - -C new; rm -rf repository; mv new repository" ||
	no "the repository can't be copied to it; is its disk full?"

# The cached packages that it does not have: each is whole if the file beside it is there.
cd "$cache"
for _whole in linux-source-*.deb.sha256 guest-*/.stamp; do
	[ -f "$_whole" ] || continue
	! on_host "test -f $there/../$_whole" </dev/null || continue
	case $_whole in
	*.sha256) set -- "${_whole%.sha256}" "$_whole" ;;
	*) set -- "${_whole%/.stamp}" ;;
	esac
	tar -cf - "$@" | on_host "set -e; cd $there/..; rm -rf new.$name; mkdir new.$name; tar -xf - -C new.$name; rm -rf $*; mv new.$name/* .; rmdir new.$name" ||
		no "$1 can't be copied to it; is its disk full?"
done

on_host "cd $there && O=\"\$PWD/out\" exec repository/scripts/$verb.sh --prepare" </dev/null >"$tools.$host" 2>&1 ||
	no "$(tail -n 1 "$tools.$host")"
_theirs=$(tail -n 1 "$tools.$host")
[ "$_theirs" = "$(cat "$tools")" ] || no "it has other tools, or another kernel: $_theirs"
say ready
