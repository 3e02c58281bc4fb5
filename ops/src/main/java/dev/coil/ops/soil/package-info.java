/** Task lists of Soil, the Oils project's continuous build, and the graphs that say the same. */
@NullMarked
package dev.coil.ops.soil;

import org.jspecify.annotations.NullMarked;
