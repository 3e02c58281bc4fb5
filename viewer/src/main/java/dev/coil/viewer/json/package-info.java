/** How runs, tasks and workers are written as the JSON of the API. */
@NullMarked
package dev.coil.viewer.json;

import org.jspecify.annotations.NullMarked;
