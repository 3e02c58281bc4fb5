/** The viewer with a real broker and a real browser. */
@NullMarked
package dev.coil.ops.viewer;

import org.jspecify.annotations.NullMarked;
