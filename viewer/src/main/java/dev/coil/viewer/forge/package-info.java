/** What forges are asked and told over their REST interfaces. */
@NullMarked
package dev.coil.viewer.forge;

import org.jspecify.annotations.NullMarked;
