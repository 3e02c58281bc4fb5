/** Who is let in: {@code Doors} stands before every service, {@code Access} knows the keys, {@code AccessService} hands them out. */
@NullMarked
package dev.coil.scheduler.access;

import org.jspecify.annotations.NullMarked;
