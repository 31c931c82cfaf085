#!/bin/sh
# Prints the newest Python (3.13 … 3.11) that really starts: a shim on PATH may exist and refuse.
works() { "$1" -c 'import sys, ssl, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }
for minor in 13 12 11; do
  for candidate in "python3.$minor" "$( (pyenv root) 2>/dev/null)"/versions/3.$minor.*/bin/python; do
    if works "$candidate"; then echo "$candidate"; exit 0; fi
  done
done
if works python3; then echo python3; exit 0; fi
echo "Jisheng needs Python 3.11, 3.12 or 3.13 with venv (on Debian: apt-get install python3-venv)" >&2
exit 1
