/** What this machine is, and the directory that a worker has on it. */
@NullMarked
package dev.coil.worker.host;

import org.jspecify.annotations.NullMarked;
