/** The write side of the HTTP API: submissions, cancels and retries become commands; blobs and sources are kept. */
@NullMarked
package dev.coil.scheduler.gateway;

import org.jspecify.annotations.NullMarked;
