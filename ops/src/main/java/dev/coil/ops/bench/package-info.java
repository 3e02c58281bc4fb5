/** What the architecture costs: whole tasks beside raw records, on the same broker, in the same process. */
@NullMarked
package dev.coil.ops.bench;

import org.jspecify.annotations.NullMarked;
