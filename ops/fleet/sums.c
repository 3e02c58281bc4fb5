/* A sum that is the same everywhere, and the byte order of the machine, which is not. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *byte_order(void) {
    const uint32_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1 ? "little" : "big";
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: sums N | sums byte-order\n");
        return 2;
    }
    if (strcmp(argv[1], "byte-order") == 0) {
        puts(byte_order());
        return 0;
    }
    /* FNV-1a over the bytes of a counter, lowest first. */
    uint64_t sum = UINT64_C(14695981039346656037);
    const uint32_t end = UINT32_C(1000000) * (uint32_t) atoi(argv[1]);
    for (uint32_t i = 0; i < end; i++) {
        for (int shift = 0; shift < 32; shift += 8) {
            sum = (sum ^ (i >> shift & 0xff)) * UINT64_C(1099511628211);
        }
    }
    printf("%016llx\n", (unsigned long long) sum);
    return 0;
}
