/** What a project is set up with: where its repository is, and who may start its runs. */
@NullMarked
package dev.coil.protocol.project;

import org.jspecify.annotations.NullMarked;
