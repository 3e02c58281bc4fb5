/** What lies in an artifact, file by file: archives are read in place, a zip within one as well, and nothing is unpacked. */
@NullMarked
package dev.coil.viewer.archive;

import org.jspecify.annotations.NullMarked;
