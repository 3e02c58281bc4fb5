# Read by the others. What an architecture, as Coil spells it, has in its programs: ELF byte order, and machine of the ELF header.

# expect ARCH: sets order and machine.
expect() {
    case $1 in
    s390x) order=big machine=22 ;;
    aarch64) order=little machine=183 ;;
    ppc64le) order=little machine=21 ;;
    riscv64) order=little machine=243 ;;
    x86_64) order=little machine=62 ;;
    *)
        echo "elf.sh: nothing is known of the architecture $1" >&2
        return 1
        ;;
    esac
}

# elf_of FILE: sets elf_order and elf_machine.
elf_of() {
    # shellcheck disable=SC2046 # twenty numbers
    set -- $(od -A n -t u1 -N 20 "$1" | tr '\n' ' ')
    [ "$1 $2 $3 $4" = "127 69 76 70" ] || return 1
    shift 5
    case $1 in
    1) elf_order=little ;;
    2) elf_order=big ;;
    *) return 1 ;;
    esac
    shift 13
    case $elf_order in
    little) elf_machine=$(($1 + 256 * $2)) ;;
    big) elf_machine=$((256 * $1 + $2)) ;;
    esac
}

# check_elf FILE ARCH: fails with a sentence unless the file is a program of that architecture.
check_elf() {
    elf_of "$1" || {
        echo "$1 is no ELF file" >&2
        return 1
    }
    expect "$2" || return 1
    echo "$1: ELF, $elf_order-endian, machine $elf_machine"
    [ "$elf_order $elf_machine" = "$order $machine" ] || {
        echo "$1 should be a program of $2, $order-endian, machine $machine" >&2
        return 1
    }
}
