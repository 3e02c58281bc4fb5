/** The log store: what attempts printed, in files that grow as the log topic is read. */
@NullMarked
package dev.coil.viewer.logs;

import org.jspecify.annotations.NullMarked;
