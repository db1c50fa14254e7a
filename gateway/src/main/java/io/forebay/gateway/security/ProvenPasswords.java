package io.forebay.gateway.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Remembers for a short time which passwords were right, so that a fleet that comes back all at once does not cost a hash
 * each. Keeps HMACs under a key of this process, of password and stored hash: a changed password is forgotten with its hash.
 * Any thread.
 */
public final class ProvenPasswords {
    private static final int KEY_BYTES = 32;

    private final Cache<String, byte[]> marks;
    private final byte[] key = new byte[KEY_BYTES];

    /** @param usersMax beyond it the least used ones are forgotten */
    public ProvenPasswords(int usersMax, int seconds) {
        marks = Caffeine.newBuilder()
                .maximumSize(usersMax)
                .expireAfterWrite(Duration.ofSeconds(seconds))
                .build();
        new SecureRandom().nextBytes(key);
    }

    boolean knows(String user, byte[] password, PasswordHash hash) {
        byte[] mark = marks.getIfPresent(user);
        return mark != null && MessageDigest.isEqual(mark, mark(password, hash));
    }

    void remember(String user, byte[] password, PasswordHash hash) {
        marks.put(user, mark(password, hash));
    }

    private byte[] mark(byte[] password, PasswordHash hash) {
        // The inner one makes the length of the password part of what is marked.
        return Scram.hmac(Scram.hmac(key, password), Scram.utf8(hash.text()));
    }
}
