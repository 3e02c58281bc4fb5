#!/bin/sh
# Checks what every file must keep to, with tools that every system has.
set -u
cd "$(dirname "$0")/.." || exit 2

failed=0
# complain FILE PATTERN MESSAGE: names each line that matches.
complain() {
    if grep -n -E "$2" "$1" > "$found"; then
        sed "s|^\([0-9]*\):.*|$1:\1: $3|" "$found"
        failed=1
    fi
}

found=$(mktemp) || exit 2
trap 'rm -f "$found"' EXIT
tab=$(printf '\t')

for file in src/*.[ch] test/*.c test/*.sh tools/*.sh test/cases.txt doc/calc.1 Makefile README.md .coil.yml; do
    complain "$file" '[[:blank:]]$' 'blanks at the end of the line'
    complain "$file" '.{131,}' 'longer than 130 characters'
    [ "$file" = Makefile ] || complain "$file" "$tab" 'a tab'
    if [ -n "$(tail -c 1 "$file")" ]; then
        echo "$file: no newline at its end"
        failed=1
    fi
done
for file in src/*.[ch] test/*.c; do
    complain "$file" '(^|[^:])//' 'a comment that C90 readers do not expect; write /* */'
    complain "$file" '(^|[^a-z_])(gets|sprintf|strcat|atoi|atof)[[:blank:]]*\(' 'a function that checks nothing'
done
for file in src/*.h; do
    guard=$(basename "$file" .h | tr '[:lower:]' '[:upper:]')_H
    grep -q "^#ifndef $guard\$" "$file" || { echo "$file: no include guard $guard"; failed=1; }
done
for file in test/*.sh tools/*.sh; do
    sh -n "$file" || failed=1
    [ -x "$file" ] || { echo "$file: not executable"; failed=1; }
done
[ "$failed" -eq 0 ] && echo "lint: nothing to complain about"
exit "$failed"
