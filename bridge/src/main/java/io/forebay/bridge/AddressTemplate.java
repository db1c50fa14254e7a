package io.forebay.bridge;

import java.util.ArrayList;
import java.util.List;

/** An AMQP address with places for parts of the message, parsed once and immutable. */
final class AddressTemplate {
    /** One piece of an address: fixed text, or something taken from the message. */
    interface Part {
        void appendTo(StringBuilder address, String topic, String clientId);
    }

    private record Text(String text) implements Part {
        @Override
        public void appendTo(StringBuilder address, String topic, String clientId) {
            address.append(text);
        }
    }

    private record Level(int number) implements Part {
        @Override
        public void appendTo(StringBuilder address, String topic, String clientId) {
            int from = 0;
            for (int i = 1; i < number; i++) {
                int slash = topic.indexOf('/', from);
                if (slash < 0) {
                    return;
                }
                from = slash + 1;
            }
            int to = topic.indexOf('/', from);
            address.append(topic, from, to < 0 ? topic.length() : to);
        }
    }

    private final List<Part> parts;

    AddressTemplate(String template) {
        parts = parse(template);
    }

    /** Whether every message gets the same address. */
    boolean isFixed() {
        return parts.size() == 1 && parts.get(0) instanceof Text;
    }

    String address(String topic, String clientId) {
        if (isFixed()) {
            return ((Text) parts.get(0)).text();
        }
        StringBuilder address = new StringBuilder();
        for (Part part : parts) {
            part.appendTo(address, topic, clientId);
        }
        return address.toString();
    }

    static List<Part> parse(String template) {
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
                parts.add(place(template, template.substring(open + 1, close)));
                from = close + 1;
            }
        }
        return List.copyOf(parts);
    }

    private static Part place(String template, String name) {
        if (name.equals("topic")) {
            return (address, topic, clientId) -> address.append(topic);
        }
        if (name.equals("clientId")) {
            return (address, topic, clientId) -> address.append(clientId);
        }
        if (name.matches("topic:[1-9][0-9]{0,3}")) {
            return new Level(Integer.parseInt(name.substring("topic:".length())));
        }
        throw new IllegalArgumentException("address template '" + template + "': {" + name
                + "} is none of {topic}, {clientId}, {topic:1}, {topic:2}, ...");
    }
}
