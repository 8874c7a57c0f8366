# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# How the kernel is configured and built: one way for all verbs.

# ccache makes a second build short; it is not needed.
if command -v ccache >/dev/null; then
	CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
	# What stands in out/ is the same in another clone, whatever it is called.
	CCACHE_BASEDIR=$out
	# Nor does it matter in which tree it stands: that option has its path, but ccache gives
	# the compiler none that it is like.
	CCACHE_IGNOREOPTIONS='-fmacro-prefix-map=*'
	# The compiler's own list of headers is enough: no second run of the preprocessor.
	CCACHE_DEPEND=1
	export CCACHE_DIR CCACHE_BASEDIR CCACHE_IGNOREOPTIONS CCACHE_DEPEND
	ccache='ccache '
else
	ccache=
fi

# The same source gives the same Image, whoever builds it and when.
KBUILD_BUILD_USER=$identity_name
KBUILD_BUILD_HOST=localhost
KBUILD_BUILD_TIMESTAMP='2026-01-01 00:00:00 +0000'
export KBUILD_BUILD_USER KBUILD_BUILD_HOST KBUILD_BUILD_TIMESTAMP
unset MAKEFLAGS MFLAGS MAKELEVEL CROSS_COMPILE KBUILD_OUTPUT KCONFIG_ALLCONFIG LLVM LLVM_IAS
# A native compiler takes these too.
unset CPATH C_INCLUDE_PATH LIBRARY_PATH
# And the kernel's makefiles and those of its tests, these.
unset CFLAGS CPPFLAGS LDFLAGS KCFLAGS KCPPFLAGS KAFLAGS HOSTCFLAGS HOSTLDFLAGS \
	USERCFLAGS USERLDFLAGS SKIP_TARGETS INSTALL_PATH KBUILD_EXTRA_WARN KBUILD_EXTRA_SYMBOLS

# For other scripts: ASE_COMPILER is gcc, or clang-VERSION with the LLVM tools of that
# version.
choose_compiler()
{
	case ${ASE_COMPILER:=gcc} in
	gcc) compiler=${cross}gcc llvm= ;;
	clang-*) compiler=$ASE_COMPILER llvm=-${ASE_COMPILER#clang-} ;;
	*) die 2 "ASE_COMPILER=$ASE_COMPILER: take gcc or clang-VERSION" ;;
	esac
}

compiler_version()
{
	choose_compiler
	"$compiler" --version | head -n 1
}

# kernel_make LOG SOURCE BUILD TARGET...
kernel_make()
{
	_into=$1
	_source=$2
	_build=$3
	shift 3
	choose_compiler
	run_logged "$_into" make -C "$_source" O="$_build" ARCH="$ARCH" \
		CROSS_COMPILE="$cross" ${llvm:+"LLVM=$llvm"} CC="$ccache$compiler" LOCALVERSION= \
		-j"$JOBS" "$@"
}

# The same, to be repeated by hand.
kernel_make_words()
{
	choose_compiler
	printf 'make -C %s O=%s ARCH=%s CROSS_COMPILE=%s%s LOCALVERSION= -j%s' \
		"$1" "$2" "$ARCH" "$cross" "${llvm:+ LLVM=$llvm}" "$JOBS"
}

# CONFIG=a,b: fragments of scripts/config by name, or files by path. A name has a
# file of its own for another architecture than arm64.
config_fragments()
{
	fragments=
	[ -n "$(printf '%s' "$CONFIG" | tr -d ' ,')" ] ||
		die 2 "CONFIG=\"$CONFIG\" names nothing; leave it out, or see scripts/config"
	for _c in $(printf '%s' "$CONFIG" | tr , ' '); do
		if [ -f "$scripts/config/$_c$arch_suffix.config" ]; then
			_c=$scripts/config/$_c$arch_suffix.config
		elif [ -f "$scripts/config/$_c.config" ]; then
			_c=$scripts/config/$_c.config
		elif [ ! -f "$_c" ]; then
			die 2 "CONFIG=$_c: no such file, and no scripts/config/$_c.config; there are: $(cd "$scripts/config" && for _f in *.config; do printf '%s ' "${_f%.config}"; done)"
		fi
		# They are read from another directory.
		case $_c in
		/*) ;;
		*) _c=$PWD/$_c ;;
		esac
		fragments="$fragments $_c"
	done
	# What the kernel of a lane has under another name, or does not have
	if [ -n "$LANE" ] && [ -f "$top/config" ]; then
		fragments="$fragments $top/config"
	fi
}

config_key()
{
	config_fragments
	# shellcheck disable=SC2086 # a list
	{ cat $fragments; compiler_version; } | checksum
}

# make_config SOURCE BUILD: the fragments over allnoconfig, by the kernel's own
# merge_config.sh. An option that did not survive is an error, unless
# scripts/config/not-in-all has it.
make_config()
{
	config_fragments
	choose_compiler
	# shellcheck disable=SC2086 # a list
	(
		cd "$1"
		ARCH=$ARCH CROSS_COMPILE=$cross LLVM=$llvm CC="$ccache$compiler" \
			./scripts/kconfig/merge_config.sh -n -O "$2" $fragments
	) >"$2/config.log" 2>&1 9>&- ||
		die 4 "merge_config.sh failed; its words are in $2/config.log"
	# shellcheck disable=SC2086 # a list
	lost=$(sed -n -e '/^CONFIG_[A-Za-z0-9_]*=/p' -e '/^# CONFIG_[A-Za-z0-9_]* is not set$/p' $fragments |
		awk '{ name = $1 == "#" ? $2 : $1; sub(/=.*/, "", name); if (!(name in last)) order[++n] = name; last[name] = $0 }
			END { for (i = 1; i <= n; i++) print last[order[i]] }' |
		while read -r _line; do
			! grep -q "^${_line%%=*} " "$scripts/config/not-in-all" || continue
			case $_line in
			'# '*) _o=${_line#\# }; _o=${_o%% *}
				! grep -q "^$_o=" "$2/.config" || printf '%s ' "$_o" ;;
			*) grep -qxF "$_line" "$2/.config" || printf '%s ' "$_line" ;;
			esac
		done)
	[ -z "$lost" ] ||
		die 4 "these options did not survive the merge: $lost(a dependency is missing in the fragment; see $2/config.log)"
}

# configured SOURCE BUILD: make_config, where commits come and go in one build: if
# the fragments, the compiler or the options that there are have changed.
configured()
{
	_key="$(config_key) $(own_git -C "$1" rev-parse HEAD:arch/arm64/Kconfig)"
	! stamp_is "$2/.stamp" "$_key" || return 0
	make_config "$1" "$2" </dev/null
	stamp_write "$2/.stamp" "$_key"
}

# kernel_tree SOURCE [COMMIT]: what a kernel is built from. With a change of a test
# or of a page alone, a kernel is still good.
kernel_tree()
{
	{
		own_git -C "$1" ls-tree "${2:-HEAD}" | grep -v '	\(Documentation\|tools\)$'
		own_git -C "$1" ls-tree "${2:-HEAD}:tools" | grep -v '	testing$'
	} | checksum
}
