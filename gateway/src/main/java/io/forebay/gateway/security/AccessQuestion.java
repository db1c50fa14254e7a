package io.forebay.gateway.security;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Whether somebody may do something; forebay.yaml says how a webhook is asked that. Immutable.
 *
 * @param group of a shared subscription, else empty
 */
record AccessQuestion(AccessSubject subject, Action action, String topic, String group, int qos, boolean retain) {
    private static final int SIZE_UNIT = 256;

    enum Action {
        PUBLISH,
        SUBSCRIBE
    }

    static AccessQuestion publish(AccessSubject subject, String topic, int qos, boolean retain) {
        return new AccessQuestion(subject, Action.PUBLISH, topic, "", qos, retain);
    }

    /** Of any QoS: the answer says which. */
    static AccessQuestion subscribe(AccessSubject subject, AccessFilter filter) {
        return new AccessQuestion(
                subject, Action.SUBSCRIBE, filter.topics(), filter.group().orElse(""), 0, false);
    }

    /** How many usual ones take as much memory. */
    int weight() {
        return 1 + (topic.length() + group.length() + subject.clientId().length()) / SIZE_UNIT;
    }

    Buffer json() {
        Identity identity = subject.identity();
        JsonObject json = new JsonObject()
                .put("clientId", subject.clientId())
                .put("username", identity.user())
                .put("proven", !identity.anonymous())
                .put("groups", new JsonArray(List.copyOf(identity.groups())))
                .put("action", action == Action.PUBLISH ? "publish" : "subscribe")
                .put("topic", topic);
        if (action == Action.PUBLISH) {
            json.put("qos", qos).put("retain", retain);
        } else if (!group.isEmpty()) {
            json.put("sharedGroup", group);
        }
        return json.toBuffer();
    }
}
