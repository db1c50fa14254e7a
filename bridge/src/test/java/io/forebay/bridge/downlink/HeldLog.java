package io.forebay.bridge.downlink;

import io.forebay.bridge.UnusedLog;
import io.forebay.storage.LogException;
import io.forebay.storage.Message;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** A log whose syncs the test decides about. Guarded by its monitor. */
public final class HeldLog extends UnusedLog {
    private record Pending(Message message, Promise<Appended> promise, Context caller) {}

    private record Room(Promise<Void> promise, Context caller) {}

    private final List<Message> durable = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private final List<Room> waitingForRoom = new ArrayList<>();
    private boolean syncs = true;
    private boolean hasRoom = true;
    private int pendingMost;

    /** Whether what is appended becomes durable by itself. */
    synchronized void syncs(boolean other) {
        syncs = other;
        if (syncs) {
            sync();
        }
    }

    synchronized void hasRoom(boolean other) {
        hasRoom = other;
        if (hasRoom) {
            waitingForRoom.forEach(
                    room -> room.caller().runOnContext(x -> room.promise().complete()));
            waitingForRoom.clear();
        }
    }

    /** kill -9: what is not durable is gone, and nobody hears of it. */
    synchronized void crash() {
        pending.clear();
        syncs = false;
    }

    synchronized void fail() {
        for (Pending append : pending) {
            append.caller().runOnContext(x -> append.promise()
                    .fail(new LogException(LogException.Kind.FAILED, "The disk is broken")));
        }
        pending.clear();
    }

    private void sync() {
        for (Pending append : pending) {
            Appended appended = new Appended(false, durable.size());
            durable.add(append.message());
            append.caller().runOnContext(x -> append.promise().complete(appended));
        }
        pending.clear();
        notifyAll();
    }

    public synchronized List<Message> durable() {
        return List.copyOf(durable);
    }

    synchronized int pending() {
        return pending.size();
    }

    synchronized int pendingMost() {
        return pendingMost;
    }

    @Override
    public synchronized Future<Appended> append(Message message) {
        Context caller = Vertx.currentContext();
        Promise<Appended> promise = Promise.promise();
        pending.add(new Pending(message, promise, caller));
        pendingMost = Math.max(pendingMost, pending.size());
        if (syncs) {
            sync();
        }
        return promise.future();
    }

    @Override
    public synchronized boolean hasRoom() {
        return hasRoom;
    }

    @Override
    public synchronized Future<Void> room() {
        Room room = new Room(Promise.promise(), Vertx.currentContext());
        waitingForRoom.add(room);
        return room.promise().future();
    }

    @Override
    public String gatewayId() {
        return "gw1";
    }
}
