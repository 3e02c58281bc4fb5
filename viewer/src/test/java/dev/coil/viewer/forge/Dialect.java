package dev.coil.viewer.forge;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;

/** How one kind of forge speaks. */
interface Dialect {

    /** Of the paths of the API. */
    String prefix();

    void checkHeaders(RequestHeaders headers);

    HttpResponse answer(Call call);
}
