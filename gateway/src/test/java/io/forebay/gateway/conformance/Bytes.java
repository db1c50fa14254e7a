package io.forebay.gateway.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.StringTokenizer;

/**
 * Bytes written down legibly: hex digits as they are, {@code "text"} with its two-byte length, {@code 'text'} without,
 * {@code u16:} and {@code u32:} for numbers, {@code var:} for a variable byte integer, and parentheses around what has its
 * length in front as a variable byte integer. A packet is its first byte and a pair of parentheses.
 */
final class Bytes {
    private final StringTokenizer tokens;
    private final String text;

    private Bytes(String text) {
        this.text = text;
        tokens = new StringTokenizer(text, " ()\"'", true);
    }

    static byte[] of(String text) {
        return new Bytes(text).group(false);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] variable(int number) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int rest = number;
        do {
            int low = rest & 0x7F;
            rest >>>= 7;
            out.write(rest > 0 ? low | 0x80 : low);
        } while (rest > 0);
        return out.toByteArray();
    }

    private byte[] group(boolean nested) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (tokens.hasMoreTokens()) {
            String token = tokens.nextToken();
            switch (token) {
                case " " -> {}
                case ")" -> {
                    return closed(nested, out);
                }
                case "(" -> {
                    byte[] inner = group(true);
                    out.writeBytes(variable(inner.length));
                    out.writeBytes(inner);
                }
                case "\"" -> {
                    byte[] string = quoted(token);
                    out.writeBytes(number(string.length, 2));
                    out.writeBytes(string);
                }
                case "'" -> out.writeBytes(quoted(token));
                default -> out.writeBytes(plain(token));
            }
        }
        return closed(!nested, out);
    }

    private byte[] closed(boolean expected, ByteArrayOutputStream out) {
        if (!expected) {
            throw new IllegalArgumentException("the parentheses do not match: " + text);
        }
        return out.toByteArray();
    }

    private byte[] quoted(String quote) {
        StringBuilder content = new StringBuilder();
        for (String token = tokens.nextToken(); !token.equals(quote); token = tokens.nextToken()) {
            content.append(token);
        }
        return content.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] plain(String token) {
        int colon = token.indexOf(':');
        if (colon < 0) {
            return HexFormat.of().parseHex(token);
        }
        long number = Long.parseLong(token.substring(colon + 1));
        return switch (token.substring(0, colon)) {
            case "u16" -> number(number, 2);
            case "u32" -> number(number, 4);
            case "var" -> variable((int) number);
            default -> throw new IllegalArgumentException("unknown: " + token);
        };
    }

    private static byte[] number(long number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number >>> (8 * (length - 1 - i)));
        }
        return bytes;
    }
}
