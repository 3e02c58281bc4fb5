/** Makes runs of what was pushed, as who submits by hand would. */
@NullMarked
package dev.coil.ops.launch;

import org.jspecify.annotations.NullMarked;
