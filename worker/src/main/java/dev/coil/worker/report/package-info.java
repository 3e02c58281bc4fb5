/** The fourth stage: what a task prints goes to the log as it comes, what it leaves becomes its result. */
@NullMarked
package dev.coil.worker.report;

import org.jspecify.annotations.NullMarked;
