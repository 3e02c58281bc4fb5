/** Everything that happened: the records of the event log. */
@NullMarked
package dev.coil.protocol.event;

import org.jspecify.annotations.NullMarked;
