#!/bin/sh
# Runs the cases of test/cases.txt through the calc program.
# usage: test/e2e.sh [--shard N/TOTAL]    runs every TOTAL-th case, beginning with the N-th
# The program is $CALC, by default out/calc.
set -u
cd "$(dirname "$0")/.." || exit 2

shard=1
total=1
if [ "${1:-}" = --shard ]; then
    shard=${2%/*}
    total=${2#*/}
fi
calc=${CALC:-out/calc}
[ -x "$calc" ] || { echo "e2e.sh: there is no program $calc; run make first" >&2; exit 2; }

number=0
ran=0
failed=0
while IFS= read -r line; do
    case $line in
        '#'* | '') continue ;;
    esac
    number=$((number + 1))
    [ $(((number - 1) % total + 1)) -eq "$shard" ] || continue
    ran=$((ran + 1))
    input=${line%% => *}
    expected=${line#* => }
    expected=${expected#error: }
    # Through standard input, so that a leading sign is no option.
    actual=$(printf '%s\n' "$input" | "$calc" 2>&1)
    if [ "$actual" = "$expected" ]; then
        echo "ok $ran - $input"
    else
        echo "not ok $ran - $input"
        echo "# expected: $expected"
        echo "# actual:   $actual"
        failed=$((failed + 1))
    fi
done < test/cases.txt
echo "1..$ran"
[ "$ran" -gt 0 ] && [ "$failed" -eq 0 ]
