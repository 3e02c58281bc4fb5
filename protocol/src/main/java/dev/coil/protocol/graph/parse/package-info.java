/** From the text of a graph file to its tasks as they stand there, each value with its place. */
@NullMarked
package dev.coil.protocol.graph.parse;

import org.jspecify.annotations.NullMarked;
