# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian packages without touching the machine's apt: own lists, own sources,
# own cache, signatures checked with Debian's keyring. Works as any user. The
# mirror is the one that the machine's apt is set up for.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

debian_mirror()
{
	[ -r /etc/debian_version ] && command -v apt-get >/dev/null ||
		die 3 "this machine has no apt of Debian's; give a kernel tree with LINUX=/path/to/tree"
	[ -r "$keyring" ] ||
		die 3 "$keyring is missing, so that nothing could be verified; install the package debian-archive-keyring"
	# A line an index: 'URI' NAME SIZE. Security and derived archives have
	# no linux-source of other suites: take the one with the release itself.
	_codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	mirror=$(apt-get update --print-uris 2>/dev/null |
		sed -n "s,^'\\(.*\\)/dists/$_codename/InRelease'.*,\\1,p" | head -n 1)
	[ -n "$mirror" ] ||
		die 3 "apt knows no mirror for Debian $_codename; put one into /etc/apt/sources.list, or give a kernel tree with LINUX=/path/to/tree"
}

# private_apt COMMAND...: apt with the set-up of private_apt_suite. That comes first,
# and the machine's own behind it (proxies are there): so what no machine may switch
# off stands on the command line, which comes last.
private_apt()
{
	_command=$1
	shift
	APT_CONFIG="$apt_dir/apt.conf" "$_command" \
		-o APT::Get::AllowUnauthenticated=false \
		-o Acquire::AllowInsecureRepositories=false \
		-o Acquire::AllowWeakRepositories=false \
		-o Acquire::AllowDowngradeToInsecureRepositories=false \
		-o Dir::State="$apt_dir" -o Dir::State::Lists="$apt_dir/lists" \
		-o Dir::State::status="$apt_dir/status" -o Dir::Cache="$apt_dir" \
		-o Dir::Etc::SourceList="$apt_dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o APT::Default-Release= "$@"
}

# private_apt_suite SUITE ARCHITECTURE: read the package lists of one suite.
# Returns 1 if that can't be done, and leaves apt's words in $apt_dir/log.
private_apt_suite()
{
	apt_dir=$cache/apt/$1-$2
	mkdir -p "$apt_dir/lists/partial" "$apt_dir/archives/partial" ||
		die 3 "cannot write to $cache; set XDG_CACHE_HOME to a place that can be written to"
	: >"$apt_dir/status"
	printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$1" >"$apt_dir/sources.list"
	cat >"$apt_dir/apt.conf" <<-EOF
	Dir::State "$apt_dir";
	Dir::State::Lists "$apt_dir/lists";
	Dir::State::status "$apt_dir/status";
	Dir::Etc::SourceList "$apt_dir/sources.list";
	Dir::Etc::SourceParts "/dev/null";
	Dir::Cache "$apt_dir";
	APT::Architecture "$2";
	APT::Architectures { "$2"; };
	APT::Sandbox::User "$(id -un)";
	Acquire::Languages "none";
	Acquire::Retries "2";
	Acquire::http::Timeout "30";
	EOF
	private_apt apt-get -q update --error-on=any \
		>"$apt_dir/log" 2>&1 9>&-
}

# Of the suite that was read last: the newest version of a package, or nothing.
private_apt_version()
{
	# If no package has this very name, apt takes it for a pattern: linux-source-6.1 for
	# linux-source-6.12.
	private_apt apt-cache policy "$1" 2>/dev/null |
		awk -v name="$1" '/^[^ ]/ { on = index($0, name ":") == 1 }
			on && sub(/^  Candidate: /, "") && $0 != "(none)" { print; exit }'
}

# Of the suite that was read last: the release's code name.
private_apt_codename()
{
	private_apt apt-get indextargets --format '$(CODENAME)' 2>/dev/null |
		sed 's,-backports.*,,; q'
}

# private_apt_download DIRECTORY PACKAGE...: into a directory, all or nothing;
# apt checks each file against the signed lists.
private_apt_download()
{
	_into=$1
	shift
	_tmp=$_into.part
	rm -rf "$_tmp"
	mkdir -p "$_tmp" "$_into"
	(
		cd "$_tmp"
		private_apt apt-get -q download "$@" 9>&-
	) >"$apt_dir/log" 2>&1 || {
		rm -rf "$_tmp"
		return 1
	}
	mv -f "$_tmp"/*.deb "$_into"/
	rmdir "$_tmp"
}
