/** What starts a run: the model of {@code on}, which says of an occasion why it starts none, and of a schedule when it is due. */
@NullMarked
package dev.coil.protocol.graph.trigger;

import org.jspecify.annotations.NullMarked;
