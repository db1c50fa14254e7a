package io.forebay.gateway.mqtt;

import io.forebay.bridge.UnusedLog;
import io.forebay.storage.LogState;
import io.forebay.storage.Message;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A log whose durability the test decides: what is asked of it waits until {@link #sync}. Any thread. */
final class FakeLog extends UnusedLog {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Deque<Runnable> waitingForRoom = new ArrayDeque<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<String> sessionEvents = new ArrayList<>();
    private final Set<String> openIds = new HashSet<>();
    private final Set<String> sessions = new HashSet<>();
    private boolean holding;
    private boolean room = true;
    private LogState state = LogState.OPEN;

    /** From now on nothing becomes durable before {@link #sync}. */
    synchronized void hold() {
        holding = true;
    }

    /** What waits becomes durable, in order. */
    synchronized void sync() {
        holding = false;
        while (!waiting.isEmpty()) {
            waiting.poll().run();
        }
    }

    synchronized void room(boolean there) {
        room = there;
        while (there && !waitingForRoom.isEmpty()) {
            waitingForRoom.poll().run();
        }
    }

    synchronized void state(LogState now) {
        state = now;
    }

    /** The session is gone, as if it had expired. */
    synchronized void forget(String clientId) {
        sessions.remove(clientId);
    }

    synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    synchronized List<String> sessionEvents() {
        return List.copyOf(sessionEvents);
    }

    private <T> Future<T> later(T result) {
        Context context = Vertx.currentContext();
        Promise<T> promise = Promise.promise();
        Runnable complete = () -> context.runOnContext(turn -> promise.complete(result));
        if (holding) {
            waiting.add(complete);
        } else {
            complete.run();
        }
        return promise.future();
    }

    @Override
    public synchronized Future<Appended> append(Message message) {
        if (message.qos() == 2 && message.packetId() != 0 && !openIds.add(message.clientId() + message.packetId())) {
            return later(new Appended(true, messages.size()));
        }
        messages.add(message);
        return later(new Appended(false, messages.size() - 1));
    }

    @Override
    public Future<Appended> append(Message message, Runnable onWritten) {
        Vertx.currentContext().runOnContext(turn -> onWritten.run());
        return append(message);
    }

    @Override
    public synchronized boolean hasRoom() {
        return room;
    }

    @Override
    public synchronized Future<Void> room() {
        Context context = Vertx.currentContext();
        Promise<Void> promise = Promise.promise();
        Runnable complete = () -> context.runOnContext(turn -> promise.complete());
        if (room) { // Since it was asked whether there is any.
            complete.run();
        } else {
            waitingForRoom.add(complete);
        }
        return promise.future();
    }

    @Override
    public synchronized Future<Boolean> openSession(String clientId, boolean cleanStart, long expirySeconds) {
        sessionEvents.add("open " + clientId);
        boolean present = sessions.contains(clientId) && !cleanStart;
        sessions.add(clientId);
        return later(present);
    }

    @Override
    public synchronized Future<Released> release(String clientId, int packetId) {
        return later(openIds.remove(clientId + packetId) ? Released.RELEASED : Released.UNKNOWN);
    }

    @Override
    public synchronized Future<Void> closeSession(String clientId, long expirySeconds) {
        sessionEvents.add("close " + clientId);
        if (expirySeconds == 0) {
            sessions.remove(clientId);
        }
        return later(null);
    }

    @Override
    public synchronized LogState state() {
        return state;
    }
}
