# consume.sh DIR: looks at all programs in DIR/ARCH-WORKER; at least one must be of another architecture.
# shellcheck source=/dev/null
. ./elf.sh
others=0
for each in "$1"/*/sums; do
    arch=${each#"$1"/}
    arch=${arch%%-*}
    check_elf "$each" "$arch"
    [ "$arch" = "$COIL_ARCH" ] || others=$((others + 1))
done
echo "$others of them are of other architectures than $COIL_ARCH"
[ "$others" -gt 0 ]
