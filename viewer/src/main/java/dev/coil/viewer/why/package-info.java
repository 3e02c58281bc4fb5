/** Why a task waits: typed, ordered reasons, from what the events tell and the matcher's own vetoes. */
@NullMarked
package dev.coil.viewer.why;

import org.jspecify.annotations.NullMarked;
