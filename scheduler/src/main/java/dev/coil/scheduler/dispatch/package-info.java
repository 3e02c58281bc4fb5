/**
 * Claims for workers that speak HTTP, and passes on what they say: one view of the space for all of them. Nothing here is needed after
 * a restart. Start with {@link dev.coil.scheduler.dispatch.Dispatcher}; {@code docs/worker-api.md} says what workers see of it.
 */
@NullMarked
package dev.coil.scheduler.dispatch;

import org.jspecify.annotations.NullMarked;
