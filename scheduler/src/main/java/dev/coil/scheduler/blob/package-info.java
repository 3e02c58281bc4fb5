/** The content-addressed store for what is too big for a record: artifacts, trees, long scripts; on disk and over HTTP. */
@NullMarked
package dev.coil.scheduler.blob;

import org.jspecify.annotations.NullMarked;
