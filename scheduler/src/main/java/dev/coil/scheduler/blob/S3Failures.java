package dev.coil.scheduler.blob;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Says in one sentence what is wrong with a bucket, for whoever runs the node. */
final class S3Failures {

    private static final int MOVED = 301;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private S3Failures() {}

    static IOException explain(S3Place place, RuntimeException failure) {
        return new IOException(place + ": " + sentence(place, failure), failure);
    }

    private static String sentence(S3Place place, RuntimeException failure) {
        if (failure instanceof AwsServiceException answer) {
            return ofAnswer(place, answer);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "there is no host " + cause.getMessage() + "; is the address right?";
            }
            if (cause instanceof ConnectException || cause instanceof SocketTimeoutException) {
                return "it does not answer (" + cause.getMessage() + "): is it up, and the address right?";
            }
        }
        var message = String.valueOf(failure.getMessage());
        if (message.contains("Unable to load credentials")) {
            return "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
        }
        if (message.contains("Unable to load region")) {
            return "its region is not known: set --s3-region or AWS_REGION";
        }
        return message;
    }

    private static String ofAnswer(S3Place place, AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        var code = details == null ? "" : String.valueOf(details.errorCode());
        if (code.equals("RequestTimeTooSkewed")) {
            return "this machine's clock is not that of the server: set it, as with NTP";
        }
        if (answer.isThrottlingException() || code.equals("SlowDown")) {
            return "it is asked too often (" + code + "), and the request was not served after some tries";
        }
        if (code.equals("NoSuchBucket")) {
            return "there is no bucket " + place.bucket() + ": make it, or name another one";
        }
        if (answer.statusCode() == MOVED || code.equals("AuthorizationHeaderMalformed")) {
            return "the bucket is in another region: set --s3-region";
        }
        if (answer.statusCode() == FORBIDDEN) {
            return "access is denied (" + code
                    + "): are the credentials right, and may they list, read, write and delete there?";
        }
        if (answer.statusCode() == NOT_FOUND) {
            return "what was asked for is not there any more (" + code + ")";
        }
        return "it answered " + answer.statusCode() + " " + code;
    }
}
