/** Streamed responses that go as fast as their reader and hold no more than one piece for it. */
@NullMarked
package dev.coil.viewer.live;

import org.jspecify.annotations.NullMarked;
