package io.forebay.gateway.session;

import io.forebay.gateway.session.Delivery.Publication;
import io.forebay.gateway.session.Delivery.Release;
import io.forebay.gateway.session.SessionHold.WillFate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A device of the model: acknowledges in any order that the standard allows, and holds everything that its session does
 * against the standard. One thread.
 */
final class ModelDevice implements Subscriber {
    /** What it has to do with one packet id. */
    private record Chore(int packetId, Kind kind) {}

    private enum Kind {
        PUBACK,
        PUBREC,
        PUBCOMP
    }

    final String clientId;
    final boolean persistent;
    final Map<String, Integer> filters;
    private final Random random;

    /** Subscriptions that are confirmed, and that are asked for or perhaps still there. */
    final Set<String> confirmed = new HashSet<>();

    final Set<String> possible = new HashSet<>();

    /** What its application got, and what it must get. */
    final Set<String> received = new HashSet<>();

    final Set<String> due = new LinkedHashSet<>();

    private final Map<String, Long> lastOfLane = new HashMap<>();
    private final Map<Integer, String> inFlightEver = new HashMap<>();
    private final Set<Integer> awaitingRelease = new HashSet<>();

    SessionHold hold;
    boolean sessionSure;
    boolean opening;
    private boolean closing;

    /** What may have been sent before a crash, for all that the gateway knows. */
    private final Set<String> doubtful = new HashSet<>();

    private final List<AssertionError> faults;
    private int connection;
    private int window;
    private boolean writable;
    private final Set<Integer> unacknowledged = new HashSet<>();
    private final List<Chore> chores = new ArrayList<>();

    ModelDevice(
            String clientId,
            boolean persistent,
            Map<String, Integer> filters,
            Random random,
            List<AssertionError> faults) {
        this.faults = faults;
        this.clientId = clientId;
        this.persistent = persistent;
        this.filters = filters;
        this.random = random;
    }

    // ---- connection ----

    void open(SessionLoop loop) {
        opening = true;
        window = 1 + random.nextInt(6);
        int mine = ++connection;
        unacknowledged.clear();
        chores.clear();
        var unused = loop.open(
                        new SessionRequest(clientId, !persistent, persistent ? 10_000 : 0, window, null, 0), this)
                .onComplete(opened -> {
                    if (mine != connection || opened.failed()) {
                        throw new AssertionError("open failed", opened.cause());
                    }
                    opening = false;
                    writable = true;
                    hold = opened.result().hold();
                    check(!sessionSure || opened.result().present(), "session was lost");
                    if (!opened.result().present()) {
                        confirmed.clear();
                        possible.clear();
                        awaitingRelease.clear();
                        inFlightEver.clear();
                        lastOfLane.clear();
                    }
                    sessionSure = persistent;
                });
    }

    void close() {
        closing = true;
        var unused = hold.close(persistent ? 10_000 : 0, WillFate.DISCARD).onComplete(done -> closing = false);
        hold = null;
        connection++;
        if (!persistent) {
            forgetSession();
        }
    }

    /** The gateway has died. */
    void crash(Collection<String> published) {
        hold = null;
        opening = false;
        closing = false;
        connection++;
        doubtful.addAll(published);
        possible.addAll(confirmed);
        if (!persistent) {
            forgetSession();
        }
    }

    private void forgetSession() {
        confirmed.clear();
        due.clear();
        awaitingRelease.clear();
        inFlightEver.clear();
        lastOfLane.clear();
    }

    void toggleWritable() {
        writable = !writable;
        hold.writable(writable);
    }

    void becomeWritable() {
        if (!writable) {
            toggleWritable();
        }
    }

    void subscribe(String filter) {
        possible.add(filter);
        int mine = connection;
        var unused = hold.subscribe(List.of(new Subscription(filter, filters.get(filter), false, false, 2, 0)))
                .onSuccess(granted -> {
                    if (mine == connection) {
                        confirmed.add(filter);
                    }
                });
    }

    void unsubscribe(String filter) {
        confirmed.remove(filter);
        var unused = hold.unsubscribe(List.of(filter));
    }

    // ---- deliveries ----

    @Override
    public void deliver(List<Delivery> deliveries) {
        check(!deliveries.isEmpty(), "empty delivery");
        check(closing || hold != null, "delivered without a connection");
        for (Delivery delivery : deliveries) {
            if (hold == null) {
                getsLost(delivery);
            } else if (delivery instanceof Publication publication) {
                onPublish(publication);
            } else if (delivery instanceof Release release) {
                onRelease(release.packetId());
            }
        }
    }

    @Override
    public void overrun(String sentence) {
        throw new AssertionError(sentence);
    }

    /** It was sent as the connection went. */
    private void getsLost(Delivery delivery) {
        if (delivery instanceof Publication publication) {
            doubtful.add(new String(publication.payload(), StandardCharsets.UTF_8));
        }
    }

    private void onPublish(Publication publication) {
        String text = new String(publication.payload(), StandardCharsets.UTF_8);
        check(possible.stream().anyMatch(filter -> matches(filter, publication.topic())), "not subscribed: " + text);
        if (publication.qos() == 0) {
            received.add(text);
            return;
        }
        int id = publication.packetId();
        check(id > 0, "packet id 0");
        check(unacknowledged.add(id), "packet id in use " + id);
        check(unacknowledged.size() <= window, "window of " + window + " exceeded");
        String before = inFlightEver.put(id, text);
        boolean sentBefore = text.equals(before);
        boolean viaGroup = group() && publication.qos() == 1; // It may have been back in the group meanwhile.
        check(publication.dup() || !sentBefore || viaGroup, "sent again without DUP: " + text);
        check(!publication.dup() || sentBefore || doubtful.contains(text), "DUP at first: " + text);
        if (publication.qos() == 1) {
            onFirst(text, publication, sentBefore);
            chores.add(new Chore(id, Kind.PUBACK));
        } else {
            if (awaitingRelease.add(id)) {
                check(!received.contains(text), "twice at QoS 2: " + text);
                onFirst(text, publication, sentBefore);
            }
            chores.add(new Chore(id, Kind.PUBREC));
        }
    }

    private void onFirst(String text, Publication publication, boolean sentBefore) {
        if (received.add(text) && !sentBefore) {
            String lane = text.substring(0, text.lastIndexOf(':'));
            long number = Long.parseLong(text.substring(text.lastIndexOf(':') + 1));
            Long last = lastOfLane.put(lane, number);
            check(group() || last == null || last < number, "out of order: " + text + " after " + last);
        } else {
            check(publication.dup() || group(), "twice: " + text);
        }
    }

    boolean group() {
        return filters.keySet().stream().anyMatch(filter -> filter.startsWith("$share"));
    }

    private void onRelease(int id) {
        check(unacknowledged.add(id), "packet id in use " + id);
        check(unacknowledged.size() <= window, "window exceeded");
        awaitingRelease.remove(id);
        chores.add(new Chore(id, Kind.PUBCOMP));
    }

    /** @return whether there was one */
    boolean doChore() {
        if (chores.isEmpty()) {
            return false;
        }
        Chore chore = chores.remove(random.nextInt(chores.size()));
        int id = chore.packetId();
        switch (chore.kind()) {
            case PUBACK -> {
                unacknowledged.remove(id);
                inFlightEver.remove(id);
                hold.acknowledged(id);
            }
            case PUBREC -> {
                int mine = connection;
                var unused = hold.received(id).onSuccess(known -> {
                    if (mine == connection) {
                        check(known, "PUBREC for unknown packet id " + id);
                        awaitingRelease.remove(id);
                        chores.add(new Chore(id, Kind.PUBCOMP));
                    }
                });
            }
            case PUBCOMP -> {
                unacknowledged.remove(id);
                inFlightEver.remove(id);
                hold.completed(id);
            }
        }
        return true;
    }

    private static boolean matches(String filter, String topic) {
        String plain = filter.startsWith("$share/") ? filter.substring("$share/g/".length()) : filter;
        return plain.equals(topic) || plain.equals("#") || (plain.equals("t/+") && topic.startsWith("t/"));
    }

    boolean mustGet(String topic, int qos) {
        return persistent
                && sessionSure
                && qos > 0
                && confirmed.stream().anyMatch(filter -> matches(filter, topic) && filters.get(filter) > 0);
    }

    private void check(boolean good, String fault) {
        if (!good) {
            faults.add(new AssertionError(clientId + ": " + fault));
        }
    }
}
