# SPDX-License-Identifier: GPL-2.0-only
#
# Completion of make's verbs, options and their values for bash, in this repository:
#
#	. scripts/lib/completion.bash
#
# In any other directory, make is completed as before.

_ase_top=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
# bash-completion loads that of a command as it is asked for the first time.
if ! complete -p make >/dev/null 2>&1; then
	if declare -F _comp_load >/dev/null; then
		_comp_load make
	elif declare -F _completion_loader >/dev/null; then
		_completion_loader make
	fi
fi
_ase_word=$(complete -p make 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
[ "$_ase_word" = _ase_make ] || _ase_before=$_ase_word

_ase_values()
{
	case $1 in
	ARCH) echo arm64 x86_64 ;;
	VARIANT) echo base patched ;;
	OLD) git -C "$_ase_top" tag ;;
	LANE) (cd "$_ase_top/stable" && printf '%s\n' *) ;;
	UPTO|TOPIC|TOPICS) sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$_ase_top/series" ;;
	CONFIG) (cd "$_ase_top/scripts/config" && printf '%s\n' *.config) | sed 's/\.config$//' ;;
	CONFIGS) echo few; sed -n 's/^\([a-z0-9][a-z0-9-]*\) # .*/\1/p' "$_ase_top/scripts/config/matrix" ;;
	MUTANTS) echo few; (cd "$_ase_top/scripts/mutants" && printf '%s\n' *.patch) | sed 's/\.patch$//' ;;
	COMMITS) echo topics ;;
	KERNELS) awk '!/^#/ && NF { print $1 "/" $2 "/" $3 }' "$_ase_top/scripts/compile/matrix" ;;
	BENCH) echo measure self-test clock commits ;;
	ROW) awk -F '\t' '!/^#/ && NF > 1 { print $1 }' "$_ase_top/scripts/bench/rows" ;;
	TESTS) sed -n 's/^[a-z]* \([a-z0-9]*:.*\)/\1/p' "$_ase_top/scripts/guest/names.arm64" | sort -u ;;
	V|FORCE) echo 1 ;;
	esac
}

_ase_make()
{
	local line word name here
	here=$(pwd -P)
	if [ "$here" != "$_ase_top" ]; then
		[ -z "$_ase_before" ] || "$_ase_before" "$@"
		return
	fi
	# Whatever bash takes for the end of a word: = and : are none here.
	line=${COMP_LINE:0:COMP_POINT}
	word=${line##*[[:space:]]}
	case $word in
	*=*)
		name=${word%%=*}
		word=${word#*=}
		mapfile -t COMPREPLY < <(compgen -W "$(_ase_values "$name")" -- "$word")
		# Of these, bash puts in what follows the last end of a word.
		name=${word%"${word##*:}"}
		COMPREPLY=("${COMPREPLY[@]#"$name"}") ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "help help-options $(
			sed -n -e '/^verbs = /,/[^\\]$/{s/^verbs = //;s/\\//;p;}' "$_ase_top/Makefile") $(
			sed -n -e '/^export /,/[^\\]$/{s/^export //;s/\\//;p;}' "$_ase_top/Makefile" |
				tr -s ' \t' '\n' | sed 's/.$/&=/')" -- "$word")
		case ${COMPREPLY[*]} in *=) compopt -o nospace 2>/dev/null ;; esac ;;
	esac
}
complete -F _ase_make make
