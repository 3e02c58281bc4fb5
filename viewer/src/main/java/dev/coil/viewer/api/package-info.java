/** The read side of the HTTP API under /api/v1. */
@NullMarked
package dev.coil.viewer.api;

import org.jspecify.annotations.NullMarked;
