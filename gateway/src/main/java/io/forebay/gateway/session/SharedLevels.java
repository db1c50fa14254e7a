package io.forebay.gateway.session;

/**
 * Lets levels that are common to many filters be one String, without keeping those that are not: each new one takes the
 * place of another. Owned by one thread.
 */
final class SharedLevels {
    private static final int SLOTS = 1 << 10;

    private final String[] recent = new String[SLOTS];

    String share(String text, int from, int to) {
        String level = text.substring(from, to);
        int hash = level.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        if (!level.equals(recent[slot])) {
            recent[slot] = level;
        }
        return recent[slot];
    }
}
