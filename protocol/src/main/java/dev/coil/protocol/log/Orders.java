package dev.coil.protocol.log;

import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.control.Control;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the control topic, from the moment it is made. An order that is missed while Kafka is away costs only the time until the
 * attempt ends by itself: its result is not wanted either way.
 */
public final class Orders implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Orders.class);

    private final KafkaSettings settings;
    private final Predicate<String> addressee;
    private final Consumer<Control.StopClaim> stops;
    private final Thread thread = new Thread(this::run, "coil-orders");
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    /**
     * Begins to listen.
     *
     * @param addressee whether orders to an incarnation are to be heard; asked on the listening thread
     * @param stops hears them, on that thread
     */
    public Orders(KafkaSettings settings, Predicate<String> addressee, Consumer<Control.StopClaim> stops) {
        this.settings = settings;
        this.addressee = addressee;
        this.stops = stops;
        this.consumer = atTheEnd();
        thread.setDaemon(true);
        thread.start();
    }

    private KafkaConsumer<byte[], byte[]> atTheEnd() {
        var made = settings.consumer();
        try {
            var partitions = Topics.partitions(made, Topics.CONTROL);
            made.assign(partitions);
            made.seekToEnd(partitions);
            partitions.forEach(made::position);
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void run() {
        while (!closed) {
            try {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    read(record);
                }
            } catch (WakeupException closing) {
                log.debug("woken up");
            } catch (RuntimeException e) {
                log.warn("lost the control topic, listening anew: {}", e.toString());
                renew();
            }
        }
        consumer.close();
    }

    private void renew() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        try {
            var made = atTheEnd();
            consumer.close();
            consumer = made;
        } catch (RuntimeException e) {
            log.warn("cannot listen on the control topic: {}", e.toString());
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        var incarnation = ControlTopic.incarnation(record);
        var order = incarnation != null && addressee.test(incarnation) ? parse(record) : null;
        if (order instanceof Control.StopClaim stop) {
            stops.accept(stop);
        }
    }

    private static @Nullable Control parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return ControlTopic.read(record);
        } catch (UnreadableRecord e) {
            log.warn("passed over an order: {}", e.getMessage());
            return null;
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
