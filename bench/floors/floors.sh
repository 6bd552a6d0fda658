#!/bin/sh
# Makes the floors ready, then measures those that standard input asks for: a name and a number of submissions per line.
# Answers a JSON object per line; the first says that it is ready, and with what.
set -eu
cd "$(dirname "$0")"
made=/tmp/made
mkdir -p "$made/header/bits"
compiler=/usr/bin/g++
python=/usr/bin/python3

"$compiler" -O2 -static exec.cpp -o "$made/exec"
# The header is compiled ahead with the very flags that the programs are compiled with; that is not counted.
header="$(find /usr/include -path '*/bits/stdc++.h' | head -n 1)"
"$compiler" -O2 -std=gnu++17 -x c++-header "$header" -o "$made/header/bits/stdc++.h.gch"
set -- "$compiler" -O2 -std=gnu++17 -static "-I$made/header"
"$@" -Winvalid-pch -Werror bits.cpp -o "$made/bits"
"$@" cstdio.cpp -o "$made/cstdio"
echo "{\"compiler\":\"$("$compiler" -dumpfullversion)\",\"python\":\"$("$python" -c 'import platform; print(platform.python_version())')\"}"

while read -r floor submissions; do
    case "$floor" in
    python_zygote) "$python" -I -S zygote.py "$submissions" tests sum.py ;;
    python_start) "$made/exec" "$submissions" tests -- "$python" -I -S sum.py ;;
    bits_cold) "$made/exec" "$submissions" tests "$@" bits.cpp -o "$made/bits_again" -- "$made/bits_again" ;;
    bits_hit) "$made/exec" "$submissions" tests -- "$made/bits" ;;
    cstdio_cold) "$made/exec" "$submissions" tests "$@" cstdio.cpp -o "$made/cstdio_again" -- "$made/cstdio_again" ;;
    cstdio_hit) "$made/exec" "$submissions" tests -- "$made/cstdio" ;;
    *) echo "floors: there is no floor $floor" >&2 && exit 2 ;;
    esac
done
