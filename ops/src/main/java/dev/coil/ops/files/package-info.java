/** Whole trees of files: deleting them, and unpacking them from archives that are not trusted. */
@NullMarked
package dev.coil.ops.files;

import org.jspecify.annotations.NullMarked;
