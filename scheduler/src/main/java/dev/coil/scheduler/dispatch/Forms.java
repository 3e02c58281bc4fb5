package dev.coil.scheduler.dispatch;

import com.linecorp.armeria.common.QueryParams;
import dev.coil.scheduler.http.Refused;
import java.util.List;
import java.util.Optional;

/** Reads forms, as {@code curl --data-urlencode} sends them. */
final class Forms {

    private Forms() {}

    /** @throws Refused with 400 if there is a field that nobody knows, as it is most likely misspelt */
    static void check(QueryParams form, List<String> known) {
        for (var name : form.names()) {
            if (!known.contains(name)) {
                throw Refused.badRequest("unknown field '" + name + "'; known here: " + String.join(", ", known));
            }
        }
    }

    /** @throws Refused with 400 if it is no number of at most 15 digits */
    static Optional<Long> number(QueryParams form, String field) {
        var text = form.get(field);
        if (text == null) {
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw Refused.badRequest("field '" + field + "': '" + text + "' is no number");
        }
        return Optional.of(Long.parseLong(text));
    }

    /** @throws Refused with 400 if it is missing or no number */
    static long neededNumber(QueryParams form, String field) {
        return number(form, field).orElseThrow(() -> Refused.badRequest("field '" + field + "' is missing"));
    }

    /** @throws Refused with 400 if it is missing */
    static String needed(QueryParams form, String field) {
        var text = form.get(field);
        if (text == null) {
            throw Refused.badRequest("field '" + field + "' is missing");
        }
        return text;
    }
}
