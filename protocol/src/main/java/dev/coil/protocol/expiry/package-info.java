/** When artifacts expire, while their run is still kept: for who removes them and for who shows them. */
@NullMarked
package dev.coil.protocol.expiry;

import org.jspecify.annotations.NullMarked;
