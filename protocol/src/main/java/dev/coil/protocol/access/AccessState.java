package dev.coil.protocol.access;

import dev.coil.protocol.access.AccessRecord.AddKey;
import dev.coil.protocol.access.AccessRecord.CreateToken;
import dev.coil.protocol.access.AccessRecord.Enrol;
import dev.coil.protocol.access.AccessRecord.Machine;
import dev.coil.protocol.access.AccessRecord.RemoveKey;
import dev.coil.protocol.access.AccessRecord.RemoveToken;
import dev.coil.protocol.tuple.Attributes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the access log comes to: a pure fold of its records and of the times at which the broker took them. Every gateway folds the
 * same, so it is the order in the log that decides which of two got in with one token. For one thread at a time.
 */
public final class AccessState {

    /** The fact that no worker says of itself: it is given with the token. */
    public static final String TRUST = "trust";

    /**
     * Who holds a key.
     *
     * @param key its digest
     * @param machine the worker that it is of; {@code null} of others
     * @param since when it came
     * @param expiresAt 0 for never
     */
    public record Holder(
            String key, Role role, String name, @Nullable Machine machine, long since, long expiresAt) {

        public boolean isExpired(long now) {
            return expiresAt != 0 && now >= expiresAt;
        }
    }

    /**
     * A token that is not used up.
     *
     * @param since when it was created
     */
    public record Token(CreateToken created, long since) {}

    private final Map<String, Token> tokens = new LinkedHashMap<>();
    private final Map<String, Holder> holders = new LinkedHashMap<>();

    /** The keys that used-up tokens were used for. */
    private final Map<String, String> used = new LinkedHashMap<>();

    /**
     * Folds the next record.
     *
     * @param at when the broker took it
     */
    public void apply(AccessRecord record, long at) {
        if (record instanceof CreateToken created) {
            if (!used.containsKey(created.token())) {
                tokens.putIfAbsent(created.token(), new Token(created, at));
            }
        } else if (record instanceof Enrol enrol) {
            if (refusal(enrol, at) == null && !enrol.key().equals(used.get(enrol.token()))) {
                enrol(enrol, at);
            }
        } else if (record instanceof AddKey added) {
            holders.putIfAbsent(added.key(), new Holder(added.key(), added.role(), added.name(), null, at, 0));
        } else if (record instanceof RemoveToken removed) {
            tokens.remove(removed.token());
        } else if (record instanceof RemoveKey removed) {
            holders.remove(removed.key());
        } else {
            throw new AssertionError(record);
        }
    }

    private void enrol(Enrol enrol, long at) {
        var token = tokens.remove(enrol.token()).created();
        used.put(enrol.token(), enrol.key());
        long expires = token.keyLasts() == 0 ? 0 : at + token.keyLasts();
        var machine = enrol.machine() == null ? null : trusted(enrol.machine(), token);
        holders.put(enrol.key(), new Holder(enrol.key(), token.role(), enrol.name(), machine, at, expires));
    }

    private static Machine trusted(Machine machine, CreateToken token) {
        var facts = new TreeMap<>(machine.attributes().facts());
        facts.putAll(token.facts());
        return new Machine(
                machine.worker(), new Attributes(facts, machine.attributes().labels()));
    }

    /** Why an enrolment would not count now, in one sentence; {@code null} if it would, or did already. */
    public @Nullable String refusal(Enrol enrol, long now) {
        var former = used.get(enrol.token());
        if (former != null) {
            return former.equals(enrol.key()) && holders.containsKey(former)
                    ? null
                    : "this token was used already: a token lets in once, ask an operator for another one";
        }
        var token = tokens.get(enrol.token());
        if (token == null) {
            return "this token is not known: it was mistyped or removed; ask an operator for another one";
        }
        var created = token.created();
        if (now >= created.expiresAt()) {
            return "this token has expired: ask an operator for another one";
        }
        if (holders.containsKey(enrol.key())) {
            return "this key is somebody's already: choose one at random";
        }
        if (created.name() != null && !created.name().equals(enrol.name())) {
            return "this token is for '" + created.name() + "', not for '" + enrol.name() + "'";
        }
        if (created.role() == Role.WORKER) {
            return enrol.machine() == null
                    ? "this token is for a worker: give it to one, with --token"
                    : machineRefusal(enrol, created, now);
        }
        return enrol.machine() == null
                ? null
                : "this token is for a " + created.role().text() + ", not for a worker";
    }

    private @Nullable String machineRefusal(Enrol enrol, CreateToken created, long now) {
        for (var holder : holders.values()) {
            if (holder.machine() != null && holder.name().equals(enrol.name()) && !holder.isExpired(now)) {
                return "a worker with the name '" + enrol.name()
                        + "' is enrolled already: choose another one with --name, or have an operator remove key "
                        + Secret.id(holder.key());
            }
        }
        var attributes = enrol.machine().attributes();
        if (attributes.fact(TRUST) != null) {
            return "fact '" + TRUST + "' is not the worker's to say: it comes with the token";
        }
        for (var fact : created.facts().entrySet()) {
            var said = attributes.fact(fact.getKey());
            if (!fact.getKey().equals(TRUST) && !fact.getValue().equals(said)) {
                return "this token is for a worker with " + fact.getKey() + "=" + fact.getValue() + ", not "
                        + (said == null ? "for one without" : said);
            }
        }
        for (var label : attributes.labels()) {
            if (!created.labels().contains(label)) {
                return "this token allows no label '" + label
                        + "': leave it out, or ask an operator for a token with it";
            }
        }
        return null;
    }

    /** Who holds the key of this digest; {@code null} if nobody does. It may have expired. */
    public @Nullable Holder holder(String key) {
        return holders.get(key);
    }

    /** Oldest first. */
    public Collection<Holder> holders() {
        return List.copyOf(holders.values());
    }

    /** Those that are not used up, oldest first. */
    public Collection<Token> tokens() {
        return List.copyOf(tokens.values());
    }
}
