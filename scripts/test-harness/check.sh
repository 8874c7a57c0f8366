# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the checks of the series take for a result: on a toy tree, with stand-ins for
# the kernel's makefiles, sparse and checkpatch.pl.

toy=$work/check
mkdir -p "$toy/linux/scripts" "$toy/linux/kernel" "$toy/linux/include" "$toy/linux/Documentation" "$toy/build/kernel" \
	"$toy/records/kernel" "$toy/left" "$toy/bin"
: >"$toy/build/.config"
# makefile LINE...: with the words of the kernel's makefiles that are looked at. What they
# do for an object is in the lines.
makefile()
{
	{
		printf '%s\n' 'MAKEFLAGS += -r' '.PHONY: defconfig FORCE' 'defconfig FORCE: ;' '%.o: FORCE'
		printf '\t@%s\n' 'echo "  CC      $@"' "$@"
	} >"$toy/linux/Makefile"
}
# shellcheck disable=SC2016 # for make
{
	write='mkdir -p $(O)/$(@D) && echo object >$(O)/$@'
	look='[ "$(C)" != 2 ] || { echo "  CHECK   $(CURDIR)/$*.c" && $(CHECK) $*.c; }'
}
makefile "$write" "$look"
printf 'kernel/one.o\nkernel/two.o\n' >"$toy/objects"
stand_in_check()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$toy/bin/$1"
	chmod +x "$toy/bin/$1"
}
stand_in_check sparse 'exit 0'
# with_objects WORDS: in a shell with what check.sh sources
with_objects()
{
	# shellcheck disable=SC2016 # for the inner shell
	env -u ARCH -u V PATH="$toy/bin:$PATH" JOBS=1 ASE_TOP="$toy" O="$toy/out" sh -c 'prog=check; scripts=$0; toy=$1
		. "${0%/*}/lib/lib.sh"; . "${0%/*}/lib/build.sh"; . "${0%/*}/lib/objects.sh"; machine_arch
		linux=$toy/linux source=$toy/linux build=$toy/build records=$toy/records work=$toy/left; set +e
		eval "$2"; _rc=$?; cat "$toy"/log* "$toy/left/left" 2>/dev/null; exit $_rc' "$scripts/x" "$toy" "$1"
}
# shellcheck disable=SC2016 # for the inner shell
build_both='rm -f "$toy"/log* "$toy"/build/kernel/*; must_build "$toy/log" "$source" "$build" "$toy/objects" W=1 C=2 CHECK=sparse'
# shellcheck disable=SC2016
check_both="$build_both"' && must_check "$toy/log" "$toy/objects"'

check 'check: all objects are built, and sparse runs' expect 0 'CHECK .*kernel/two.c' with_objects "$check_both"
# shellcheck disable=SC2016
printf '$(error no such thing)\n' >"$toy/linux/Makefile"
check 'check: make that ends at once is a failure' expect 1 '^kernel/one.o was not built$' with_objects "$build_both"
makefile :
check 'check: an object that make only says it has built is a failure' expect 1 '^kernel/two.o was not built$' with_objects "$build_both"
# shellcheck disable=SC2016
check 'check: an object of an earlier build is none' expect 1 '^kernel/two.o was not built$' with_objects \
	'rm -f "$toy"/log*; echo old >"$build/kernel/two.o"; must_build "$toy/log" "$source" "$build" "$toy/objects"'
makefile "$write"
check 'check: sparse that make never runs is a failure' expect 1 '^kernel/one.c was not checked by sparse$' with_objects "$check_both"
makefile "$write" "$look"
stand_in_check sparse 'exit 127'
check 'check: sparse that can not be run is a failure' expect 1 'Error 127' with_objects "$check_both"
# shellcheck disable=SC2016
finds='sparse_works "$toy/left"'
stand_in_check sparse 'exit 0'
check 'check: sparse that finds nothing is none' expect 1 '' with_objects "$finds"
stand_in_check sparse 'echo "$2:1:37: warning: Using plain integer as NULL pointer" >&2'
check 'check: sparse that finds a mistake' expect 0 '' with_objects "$finds"
: >"$toy/objects"
check 'check: an empty list of objects needs no make' expect 0 '' with_objects "$build_both"

# --- checkpatch.pl
: >"$toy/mail"
checkpatch_says()
{
	printf '#!/bin/sh\n%s\n' "$1" >"$toy/linux/scripts/checkpatch.pl"
	chmod +x "$toy/linux/scripts/checkpatch.pl"
}
# shellcheck disable=SC2016
read_mail='rm -f "$toy"/log*; checkpatch "$toy/mail" "$toy/log"'
rm -f "$toy/linux/scripts/checkpatch.pl"
check 'check: no checkpatch.pl is a failure' expect 1 'did not read the mail to its end' with_objects "$read_mail"
checkpatch_says 'exit 0'
check 'check: checkpatch.pl that says nothing is a failure' expect 1 'did not read the mail to its end' with_objects "$read_mail"
# A mail that is to be signed, and is not, is told by checkpatch.pl alone.
# shellcheck disable=SC2016 # for the stand-in
checkpatch_says 'case " $* " in *" --no-signoff "*) n=0 ;; *" --signoff "*) n=1; for m; do :; done; echo "$m:1: ERROR:MISSING_SIGN_OFF: none" ;; esac
echo "total: $n errors, 0 warnings, 0 checks, 9 lines checked"'
check 'check: a patch of the series need not be signed' expect 0 '^total: 0 errors' with_objects "$read_mail"
check 'check: a mail that is sent has to be' expect 0 '^ERROR:MISSING_SIGN_OFF: none$' with_objects "$read_mail"' --signoff'
checkpatch_says 'echo "total: 0 errors, 0 warnings, 0 checks, 0 lines checked"'
check 'check: checkpatch.pl that found no patch in the mail is a failure' expect 1 'did not read the mail' with_objects "$read_mail"
checkpatch_says 'echo "total: 0 errors, 0 warnings, 0 checks, 24 lines checked"'
check 'check: a mail without messages' expect 0 '' with_objects "$read_mail"
checkpatch_says 'echo "$5:7: ERROR:SPACING: space"; echo "total: 1 errors, 0 warnings, 0 checks, 24 lines checked"; exit 1'
check 'check: a message, without the name of the mail' expect 0 '^ERROR:SPACING: space$' with_objects "$read_mail"
checkpatch_says 'echo "total: 1 errors, 0 warnings, 0 checks, 24 lines checked"; exit 1'
check 'check: a message that is counted and not told is a failure' expect 1 'did not read the mail' with_objects "$read_mail"

# --- What a commit is compiled into
toy_git()
{
	git -C "$toy/linux" -c user.name=t -c user.email=t@t.invalid "$@"
}
# commit_of FILE...
commit_of()
{
	for _file in "$@"; do
		mkdir -p "$toy/linux/${_file%/*}"
		echo "$_file" >>"$toy/linux/$_file"
	done
	toy_git add -A -f . && toy_git commit -q -m "$*"
}
{ toy_git init -q . && commit_of kernel/zero.c; } >/dev/null 2>&1
echo 'deps: include/linux/known.h' >"$toy/records/kernel/.one.o.cmd"
: >"$toy/records/kernel/.two.o.cmd"
printf 'kernel/two.o\n' >"$toy/left/touched.o"
# shellcheck disable=SC2016
last='rm -f "$toy"/log* "$toy"/build/kernel/*; compiles HEAD'
commit_of kernel/one.c Documentation/page.rst tools/test.c
check 'check: a commit with a .c file' expect 0 '^kernel/one.o$' with_objects "$last && cat \$work/objects"
commit_of include/linux/known.h
check 'check: a commit with a header' expect 0 '^kernel/one.o$' with_objects "$last && cat \$work/objects"
commit_of include/linux/unknown.h
check 'check: a header that nothing is made from is a failure' expect 1 'it has code, but no object is made from it: include/linux/unknown.h' \
	with_objects "$last"
check 'check: a header without a build to look it up in is a failure' expect 1 'no object is made from it' with_objects \
	"records=\$toy/none; $last"
commit_of arch/arm64/Kconfig
check 'check: a commit with a Kconfig' expect 0 '^kernel/two.o$' with_objects "$last && cat \$work/objects"
commit_of drivers/other.c
check 'check: what the configuration of the tests has not is compiled with defconfig' expect 0 '^object$' with_objects \
	"$last && cat \$toy/build-defconfig/drivers/other.o"
commit_of Documentation/other.rst tools/testing/selftests/test.c
check 'check: a page and a test are no code' expect 0 '^none$' with_objects '[ -n "$(code_of HEAD)" ] || echo none'
makefile "$write" 'echo "x.c:1:2: warning: odd"'
commit_of kernel/two.c
check 'check: a commit that compiles with a warning is a failure' expect 1 '^x.c: warning: odd$' with_objects "$last"
