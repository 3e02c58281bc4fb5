/** What the program logs, and where to. */
@NullMarked
package dev.coil.ops.logging;

import org.jspecify.annotations.NullMarked;
