package dev.coil.scheduler.source;

import com.linecorp.armeria.common.MediaType;
import java.time.Duration;

/** What is particular of an exchange between a client and a git program. Its text names it for logs. */
interface Conversation {

    /** How long the program may take to end by itself when the client is gone. */
    Duration patience();

    /** What the response begins with, before what git says. */
    String preface();

    /** The response's content type. */
    MediaType type();
}
