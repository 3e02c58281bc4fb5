package dev.coil.viewer.api;

import com.linecorp.armeria.common.HttpStatus;

/** A request that cannot be answered; the message says why and what to do, for a person. */
final class ApiError extends RuntimeException {

    private final HttpStatus status;

    ApiError(HttpStatus status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static ApiError badRequest(String message) {
        return new ApiError(HttpStatus.BAD_REQUEST, message);
    }

    static ApiError notFound(String message) {
        return new ApiError(HttpStatus.NOT_FOUND, message);
    }

    HttpStatus status() {
        return status;
    }
}
