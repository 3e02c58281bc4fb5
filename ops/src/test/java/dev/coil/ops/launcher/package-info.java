/** What the launcher script does with its build, with Java, and with signals. */
@NullMarked
package dev.coil.ops.launcher;

import org.jspecify.annotations.NullMarked;
