package dev.coil.viewer.forge;

/** What a forge may do instead of what it was asked. Nothing is stored then. */
public enum Trouble {
    /** 500. */
    BROKEN,
    /** 403, as GitHub says that a limit is reached, with a time in seconds since the epoch. */
    LIMITED_403,
    /** 429 with {@code Retry-After}. */
    LIMITED_429,
    /** No answer. */
    HANGS,
    /** The beginning of an answer, and then a byte now and then. */
    TRICKLES,
    /** The beginning of an answer, and then no connection. */
    BREAKS_OFF,
    /** 302 to an address that is none of a forge's business. */
    REDIRECTS,
    /** 200 with a page of something in between. */
    GARBAGE,
    /** 200 with more than anybody wants to read. */
    ENDLESS,
    /** 401. */
    UNAUTHORIZED,
    /** 403 with limits that are not reached, as GitHub sends them always. */
    FORBIDDEN,
    /** 404. */
    MISSING,
    /** 422. */
    UNPROCESSABLE
}
