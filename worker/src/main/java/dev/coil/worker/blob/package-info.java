/** Archives by digest: written, safely unpacked, kept on the node and in the worker's cache. */
@NullMarked
package dev.coil.worker.blob;

import org.jspecify.annotations.NullMarked;
