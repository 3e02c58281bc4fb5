/** What the gateway's HTTP services share: refusals as JSON, strict bodies, idle detection, and the same-origin check. */
@NullMarked
package dev.coil.scheduler.http;

import org.jspecify.annotations.NullMarked;
