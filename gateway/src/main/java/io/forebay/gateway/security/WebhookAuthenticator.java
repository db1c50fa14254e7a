package io.forebay.gateway.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.function.LongSupplier;

/**
 * Asks a service of the operator who a device is. What it does not answer in time and in form is never an acceptance. Answers are
 * kept as long as they allow, under an HMAC of the question, so that no password is. Any thread.
 */
public final class WebhookAuthenticator implements Authenticator {
    private static final int KEY_BYTES = 32;

    /** @param seconds how long it may be kept */
    private record Kept(Verdict verdict, long seconds) {}

    private final HttpCaller service;
    private final long cacheSecondsMax;
    private final LongSupplier clockMs;
    private final Cache<ByteBuffer, Kept> answers;
    private final byte[] key = new byte[KEY_BYTES];

    /**
     * @param cacheMax how many answers are kept, beyond it the least used ones are not
     * @param cacheSecondsMax how long at most, whatever they say
     */
    public WebhookAuthenticator(HttpCaller service, int cacheMax, long cacheSecondsMax) {
        this(service, cacheMax, cacheSecondsMax, System::currentTimeMillis);
    }

    WebhookAuthenticator(HttpCaller service, int cacheMax, long cacheSecondsMax, LongSupplier clockMs) {
        this.clockMs = clockMs;
        this.service = service;
        this.cacheSecondsMax = cacheSecondsMax;
        answers = Caffeine.newBuilder()
                .maximumSize(cacheMax)
                .expireAfter(Expiry.<ByteBuffer, Kept>creating((question, kept) -> Duration.ofSeconds(kept.seconds())))
                .build();
        new SecureRandom().nextBytes(key);
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public Future<Verdict> authenticate(Proof proof) {
        Buffer question = question(proof).toBuffer();
        ByteBuffer mark = ByteBuffer.wrap(Scram.hmac(key, question.getBytes()));
        Kept kept = answers.getIfPresent(mark);
        if (kept != null && !isOver(kept.verdict())) {
            return Future.succeededFuture(kept.verdict());
        }
        return service.post(question)
                .map(answer -> {
                    Kept fresh = read(answer, proof.hasPassword());
                    if (fresh.seconds() > 0) {
                        answers.put(mark, fresh);
                    }
                    return fresh.verdict();
                })
                // What went wrong may quote what was asked, so it is not said.
                .otherwise(fault -> Verdict.unavailable("the webhook does not answer as it should"));
    }

    private static JsonObject question(Proof proof) {
        JsonObject question = new JsonObject()
                .put("clientId", proof.clientId())
                .put("username", proof.username())
                .put("address", proof.address())
                .put("protocolLevel", proof.protocolLevel());
        proof.certificateIdentity().ifPresent(name -> question.put("certificate", name));
        if (proof.hasPassword()) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(proof.password());
                question.put(
                        "password",
                        StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
            } catch (CharacterCodingException binary) {
                question.put("passwordBase64", Base64.getEncoder().encodeToString(proof.password()));
            }
        }
        return question;
    }

    private boolean isOver(Verdict verdict) {
        return verdict instanceof Verdict.Accepted accepted
                && accepted.identity().validUntilMs() <= clockMs.getAsLong();
    }

    /** Throws a RuntimeException for what is no answer. */
    private Kept read(HttpCaller.Answer answer, boolean passwordShown) {
        if (answer.status() != 200) {
            throw new IllegalArgumentException("the status is " + answer.status());
        }
        JsonObject said = new JsonObject(answer.body());
        long seconds = Math.max(0, Math.min(said.getLong("cacheSeconds", 0L), cacheSecondsMax));
        String result = said.getString("result", "");
        return new Kept(
                switch (result) {
                    case "allow" -> Verdict.accepted(WebhookAnswers.identity(said));
                    case "deny" -> passwordShown ? Verdict.WRONG : Verdict.NOT_ALLOWED;
                    case "ignore" -> Verdict.NOT_MINE;
                    default -> throw new IllegalArgumentException("there is no such result");
                },
                seconds);
    }
}
