# agree.sh DIR: each N must have one sum, and of each there are as many in DIR/N.PLATFORM.
count=
for n in 1 2 3; do
    set -- "$1" "$1"/$n.*
    files=$(($# - 1))
    sums=$(shift && cat "$@" | sort -u)
    echo "$files platforms say of $n:" "$sums"
    case $sums in
    *[!0-9a-f]* | '') exit 1 ;;
    esac
    [ "$files" -gt 1 ]
    [ "$files" = "${count:=$files}" ]
done
