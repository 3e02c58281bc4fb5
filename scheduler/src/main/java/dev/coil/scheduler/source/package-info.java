/** The sources that runs are runs of: a bare git repository per project, served over the smart HTTP protocol by the git program. */
@NullMarked
package dev.coil.scheduler.source;

import org.jspecify.annotations.NullMarked;
