#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch: a git tree of the base kernel in out/linux, with the tag "base".
# From Debian's linux-source package, or from the user's own tree (LINUX=).

prog=fetch
. "$(dirname "$0")/lib/lib.sh"
. "$(dirname "$0")/lib/apt.sh"
. "$(dirname "$0")/lib/removable.sh"
no_arguments "$@"
lock_any_path

base=$(base_release)
[ -n "$base" ] || die 3 "the file base has no version of Linux; restore it with git checkout base"
package=linux-source-$base
begin=$(now)

# New packages come to unstable, go on to testing, and from there to the
# backports of the stable release: the first suite that has the version has the
# newest of it. experimental has release candidates, which are something else.
suites='unstable testing stable +backports oldstable +backports +backports-sloppy'

find_package()
{
	debian_mirror
	say "fetch: looking for $package in Debian's suites" >&2
	tried=
	unreachable=
	for suite in $suites; do
		# The backports go by the name of the release they are for.
		case $suite in
		+*)
			suite=$(private_apt_codename)-${suite#+}
			case $suite in -*) continue ;; esac ;;
		esac
		if ! private_apt_suite "$suite" arm64; then
			unreachable="$unreachable $suite"
			continue
		fi
		tried="$tried $suite"
		version=$(private_apt_version "$package")
		[ -z "$version" ] || return 0
	done
	[ -n "$tried" ] ||
		die 3 "no suite of Debian could be read: is there a network? (apt's words: $apt_dir/log); or give a kernel tree with LINUX=/path/to/tree"
	die 3 "no package $package in Debian's$tried${unreachable:+ (not to be read:$unreachable)}; give a kernel tree with LINUX=/path/to/tree"
}

# Only a file that is there with its checksum beside it is whole.
cached_package()
{
	for deb in "$cache/${package}_$(sed 's/:/%3a/' "$top/base")_all.deb" "$cache/$package"_*.deb; do
		[ -f "$deb" ] && [ -f "$deb.sha256" ] || continue
		(cd "$cache" && sha256sum --quiet -c "$deb.sha256" >/dev/null 2>&1) && return 0
		rm -f "$deb" "$deb.sha256"
	done
	return 1
}

download_package()
{
	find_package
	need_disk 400 "$cache" "the package $package"
	say "fetch: downloading $package $version from $suite (about 170 MB)"
	private_apt_download "$cache/new" "$package" ||
		die 3 "downloading $package failed (apt's words: $apt_dir/log); try again, or give a kernel tree with LINUX=/path/to/tree"
	for deb in "$cache/new/$package"_*.deb; do
		[ -f "$deb" ] || die 3 "apt has downloaded something else than $package; remove $cache/new, and give a kernel tree with LINUX=/path/to/tree"
		name=$(basename "$deb")
		(cd "$cache/new" && sha256sum "$name") >"$cache/$name.sha256"
		mv -f "$deb" "$cache/$name"
	done
	cached_package || die 3 "the package $package was downloaded, but can't be read back from $cache"
}

# Never over a developer's work: what is not in the series would be lost.
drop_old_tree()
{
	if [ -e "$linux" ]; then
		check_unsaved
		check_removable
		rm -rf "$linux" "$linux-base" "$linux-commit" "$out"/slot-[0-9]/linux-commit
	fi
	for _p in "$linux-base" "$linux-commit" "$out"/slot-[0-9]/linux-commit; do
		[ ! -e "$_p" ] || die 2 "$_p is of a tree that is no longer there; move it away, or remove it"
	done
}

# --- The user's own tree: read only. A clone borrows its objects.
if [ -n "$LINUX" ]; then
	LINUX=$(cd "$LINUX" && pwd -P)
	case $LINUX in *"
"*) die 2 "LINUX= has a line end in it; use another path" ;; esac
	commit=$(own_git -C "$LINUX" rev-parse --verify -q HEAD 2>/dev/null) && [ -e "$LINUX/.git" ] ||
		die 2 "LINUX=$LINUX is not a git tree with a commit; make it one with git init, git add -A and git commit"
	[ -z "$(own_git -C "$LINUX" --no-optional-locks status --porcelain --untracked-files=no | head -n 1)" ] ||
		die 2 "LINUX=$LINUX has uncommitted changes; commit or stash them"
	key="tree $LINUX $commit"
	! stamp_is "$linux/.git/$prog.stamp" "$key" || exit 0
	drop_old_tree
	need_disk 2500 "$out" "a work tree of the kernel"
	progress_start "fetch: borrowing $LINUX" true
	add_cleanup "$linux.part"
	rm -rf "$linux.part"
	own_git clone -q --shared --no-tags --no-checkout "$LINUX" "$linux.part" 2>"$out/fetch.log" &&
		own_git -C "$linux.part" checkout -q --detach "$commit" 2>>"$out/fetch.log" ||
		die 3 "git clone of $LINUX failed: $(grep -m 1 -E '^(fatal|error):' "$out/fetch.log" || tail -n 1 "$out/fetch.log")"
	# Its branches stay its own: what else is a branch here is the developer's.
	own_git -C "$linux.part" for-each-ref --format='delete %(refname)' refs/heads |
		own_git -C "$linux.part" update-ref --stdin
	own_git -C "$linux.part" tag base
	stamp_write "$linux.part/.git/$prog.stamp" "$key"
	mv "$linux.part" "$linux"
	progress_stop
	say "fetch: $LINUX at $(own_git -C "$LINUX" log -1 --format='%h (%s)')"
	exit 0
fi

# --- Debian's package
# other_version VERSION WORDS: say so if the series is of another one
other_version()
{
	[ "$1" = "$(cat "$top/base")" ] ||
		say "fetch: $2 $package $1, and the series is of $(cat "$top/base"): tables and the names of results are of the latter"
}
# version_of DEB
version_of()
{
	basename "$1" .deb | cut -d_ -f2 | sed 's/%3a/:/'
}
case $(cat "$linux/.git/$prog.stamp" 2>/dev/null) in
"deb $package"_*)
	other_version "$(version_of "$(sed 's/^deb //' "$linux/.git/$prog.stamp")")" "${linux#"$top"/} is"
	exit 0 ;;
esac

"$scripts/deps.sh" fetch
drop_old_tree
need_disk 8000 "$out" "the kernel source and its builds"
mkdir -p "$cache"
cached_package || download_package
say "fetch: unpacking $(basename "$deb")"
add_cleanup "$linux.part" "$out/unpack.part"
rm -rf "$linux.part" "$out/unpack.part"
mkdir -p "$linux.part" "$out/unpack.part"
dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$out/unpack.part" ./usr/src ||
	die 3 "unpacking $deb failed; is the disk full? Remove the file if it is damaged"
tar -xJf "$out/unpack.part/usr/src/$package.tar.xz" -C "$linux.part" --strip-components=1 ||
	die 3 "unpacking $package.tar.xz failed; is the disk full?"
rm -rf "$out/unpack.part"

# One commit with the tag "base". Its date is the source's, so that the same
# package gives the same commit everywhere.
progress_start "fetch: git commit of the source" true
version=$(version_of "$deb")
date="@$(stat -c %Y "$linux.part/Makefile") +0000"
cd "$linux.part"
# Debian's packaging makes git ignore all that stands at the top, which hides
# every new file from git status and git add.
sed -i -e '/^\/\*$/d' -e '/^!\/debian\/$/d' .gitignore
own_git init -q -b master .
own_git -c core.looseCompression=0 add -A -f . 2>"$out/fetch.log" &&
	GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date \
		own_git commit -q -m "Linux $base, Debian's $package $version" 2>>"$out/fetch.log" ||
	die 3 "git could not take the source: $(tail -n 1 "$out/fetch.log")"
own_git tag base
own_git checkout -q --detach
own_git branch -q -D master
cd "$top"
stamp_write "$linux.part/.git/$prog.stamp" "deb $(basename "$deb")"
other_version "$version" 'Debian has'
mv "$linux.part" "$linux"
progress_stop
say "fetch: $package $version in ${linux#"$top"/}, $(elapsed "$begin")"
