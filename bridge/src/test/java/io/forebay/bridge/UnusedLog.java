package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import io.forebay.storage.LogState;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.vertx.core.Future;

/** A log for tests to build on: open, and refusing whatever a test does not say that it expects. No state. */
public abstract class UnusedLog implements MessageLog {
    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("the test did not expect this");
    }

    @Override
    public Future<Appended> append(Message message) {
        throw unused();
    }

    @Override
    public boolean hasRoom() {
        throw unused();
    }

    @Override
    public Future<Void> room() {
        throw unused();
    }

    @Override
    public Future<Boolean> openSession(String clientId, boolean cleanStart, long expirySeconds) {
        throw unused();
    }

    @Override
    public Future<Released> release(String clientId, int packetId) {
        throw unused();
    }

    @Override
    public Future<Void> closeSession(String clientId, long expirySeconds) {
        throw unused();
    }

    @Override
    public long durableEnd() {
        throw unused();
    }

    @Override
    public Runnable onDurable(Runnable listener) {
        throw unused();
    }

    @Override
    public long resumePosition() {
        throw unused();
    }

    @Override
    public LogCursor cursor(long from) {
        throw unused();
    }

    @Override
    public void forgetBefore(long position) {
        throw unused();
    }

    @Override
    public void retainFrom(long position) {
        throw unused();
    }

    @Override
    public long recordsBetween(long from, long to) {
        throw unused();
    }

    @Override
    public LogState state() {
        return LogState.OPEN;
    }

    @Override
    public String gatewayId() {
        return "fake";
    }

    @Override
    public void close() {}
}
