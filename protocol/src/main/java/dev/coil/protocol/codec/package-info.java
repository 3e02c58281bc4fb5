/** One JSON codec for every record, with versions. */
@NullMarked
package dev.coil.protocol.codec;

import org.jspecify.annotations.NullMarked;
