package dev.coil.ops.checkout;

/** URLs in {@code .gitmodules}, which may be relative to that of the repository they stand in (see gitmodules(5)). */
final class SubmoduleUrl {

    private SubmoduleUrl() {}

    static boolean isRelative(String url) {
        return url.startsWith("./") || url.startsWith("../");
    }

    static String resolve(String base, String url) {
        if (!isRelative(url)) {
            return url;
        }
        var at = base.replaceAll("/+$", "");
        var rest = url;
        while (isRelative(rest)) {
            if (rest.startsWith("../")) {
                int cut = Math.max(at.lastIndexOf('/'), at.lastIndexOf(':'));
                // Of host:path only the path is cut; the colon stays.
                at = cut < 0 ? "." : at.charAt(cut) == ':' ? at.substring(0, cut + 1) : at.substring(0, cut);
                rest = rest.substring(3);
            } else {
                rest = rest.substring(2);
            }
        }
        return at.endsWith(":") ? at + rest : at + '/' + rest;
    }
}
