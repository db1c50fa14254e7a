package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.gateway.session.Delivery.Publication;
import io.forebay.gateway.session.Delivery.Release;
import io.forebay.gateway.session.SessionHold.WillFate;
import io.forebay.storage.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A device with its connection, as the session sees it. One thread. */
final class Device implements Subscriber {
    static final long LONG = 3_600;

    private final Fixture fixture;
    final String clientId;
    final List<Delivery> got = new ArrayList<>();
    SessionHold hold;
    boolean present;
    private int receiveMaximum = 65_535;

    Device(Fixture fixture, String clientId) {
        this.fixture = fixture;
        this.clientId = clientId;
    }

    @CanIgnoreReturnValue
    Device receiveMaximum(int max) {
        receiveMaximum = max;
        return this;
    }

    /** A session that ends with its connection. */
    @CanIgnoreReturnValue
    Device connectClean() {
        return connect(true, 0, null, 0);
    }

    /** A session that outlives its connection. */
    @CanIgnoreReturnValue
    Device connect() {
        return connect(false, LONG, null, 0);
    }

    @CanIgnoreReturnValue
    Device connect(boolean cleanStart, long expirySeconds, Message will, long willDelaySeconds) {
        got.clear();
        Sessions.Opened opened = fixture.now(fixture.loop.open(
                new SessionRequest(clientId, cleanStart, expirySeconds, receiveMaximum, will, willDelaySeconds), this));
        hold = opened.hold();
        present = opened.present();
        return this;
    }

    void lose() {
        lose(LONG);
    }

    void lose(long expirySeconds) {
        fixture.now(hold.close(expirySeconds, WillFate.PUBLISH));
    }

    @CanIgnoreReturnValue
    Device subscribe(String filter, int qos) {
        return subscribe(new Subscription(filter, qos, false, false, 0, 0));
    }

    @CanIgnoreReturnValue
    Device subscribe(Subscription subscription) {
        assertEquals(List.of(Subscriptions.granted(subscription)), fixture.now(hold.subscribe(List.of(subscription))));
        return this;
    }

    boolean unsubscribe(String filter) {
        return fixture.now(hold.unsubscribe(List.of(filter))).get(0);
    }

    @Override
    public void deliver(List<Delivery> deliveries) {
        assertTrue(!deliveries.isEmpty());
        got.addAll(deliveries);
    }

    @Override
    public void overrun(String sentence) {
        throw new AssertionError(sentence);
    }

    Stream<Publication> publications() {
        return got.stream().filter(Publication.class::isInstance).map(Publication.class::cast);
    }

    List<String> payloads() {
        return publications().map(Device::text).toList();
    }

    List<Integer> packetIds() {
        return publications().map(Publication::packetId).toList();
    }

    List<Integer> releases() {
        return got.stream()
                .filter(Release.class::isInstance)
                .map(release -> ((Release) release).packetId())
                .toList();
    }

    Publication only() {
        assertEquals(1, got.size(), got.toString());
        return (Publication) got.get(0);
    }

    static String text(Publication publication) {
        return new String(publication.payload(), StandardCharsets.UTF_8);
    }

    void acknowledge(int packetId) {
        hold.acknowledged(packetId);
        fixture.run();
    }

    /** Acknowledges all QoS 1 messages that it got. */
    void acknowledgeAll() {
        publications().filter(p -> p.qos() == 1).forEach(p -> hold.acknowledged(p.packetId()));
        fixture.run();
    }
}
