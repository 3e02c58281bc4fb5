/** The second stage: puts what a task starts from into its workspace. */
@NullMarked
package dev.coil.worker.fetch;

import org.jspecify.annotations.NullMarked;
