/** Who may do what: tokens that let somebody in once, keys that keep them in, and the log that says which ones there are. */
@NullMarked
package dev.coil.protocol.access;

import org.jspecify.annotations.NullMarked;
