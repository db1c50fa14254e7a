package io.forebay.gateway.session;

import io.forebay.storage.state.StateStore;

/** A store whose process dies at a commit that the test chooses: before the store has it, or after. One thread. */
final class CrashingStore implements StateStore {
    private final MemoryStateStore store;
    private int commitsLeft = Integer.MAX_VALUE;
    private boolean afterCommit;

    /** The process has died. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    CrashingStore(MemoryStateStore store) {
        this.store = store;
    }

    MemoryStateStore store() {
        return store;
    }

    void crashAt(int commit, boolean after) {
        commitsLeft = commit;
        afterCommit = after;
    }

    @Override
    public void commit(Batch batch, boolean durable) {
        boolean dies = --commitsLeft <= 0;
        if (!dies || afterCommit) {
            store.commit(batch, durable);
        }
        if (dies) {
            throw new Crash();
        }
    }

    @Override
    public Batch batch() {
        return store.batch();
    }

    @Override
    public byte[] get(String table, byte[] key) {
        return store.get(table, key);
    }

    @Override
    public void scan(String table, byte[] from, byte[] to, Visitor visitor) {
        store.scan(table, from, to, visitor);
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
}
