package dev.coil.scheduler.access;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.access.AccessState.Holder;
import dev.coil.protocol.access.Role;
import dev.coil.scheduler.http.Refused;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/** Who sent a request, as the doors found out. */
public final class Caller {

    private static final AttributeKey<Holder> HOLDER = AttributeKey.valueOf(Caller.class, "HOLDER");

    private Caller() {}

    /** {@code null} where there are no doors, or of a request that everybody may send. */
    public static @Nullable Holder of(ServiceRequestContext ctx) {
        return ctx.attr(HOLDER);
    }

    /** The caller's name, where there are doors; else the one that the request gives. */
    public static String name(ServiceRequestContext ctx, String otherwise) {
        var holder = of(ctx);
        return holder == null ? otherwise : holder.name();
    }

    static void set(ServiceRequestContext ctx, Holder holder) {
        ctx.setAttr(HOLDER, holder);
    }

    /** For services that check once more. Without doors, everybody may. */
    static void require(ServiceRequestContext ctx, Role role, boolean doors) {
        var holder = of(ctx);
        if (doors && (holder == null || !holder.role().includes(role))) {
            throw new Refused(HttpStatus.FORBIDDEN, "this needs the role " + role.text());
        }
    }
}
