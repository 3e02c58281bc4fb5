/** What a worker offers, what a task requires, and why the two do or do not match. */
@NullMarked
package dev.coil.protocol.tuple;

import org.jspecify.annotations.NullMarked;
