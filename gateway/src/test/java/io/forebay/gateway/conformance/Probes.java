package io.forebay.gateway.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Single packets, valid and not, for the comparison of two brokers: every property in every packet, every flag, every length. */
final class Probes {
    /** Each property with a valid value, in the notation of {@link Bytes}; those without a name do not exist. */
    private static final Map<String, String> PROPERTIES = new LinkedHashMap<>();

    static {
        String[] all = {
            "01 01",
            "02 u32:9",
            "03 \"s\"",
            "08 \"s\"",
            "09 0001 41",
            "0B 01",
            "11 u32:9",
            "12 \"s\"",
            "13 u16:9",
            "15 \"s\"",
            "16 0001 41",
            "17 01",
            "18 u32:9",
            "19 01",
            "1A \"s\"",
            "1C \"s\"",
            "1F \"s\"",
            "21 u16:9",
            "22 u16:9",
            "23 u16:1",
            "24 01",
            "25 01",
            "26 \"k\" \"v\"",
            "27 u32:900",
            "28 01",
            "29 01",
            "2A 01",
            "00 01",
            "04 01",
            "7F 01",
            "8001 01"
        };
        for (String property : all) {
            PROPERTIES.put(property.substring(0, property.indexOf(' ')), property);
        }
    }

    /** Packets with a place for properties. */
    private static final Map<String, String> CARRIERS = new LinkedHashMap<>();

    static {
        CARRIERS.put("CONNECT", "10 (\"MQTT\" 05 02 u16:60 (PP) \"ID\")");
        CARRIERS.put("Will", "10 (\"MQTT\" 05 06 u16:60 () \"ID\" (PP) \"TT\" \"will\")");
        CARRIERS.put("PUBLISH", "32 (\"TT\" u16:7 (PP) 'x')");
        CARRIERS.put("PUBACK", "40 (u16:7 00 (PP))");
        CARRIERS.put("PUBREC", "50 (u16:7 00 (PP))");
        CARRIERS.put("PUBREL", "62 (u16:7 00 (PP))");
        CARRIERS.put("PUBCOMP", "70 (u16:7 00 (PP))");
        CARRIERS.put("SUBSCRIBE", "82 (u16:7 (PP) \"TT\" 00)");
        CARRIERS.put("UNSUBSCRIBE", "A2 (u16:7 (PP) \"TT\")");
        CARRIERS.put("DISCONNECT", "E0 (00 (PP))");
    }

    private final List<Probe> probes = new ArrayList<>();

    static List<Probe> all(Broker names) {
        Probes all = new Probes();
        all.properties(names);
        all.reasons();
        all.flags(names);
        all.lengths(names);
        return all.probes;
    }

    private void add(String name, int level, String packet, Broker names) {
        String filled = packet.replace("ID", names.name("c")).replaceAll("(?<!MQ)TT", names.name("t"));
        probes.add(new Probe("MQTT " + (level == 4 ? "3.1.1 " : "5 ") + name, level, packet.startsWith("1"), filled));
    }

    private void properties(Broker names) {
        CARRIERS.forEach((type, carrier) -> PROPERTIES.forEach((id, property) -> {
            String twice = property + ' ' + property;
            add(type + " with property " + id, 5, carrier.replace("PP", property), names);
            add(type + " with property " + id + " twice", 5, carrier.replace("PP", twice), names);
            add(type + " with property " + id + " cut off", 5, carrier.replace("PP", id), names);
        }));
    }

    private void reasons() {
        for (String type : List.of("40", "50", "62", "70")) {
            for (int reason = 0; reason < 256; reason += reason < 0x1F ? 1 : 3) {
                String packet = String.format("%s (u16:7 %02X)", type, reason);
                probes.add(new Probe("MQTT 5 " + packet, 5, false, packet));
            }
        }
        for (int reason = 0; reason < 256; reason += reason < 8 || (reason > 0x7F && reason < 0xA4) ? 1 : 20) {
            String packet = String.format("E0 (%02X)", reason);
            probes.add(new Probe("MQTT 5 " + packet, 5, false, packet));
        }
    }

    private void flags(Broker names) {
        for (int level : List.of(4, 5)) {
            String properties = level == 5 ? "()" : "";
            for (int first = 0; first < 256; first++) {
                String body =
                        switch (first >> 4) {
                            case 1 -> "\"MQTT\" 0" + level + " 02 u16:60 " + properties + " \"ID\"";
                            case 3 -> "\"TT\" " + ((first & 6) == 0 ? "" : "u16:7 ") + properties + " 'x'";
                            case 4, 5, 6, 7 -> "u16:7";
                            case 8 -> "u16:7 " + properties + " \"TT\" 00";
                            case 10 -> "u16:7 " + properties + " \"TT\"";
                            default -> "";
                        };
                add(String.format("first byte %02X", first), level, String.format("%02X (%s)", first, body), names);
            }
            for (int flags = 0; flags < 256; flags++) {
                String will = (flags & 4) == 0 ? "" : properties + " \"TT\" \"will\"";
                String credentials =
                        ((flags & 0x80) == 0 ? "" : " \"user\"") + ((flags & 0x40) == 0 ? "" : " \"pass\"");
                String packet = String.format(
                        "10 (\"MQTT\" 0%d %02X u16:60 %s \"ID\" %s)", level, flags, properties, will + credentials);
                add(String.format("Connect Flags %02X", flags), level, packet, names);
            }
            for (int options = 0; options < 256; options++) {
                String packet = String.format("82 (u16:7 %s \"TT\" %02X)", properties, options);
                add(String.format("Subscription Options %02X", options), level, packet, names);
            }
        }
    }

    private void lengths(Broker names) {
        for (int level : List.of(4, 5)) {
            for (String type : List.of("30", "32", "40", "50", "62", "70", "82", "A2", "C0", "E0")) {
                for (String body :
                        List.of("", "00", "00 00", "00 07", "00 07 00", "00 07 00 00", "00 01 41", "00 01 41 00 07")) {
                    add(type + " (" + body + ")", level, type + " (" + body + ")", names);
                }
            }
            String properties = level == 5 ? "()" : "";
            for (String filter :
                    List.of("/", "a/#", "a#", "+a", "a/#/b", "$share/g/a", "$share/g", "$share//a", "$a", "")) {
                add(
                        "SUBSCRIBE to '" + filter + '\'',
                        level,
                        "82 (u16:7 " + properties + " \"" + filter + "\" 02)",
                        names);
                add(
                        "UNSUBSCRIBE from '" + filter + '\'',
                        level,
                        "A2 (u16:7 " + properties + " \"" + filter + "\")",
                        names);
                add(
                        "PUBLISH to '" + filter + '\'',
                        level,
                        "32 (\"" + filter + "\" u16:7 " + properties + " 'x')",
                        names);
            }
            for (int version : List.of(0, 1, 2, 3, 4, 5, 6, 131, 132, 255)) {
                String packet = String.format("10 (\"MQTT\" %02X 02 u16:60 %s \"ID\")", version, properties);
                add("protocol version " + version, level, packet, names);
            }
        }
    }
}
