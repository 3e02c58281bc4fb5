/** What starts runs: deliveries of forges, and repositories that are asked what is new. Start with {@code TriggerLoop}. */
@NullMarked
package dev.coil.scheduler.trigger;

import org.jspecify.annotations.NullMarked;
