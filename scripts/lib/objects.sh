# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set here for, or by, what sources this
# SPDX-License-Identifier: GPL-2.0-only
#
# How single objects are built, so that none is only said to be: the same for check
# and compile. Needs lib.sh and build.sh.

# The kernel's makefiles leave out a sparse that does not know __typeof_unqual__, with a
# word and no error. Debian's does not; it need not tell the two apart.
sparse='sparse -D__typeof_unqual__=__typeof__'

# must_build LOG SOURCE BUILD LIST [ARGUMENT...]: each object of LIST, a file, anew. In
# LOG.missing is what is not there afterwards. Where the kernel's makefiles were not
# even reached, that is all of them.
must_build()
{
	_log=$1 _from=$2 _in=$3 _list=$4
	shift 4
	while read -r _object; do
		rm -f "$_in/$_object"
	done <"$_list"
	_built=0
	if [ -s "$_list" ]; then
		# shellcheck disable=SC2046 # a list
		kernel_make "$_log" "$_from" "$_in" -k "$@" $(cat "$_list") || _built=1
	fi
	while read -r _object; do
		[ -s "$_in/$_object" ] || printf '%s was not built\n' "$_object"
	done <"$_list" >"$_log.missing"
	[ ! -s "$_log.missing" ] || _built=1
	return $_built
}

# must_check LOG LIST: whether sparse was run on the source of each object of LIST, in
# a log of make C=2
must_check()
{
	sed -n 's/^  CHECK   *//p' "$1" | sed "s,^$source/,," | sort -u >"$1.checked"
	while read -r _object; do
		grep -qxF "${_object%.o}.c" "$1.checked" || printf '%s.c was not checked by sparse\n' "${_object%.o}"
	done <"$2" >"$1.unchecked"
	[ ! -s "$1.unchecked" ]
}

# diagnostics LOG SOURCE: what the tools have said, without line numbers
diagnostics()
{
	grep -E '(warning|error):|Error [0-9]' "$1" |
		sed -e "s,$2/,,g" -e 's,^\.\./*,,' -e 's/:[0-9]*:[0-9]*:/:/' -e 's/\[[^ ]*:[0-9]*: /[/' | sort -u
}

# sparse_works DIRECTORY: whether sparse finds a mistake that is there. The kernel's
# makefiles take a sparse that says nothing for one that found nothing.
sparse_works()
{
	printf 'static int *pointer(void) { return 0; }\nint *f(void);\nint *f(void) { return pointer(); }\n' >"$1/mistake.c"
	sparse -Wsparse-all "$1/mistake.c" 2>&1 | grep -q 'Using plain integer as NULL pointer'
}

# ours: of a list of files, those that are compiled for arm64. make compile has the
# others' architectures.
ours()
{
	grep -v -e '^tools/' -e '^Documentation/' -e '^samples/' -e '^MAINTAINERS$' -e '/\.gitignore$' |
		sed -e '/^arch\/arm64\//b' -e '/^arch\//d'
}

# code_of COMMIT: the files of a commit that are compiled
code_of()
{
	own_git -C "$linux" diff-tree -r --no-commit-id --name-only "$1" | ours
}

# objects_of COMMIT: what a commit's code is compiled into. Of a header, the objects that
# were made from it, by the records (.cmd) of the patched kernel's build: in the
# directories that the series is about, or else all; make bisect-check builds the whole. Of
# a Kconfig or a makefile, what the series touches. The guest builds the tests.
objects_of()
{
	code_of "$1" | while read -r _file; do
		case $_file in
		*.[cS]) printf '%s.o\n' "${_file%.*}" ;;
		*.h) made_from "$_file" ;;
		*) cat "$work/touched.o" ;;
		esac
	done | grep -v -e '/vdso' -e '/kvm/hyp/nvhe' -e 'asm-offsets' | in_config | sort -u
}

made_from()
{
	(
		cd "$records" || exit 1
		find arch/arm64/kernel kernel kernel/entry -maxdepth 1 -name '.*.o.cmd' -exec grep -lF "$1" {} + >"$work/made"
		[ -s "$work/made" ] || find . -name '.*.o.cmd' -exec grep -lF "$1" {} + >"$work/made"
		sed -e 's,^\./,,' -e 's,/\.\([^/]*\)\.o\.cmd$,/\1.o,' "$work/made"
	) 2>/dev/null || :
}

# in_config: of a list, what can be compiled. Before arm64 has the generic code, that
# can not.
in_config()
{
	if grep -q '^CONFIG_GENERIC_SYSCALL=y' "$build/.config"; then
		cat
	else
		grep -v '^kernel/entry/syscall-common' || :
	fi
}

# in_records: of a list, what the patched kernel's build has made
in_records()
{
	while read -r _object; do
		[ ! -f "$records/${_object%/*}/.${_object##*/}.cmd" ] || printf '%s\n' "$_object"
	done
}

# compiles COMMIT: whether all that is made of its code can be compiled, without a
# message. $work/objects has the objects, and $work/left why not. What the tests'
# configuration does not have, defconfig does.
compiles()
{
	objects_of "$1" >"$work/objects"
	: >"$work/left"
	if [ ! -s "$work/objects" ]; then
		echo "it has code, but no object is made from it: $(code_of "$1" | tr '\n' ' ')" >"$work/left"
		return 1
	fi
	in_records <"$work/objects" >"$work/objects.here"
	comm -13 "$work/objects.here" "$work/objects" >"$work/objects.more"
	_good=0
	: >"$work/build.log"
	must_build "$work/build.log" "$source" "$build" "$work/objects.here" || _good=1
	cat "$work/build.log.missing" >>"$work/left"
	if [ -s "$work/objects.more" ]; then
		mkdir -p "$build-defconfig"
		kernel_make "$work/build.log" "$source" "$build-defconfig" defconfig || _good=1
		must_build "$work/build.log" "$source" "$build-defconfig" "$work/objects.more" || _good=1
		cat "$work/build.log.missing" >>"$work/left"
	fi
	diagnostics "$work/build.log" "$source" >>"$work/left"
	[ ! -s "$work/left" ] || _good=1
	return $_good
}

# checkpatch MAIL INTO [--signoff]: the messages of checkpatch.pl, without the mail's name. Its own
# sum has to tell that it read the mail, and as many messages as there are; it has none
# for a clean patch with --terse. The patches of the series are signed by whoever sends them:
# of such mails, with --signoff behind INTO.
checkpatch()
{
	(cd "$linux" && ./scripts/checkpatch.pl --strict "${3:---no-signoff}" --emacs --show-types "$1") \
		>"$2.all" 2>&1 </dev/null || :
	grep -E "^$1:[0-9]*: (ERROR|WARNING|CHECK):" "$2.all" | sed "s,^$1:[0-9]*: ,," >"$2" || :
	_total=$(sed -n 's/^.*total: \([0-9]*\) errors, \([0-9]*\) warnings, \([0-9]*\) checks, \([1-9][0-9]*\) lines checked$/\1 \2 \3/p' "$2.all")
	# shellcheck disable=SC2086 # three numbers
	set -- "$2" $_total
	[ $# = 4 ] && [ $(($2 + $3 + $4)) = "$(wc -l <"$1")" ] || {
		{
			printf 'checkpatch.pl did not read the mail to its end:\n'
			tail -n 5 "$1.all"
		} >"$1"
		return 1
	}
}
