/** What operators have stopped for a while: nothing new of it is started. */
@NullMarked
package dev.coil.protocol.pause;

import org.jspecify.annotations.NullMarked;
