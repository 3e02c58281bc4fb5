package dev.coil.scheduler.gateway;

import dev.coil.scheduler.http.Refused;

/** What people write for people, which every reader of events keeps in memory. */
final class Texts {

    private static final int LONGEST = 1_000;

    private Texts() {}

    /** @throws Refused with 400 if it is too long */
    static String check(String field, String text) {
        if (text.length() > LONGEST) {
            throw Refused.badRequest(
                    "field '" + field + "' has " + text.length() + " characters; at most " + LONGEST + " are kept");
        }
        return text;
    }
}
