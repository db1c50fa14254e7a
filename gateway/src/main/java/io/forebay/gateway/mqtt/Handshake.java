package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.ConnectionState.Event;
import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.Identity;
import io.forebay.gateway.security.Permissions;
import io.forebay.gateway.security.Proof;
import io.forebay.gateway.security.ScramExchange;
import io.forebay.gateway.security.ScramExchange.Outcome;
import io.forebay.gateway.security.Standing;
import io.forebay.gateway.security.Verdict;
import io.forebay.storage.Message;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;

/**
 * From CONNECT to CONNACK: reads it, lets the device prove who it is, opens its session (MQTT-3.1.4). Owned by the
 * connection's event loop.
 */
final class Handshake {
    private final MqttConnection connection;
    private final Context context;
    private final MqttSetup setup;
    private final Violations violations;

    /** Null before CONNECT, and what follows before the session is opened. */
    private ConnectRequest request;

    private EnhancedAuthentication authentication;
    /** Null before it is known. */
    private Identity identity;

    private Standing standing = Standing.LASTING;
    private Permissions permissions;
    private OutboundPublishes deliveries;
    private boolean opening;

    Handshake(MqttConnection connection, Context context, MqttSetup setup, Violations violations) {
        this.connection = connection;
        this.context = context;
        this.setup = setup;
        this.violations = violations;
    }

    ConnectRequest request() {
        return request;
    }

    EnhancedAuthentication authentication() {
        return authentication;
    }

    Identity identity() {
        return identity;
    }

    /** Whether what it has proven still counts. */
    boolean holds() {
        return standing.holds();
    }

    Permissions permissions() {
        return permissions;
    }

    OutboundPublishes deliveries() {
        return deliveries;
    }

    /** Whether the session is about to be opened: until that is decided nobody else may open it. */
    boolean isOpening() {
        return opening;
    }

    /** Throws {@link ProtocolViolation}. */
    void handle(ConnectionState state, Packet packet) {
        if (state == ConnectionState.AWAITING_CONNECT && packet instanceof Packet.Connect connect) {
            onConnect(connect);
        } else if (state == ConnectionState.AUTHENTICATING && packet instanceof Packet.Auth auth) {
            onAuthenticated(authentication.proceed(auth));
        } else if (state == ConnectionState.AUTHENTICATING && packet instanceof Packet.Disconnect) {
            connection.close("the device disconnected");
        } else {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR, "this packet may not come before CONNACK"); // MQTT-3.1.0-1
        }
    }

    /** The first packet could not be read. */
    void onMalformed(Packet.Malformed malformed) {
        // An unknown level has no format that we know; every peer answers in that of 3.1.1 (MQTT-3.1.2-2 there). What
        // names no level at all may not even be MQTT.
        boolean told = malformed.told() && malformed.protocolLevel() > 0;
        boolean v5 = malformed.protocolLevel() == ConnectRequest.LEVEL_5;
        int words = v5 ? ConnectRequest.LEVEL_5 : ConnectRequest.LEVEL_3_1_1;
        connection.outbound().speak(words, Long.MAX_VALUE);
        connection.refuse(
                new ConnectRefused(malformed.reason(), malformed.sentence()),
                told ? words : ConnectRefused.UNKNOWN_LEVEL);
    }

    private void onConnect(Packet.Connect packet) {
        try {
            connection.outbound().speak(packet.protocolLevel(), Long.MAX_VALUE);
            Overload.check(setup);
            request = ConnectRequest.read(packet, setup.config());
            connection.outbound().speak(packet.protocolLevel(), request.limits().packetBytesMax());
            CertificateCheck.admit(connection.certified(), request.clientId());
        } catch (ConnectRefused refusal) {
            connection.refuse(refusal, packet.protocolLevel());
            return;
        }
        authentication = new EnhancedAuthentication(setup.authentication(), request.authenticationMethod());
        connection.become(Event.AUTHENTICATION_STARTED);
        if (request.authenticationMethod() != null) {
            onAuthenticated(authentication.begin(request.authenticationData()));
        } else {
            authenticate(new Proof(
                    request.clientId(),
                    request.username(),
                    packet.password(),
                    connection.certificateIdentity(),
                    connection.host(),
                    request.protocolLevel()));
        }
    }

    private void authenticate(Proof proof) {
        Future<Verdict> answer = setup.authentication().chain().authenticate(proof, context);
        if (!answer.isComplete()) {
            connection.socketPause().pause(SocketPause.Reason.AUTHENTICATING);
        }
        answer.onComplete(done -> {
            proof.wipe();
            if (!connection.isClosed()) {
                onVerdict(done.result());
                connection.socketPause().resume(SocketPause.Reason.AUTHENTICATING);
            }
        });
    }

    private void onVerdict(Verdict verdict) {
        if (verdict instanceof Verdict.Accepted accepted) {
            standing = accepted.standing();
            openSession(accepted.identity(), null);
        } else if (verdict instanceof Verdict.Refused refused) {
            ReasonCode reason =
                    switch (refused.why()) {
                        case WRONG -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
                        case NOT_AUTHORIZED -> ReasonCode.NOT_AUTHORIZED;
                        case UNAVAILABLE -> ReasonCode.SERVER_UNAVAILABLE;
                    };
            connection.refuse(new ConnectRefused(reason, refused.sentence()), request.protocolLevel());
        }
    }

    private void onAuthenticated(ScramExchange.Step step) {
        if (step.outcome() == Outcome.SUCCEEDED) {
            standing = authentication::holds;
            openSession(Identity.of(authentication.user()), step.reply());
        } else {
            connection.send(authentication.answer(step));
        }
    }

    /** @param authenticationData what CONNACK says to the device about its authentication, null if there was none */
    private void openSession(Identity proven, byte[] authenticationData) {
        identity = proven;
        request = request.as(proven.user());
        permissions = setup.access().permissions(request.clientId(), proven);
        Message will = request.will();
        Future<Boolean> allowed = will == null
                ? Future.succeededFuture(true)
                : permissions.mayPublish(will.topic(), will.qos(), will.retain());
        // It is asked again when it is published: until then the answer may be another.
        new RightsWaits(connection).await(allowed, answer -> onWillJudged(answer, authenticationData));
    }

    private void onWillJudged(AsyncResult<Boolean> allowed, byte[] authenticationData) {
        if (allowed.succeeded() && allowed.result()) {
            open(authenticationData);
        } else {
            connection.refuse(
                    allowed.succeeded()
                            ? new ConnectRefused(ReasonCode.NOT_AUTHORIZED, "the will may not be published")
                            : new ConnectRefused(
                                    ReasonCode.SERVER_UNAVAILABLE,
                                    "nobody could say whether the will may be published"),
                    request.protocolLevel());
        }
    }

    private void open(byte[] authenticationData) {
        connection.become(Event.CONNECT_ACCEPTED);
        opening = true;
        deliveries = new OutboundPublishes(connection, setup, request.limits(), violations);
        connection.socketPause().pause(SocketPause.Reason.OPENING);
        new SessionOpening(connection, context, setup, request, deliveries)
                .open()
                .onComplete(done -> {
                    opening = false;
                    if (done.failed()) {
                        connection.onSessionRefused(Overload.refusal(done.cause()));
                    } else {
                        connection.onSessionOpened(done.result(), authenticationData);
                    }
                });
    }
}
