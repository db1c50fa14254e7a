package io.forebay.gateway.conformance;

/** Packets that clients send, in the notation of {@link Bytes}. An empty string of properties is no property. */
final class Packets {
    static final String PINGREQ = "C0 ()";
    static final String DISCONNECT = "E0 ()";

    private Packets() {}

    static String connect(int level, String clientId) {
        return connect(level, 2, 60, "", '"' + clientId + '"');
    }

    /** @param payload the client id and what follows it, in the notation of {@link Bytes} */
    static String connect(int level, int flags, int keepAlive, String properties, String payload) {
        return String.format(
                "10 (\"MQTT\" 0%d %02x u16:%d %s %s)", level, flags, keepAlive, properties(level, properties), payload);
    }

    static String subscribe(int level, int id, String filter, int options) {
        return subscribe(level, id, "", '"' + filter + '"' + String.format(" %02x", options));
    }

    static String subscribe(int level, int id, String properties, String payload) {
        return "82 (u16:" + id + ' ' + properties(level, properties) + ' ' + payload + ')';
    }

    static String unsubscribe(int level, int id, String filter) {
        return "A2 (u16:" + id + ' ' + properties(level, "") + " \"" + filter + "\")";
    }

    static String publish(int level, int qos, int id, String topic, String payload) {
        return publish(level, 0x30 | qos << 1, id, topic, "", payload);
    }

    /** @param header the first byte: type, DUP, QoS and RETAIN */
    static String publish(int level, int header, int id, String topic, String properties, String payload) {
        return String.format(
                "%02x (\"%s\" %s %s '%s')",
                header, topic, (header & 6) == 0 ? "" : "u16:" + id, properties(level, properties), payload);
    }

    static String puback(int id) {
        return "40 (u16:" + id + ')';
    }

    static String pubrec(int id) {
        return "50 (u16:" + id + ')';
    }

    static String pubrel(int id) {
        return "62 (u16:" + id + ')';
    }

    static String pubcomp(int id) {
        return "70 (u16:" + id + ')';
    }

    private static String properties(int level, String properties) {
        return level == 5 ? '(' + properties + ')' : "";
    }
}
