package io.forebay.gateway.mqtt;

import io.forebay.gateway.security.TopicPattern;
import io.forebay.gateway.session.Delivery;
import io.forebay.gateway.session.SessionException;
import io.forebay.gateway.session.SessionHold;
import io.forebay.gateway.session.SessionRequest;
import io.forebay.gateway.session.Sessions;
import io.forebay.gateway.session.Subscriber;
import io.forebay.gateway.session.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sessions whose durability and deliveries the test decides: nothing is delivered but what it says. Any thread. */
public final class FakeSessions implements Sessions {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final List<String> events = new ArrayList<>();
    private final Map<String, Map<String, Subscription>> subscriptions = new HashMap<>();
    private final Map<String, Handle> open = new HashMap<>();
    private final Map<String, SessionRequest> requests = new HashMap<>();
    private final Set<Integer> unknownIds = new HashSet<>();
    private boolean holding;
    private SessionException fault;
    private boolean full;

    /** From now on nothing becomes durable before {@link #sync}. */
    synchronized void hold() {
        holding = true;
    }

    synchronized void sync() {
        holding = false;
        while (!waiting.isEmpty()) {
            waiting.poll().run();
        }
    }

    /** What opens and subscriptions fail with from now on; null for nothing. */
    synchronized void fail(SessionException with) {
        fault = with;
    }

    /** As if it had expired. */
    synchronized void forget(String clientId) {
        subscriptions.remove(clientId);
    }

    /** Each further subscription is one too many. */
    synchronized void full() {
        full = true;
    }

    /** PUBREC of this packet id finds no message. */
    synchronized void unknown(int packetId) {
        unknownIds.add(packetId);
    }

    synchronized void deliver(String clientId, Delivery... deliveries) {
        Handle handle = open.get(clientId);
        handle.context.runOnContext(turn -> handle.subscriber.deliver(List.of(deliveries)));
    }

    synchronized void overrun(String clientId) {
        Handle handle = open.get(clientId);
        handle.context.runOnContext(turn -> handle.subscriber.overrun("the queue is full"));
    }

    /** What was asked, in order. */
    synchronized List<String> events() {
        return List.copyOf(events);
    }

    synchronized SessionRequest request(String clientId) {
        return requests.get(clientId);
    }

    synchronized List<Subscription> subscriptions(String clientId) {
        return List.copyOf(subscriptions.getOrDefault(clientId, Map.of()).values());
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
    public synchronized Future<Opened> open(SessionRequest request, Subscriber subscriber) {
        if (fault != null) {
            return Future.failedFuture(fault);
        }
        String clientId = request.clientId();
        events.add("open " + clientId);
        requests.put(clientId, request);
        boolean present = subscriptions.containsKey(clientId) && !request.cleanStart();
        if (!present) {
            subscriptions.put(clientId, new HashMap<>());
        }
        Handle handle = new Handle(clientId, Vertx.currentContext(), subscriber);
        open.put(clientId, handle);
        return later(new Opened(present, handle));
    }

    @Override
    public synchronized boolean hasSubscriber(String topic) {
        return subscriptions.values().stream()
                .flatMap(filters -> filters.keySet().stream())
                .anyMatch(filter -> new TopicPattern(filter).matches(topic));
    }

    private final class Handle implements SessionHold {
        private final String clientId;
        private final Context context;
        private final Subscriber subscriber;

        Handle(String clientId, Context context, Subscriber subscriber) {
            this.clientId = clientId;
            this.context = context;
            this.subscriber = subscriber;
        }

        @Override
        public Future<List<Grant>> subscribe(List<Subscription> wanted) {
            synchronized (FakeSessions.this) {
                if (fault != null) {
                    return Future.failedFuture(fault);
                }
                List<Grant> grants = new ArrayList<>();
                for (Subscription subscription : wanted) {
                    if (!full) {
                        subscriptions.get(clientId).put(subscription.filter(), subscription);
                        grants.add(Grant.valueOf("QOS_" + subscription.qos()));
                    } else {
                        grants.add(Grant.QUOTA_EXCEEDED);
                    }
                }
                return later(grants);
            }
        }

        @Override
        public Future<List<Boolean>> unsubscribe(List<String> filters) {
            synchronized (FakeSessions.this) {
                if (fault != null) {
                    return Future.failedFuture(fault);
                }
                return later(filters.stream()
                        .map(filter -> subscriptions.get(clientId).remove(filter) != null)
                        .toList());
            }
        }

        @Override
        public Future<List<String>> subscriptions() {
            synchronized (FakeSessions.this) {
                return later(List.copyOf(subscriptions.get(clientId).keySet()));
            }
        }

        @Override
        public void acknowledged(int packetId) {
            note("acknowledged " + packetId);
        }

        @Override
        public void refused(int packetId) {
            note("refused " + packetId);
        }

        @Override
        public Future<Boolean> received(int packetId) {
            synchronized (FakeSessions.this) {
                events.add("received " + packetId);
                return later(!unknownIds.contains(packetId));
            }
        }

        @Override
        public void completed(int packetId) {
            note("completed " + packetId);
        }

        @Override
        public void writable(boolean writable) {
            note("writable " + writable);
        }

        @Override
        public Future<Void> close(long expirySeconds, WillFate will) {
            synchronized (FakeSessions.this) {
                events.add("close " + clientId + " " + expirySeconds + " " + will);
                if (expirySeconds == 0) {
                    subscriptions.remove(clientId);
                }
                return later(null);
            }
        }

        private void note(String event) {
            synchronized (FakeSessions.this) {
                events.add(event);
            }
        }
    }
}
