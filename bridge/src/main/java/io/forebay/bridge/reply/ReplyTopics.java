package io.forebay.bridge.reply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a device's answer finds back to the AMQP address that a request named in {@code reply-to}. Any thread.
 *
 * <p>The address travels in the topic that the device answers on, as a token that only this gateway can make: a device can
 * answer where it was asked to, and nowhere else on the broker.
 *
 * <ul>
 *   <li>MQTT 5: Response Topic is {@code $forebay/reply/TOKEN}, Correlation Data the correlation-id.
 *   <li>MQTT 3.1.1, if the address is set so: the request comes on {@code TOPIC/req/TOKEN}, and the answer goes to
 *       {@code TOPIC/res/TOKEN}; this token holds the correlation-id as well.
 * </ul>
 *
 * <pre>
 * token, in URL-safe Base64 without padding
 *   0  u8   letter of the kind of the correlation-id, see CorrelationId.Kind
 *   1  u8   1 if the correlation-id follows
 *   2  u16  length of the address
 *   4       address in UTF-8, correlation-id, first 12 bytes of HMAC-SHA-256 of all before
 * </pre>
 */
public final class ReplyTopics implements Replies {
    /** Begins the topics that Forebay itself gives a meaning to. */
    public static final String OWN = "$forebay/";

    private static final String REPLY = OWN + "reply/";
    private static final String REQUEST_LEVEL = "/req/";
    private static final String ANSWER_LEVEL = "/res/";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int MAC_BYTES = 12;
    private static final int FIXED_BYTES = 4;
    /** A longer one would not fit into a topic with all the rest. */
    private static final int ADDRESS_BYTES_MAX = 16_384;

    private final SecretKeySpec key;

    /** @param key any bytes that nobody else knows */
    public ReplyTopics(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** With the key in this file, which is made if it is missing: requests must be answerable after a restart. */
    public static ReplyTopics open(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] fresh = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(fresh);
            write(file, fresh);
        }
        byte[] kept = Files.readAllBytes(file);
        if (kept.length != KEY_BYTES) {
            throw new IOException(file + " is not a key of " + KEY_BYTES + " bytes; without it a new one is made, and"
                    + " requests that wait for an answer get none");
        }
        return new ReplyTopics(kept);
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether answers to this address can be asked for. */
    public static boolean takes(String address) {
        return address.length() <= ADDRESS_BYTES_MAX && utf8(address).length <= ADDRESS_BYTES_MAX;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** For a device that answers with the Correlation Data. */
    public String responseTopic(String address, CorrelationId correlation) {
        return REPLY + token(address, correlation.kind(), null);
    }

    /** For a device that knows topics only. */
    public String requestTopic(String topic, String address, CorrelationId correlation) {
        return topic + REQUEST_LEVEL + token(address, correlation.kind(), correlation.data());
    }

    private String token(String address, CorrelationId.Kind kind, byte[] correlation) {
        if (!takes(address)) {
            throw new IllegalArgumentException("address of more than " + ADDRESS_BYTES_MAX + " bytes");
        }
        byte[] utf8 = utf8(address);
        int correlationBytes = correlation == null ? 0 : correlation.length;
        ByteBuffer token = ByteBuffer.allocate(FIXED_BYTES + utf8.length + correlationBytes + MAC_BYTES);
        token.put(kind.letter).put((byte) (correlation == null ? 0 : 1));
        token.putShort((short) utf8.length).put(utf8);
        if (correlation != null) {
            token.put(correlation);
        }
        token.put(mac(token.array(), token.position()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    private byte[] mac(byte[] content, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(content, 0, length);
            return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public Optional<Reply> find(String topic) {
        if (topic.startsWith(REPLY)) {
            return open(topic.substring(REPLY.length()));
        }
        int last = topic.lastIndexOf('/');
        int answer = last - ANSWER_LEVEL.length() + 1;
        return answer > 0 && topic.startsWith(ANSWER_LEVEL, answer)
                ? open(topic.substring(last + 1))
                : Optional.empty();
    }

    private Optional<Reply> open(String text) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
        int content = token.length - MAC_BYTES;
        if (content < FIXED_BYTES) {
            return Optional.empty();
        }
        byte[] given = Arrays.copyOfRange(token, content, token.length);
        return MessageDigest.isEqual(given, mac(token, content))
                ? Optional.of(reply(ByteBuffer.wrap(token, 0, content)))
                : Optional.empty();
    }

    private static Reply reply(ByteBuffer content) {
        CorrelationId.Kind kind = CorrelationId.Kind.of(content.get());
        boolean hasCorrelation = content.get() != 0;
        byte[] address = new byte[content.getShort() & 0xffff];
        content.get(address);
        byte[] correlation = new byte[content.remaining()];
        content.get(correlation);
        return new Reply(
                new String(address, StandardCharsets.UTF_8),
                kind,
                hasCorrelation ? Optional.of(correlation) : Optional.empty());
    }
}
