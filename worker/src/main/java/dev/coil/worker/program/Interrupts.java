package dev.coil.worker.program;

import dev.coil.worker.host.Departure;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Signals that ask the program to end: Ctrl-C, SIGTERM, and a terminal that goes away. The first one is for whoever listens;
 * the second one ends the process at once, with what it has started. While nobody listens, the first one does so as well.
 */
public final class Interrupts {

    /** Exit codes: 128 and the signal's number. */
    public static final int HUNG_UP = 129;

    public static final int INTERRUPTED = 130;
    public static final int TERMINATED = 143;

    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private static final long SAME_SIGNAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What may be in the way of leaving, such as a process that the system holds. */
    private static final long FAREWELL_SECONDS = 10;

    private final List<Farewell> farewells = new CopyOnWriteArrayList<>();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private @Nullable Thread farewell;
    private volatile int code;
    private volatile @Nullable IntConsumer listener;

    /** For a process that leaves signals alone. */
    public static Interrupts none() {
        return new Interrupts();
    }

    public static Interrupts ofProcess() {
        var interrupts = new Interrupts();
        interrupts.install();
        return interrupts;
    }

    /** The exit code that the first signal asks for; 0 if none has come. */
    public int code() {
        return code;
    }

    /** Who hears of the first signal, on a thread of its own, with the exit code it asks for. Replaces who did before. */
    public void listen(@Nullable IntConsumer listener) {
        this.listener = listener;
    }

    /** What is still to be done when the process ends without further ado, before what was registered earlier; until the registration is closed. */
    public Registration onLeave(Farewell farewell) {
        farewells.add(farewell);
        return () -> farewells.remove(farewell);
    }

    /** What is to be done before the process ends. */
    @FunctionalInterface
    public interface Farewell {
        void say() throws Exception;
    }

    /** Of a farewell. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits a moment for a signal that others, who got it as well, have heard of already. */
    public void awaitSignal() {
        long end = System.nanoTime() + SAME_SIGNAL_NANOS;
        while (code == 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    void signal(String name) {
        int asked = name.equals("INT") ? INTERRUPTED : name.equals("TERM") ? TERMINATED : HUNG_UP;
        var listener = this.listener;
        if (code != 0 || listener == null) {
            leave(code == 0 ? asked : code);
        }
        code = asked;
        listener.accept(asked);
    }

    /** Ends the process without further ado, every process below it, and what it keeps in temporary files. */
    public void leave(int code) {
        try {
            // A further signal meanwhile must not cut the farewell short, which is what removes the rest.
            farewell().join(TimeUnit.SECONDS.toMillis(FAREWELL_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (OutOfMemoryError noThread) {
            sayFarewell();
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    private synchronized Thread farewell() {
        var begun = farewell;
        if (begun == null) {
            leaving.set(true);
            begun = new Thread(this::sayFarewell, "farewell");
            begun.setDaemon(true);
            begun.start();
            farewell = begun;
        }
        return begun;
    }

    /** Whether the process is about to end, so that nothing else is worth a word. */
    public boolean isLeaving() {
        return leaving.get();
    }

    /** Does not return if the process is about to end: an end by itself would cut the farewell short. */
    public void awaitFarewell() {
        while (isLeaving()) {
            LockSupport.parkNanos(SAME_SIGNAL_NANOS);
        }
    }

    private void sayFarewell() {
        Departure.begin();
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        var last = new ArrayList<>(farewells);
        Collections.reverse(last);
        for (var farewell : last) {
            try {
                farewell.say();
            } catch (Exception e) {
                // The others are said all the same.
            }
        }
    }

    /**
     * Through reflection: {@code sun.misc.Signal} is the one way to hear of a second signal, is meant for use
     * (module jdk.unsupported, JEP 260), and cannot be named without a warning that cannot be turned off.
     */
    private void install() {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler onSignal = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    signal((String) signal.getMethod("getName").invoke(arguments[0]));
                    return null;
                }
                return method.getName().equals("equals") ? (Object) (proxy == arguments[0]) : (Object) 0;
            };
            var proxy = Proxy.newProxyInstance(Interrupts.class.getClassLoader(), new Class<?>[] {handler}, onSignal);
            for (var name : SIGNALS) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            // Another kind of JVM: signals end the process as they always do.
        }
    }
}
