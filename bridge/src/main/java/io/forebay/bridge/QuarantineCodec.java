package io.forebay.bridge;

import io.forebay.storage.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A quarantined message as bytes: version 2, attempts, first and last attempt, address, condition, description, then the
 * message field by field in the order of {@link Message}, and its number in its lane. Version 1 has neither a user name nor
 * the number. Numbers big endian, strings and byte arrays behind their length.
 */
final class QuarantineCodec {
    private static final byte VERSION = 2;
    private static final byte WITHOUT_NUMBER = 1;

    private QuarantineCodec() {}

    static byte[] encode(QuarantinedMessage kept) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(kept.attempts());
            out.writeLong(kept.firstAttemptAtMs());
            out.writeLong(kept.lastAttemptAtMs());
            text(out, kept.address());
            text(out, kept.condition());
            text(out, kept.description());
            message(out, kept.message());
            text(out, kept.message().username());
            out.writeLong(kept.sequence());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void message(DataOutputStream out, Message message) throws IOException {
        out.writeLong(message.arrivedAtMs());
        text(out, message.clientId());
        text(out, message.topic());
        out.writeByte(message.qos());
        out.writeBoolean(message.retain());
        out.writeBoolean(message.dup());
        out.writeByte(message.protocolLevel());
        out.writeShort(message.packetId());
        binary(out, message.properties());
        binary(out, message.payload());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        binary(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void binary(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** @throws IllegalStateException if the bytes are none that {@link #encode} writes */
    static QuarantinedMessage decode(long position, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION && version != WITHOUT_NUMBER) {
                throw new IllegalStateException("a quarantined message of an unknown version");
            }
            int attempts = in.readInt();
            long firstAttemptAtMs = in.readLong();
            long lastAttemptAtMs = in.readLong();
            String address = text(in);
            String condition = text(in);
            String description = text(in);
            Message message = message(in);
            boolean more = version == VERSION;
            return new QuarantinedMessage(
                    position,
                    address,
                    condition,
                    description,
                    attempts,
                    firstAttemptAtMs,
                    lastAttemptAtMs,
                    more ? message.withUsername(text(in)) : message,
                    more ? in.readLong() : 0);
        } catch (IOException torn) {
            throw new IllegalStateException("a quarantined message that cannot be read", torn);
        }
    }

    private static Message message(DataInputStream in) throws IOException {
        return new Message(
                in.readLong(),
                text(in),
                text(in),
                in.readByte(),
                in.readBoolean(),
                in.readBoolean(),
                in.readByte(),
                in.readUnsignedShort(),
                binary(in),
                binary(in));
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(binary(in), StandardCharsets.UTF_8);
    }

    private static byte[] binary(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length that is not");
        }
        return in.readNBytes(length);
    }
}
