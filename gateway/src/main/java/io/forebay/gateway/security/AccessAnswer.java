package io.forebay.gateway.security;

import io.vertx.core.json.JsonObject;

/**
 * What a webhook says to an {@link AccessQuestion}. Immutable.
 *
 * @param qosMax the highest that it allows
 * @param seconds how long it may be kept, as it says
 */
record AccessAnswer(boolean allowed, int qosMax, long seconds) {

    /** Throws a RuntimeException for what is no answer: that is never a yes. */
    static AccessAnswer read(HttpCaller.Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalArgumentException("it answers with status " + answer.status());
        }
        JsonObject said = new JsonObject(answer.body());
        boolean allowed =
                switch (said.getString("result", "")) {
                    case "allow" -> true;
                    case "deny" -> false;
                    default -> throw new IllegalArgumentException("its result is neither allow nor deny");
                };
        int qosMax = said.getInteger("maxQos", 2);
        if (qosMax < 0 || qosMax > 2) {
            throw new IllegalArgumentException("its maxQos is none of 0, 1, 2");
        }
        return new AccessAnswer(allowed, qosMax, said.getLong("cacheSeconds", 0L));
    }
}
