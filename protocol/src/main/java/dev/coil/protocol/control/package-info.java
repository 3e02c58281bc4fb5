/** Orders to workers about what they run. */
@NullMarked
package dev.coil.protocol.control;

import org.jspecify.annotations.NullMarked;
