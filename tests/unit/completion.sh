#!/bin/bash
# What bash and zsh offer for the words of logmend(8): what the program itself
# tells, the names of the configuration, files.
. "$(dirname "$0")/../support/sh.bash"
folder=$TOP/packaging/completion
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit
PATH=$(dirname "$LOGMEND"):$PATH
[[ $(basename "$LOGMEND") == logmend ]] || skip 'the program has another name'
conf=$work/logmend.conf
cat >"$conf" <<-'END'
	[agent]
	store = none/logmend.db
	[app shop]
	[app shop-v2]
	[app $(touch hacked)]
	[policy p]
	[notify ops]
END
mkdir logs && touch logs.txt

# expect WHAT GOT WANTED
expect() { [[ $2 == "$3" ]] || bad "$1: '$2' instead of '$3'"; }

# offers WORDS...: what is offered for the last of them, in one line.
in_bash()
{
	bash -c '. "$1"; shift
		COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _logmend
		printf "%s\n" "${COMPREPLY[@]}" | grep .' bash "$folder/logmend" "$@" |
		sort -u | tr '\n' ' '
}
# zsh completes on a terminal alone, and zpty is one (zshmodules(1)). What is
# offered is taken where it is handed over, at compadd.
cat >"$work/inner.zsh" <<-'END'
	fpath=($1 $fpath)
	autoload -U compinit
	compinit -u -D
	compadd() {
		local -a found
		builtin compadd -O found "$@" 2>/dev/null
		print -rl -- $found >>offered
		builtin compadd "$@"
	}
	finish() { print all was offered; exit }
	zle -N finish
	bindkey '^I' complete-word
	bindkey '^X' finish
	print it is ready
END
cat >"$work/outer.zsh" <<-'END'
	zmodload zsh/zpty
	zpty inner zsh -f -i
	zpty -w inner "source ./inner.zsh $1"
	zpty -r inner said '*it is ready*'
	zpty -n -w inner "$2"$'\t\x18'
	zpty -r inner said '*all was offered*'
	zpty -d inner
END
in_zsh()
{
	: >offered
	timeout 60 zsh -f outer.zsh "$folder" "$*" || bad "zsh: $*: $?"
	grep . offered | sort -u | tr '\n' ' ' || true
}

commands=$(logmend --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | sort |
	tr '\n' ' ')
[[ $commands == *' scan '* ]] || bad 'no commands were found in --help'

check_shell()
{
	local offers=$1
	expect commands "$($offers logmend '')" "$commands"
	expect 'a beginning' "$($offers logmend re)" 'reject reload reset resume '
	expect options "$($offers logmend incidents --)" \
		'--help --json --limit '
	expect 'apps' "$($offers logmend -c "$conf" diagnose '')" 'shop shop-v2 '
	expect '-c behind' "$($offers logmend diagnose -c "$conf" sh)" \
		'shop shop-v2 '
	expect '--app' "$($offers logmend -c "$conf" scan --app sh)" \
		'shop shop-v2 '
	expect 'receivers' "$($offers logmend -c "$conf" notify-test '')" 'ops '
	expect 'no configuration' "$($offers logmend -c nowhere diagnose '')" ''
	expect 'no store' "$($offers logmend -c "$conf" show '')" ''
	expect 'no operand' "$($offers logmend pause '')" ''
	[[ " $($offers logmend -c "$conf" scan '')" == *' logs'*' shop '* ]] ||
		bad "scan: $($offers logmend -c "$conf" scan '')"
	[[ ! -e hacked ]] || bad 'the configuration was run'
}

check_shell in_bash
# The classes are those that hands can probe.
for class in $(in_bash logmend -c "$conf" diagnose shop ''); do
	said=$(logmend -c "$conf" diagnose shop "$class" nothing 2>&1 || true)
	! grep -qE 'there is no class|not built yet' <<<"$said" ||
		bad "$class: $said"
done
shown 'bash: commands, options, apps, receivers, files'

command -v zsh >/dev/null || skip 'zsh is missing'
check_shell in_zsh
shown 'zsh: the same'
