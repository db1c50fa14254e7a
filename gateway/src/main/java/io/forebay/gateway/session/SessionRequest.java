package io.forebay.gateway.session;

import io.forebay.storage.Message;
import java.util.Set;

/**
 * What a CONNECT asks of its session.
 *
 * @param cleanStart whether an earlier session is ended first (MQTT-3.1.2-4)
 * @param expirySeconds how long the session outlives its connection; 0 ends it with the connection, 0xFFFFFFFF never
 * @param receiveMaximum how many QoS 1 and 2 messages may be unacknowledged on the way to the device, 1 to 65535
 * @param will null for none; its properties without the Will Delay Interval, its packet id 0
 * @param willDelaySeconds how long the will waits for the device to come back
 * @param groups that the device is in by what it has shown, for the rules that its will has to pass
 * @param user whose session it is, where that is counted; else empty
 */
public record SessionRequest(
        String clientId,
        boolean cleanStart,
        long expirySeconds,
        int receiveMaximum,
        Message will,
        long willDelaySeconds,
        Set<String> groups,
        String user) {

    /** Of somebody who is in no group, and not counted. */
    public SessionRequest(
            String clientId,
            boolean cleanStart,
            long expirySeconds,
            int receiveMaximum,
            Message will,
            long willDelaySeconds) {
        this(clientId, cleanStart, expirySeconds, receiveMaximum, will, willDelaySeconds, Set.of(), "");
    }
}
