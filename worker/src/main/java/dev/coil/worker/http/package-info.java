/** Claims through a node, for machines that do not reach Kafka: {@code docs/worker-api.md} from the worker's side. */
@NullMarked
package dev.coil.worker.http;

import org.jspecify.annotations.NullMarked;
