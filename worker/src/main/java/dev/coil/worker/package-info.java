/** A worker: takes the ready tasks that its machine matches, and runs them. */
@NullMarked
package dev.coil.worker;

import org.jspecify.annotations.NullMarked;
