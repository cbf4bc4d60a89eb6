#!/bin/bash
# `make install DESTDIR=...` puts everything where the prefix says and nothing
# anywhere else; `make uninstall` takes it away again.
. "$(dirname "$0")/../support/sh.bash"
[[ -f $BUILT/Makefile ]] || skip 'there is no Makefile'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL

# The built tree is not touched: make must find nothing to do but install.
make -C "$BUILT" -s install DESTDIR="$folder" >"$folder.log" 2>&1 ||
	{ cat "$folder.log"; bad 'make install failed'; }
rm -f "$folder.log"
prefix=$(sed -n 's/^prefix = //p' "$BUILT/Makefile")
for file in bin/logmend share/man/man8/logmend.8 \
	share/man/man5/logmend.conf.5 share/man/man5/logmend.rules.5 \
	share/man/man7/logmend.guard.7; do
	[[ -f $folder$prefix/$file ]] || bad "$prefix/$file is not installed"
done
"$folder$prefix/bin/logmend" --version >/dev/null
# Moved elsewhere, it finds the rules that stand beside it.
if [[ ! -e $prefix/share/logmend/rules ]]; then
	"$folder$prefix/bin/logmend" test >/dev/null ||
		bad 'the program does not find its rules below a moved prefix'
fi
outside=$(find "$folder" -type f -not -path "$folder$prefix/*")
[[ -z $outside ]] || bad "installed outside of $prefix: $outside"
make -C "$BUILT" -s uninstall DESTDIR="$folder" >/dev/null
left=$(find "$folder" -type f)
[[ -z $left ]] || bad "make uninstall left: $left"
