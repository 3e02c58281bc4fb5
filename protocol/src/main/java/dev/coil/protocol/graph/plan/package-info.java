/** From a graph file to the tasks of a run: matrices expanded, needs joined, everything known at submission put in. */
@NullMarked
package dev.coil.protocol.graph.plan;

import org.jspecify.annotations.NullMarked;
