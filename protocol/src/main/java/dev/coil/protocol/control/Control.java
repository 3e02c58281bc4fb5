package dev.coil.protocol.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.coil.protocol.space.ClaimId;

/** An order to a worker: a record of the control topic, whose key is the worker's incarnation. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Control.StopClaim.class, name = "StopClaim.1"),
})
public sealed interface Control {

    /** Kill what runs under this claim; its result is no longer wanted. */
    record StopClaim(ClaimId claim, String reason) implements Control {}
}
