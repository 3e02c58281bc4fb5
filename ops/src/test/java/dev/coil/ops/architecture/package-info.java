/** The layering of the house. */
@NullMarked
package dev.coil.ops.architecture;

import org.jspecify.annotations.NullMarked;
