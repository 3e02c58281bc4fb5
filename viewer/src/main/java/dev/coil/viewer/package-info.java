/** The read side: follows events and logs, and serves the query API, live streams and pages. */
@NullMarked
package dev.coil.viewer;

import org.jspecify.annotations.NullMarked;
