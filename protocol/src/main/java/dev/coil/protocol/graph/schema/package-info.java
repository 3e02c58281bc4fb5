/** The JSON Schema of the graph file, made from the keys that the parser knows. */
@NullMarked
package dev.coil.protocol.graph.schema;

import org.jspecify.annotations.NullMarked;
