package io.forebay.bridge.downlink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

/** Writes random AMQP messages, byte by byte, of all types in all encodings. */
final class RandomAmqp {
    private static final int[] CONSTANTS = {0x40, 0x41, 0x42, 0x43, 0x44, 0x45};
    private static final int[] FIXED = {
        0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x60, 0x61, 0x70, 0x71, 0x72, 0x73, 0x74, 0x80, 0x81, 0x82, 0x83,
        0x84, 0x94, 0x98
    };
    private static final int[] VARIABLE = {0xa0, 0xa1, 0xa3, 0xb0, 0xb1, 0xb3};

    private final Random random;

    RandomAmqp(Random random) {
        this.random = random;
    }

    /** Any sections with anything in them. */
    byte[] message() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int section = 0x70; section <= 0x74; section++) {
            if (random.nextInt(3) > 0) {
                section(out, section, section == 0x70 || section == 0x73 ? list(3) : map(3));
            }
        }
        section(out, 0x73, properties());
        body(out);
        return out.toByteArray();
    }

    /** What nobody could take offence at, with any body. */
    byte[] plainMessage() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        section(out, 0x73, properties());
        body(out);
        return out.toByteArray();
    }

    private void body(ByteArrayOutputStream out) {
        switch (random.nextInt(3)) {
            case 0 -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    section(out, 0x75, variable(random.nextBoolean() ? 0xa0 : 0xb0));
                }
            }
            case 1 -> section(out, 0x76, list(4));
            default -> section(out, 0x77, value(5));
        }
    }

    private static void section(ByteArrayOutputStream out, int code, byte[] content) {
        out.write(0);
        out.write(0x53);
        out.write(code);
        out.writeBytes(content);
    }

    /** Subject "t", and reply-to and ids of any type. */
    private byte[] properties() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(value(1));
        out.write(0x40);
        out.write(0x40);
        out.writeBytes(new byte[] {(byte) 0xa1, 1, 't'});
        out.writeBytes(variable(0xa1));
        out.writeBytes(value(1));
        return compound(0xd0, out, 6);
    }

    private byte[] value(int depth) {
        int kind = random.nextInt(depth > 0 ? 8 : 4);
        return switch (kind) {
            case 0 -> new byte[] {(byte) any(CONSTANTS)};
            case 1, 2 -> fixed(any(FIXED));
            case 3 -> variable(any(VARIABLE));
            case 4 -> list(depth - 1);
            case 5 -> map(depth - 1);
            case 6 -> array();
            default -> described(depth - 1);
        };
    }

    private int any(int[] codes) {
        return codes[random.nextInt(codes.length)];
    }

    private byte[] fixed(int code) {
        byte[] value = new byte[1 + (1 << ((code >>> 4) - 5))];
        random.nextBytes(value);
        value[0] = (byte) code;
        return value;
    }

    private byte[] variable(int code) {
        byte[] content = new byte[random.nextInt(20)];
        random.nextBytes(content);
        if (code == 0xa3 || code == 0xb3) {
            for (int i = 0; i < content.length; i++) {
                content[i] = (byte) (content[i] & 0x7f);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(code);
        if (code < 0xb0) {
            out.write(content.length);
        } else {
            out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private byte[] list(int depth) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            out.writeBytes(value(depth));
        }
        return compound(small(out) ? 0xc0 : 0xd0, out, count);
    }

    private byte[] map(int depth) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int pairs = random.nextInt(4);
        for (int i = 0; i < pairs; i++) {
            out.writeBytes(random.nextInt(4) == 0 ? fixed(any(FIXED)) : variable(0xa1));
            out.writeBytes(value(depth));
        }
        return compound(small(out) ? 0xc1 : 0xd1, out, 2 * pairs);
    }

    private byte[] array() {
        int code = any(FIXED);
        int count = random.nextInt(5);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(code);
        for (int i = 0; i < count; i++) {
            byte[] element = fixed(code);
            out.write(element, 1, element.length - 1);
        }
        return compound(small(out) ? 0xe0 : 0xf0, out, count);
    }

    private byte[] described(int depth) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.writeBytes(random.nextBoolean() ? fixed(0x80) : variable(0xa3));
        out.writeBytes(value(depth));
        return out.toByteArray();
    }

    private boolean small(ByteArrayOutputStream content) {
        return content.size() < 250 && random.nextBoolean();
    }

    private static byte[] compound(int code, ByteArrayOutputStream content, int count) {
        boolean wide = (code & 0x10) != 0;
        ByteBuffer out = ByteBuffer.allocate(9 + content.size());
        out.put((byte) code);
        if (wide) {
            out.putInt(content.size() + 4).putInt(count);
        } else {
            out.put((byte) (content.size() + 1)).put((byte) count);
        }
        out.put(content.toByteArray()).flip();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        return bytes;
    }
}
