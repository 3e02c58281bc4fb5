/** The {@code coil} command: a class a verb, what they share, and how the program ends. */
@NullMarked
package dev.coil.ops.cli;

import org.jspecify.annotations.NullMarked;
