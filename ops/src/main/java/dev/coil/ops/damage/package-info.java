/** Finds out, from the checksums in them, whether the files of the embedded Kafka are what it wrote. */
@NullMarked
package dev.coil.ops.damage;

import org.jspecify.annotations.NullMarked;
