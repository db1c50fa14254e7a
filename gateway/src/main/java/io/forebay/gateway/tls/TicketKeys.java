package io.forebay.gateway.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Owned by forebay-tls: the keys that session tickets of one context are encrypted with (RFC 5077 section 5.5). The newest
 * encrypts, earlier ones still decrypt for as long as a session lives. A new context has new keys: nobody resumes what
 * was agreed under other certificates or CRLs. (The JDK's engine has keys of its own, which it changes by itself.)
 */
final class TicketKeys {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final OpenSslSessionContext sessions;
    private final int kept;
    private final Deque<OpenSslSessionTicketKey> keys = new ArrayDeque<>();

    private TicketKeys(OpenSslSessionContext sessions, int kept) {
        this.sessions = sessions;
        this.kept = kept;
    }

    static TicketKeys of(SslContext context, TlsConfig.Sessions config) {
        OpenSslSessionContext sessions =
                context.sessionContext() instanceof OpenSslSessionContext openSsl ? openSsl : null;
        int older = (config.lifetimeSeconds() + config.ticketRotationSeconds() - 1) / config.ticketRotationSeconds();
        TicketKeys keys = new TicketKeys(sessions, 1 + older);
        keys.rotate();
        return keys;
    }

    void rotate() {
        if (sessions == null) {
            return;
        }
        byte[] random = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
        RANDOM.nextBytes(random);
        int hmacAt = OpenSslSessionTicketKey.NAME_SIZE;
        int aesAt = hmacAt + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
        keys.addFirst(new OpenSslSessionTicketKey(
                Arrays.copyOf(random, hmacAt),
                Arrays.copyOfRange(random, hmacAt, aesAt),
                Arrays.copyOfRange(random, aesAt, random.length)));
        if (keys.size() > kept) {
            keys.removeLast();
        }
        sessions.setTicketKeys(keys.toArray(OpenSslSessionTicketKey[]::new));
    }

    int size() {
        return keys.size();
    }
}
