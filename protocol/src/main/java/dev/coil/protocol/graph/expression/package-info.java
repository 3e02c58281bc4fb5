/** The expressions of {@code if}: read, typed, evaluated as far as what is known allows, and written back. */
@NullMarked
package dev.coil.protocol.graph.expression;

import org.jspecify.annotations.NullMarked;
