package io.forebay.gateway.security;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a webhook says of a device that it lets in. No state. */
final class WebhookAnswers {
    private static final int NAME_MAX = 1_000;
    private static final int GROUPS_MAX = 1_000;

    private WebhookAnswers() {}

    /** Throws a RuntimeException for what is no identity: a user that is not named is nobody, and not everybody. */
    static Identity identity(JsonObject said) {
        if (!(said.getValue("user") instanceof String user) || user.isBlank() || user.length() > NAME_MAX) {
            throw new IllegalArgumentException("user is missing, or is no name");
        }
        Set<String> groups = new HashSet<>();
        for (Object name : said.getJsonArray("groups", new JsonArray())) {
            if (!(name instanceof String group) || group.length() > NAME_MAX || groups.size() >= GROUPS_MAX) {
                throw new IllegalArgumentException("groups is not a list of names, or has too many");
            }
            groups.add(group);
        }
        Long until = said.getLong("validUntil");
        long validUntilMs = until == null ? Identity.ALWAYS : TimeUnit.SECONDS.toMillis(until);
        if (validUntilMs <= System.currentTimeMillis()) {
            throw new IllegalArgumentException("validUntil is over");
        }
        return new Identity(user, false, groups, validUntilMs);
    }
}
