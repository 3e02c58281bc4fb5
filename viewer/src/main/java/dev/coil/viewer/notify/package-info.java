/** Tells forges what the projection shows: a status on the commit, and one comment on the pull request. */
@NullMarked
package dev.coil.viewer.notify;

import org.jspecify.annotations.NullMarked;
