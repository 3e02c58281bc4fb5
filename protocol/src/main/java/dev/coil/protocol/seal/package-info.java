/** What stands in a log, and only nodes can read. */
@NullMarked
package dev.coil.protocol.seal;

import org.jspecify.annotations.NullMarked;
