package io.forebay.bridge.downlink;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The address of one device. */
final class DeviceAddress {
    private DeviceAddress() {}

    /** In RabbitMQ's addresses names are percent-encoded; elsewhere they stand as they are. */
    static String of(String template, String clientId) {
        boolean encoded = template.startsWith("/queues/") || template.startsWith("/exchanges/");
        return template.replace(DownlinkAddress.CLIENT_ID, encoded ? percentEncoded(clientId) : clientId);
    }

    private static String percentEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
