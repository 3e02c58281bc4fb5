/** Breaks the engine on purpose and shows which test finds it: what {@code ops/mutate} runs. */
@NullMarked
package dev.coil.scheduler.mutation;

import org.jspecify.annotations.NullMarked;
