/**
 * A worker as a program of its own, {@code coil-worker.jar}, which claims over HTTP; and what programs with a worker in them share: options,
 * signals, whom they trust, and how they speak of failures.
 */
@NullMarked
package dev.coil.worker.program;

import org.jspecify.annotations.NullMarked;
