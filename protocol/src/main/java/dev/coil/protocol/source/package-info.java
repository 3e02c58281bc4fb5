/** Where commits are served. */
@NullMarked
package dev.coil.protocol.source;

import org.jspecify.annotations.NullMarked;
