package dev.coil.worker.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a worker can take tasks from: the one that it was given, and those that this one names. It uses one at a time, for all
 * its slots, and goes over to the next when that cannot be
 * reached.
 */
final class Gateways {

    private final URI given;
    private final Random random;
    private List<URI> others = List.of();
    private List<String> named = List.of();
    private volatile URI current;

    /** @param random decides in which order a worker goes through those that it is told of: not all go to the same */
    Gateways(URI given, Random random) {
        this.given = given;
        this.random = random;
        current = given;
    }

    URI current() {
        return current;
    }

    /**
     * The node names all that there are. Those of another scheme are passed over: the worker's key shall not go in the clear, and a
     * worker that was given a URL without TLS need not trust anybody's certificate.
     */
    synchronized void learn(List<String> urls) {
        if (urls.isEmpty() || urls.equals(named)) {
            return;
        }
        named = List.copyOf(urls);
        var learnt = new ArrayList<URI>();
        for (var url : urls) {
            var other = parse(url);
            if (other != null
                    && !other.equals(given)
                    && String.valueOf(other.getScheme()).equals(given.getScheme())) {
                learnt.add(other);
            }
        }
        Collections.shuffle(learnt, random);
        others = learnt;
    }

    private static @Nullable URI parse(String url) {
        try {
            return URI.create(url.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * This one cannot be reached: from now on another one is used, if one is known.
     *
     * @return whether there is a new one
     */
    synchronized boolean leave(URI silent) {
        if (!silent.equals(current) || others.isEmpty()) {
            return false;
        }
        var all = new ArrayList<URI>();
        all.add(given);
        all.addAll(others);
        current = all.get((all.indexOf(silent) + 1) % all.size());
        return true;
    }
}
