/** Everything that may change state: the records of the command log. */
@NullMarked
package dev.coil.protocol.command;

import org.jspecify.annotations.NullMarked;
