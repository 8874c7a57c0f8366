# shellcheck shell=sh
# shellcheck disable=SC2154 # set by test-harness.sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The mails of a set and its range-diff, on a toy kernel and a toy series of two topics;
# and the texts of the real ones.

mails_dir=$work/mails-toy
mails_me='Jörg Person <j@example.org>'

# In the toy's surroundings, as somebody who can send mails
mails_toy()
{
	env -u SIGNOFF -u ASE_LOCKED ASE_TOP="$mails_dir/repo" ASE_COVER_DIR="$mails_dir/data" O="$mails_dir/out" \
		AUTHOR="$mails_me" SIGNOFF="$mails_me" "$@"
}
# mails NAME [VARIABLE=VALUE...]: the set one, into the directory NAME
mails()
{
	_into=$1
	shift
	mails_toy TOPIC=one DIR="$mails_dir/$_into" "$@" "$scripts/mails.sh"
}
# A patch of the toy: FILE LINE SUBJECT
mails_patch()
{
	sed -i "s/^line $2\$/line $2 is another/" "$mails_dir/tree/$1" &&
	own_git -C "$mails_dir/tree" commit -q -a -m "$3

It says why." && {
		own_git -C "$mails_dir/tree" show -s --format=email | sed 1d
		echo ---
		own_git -C "$mails_dir/tree" diff-tree -p --no-commit-id --full-index HEAD
	} >"$mails_dir/repo/$(dirname "$1")/$4.patch"
}
mails_new()
{
	rm -rf "$mails_dir"
	mkdir -p "$mails_dir/repo/arch/arm64" "$mails_dir/tree/arch/arm64" "$mails_dir/tree/scripts" "$mails_dir/data/mails" || return
	cd "$mails_dir/tree" || return
	printf 'VERSION = 7\nPATCHLEVEL = 3\n' >Makefile
	seq -f 'line %g' 40 >arch/arm64/a.c
	cp arch/arm64/a.c arch/arm64/b.c
	# Whoever it is, he reads what git, roles and the user's own files must not change.
	cat >scripts/get_maintainer.pl <<-'EOF'
	my %o = map { $_ => 1 } grep { /^-/ } @ARGV;
	die "no git\n" unless $o{"--no-keywords"} && $o{"--no-git"} && $o{"--no-git-fallback"} && $o{"--no-fixes"};
	die "a file of the user\n" if -e "$ENV{HOME}/.get_maintainer.conf";
	if ($o{"-f"}) { print "Also Three <three\@arm.example.org> (maintainer:$ARGV[-1])\nall\@lists.example.org (open list)\n"; exit; }
	local $/; open(my $f, "<", $ARGV[-1]) or die; my $t = <$f>;
	die "a message\n" if $t =~ /It says why/;
	print "Arm \"A.\" One <arm\@arm.example.org> (maintainer:ARM64 PORT (AARCH64))\n" if $t =~ /a\.c/;
	print "J\xc3\xbcrgen Zwei <two\@arm.example.org> (reviewer:ARM64)\n" if $t =~ /b\.c/;
	print "arm\@lists.example.org (moderated list:ARM64 PORT (AARCH64))\n";
	print "all\@lists.example.org (open list)\n";
	EOF
	own_git init -q -b main . && own_git add -A && own_git commit -q -m base && own_git tag v7.3 || return
	cd "$top" || return
	echo 7.3 >"$mails_dir/repo/base"
	# A clone that has no more than the base is what the scripts start from.
	own_git clone -q "$mails_dir/tree" "$mails_dir/linux" 2>/dev/null &&
	printf '# one: the first\n' >"$mails_dir/repo/series" &&
	mails_toy LINUX="$mails_dir/linux" AUTHOR='' SIGNOFF='' "$scripts/fetch.sh" >/dev/null &&
	mails_patch arch/arm64/a.c 3 'arm64: a: Change the third line, and say so in a subject that is too long for one line' third &&
	mails_patch arch/arm64/b.c 9 'arm64: b: Change the ninth line' ninth &&
	mails_patch arch/arm64/a.c 20 'arm64: a: Change the twentieth line' twentieth || return
	printf '%s\n' '# one: the first' arch/arm64/third.patch arch/arm64/ninth.patch '' '# two: the second' \
		arch/arm64/twentieth.patch >"$mails_dir/repo/series"
	own_git init -q -b main "$mails_dir/repo" && own_git -C "$mails_dir/repo" add -A &&
	own_git -C "$mails_dir/repo" commit -q -m v1 && own_git -C "$mails_dir/repo" tag v1 || return
	cp -R "$scripts/cover" "$scripts/claims" "$scripts/compare" "$scripts/mutants" "$scripts/guest" "$scripts/check" "$mails_dir/data"
	mkdir "$mails_dir/data/bench"
	cp "$scripts"/bench/rows "$scripts"/bench/results.csv "$mails_dir/data/bench"
	echo '# none' >"$mails_dir/data/mails/v16"
	for _topic in one two; do
		printf '%s\n\n' "[change-id $_topic]" "20261127-$_topic-0123456789ab" "[subject $_topic]" "arm64: The set $_topic, with a subject that is too long for one line" \
			"[what $_topic]" "It is about $_topic." >"$mails_dir/data/mails/$_topic"
	done
	printf '[also ninth]\nMakefile\nÅsa Vier <four@example.org>\nmore@lists.example.org\n\n' >>"$mails_dir/data/mails/one"
	printf '[abi third]\nThe third line\n  It is another one.\n' >>"$mails_dir/data/mails/one"
}
mails_ready() { mails_new >"$work/output" 2>&1; }
check 'mails: a toy series of two topics' mails_ready

# same_words: whether $work/output is what is read, and else how it differs
same_words()
{
	diff - "$work/output" >"$work/differences" && return 0
	cat "$work/differences" >>"$work/output"
	return 1
}

mails_are_written()
{
	expect 0 'has the cover letter and 2 patches of one, v1' mails one &&
	[ "$(cd "$mails_dir/one" && echo ????-*.patch)" = "$(cd "$mails_dir/one" && echo *)" ] &&
	[ "$(cd "$mails_dir/one" && printf '%s\n' * | sed 's/-.*//' | paste -s -d ' ' -)" = '0000 0001 0002' ] &&
	[ -f "$mails_dir/one/0000-cover-letter.patch" ]
}
# Of all mails, one header
mails_header() { sed -n -e '/^$/q' -e "s/^$2: //p" "$mails_dir"/one/"$1"-*.patch; }
mails_have_numbers()
{
	for _n in 0 1 2; do mails_header "000$_n" Subject; done >"$work/output"
	printf '%s\n' '[PATCH 0/2] arm64: The set one, with a subject that is too long for one line' \
		'[PATCH 1/2] arm64: a: Change the third line, and say so in a subject that is too long for one line' \
		'[PATCH 2/2] arm64: b: Change the ninth line' | same_words
}
mails_are_a_thread()
{
	_id=20261127-one-0123456789ab-v1
	for _n in 0 1 2; do
		mails_header "000$_n" Message-Id
		mails_header "000$_n" In-Reply-To
		mails_header "000$_n" References
	done >"$work/output"
	for _n in 0 1 2; do
		echo "<$_id-$_n@example.org>"
		[ $_n = 0 ] || printf '%s\n%s\n' "<$_id-0@example.org>" "<$_id-0@example.org>"
	done | same_words
}
# To and Cc, without the ends of lines
mails_to()
{
	sed -n -e '/^$/q' -e '/^\(To\|Cc\): /,/^[^ TC]/{/^\(To\|Cc\)\?[: ]/p;}' "$mails_dir/one/$1"-*.patch | tr -d '\n' | sed 's/Cc: /|/; s/To: //; s/, /,/g'
}
mails_go_to_whom_the_tree_names()
{
	for _n in 1 2 0; do mails_to "000$_n"; echo; done >"$work/output"
	printf '%s\n' 'Arm "A." One <arm@arm.example.org>|arm@lists.example.org,all@lists.example.org' \
		'=?UTF-8?q?J=C3=BCrgen=20Zwei?= <two@arm.example.org>,Also Three <three@arm.example.org>|=?UTF-8?q?=C3=85sa=20Vier?= <four@example.org>,more@lists.example.org,arm@lists.example.org,all@lists.example.org' \
		'Arm "A." One <arm@arm.example.org>,=?UTF-8?q?J=C3=BCrgen=20Zwei?= <two@arm.example.org>,Also Three <three@arm.example.org>|arm@lists.example.org,all@lists.example.org,=?UTF-8?q?=C3=85sa=20Vier?= <four@example.org>,more@lists.example.org' |
		same_words
}
mails_cover()
{
	tr -s '\n ' ' ' <"$mails_dir/${2:-one}/0000-cover-letter.patch" >"$work/output"
	grep -qF -e "$1" "$work/output"
}
mails_have_a_diffstat()
{
	mails_cover ' arch/arm64/a.c | 2 +- arch/arm64/b.c | 2 +- 2 files changed, 2 insertions(+), 2 deletions(-) ' &&
	! mails_cover 'the lines of all patches added up'
}
mails_are_signed()
{
	[ "$(grep -lx "Signed-off-by: $mails_me" "$mails_dir"/one/*.patch | wc -l)" = 2 ] &&
	[ "$(grep -lix 'From: =?UTF-8?q?J=C3=B6rg=20Person?= <j@example.org>' "$mails_dir"/one/*.patch | wc -l)" = 3 ]
}
# The same bytes: in another directory, at another time, and however git is set up
mails_are_the_same_again()
{
	mkdir -p "$mails_dir/home" "$mails_dir/tmp"
	printf '[format]\n\tsubjectPrefix = ODD\n\tsignature = odd\n\tthread = deep\n\tsignoff = true\n[diff]\n\tnoprefix = true\n' >"$mails_dir/home/.gitconfig"
	echo --odd >"$mails_dir/home/.get_maintainer.conf"
	mails again HOME="$mails_dir/home" TMPDIR="$mails_dir/tmp" TZ=Asia/Tokyo GIT_AUTHOR_NAME=Odd GIT_CONFIG_COUNT=1 \
		GIT_CONFIG_KEY_0=format.subjectPrefix GIT_CONFIG_VALUE_0=ODD >"$work/output" 2>&1 &&
	diff -r "$mails_dir/one" "$mails_dir/again" >>"$work/output"
}
# mails_am NAME MAIL...: what git am makes of the mails, on the base
mails_am()
{
	_to=$mails_dir/am-$1
	shift
	rm -rf "$_to"
	own_git clone -q "$mails_dir/linux" "$_to" 2>/dev/null &&
	own_git -C "$_to" am -q --keep-cr --committer-date-is-author-date "$@" >>"$work/output" 2>&1 &&
	own_git -C "$_to" rev-parse HEAD
}
mails_are_the_series()
{
	: >"$work/output"
	mails_toy TOPIC=one "$scripts/mbox.sh" >"$mails_dir/mbox" && _a=$(mails_am mbox "$mails_dir/mbox") &&
	_b=$(mails_am mails "$mails_dir"/one/000[12]-*.patch) && [ -n "$_a" ] && [ "$_a" = "$_b" ]
}
# Those of the first set are what the second one stands on.
mails_stand_on()
{
	mails two TOPIC=two >"$work/output" 2>&1 || return 1
	sed -n 's/^prerequisite-patch-id: //p' "$mails_dir/two/0000-cover-letter.patch" >"$work/says"
	for _mail in "$mails_dir"/one/000[12]-*.patch; do
		own_git patch-id --stable <"$_mail" | sed 's/ .*//'
	done | diff - "$work/says" >"$work/output" && [ "$(wc -l <"$work/says")" = 2 ] &&
	mails_cover 'this one stands on one: 2 patches. ' two &&
	! grep -q '^prerequisite' "$mails_dir/one/0000-cover-letter.patch" &&
	grep -qx 'change-id: 20261127-two-0123456789ab' "$mails_dir/two/0000-cover-letter.patch"
}
check 'mails: a directory of the cover letter and the patches' mails_are_written
check 'mails: numbered, each Subject on one line' mails_have_numbers
check 'mails: in one thread' mails_are_a_thread
check 'mails: to whom the tree names, and nobody else; the letter to all of them' mails_go_to_whom_the_tree_names
check 'mails: the letter has a real diffstat' mails_have_a_diffstat
check 'mails: each from the author, each patch signed' mails_are_signed
check 'mails: the same input, the same bytes' mails_are_the_same_again
check 'mails: git am makes the commits of mbox of them' mails_are_the_series
check 'mails: what a set stands on, by patch ids' mails_stand_on

# --- The base-commit, and where the patches apply
check 'mails: without a tree of upstream there is no base-commit, and it is told' expect 0 'no base-commit, as no tree of upstream was given; LINUX= with the tag v7.3, or' mails no-base
mails_no_base() { ! grep -q '^base-commit' "$mails_dir/no-base/0000-cover-letter.patch"; }
check 'mails: nor one that is made up' mails_no_base
mails_base_commit()
{
	mails based LINUX="$mails_dir/linux" >"$work/output" 2>&1 && ! grep -q 'no base-commit' "$work/output" &&
	grep -qx "base-commit: $(own_git -C "$mails_dir/linux" rev-parse v7.3)" "$mails_dir/based/0000-cover-letter.patch" &&
	mails_cover 'The patches apply to v7.3 as well, which is the base-commit at the end.' based
}
check 'mails: that of the tag in LINUX=' mails_base_commit
mails_base_given()
{
	mails given BASE_COMMIT=0123456789012345678901234567890123456789 >"$work/output" 2>&1 &&
	grep -qx 'base-commit: 0123456789012345678901234567890123456789' "$mails_dir/given/0000-cover-letter.patch" &&
	! mails_cover 'The patches apply to v7.3 as well' given
}
check 'mails: that of BASE_COMMIT=' mails_base_given
mails_elsewhere()
{
	rm -rf "$mails_dir/other"
	own_git clone -q "$mails_dir/linux" "$mails_dir/other" 2>/dev/null
	seq -f 'another line %g' 40 >"$mails_dir/other/arch/arm64/b.c"
	own_git -C "$mails_dir/other" commit -q -a -m other && own_git -C "$mails_dir/other" tag -f v7.3 >/dev/null &&
	expect 3 "do not apply to .* of LINUX=.*: .* patch failed: arch/arm64/b.c" mails elsewhere LINUX="$mails_dir/other" &&
	own_git -C "$mails_dir/other" tag -d v7.3 >/dev/null &&
	expect 2 'LINUX=.* has no tag v7.3, the release that the series is made on' mails elsewhere LINUX="$mails_dir/other" &&
	expect 2 'BASE_COMMIT=0123.* is no commit of LINUX=' mails elsewhere LINUX="$mails_dir/other" BASE_COMMIT=0123456789012345678901234567890123456789 &&
	[ ! -e "$mails_dir/elsewhere" ]
}
check 'mails: a tree that they do not apply to, or without the release: refused' mails_elsewhere

# --- What takes them
mails_can_be_sent()
{
	(cd "$mails_dir" && own_git send-email --dry-run --confirm=never one/*.patch) >"$work/output" 2>&1 &&
	[ "$(grep -c '^Result: OK' "$work/output")" = 3 ] &&
	[ "$(grep -c '^In-Reply-To: <20261127-one-0123456789ab-v1-0@example.org>$' "$work/output")" = 2 ] &&
	[ "$(grep -c '^RCPT TO:<two@arm.example.org>$' "$work/output")" = 2 ]
}
check 'mails: git send-email --dry-run takes them' mails_can_be_sent
mails_b4()
{
	cat "$mails_dir"/one/*.patch >"$mails_dir/one.mbox"
	rm -rf "$mails_dir/b4"
	mkdir "$mails_dir/b4"
	(cd "$mails_dir/linux" && HOME=$mails_dir/home XDG_DATA_HOME=$mails_dir/home XDG_CACHE_HOME=$mails_dir/home GIT_CONFIG_GLOBAL=/dev/null \
		http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 timeout 100 \
		b4 am --no-add-trailers -m "$mails_dir/one.mbox" -o "$mails_dir/b4") >"$work/output" 2>&1 || return 1
	for _mbox in "$mails_dir"/b4/*.mbx; do
		_a=$(mails_am b4 "$_mbox") && _b=$(mails_am mails "$mails_dir"/one/000[12]-*.patch) && [ "$_a" = "$_b" ] && return 0
	done
	return 1
}
check 'mails: b4 am takes them, and git am its output' mails_b4

# --- A later version
mails_later()
{
	sed -i 's/^It says why\.$/It says why, in other words./' "$mails_dir/repo/arch/arm64/third.patch"
	printf '\n[v2 one]\n- The third line is explained.\n' >>"$mails_dir/data/mails/one"
	expect 0 'has the cover letter and 2 patches of one, v2' mails v2 V=2 OLD=v1 || return 1
	[ "$(sed -n 's/^Subject: \(\[[^]]*\]\).*/\1/p' "$mails_dir"/v2/*.patch | paste -s -d ' ' -)" = '[PATCH v2 0/2] [PATCH v2 1/2] [PATCH v2 2/2]' ] &&
	grep -q '^Message-Id: <20261127-one-0123456789ab-v2-1@example.org>' "$mails_dir"/v2/0001-* &&
	mails_cover ' Changes since v1 ================ - The third line is explained. ' v2 &&
	mails_cover ' Range-diff since v1 ' v2 && mails_cover ' - It says why. + It says why, in other words. ' v2 &&
	grep -q '^2: .* = 2: .* arm64: b: Change the ninth line' "$mails_dir/v2/0000-cover-letter.patch"
}
mails_changes_of_a_file()
{
	echo '- Words of a file.' >"$mails_dir/changes"
	expect 0 'v3' mails v3 V=3 OLD=v1 CHANGES="$mails_dir/changes" &&
	mails_cover 'Changes since v2 ================ - Words of a file. Changes since v1 ================ - The third line is explained. ' v3
}
mails_range_diff()
{
	mails_toy OLD=v1 AUTHOR='' SIGNOFF='' "$scripts/range-diff.sh" >"$work/output" 2>&1 &&
	[ "$(grep -c '^[0-9]: .* [!=] *[0-9]: ' "$work/output")" = 3 ] && grep -q '^1: .* ! 1: .* arm64: a: Change the third' "$work/output" &&
	mails_toy OLD=v1 TOPIC=two AUTHOR='' SIGNOFF='' "$scripts/range-diff.sh" >"$work/output" 2>&1 &&
	[ "$(grep -c . "$work/output")" = 1 ] && grep -q '^1: .* = 1: .* the twentieth' "$work/output"
}
check 'mails: a second version has its number, what has changed and a range-diff' mails_later
check 'mails: what has changed may come from a file' mails_changes_of_a_file
check 'range-diff: of all, and of a topic' mails_range_diff
# What they write does not depend on where they are.
# mails_all DIR: of the toy there, in DIR/all: a second version, the cover letter, and the
# range-diff
mails_all()
{
	_keep=$mails_dir
	mails_dir=$1
	mkdir "$1/all" && mails all/mails V=2 OLD=v1 >"$work/output" 2>&1 &&
		mails_toy TOPIC=one AUTHOR='' SIGNOFF='' "$scripts/cover.sh" >"$1/all/cover" 2>"$work/output" &&
		mails_toy OLD=v1 AUTHOR='' SIGNOFF='' "$scripts/range-diff.sh" >"$1/all/range-diff" 2>"$work/output"
	_rc=$?
	mails_dir=$_keep
	return $_rc
}
mails_in_any_path()
{
	_any="$work/mails of a dir"
	rm -rf "$_any" "$mails_dir/all"
	cp -R "$mails_dir" "$_any" && mkdir "$_any/tmp dir" && mails_all "$mails_dir" &&
	(TMPDIR="$_any/tmp dir"; export TMPDIR; mails_all "$_any") &&
	[ -z "$(ls -A "$_any/tmp dir")" ] && [ -s "$_any/all/cover" ] && [ -s "$_any/all/range-diff" ] && [ -f "$_any/all/mails/0002-arm64-b-Change-the-ninth-line.patch" ] &&
	diff -r "$mails_dir/all" "$_any/all" >"$work/output"
}
check 'mails, cover, range-diff: the same bytes with blanks in every path' mails_in_any_path
check 'range-diff: OLD= is missing: status 2' expect 2 '^range-diff: OLD= is missing' mails_toy "$scripts/range-diff.sh"
check 'range-diff: OLD= that is none: status 2' expect 2 '^range-diff: OLD=none: no such tag or commit' mails_toy OLD=none "$scripts/range-diff.sh"
mails_old_topics()
{
	sed -i 's/^# two:/# three:/' "$mails_dir/repo/series"
	expect 2 'OLD=v1 has no topic three, but: one two' mails_toy OLD=v1 TOPIC=three "$scripts/range-diff.sh"
	_rc=$?
	sed -i 's/^# three:/# two:/' "$mails_dir/repo/series"
	return $_rc
}
check 'range-diff: a topic that was not there: status 2' mails_old_topics

# --- What is refused, before anything is written
# mails_no WORDS VARIABLE=VALUE...
mails_no()
{
	_say=$1
	shift
	rm -rf "$mails_dir/refused"
	expect 2 "^mails: $_say" mails refused "$@" && [ "$(wc -l <"$work/output")" = 2 ] && [ ! -e "$mails_dir/refused" ]
}
check 'mails: TOPIC= is missing' mails_no 'TOPIC= is missing' TOPIC=
check 'mails: TOPIC= that is none' mails_no 'TOPIC=none: no such topic' TOPIC=none
check 'mails: UPTO= with it' mails_no 'TOPIC=one is that topic alone' UPTO=one
check 'mails: DIR= is missing' mails_no 'DIR= is missing' DIR=
check 'mails: AUTHOR= is missing' mails_no 'AUTHOR="Name <mail>" missing: the patches are from .*invalid, which nobody can send from' AUTHOR=
check 'mails: SIGNOFF= is missing' mails_no 'SIGNOFF="Name <mail>" missing' SIGNOFF=
check 'mails: both are missing' mails_no 'AUTHOR="Name <mail>" and SIGNOFF="Name <mail>" missing' AUTHOR= SIGNOFF=
check 'mails: AUTHOR= that is none' mails_no 'AUTHOR="me": write it as' AUTHOR=me
check 'mails: SIGNOFF= of two lines' mails_no 'SIGNOFF=".*write it as' SIGNOFF='A <a@example.org>
B'
check 'mails: AUTHOR= that nobody can have' mails_no 'AUTHOR=.*: nobody can send from such an address' AUTHOR='A <a@b.invalid>'
for value in 01 x 2.0 -1 100; do
	check "mails: V=$value" mails_no "V=$value: give the number of the version" V="$value"
done
check 'mails: V=2 without OLD=' mails_no 'V=2: OLD= is missing' V=2
check 'mails: V=3 of which nothing is said' mails_no 'what has changed since v2 is not said; write it under .v3 one. in scripts/mails/one' V=3 OLD=v1
check 'mails: CHANGES= that is none' mails_no 'CHANGES=.*/none is no file' V=2 OLD=v1 CHANGES="$mails_dir/none"
check 'mails: OLD= of the first version' mails_no 'OLD= and CHANGES= are for a later version' OLD=v1
for value in v7.3 0123 012345678901234567890123456789012345678g; do
	check "mails: BASE_COMMIT=$value" mails_no 'BASE_COMMIT= is no id of a commit; give all 40' BASE_COMMIT="$value"
done
check 'mails: no kernel tree' mails_no '.*/nothing/linux is no kernel tree; make one with make tree' O="$mails_dir/nothing"
mails_no_text()
{
	mv "$mails_dir/data/mails/one" "$mails_dir/one.text"
	mails_no 'TOPIC=one has no text for its cover letter; write scripts/mails/one'
	_rc=$?
	mv "$mails_dir/one.text" "$mails_dir/data/mails/one"
	return $_rc
}
check 'mails: a topic without a text' mails_no_text
mails_keep_what_is_there()
{
	mkdir -p "$mails_dir/full" "$mails_dir/empty"
	echo kept >"$mails_dir/full/.file"
	echo kept >"$mails_dir/file"
	expect 2 'DIR=.*/full is there already, and not an empty directory' mails full &&
	expect 2 'DIR=.*/file is there already, and not an empty directory' mails file &&
	[ "$(cat "$mails_dir/full/.file" "$mails_dir/file")" = 'kept
kept' ] && expect 0 'has the cover letter' mails empty
}
check 'mails: a directory that has something in it is left alone' mails_keep_what_is_there
# mails_script TEXT STATUS WORDS: with another get_maintainer.pl
mails_script()
{
	cp "$mails_dir/out/linux/scripts/get_maintainer.pl" "$mails_dir/keep.pl"
	echo "$1" >"$mails_dir/out/linux/scripts/get_maintainer.pl"
	rm -rf "$mails_dir/refused"
	expect "$2" "$3" mails refused && [ ! -e "$mails_dir/refused" ]
	_rc=$?
	mv "$mails_dir/keep.pl" "$mails_dir/out/linux/scripts/get_maintainer.pl"
	return $_rc
}
check 'mails: a tree that names nobody: status 4' mails_script 'exit 0' 4 'names nobody for 0001-'
check 'mails: a get_maintainer.pl that fails: status 4' mails_script 'die "odd words\n"' 4 'get_maintainer.pl failed for 0001-.*: odd words'
mails_tree_is_untouched()
{
	(cd "$mails_dir/out" && find linux -type f -exec sha256sum {} + | sort) >"$work/before"
	mails untouched >"$work/output" 2>&1 && (cd "$mails_dir/out" && find linux -type f -exec sha256sum {} + | sort) |
		cmp - "$work/before" >>"$work/output" 2>&1
}
check 'mails: the kernel tree is only read' mails_tree_is_untouched

# --- mbox: AUTHOR= alone
mails_author_of_mbox()
{
	mails_toy TOPIC=one SIGNOFF='' "$scripts/mbox.sh" >"$work/output" && [ "$(grep -c "^From: $mails_me\$" "$work/output")" = 2 ] &&
	! grep -q '^Signed-off-by\|^From: .*invalid' "$work/output" || return 1
	sed -i '1,/^$/s/^From: .*/From: Someone Else\n <else@example.org>/' "$mails_dir/repo/arch/arm64/ninth.patch"
	mails_toy TOPIC=one "$scripts/mbox.sh" >"$work/output" && grep -q '^From: Someone Else$' "$work/output" &&
	[ "$(grep -c "^From: $mails_me\$" "$work/output")" = 1 ]
}
check 'mbox: AUTHOR= is who submits, but for the patches of somebody else' mails_author_of_mbox

# --- The texts of the real sets
mails_topics=$(sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' "$top/series")
mails_texts()
{
	# shellcheck disable=SC2086 # words
	printf '%s\n' $mails_topics v16 | sort >"$work/says"
	(cd "$scripts/mails" && ls) | diff - "$work/says" >"$work/output"
}
# Each ABI change stands under a heading: of a patch whose message or claims have one.
mails_abi()
{
	{
		subjects | cut -f 1 | while read -r _patch; do
			! grep -q '^What changes for user space' "$top/$_patch" || echo "$_patch"
		done
		awk '/^[^ \t#]/ { patch = $0 } /^\t/ && $1 != "by" && $1 != $2 { print patch }' "$scripts/claims/list"
	} | grep -v '^tools/' | sed 's,.*/,,; s/\.patch$//' | sort -u >"$work/changes"
	sed -n 's/^\[abi \(.*\)\]$/\1/p' "$scripts"/mails/* | sort -u >"$work/abi"
	comm -23 "$work/changes" "$work/abi" | sed 's/$/: no [abi ] in scripts\/mails/' >"$work/output"
	sed -n 's,^\([^#	 ].*/\)\?\(.*\)\.patch$,\2,p' "$top/series" | sort >"$work/patches"
	comm -13 "$work/patches" "$work/abi" | sed 's/$/: no patch of series/' >>"$work/output"
	[ -s "$work/changes" ] && [ ! -s "$work/output" ]
}
# A text stands in the file of the topic that has its patch.
mails_abi_of_topic()
{
	for _topic in $mails_topics; do
		sed -n "/^# $_topic:/,/^\$/s,^[^#	].*/\(.*\)\.patch\$,\1,p" "$top/series" | sort >"$work/patches"
		sed -n 's/^\[abi \(.*\)\]$/\1/p' "$scripts/mails/$_topic" | sort | comm -13 "$work/patches" - | sed "s/\$/: not of $_topic/"
	done >"$work/output"
	[ ! -s "$work/output" ]
}
# A letter has at most 100 lines of prose: up to the list of patches, without tables. A
# heading is one line.
mails_short()
{
	: >"$work/output"
	for _topic in $mails_topics; do
		TOPIC=$_topic "$scripts/cover.sh" >"$work/letter" 2>>"$work/output" || return 1
		_n=$(sed -e '1,/^$/d' -e '/^Patches$/,$d' "$work/letter" | grep -cvE '^  [0-9]+[0-9, -]*  | -> +[0-9]+$')
		[ "$_n" -le 100 ] && [ "$_n" -gt 40 ] || echo "$_topic: $_n lines" >>"$work/output"
		sed -e '1,/^$/d' -e '/^Diffstat/,$d' "$work/letter" | grep -n '[^ -~]\|.\{76\}' >>"$work/output"
	done
	awk '/^\[/ { abi = /^\[abi / } abi && /^[^ \[#]/ && length > 72 { print FILENAME ": a heading of more than 72: " $0 }' \
		"$scripts"/mails/* >>"$work/output"
	[ ! -s "$work/output" ]
}
mails_v16()
{
	awk -F '\t' '!/^#/ && NF {
		n = split($1, a, /, |-/)
		if ($1 ~ /-/) for (i = a[1]; i <= a[2]; i++) print i
		else for (i = 1; i <= n; i++) print a[i]
	}' "$scripts/mails/v16" >"$work/output"
	seq 18 | same_words || return 1
	for _topic in exit-work generic-entry; do
		[ "$(TOPIC=$_topic "$scripts/cover.sh" | grep -cE '^  [0-9]+[0-9, -]*  .* (exit-work|generic-entry) [0-9]|^  [0-9]+ .*(7\.3 has it|no: )')" = 15 ] || return 1
	done
}
mails_change_ids()
{
	sed -n '/^\[change-id /{n;p;}' "$scripts"/mails/* | sort >"$work/output"
	# shellcheck disable=SC2086 # words
	[ "$(sort -u "$work/output" | grep -cE '^20[0-9]{6}-[a-z-]+-[0-9a-f]{12}$')" = "$(printf '%s\n' $mails_topics | wc -l)" ]
}
check 'mails: each topic has a text, and each text a topic' mails_texts
check 'mails: each change that user space can see has a heading in a letter' mails_abi
check 'mails: in that of the set that has the patch' mails_abi_of_topic
check 'mails: at most 100 lines of prose, and headings of one' mails_short
check 'mails: all 18 patches of v16 are accounted for, in both letters' mails_v16
check 'mails: each topic has a change-id of its own' mails_change_ids
