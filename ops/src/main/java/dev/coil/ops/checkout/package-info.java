/** What lies at a path of the submitter's: its repository, its graph file, the commit to run, and its way to the node. */
@NullMarked
package dev.coil.ops.checkout;

import org.jspecify.annotations.NullMarked;
