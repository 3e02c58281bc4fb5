package dev.coil.scheduler.dispatch;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.space.ClaimId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The workers that speak to this gateway, and the claims in their hands. Looked at by any thread, changed by the dispatcher's alone.
 */
final class Sessions {

    /** Ended claims that are remembered, so that a result that comes twice is not taken for that of a lost claim. */
    private static final int ENDED = 10_000;

    private final String gateway;
    private final Announcements announcements;
    private final Map<String, Session> byId = new ConcurrentHashMap<>();
    private final Map<ClaimId, Lease> leases = new ConcurrentHashMap<>();
    private final Map<String, Integer> topics = new HashMap<>();
    private final Map<ClaimId, Outcome> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClaimId, Outcome> eldest) {
            return size() > ENDED;
        }
    };

    /** @param gateway the id under which this gateway announces its workers */
    Sessions(String gateway, Announcements announcements) {
        this.gateway = gateway;
        this.announcements = announcements;
    }

    @Nullable
    Session session(String id) {
        return byId.get(id);
    }

    /** Whether this very session is still there. */
    boolean has(Session session) {
        return byId.get(session.id) == session;
    }

    Collection<Session> all() {
        return byId.values();
    }

    @Nullable
    Lease lease(ClaimId claim) {
        return leases.get(claim);
    }

    Collection<Lease> leases() {
        return leases.values();
    }

    /** How the claim ended a short while ago; {@code null} if it did not, or long ago. */
    @Nullable
    Outcome ended(ClaimId claim) {
        synchronized (ended) {
            return ended.get(claim);
        }
    }

    /** The space topics in which their tasks are. */
    Set<String> topics() {
        return new TreeSet<>(topics.keySet());
    }

    /** The worker is there, or says something else of itself. */
    Session announce(String id, WorkerHello hello, @Nullable String owner) {
        var known = byId.get(id);
        if (known == null) {
            known = new Session(id, hello, owner);
            byId.put(id, known);
        } else {
            count(known, -1);
            known.hello(hello);
            // It may have been with another gateway meanwhile, which kept more of its logs.
            known.leases.forEach(lease -> lease.kept.set(-1));
        }
        count(known, 1);
        known.hear();
        tell(known);
        return known;
    }

    private void count(Session session, int by) {
        var attributes = session.attributes();
        var os = Objects.requireNonNull(attributes.fact("os"));
        for (var topic : Topics.spacesFor(os, Objects.requireNonNull(attributes.fact("arch")))) {
            topics.merge(topic, by, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    /** Lets all see the session's worker as it is now. */
    void tell(Session session) {
        announcements.put(session.hello().under(session.incarnation(), gateway, session.isTaking()));
    }

    /** The owners gave the session's incarnation up; another one begins. */
    void renew(Session session) {
        var former = session.incarnation();
        session.beginAnew();
        tell(session);
        forgetUnused(session, former);
    }

    /** A claim is in the worker's hands; one of a former gateway's incarnation keeps that one present. */
    void add(Lease lease) {
        var session = lease.session;
        leases.put(lease.token.claim(), lease);
        session.leases.add(lease);
        var incarnation = lease.token.claim().incarnation();
        if (!incarnation.equals(session.incarnation())) {
            announcements.put(session.hello().under(incarnation, gateway, false));
        }
    }

    /** Whether it was there: a claim ends once. */
    boolean end(Lease lease, Outcome outcome) {
        var token = lease.token;
        if (!leases.remove(token.claim(), lease)) {
            return false;
        }
        synchronized (ended) {
            ended.put(token.claim(), outcome);
        }
        var session = lease.session;
        session.leases.remove(lease);
        int slots = session.slots(token.resources());
        double seconds = (System.nanoTime() - lease.since) / (double) TimeUnit.SECONDS.toNanos(1);
        session.release(token.resources());
        session.shares.end(token.project(), slots, seconds);
        forgetUnused(session, token.claim().incarnation());
        return true;
    }

    private void forgetUnused(Session session, String incarnation) {
        boolean isUsed = incarnation.equals(session.incarnation()) && has(session)
                || session.leases.stream()
                        .anyMatch(lease -> lease.token.claim().incarnation().equals(incarnation));
        if (!isUsed) {
            announcements.remove(incarnation);
        }
    }

    /** The session is over. Its leases are the caller's to end before. */
    void remove(Session session) {
        if (byId.remove(session.id, session)) {
            count(session, -1);
            forgetUnused(session, session.incarnation());
        }
    }

    /** Those of which nothing was heard for so long, and that wait for nothing. */
    List<Session> silent(long now, long nanos) {
        var silent = new ArrayList<Session>();
        for (var session : byId.values()) {
            if (session.polls.isEmpty() && now - session.heard() > nanos) {
                silent.add(session);
            }
        }
        return silent;
    }
}
