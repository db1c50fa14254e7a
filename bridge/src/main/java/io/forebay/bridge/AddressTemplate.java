package io.forebay.bridge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An AMQP address with places for parts of the message, parsed once and immutable. */
final class AddressTemplate {
    /** What of a message may be part of an address. */
    record Source(String topic, String clientId, String username) {
        /** @param key client id, NUL, topic; and, if there are templates that want it, NUL, user name */
        static Source of(String key) {
            int topic = key.indexOf('\0') + 1;
            int end = key.indexOf('\0', topic);
            String username = end < 0 ? "" : key.substring(end + 1);
            return new Source(
                    key.substring(topic, end < 0 ? key.length() : end), key.substring(0, topic - 1), username);
        }
    }

    /** One piece of an address: fixed text, or something taken from the message. */
    interface Part {
        void appendTo(StringBuilder address, Source from);
    }

    private record Text(String text) implements Part {
        @Override
        public void appendTo(StringBuilder address, Source from) {
            address.append(text);
        }
    }

    private record Username() implements Part {
        @Override
        public void appendTo(StringBuilder address, Source from) {
            address.append(from.username());
        }
    }

    private record Level(int number) implements Part {
        @Override
        public void appendTo(StringBuilder address, Source from) {
            String topic = from.topic();
            int begin = 0;
            for (int i = 1; i < number; i++) {
                int slash = topic.indexOf('/', begin);
                if (slash < 0) {
                    return;
                }
                begin = slash + 1;
            }
            int end = topic.indexOf('/', begin);
            address.append(topic, begin, end < 0 ? topic.length() : end);
        }
    }

    /** RFC 3986: all but unreserved characters as the bytes of their UTF-8. */
    private record PercentEncoded(Part part) implements Part {
        @Override
        public void appendTo(StringBuilder address, Source from) {
            StringBuilder raw = new StringBuilder();
            part.appendTo(raw, from);
            for (byte octet : raw.toString().getBytes(StandardCharsets.UTF_8)) {
                char character = (char) (octet & 0xff);
                if (UNRESERVED.indexOf(character) >= 0) {
                    address.append(character);
                } else {
                    address.append('%').append(HEX[character >> 4]).append(HEX[character & 15]);
                }
            }
        }
    }

    private static final String PERCENT = "|percent";
    private static final String UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final List<Part> parts;

    AddressTemplate(String template) {
        parts = parse(template);
    }

    /** Whether it stands for no address at all. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Whether every message gets the same address. */
    boolean isFixed() {
        return parts.size() == 1 && parts.get(0) instanceof Text;
    }

    boolean wantsUsername() {
        return parts.stream()
                .anyMatch(part -> part instanceof PercentEncoded encoded
                        ? encoded.part() instanceof Username
                        : part instanceof Username);
    }

    String address(Source from) {
        if (isFixed()) {
            return ((Text) parts.get(0)).text();
        }
        StringBuilder address = new StringBuilder();
        for (Part part : parts) {
            part.appendTo(address, from);
        }
        return address.toString();
    }

    static List<Part> parse(String template) {
        // RabbitMQ's addresses of version 2: a slash in a name would begin the next segment.
        boolean percent = template.startsWith("/queues/") || template.startsWith("/exchanges/");
        List<Part> parts = new ArrayList<>();
        int from = 0;
        while (from < template.length()) {
            int open = template.indexOf('{', from);
            int textEnd = open < 0 ? template.length() : open;
            if (textEnd > from) {
                parts.add(new Text(template.substring(from, textEnd)));
            }
            from = textEnd;
            if (open >= 0) {
                int close = template.indexOf('}', open);
                if (close < 0) {
                    throw new IllegalArgumentException("address template '" + template + "': { without }");
                }
                String name = template.substring(open + 1, close);
                boolean encoded = percent || name.endsWith(PERCENT);
                Part place = place(
                        template, name.endsWith(PERCENT) ? name.substring(0, name.length() - PERCENT.length()) : name);
                parts.add(encoded ? new PercentEncoded(place) : place);
                from = close + 1;
            }
        }
        return List.copyOf(parts);
    }

    private static Part place(String template, String name) {
        if (name.equals("topic")) {
            return (address, from) -> address.append(from.topic());
        }
        if (name.equals("clientId")) {
            return (address, from) -> address.append(from.clientId());
        }
        if (name.equals("username")) {
            return new Username();
        }
        if (name.matches("topic:[1-9][0-9]{0,3}")) {
            return new Level(Integer.parseInt(name.substring("topic:".length())));
        }
        throw new IllegalArgumentException("address template '" + template + "': {" + name
                + "} is none of {topic}, {clientId}, {username}, {topic:1}, {topic:2}, ...");
    }
}
