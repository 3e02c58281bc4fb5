# build.sh WORKER: compiles sums.c here, and looks at what it has become and what it does.
# shellcheck source=/dev/null
. ./elf.sh
uname -a
out=out/$COIL_ARCH-$1
mkdir -p "$out"
cc -O2 -Wall -Werror -o "$out/sums" sums.c
check_elf "$out/sums" "$COIL_ARCH"
if command -v readelf >/dev/null; then
    LC_ALL=C readelf -h "$out/sums" | grep -E 'Data:|Machine:'
fi
said=$("./$out/sums" byte-order)
echo "it says that this machine is $said-endian"
# shellcheck disable=SC2154 # set by check_elf
[ "$said" = "$order" ]
