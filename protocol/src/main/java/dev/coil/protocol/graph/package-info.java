/** The planned task graph: the expanded tasks of a run, as every part of the system sees them. */
@NullMarked
package dev.coil.protocol.graph;

import org.jspecify.annotations.NullMarked;
