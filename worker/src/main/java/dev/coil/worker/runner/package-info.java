/** What is done with a claimed task: the whole pipeline of fetch, execute and report, or nothing at all. */
@NullMarked
package dev.coil.worker.runner;

import org.jspecify.annotations.NullMarked;
