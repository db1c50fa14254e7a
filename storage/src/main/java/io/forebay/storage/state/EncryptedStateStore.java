package io.forebay.storage.state;

import io.forebay.storage.encryption.Envelope;
import io.forebay.storage.encryption.Keyring;
import io.forebay.storage.encryption.UnknownKeyException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state store whose values are encrypted; the keys of its entries are not, for they are what it is sorted by. Any thread.
 *
 * <p>A value is the byte E1 and an {@link Envelope} that vouches for it. {@link #TABLE} holds, under the id of each key that
 * something is encrypted with, a word that only this key opens: a wrong key is found at the start. When the keys have
 * changed all values are written again at the start, so that an old key can be thrown away after it.
 */
public final class EncryptedStateStore implements StateStore {
    /** The table that it needs beside the others. */
    public static final String TABLE = "encryption";

    private static final Logger LOG = LoggerFactory.getLogger(EncryptedStateStore.class);
    private static final byte MARK = (byte) 0xE1;
    private static final byte[] WORD = {'f', 'o', 'r', 'e', 'b', 'a', 'y'};
    private static final byte[] FIRST = {};
    /** Is there as long as not all values are encrypted with the current key: a crash meanwhile is gone on from. */
    private static final byte[] REWRITING = "rewriting".getBytes(StandardCharsets.US_ASCII);

    private static final long REWRITTEN_AT_ONCE = 4L << 20;

    private final StateStore store;
    private final Envelope envelope;

    private EncryptedStateStore(StateStore store, Keyring keys) {
        this.store = store;
        this.envelope = new Envelope(keys);
    }

    /**
     * Blocks while values are written again, if the keys have changed.
     *
     * @param tables those whose values are encrypted
     * @return {@code store} itself if there are no keys and nothing is encrypted
     * @throws StateException if a key is missing
     */
    public static StateStore over(StateStore store, Keyring keys, List<String> tables) {
        List<Integer> used = keyIds(store);
        for (int keyId : used) {
            if (!keys.has(keyId)) {
                throw new StateException(
                        "The state of sessions is " + UnknownKeyException.sentence(keyId, keys), null, false);
            }
        }
        if (!keys.encrypts()) {
            return store;
        }
        EncryptedStateStore encrypted = new EncryptedStateStore(store, keys);
        encrypted.checkWords();
        if (!used.equals(List.of(keys.current())) || store.get(TABLE, REWRITING) != null) {
            encrypted.rewrite(used, tables);
        }
        return encrypted;
    }

    private static List<Integer> keyIds(StateStore store) {
        List<Integer> ids = new ArrayList<>();
        store.scan(
                TABLE,
                FIRST,
                null,
                (key, value) -> key.length != Integer.BYTES
                        || ids.add(ByteBuffer.wrap(key).getInt()));
        return ids;
    }

    private static byte[] rowOf(int keyId) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(keyId).array();
    }

    private void checkWords() {
        store.scan(TABLE, FIRST, null, (key, value) -> {
            if (key.length == Integer.BYTES && !Arrays.equals(WORD, decrypted(value))) {
                throw damaged(TABLE);
            }
            return true;
        });
    }

    private void rewrite(List<Integer> used, List<String> tables) {
        int current = envelope.keys().current();
        LOG.info(
                "The state of sessions is encrypted with another key from now on, all of it is written again"
                        + " [key={}, earlier={}]",
                Keyring.text(current),
                used.stream().map(Keyring::text).toList());
        Batch batch = store.batch();
        batch.put(TABLE, rowOf(current), encrypted(WORD));
        batch.put(TABLE, REWRITING, FIRST);
        store.commit(batch, true);
        long values = 0;
        for (String table : tables) {
            values += rewrite(table, batch);
        }
        batch.delete(TABLE, REWRITING);
        used.stream().filter(keyId -> keyId != current).forEach(keyId -> batch.delete(TABLE, rowOf(keyId)));
        store.commit(batch, true);
        LOG.info("The state of sessions is written again [values={}]", values);
    }

    private long rewrite(String table, Batch batch) {
        long values = 0;
        byte[] from = FIRST;
        while (from != null) {
            Rewriting part = new Rewriting(table, batch);
            store.scan(table, from, null, part);
            store.commit(batch, false);
            values += part.values;
            from = part.next;
        }
        return values;
    }

    /** Puts a part of a table into a batch, encrypted with the current key. */
    private final class Rewriting implements Visitor {
        private final String table;
        private final Batch batch;
        private long values;
        /** Where to go on; null at the end of the table. */
        private byte[] next;

        Rewriting(String table, Batch batch) {
            this.table = table;
            this.batch = batch;
        }

        @Override
        public boolean visit(byte[] key, byte[] value) {
            if (batch.bytes() >= REWRITTEN_AT_ONCE) {
                next = key;
                return false;
            }
            byte[] plain = decrypted(value);
            // What nobody could decrypt was not encrypted: the tag cannot be right by chance.
            batch.put(table, key, encrypted(plain == null ? value : plain));
            values++;
            return true;
        }
    }

    private byte[] encrypted(byte[] value) {
        byte[] sealed = new byte[1 + Envelope.OVERHEAD + value.length];
        sealed[0] = MARK;
        envelope.seal(value, 0, value.length, sealed, 1, 1);
        return sealed;
    }

    /** @return null if it is not what was encrypted */
    private byte[] decrypted(byte[] value) {
        int length = value.length - 1;
        if (length < Envelope.OVERHEAD || value[0] != MARK) {
            return null;
        }
        byte[] plain = new byte[length - Envelope.OVERHEAD];
        return envelope.keys().has(Envelope.keyId(value, 1)) && envelope.open(value, 0, 1, 1, length, plain, 0)
                ? plain
                : null;
    }

    private byte[] opened(String table, byte[] value) {
        byte[] plain = decrypted(value);
        if (plain == null) {
            throw damaged(table);
        }
        return plain;
    }

    private static StateException damaged(String table) {
        return new StateException("A value of the table " + table + " is not what was encrypted", null, false);
    }

    @Override
    public Batch batch() {
        return new EncryptingBatch(store.batch());
    }

    @Override
    public void commit(Batch batch, boolean durable) {
        store.commit(((EncryptingBatch) batch).batch, durable);
    }

    @Override
    public byte[] get(String table, byte[] key) {
        byte[] value = store.get(table, key);
        return value == null ? null : opened(table, value);
    }

    @Override
    public void scan(String table, byte[] from, byte[] to, Visitor visitor) {
        store.scan(table, from, to, (key, value) -> visitor.visit(key, opened(table, value)));
    }

    @Override
    public long diskBytes() {
        return store.diskBytes();
    }

    @Override
    public boolean isWritable() {
        return store.isWritable();
    }

    @Override
    public void close() {
        store.close();
    }

    /** Owned by the thread that fills it. */
    private final class EncryptingBatch implements Batch {
        private final Batch batch;

        EncryptingBatch(Batch batch) {
            this.batch = batch;
        }

        @Override
        public void put(String table, byte[] key, byte[] value) {
            batch.put(table, key, encrypted(value));
        }

        @Override
        public void delete(String table, byte[] key) {
            batch.delete(table, key);
        }

        @Override
        public void deleteRange(String table, byte[] from, byte[] to) {
            batch.deleteRange(table, from, to);
        }

        @Override
        public boolean isEmpty() {
            return batch.isEmpty();
        }

        @Override
        public long bytes() {
            return batch.bytes();
        }

        @Override
        public void clear() {
            batch.clear();
        }
    }
}
