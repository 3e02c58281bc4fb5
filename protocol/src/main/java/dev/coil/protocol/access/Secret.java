package dev.coil.protocol.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A token or a key: 32 random bytes in hexadecimal digits behind a word that says which of the two it is, so that people and
 * scanners of source code know it when they see it. Only its digest is ever stored by those who check it; with so many random bits a
 * plain SHA-256 is enough (OWASP, Password Storage Cheat Sheet: slow hashes are for what people choose).
 *
 * @param text {@code coil_key_0f3a…}
 */
public record Secret(String text) {

    private static final String TOKEN = "coil_token_";
    private static final String KEY = "coil_key_";
    private static final Pattern FORM = Pattern.compile("coil_(token|key)_[0-9a-f]{64}");
    private static final int BYTES = 32;
    private static final int ID = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** @throws IllegalArgumentException if the text has not the form of one */
    public Secret {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "that is neither a token nor a key: expected coil_token_ or coil_key_ and 64 of 0-9a-f");
        }
    }

    /** Whether the text has the form of a key. */
    public static boolean isKey(String text) {
        return text.startsWith(KEY) && FORM.matcher(text).matches();
    }

    /** Whether the text has the form of a token. */
    public static boolean isToken(String text) {
        return text.startsWith(TOKEN) && FORM.matcher(text).matches();
    }

    /** What lets somebody in once. */
    public static Secret newToken() {
        return new Secret(TOKEN + random());
    }

    /** What its holder shows with each request. */
    public static Secret newKey() {
        return new Secret(KEY + random());
    }

    private static String random() {
        var bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** SHA-256 of the text, in hexadecimal digits. */
    public String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** What people call a token or key by, of its digest. It tells nothing of the secret. */
    public static String id(String digest) {
        return digest.substring(0, Math.min(ID, digest.length()));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return text.substring(0, text.lastIndexOf('_') + 1) + "…";
    }
}
