# shellcheck shell=sh
# shellcheck disable=SC2154 # set by lib.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Splats in a kernel's log: the one place that knows what they look like. Needs lib.sh.

# splats_in FILE: "NUMBER:LINE" of each line of a kernel's log that is a splat. None is
# no error; a pattern that grep does not take ends the script, so don't call it with
# "|| :", nor at the head of a pipe, which hides the status:
#
#	splats=$(splats_in "$console")
#	[ -z "$splats" ] || ...
#
# Bytes that make a file a binary one for grep are taken out first. A line may be cut
# in two by something else that writes to the console: the end of one and the
# beginning of the next are looked at together.
splats_in()
{
	_patterns=$(sed -e '/^#/d' -e '/^$/d' "$scripts/lib/splats") && [ -n "$_patterns" ] ||
		die 2 "scripts/lib/splats is missing or empty; restore it with git checkout scripts/lib/splats"
	_rc=0
	_found=$(tr -d '\000\r' <"$1" | awk '
	{
		rest = $0
		sub(/^\[ *[0-9]+\.[0-9]+\] ?/, "", rest)
		if (NR > 1) print NR - 1 "+:" last rest
		print NR ":" $0
		last = $0
	}' | grep -aE -e "$_patterns") || _rc=$?
	[ $_rc -le 1 ] || die 2 "scripts/lib/splats has a pattern that grep does not take"
	[ -n "$_found" ] || return 0
	# Two lines together only if neither is one by itself
	printf '%s\n' "$_found" | awk -F : '
	{ line[NR] = $0; at[NR] = $1; seen[$1] = 1 }
	END {
		for (i = 1; i <= NR; i++) {
			n = at[i]
			if (n ~ /\+$/) {
				sub(/\+$/, "", n)
				if (n in seen || (n + 1) in seen) continue
				sub(/\+/, "", line[i])
			}
			print line[i]
		}
	}'
}

# splats_left FILE KERNEL ALLOWED [NAME]: the same without what ALLOWED has, a list such as
# guest/splats-allowed, for this kernel (base or patched); NAME is the list's own, if that
# is a part of it. Before it, of each line of the list that is of this kernel, "allowed
# TIMES TAINT TEST REGEX".
#
# A warning has a line before it ("cut here") and one behind it ("Call trace:") that
# are splats as well: they go with it, but nothing else does.
splats_left()
{
	_splats=$(splats_in "$1") || exit $?
	_list=$(sed -e '/^#/d' -e '/^$/d' "$3")
	_excused=
	while read -r _kernel _taint _test _regex; do
		[ -n "$_kernel" ] || continue
		_regex=$(printf '%s\n' "$_regex" | sed -e 's/^# .*//' -e 's/ # .*//' -e 's/[ 	]*$//')
		case $_kernel:$_taint in
		base:*[!0-9]*|patched:*[!0-9]*|any:*[!0-9]*|*:) _regex= ;;
		base:*|patched:*|any:*) ;;
		*) _regex= ;;
		esac
		[ -n "$_regex" ] ||
			die 2 "${4:-$3}: this is no line of it: $_kernel $_taint $_test; write KERNEL TAINT TEST REGEX # WHY"
		_rc=0
		_mine=$(printf '%s\n' "$_splats" | grep -aE -e "$_regex") || _rc=$?
		[ $_rc -le 1 ] || die 2 "${4:-$3}: grep does not take the regular expression $_regex"
		case $_kernel in "$2"|any) ;; *) continue ;; esac
		_times=0
		[ -z "$_mine" ] || _times=$(printf '%s\n' "$_mine" | wc -l)
		printf 'allowed %s %s %s %s\n' "$_times" "$_taint" "$_test" "$_regex"
		[ -z "$_mine" ] || _excused="$_excused $(printf '%s\n' "$_mine" | cut -d: -f1 | tr '\n' ' ')"
	done <<-END
	$_list
	END
	[ -n "$_splats" ] || return 0
	printf '%s\n' "$_splats" | awk -F : -v excused="$_excused" '
	BEGIN { n = split(excused, e, " "); for (i = 1; i <= n; i++) ok[e[i]] = 1 }
	{ line[NR] = $0; at[NR] = $1 }
	END {
		for (i = 1; i <= NR; i++) {
			if (!(at[i] in ok)) continue
			gone[i] = 1
			if (i > 1 && line[i - 1] ~ /\[ cut here \]/) gone[i - 1] = 1
			if (i < NR && line[i + 1] ~ /Call [tT]race:/) gone[i + 1] = 1
		}
		for (i = 1; i <= NR; i++) if (!(i in gone)) print line[i]
	}'
}
