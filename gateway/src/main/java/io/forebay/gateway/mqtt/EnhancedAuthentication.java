package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.Scram;
import io.forebay.gateway.security.ScramExchange;
import io.forebay.gateway.security.ScramExchange.Outcome;
import io.forebay.gateway.security.ScramExchange.Step;

/**
 * Enhanced authentication of one device (MQTT 5 section 4.12), before CONNACK and again while it is connected. Throws
 * {@link ProtocolViolation} for whatever ends the connection. Owned by the connection's event loop.
 */
final class EnhancedAuthentication {
    private final Authentication authentication;
    /** As CONNECT named it; null if it named none. */
    private final String method;
    /** Null while none is going on. */
    private ScramExchange exchange;
    /** Who it is; empty as long as nothing is proven. */
    private String user = "";
    /** The exchange that proved it, null before. */
    private ScramExchange proof;

    EnhancedAuthentication(Authentication authentication, String method) {
        this.authentication = authentication;
        this.method = method;
    }

    /** Who it is; empty as long as nothing is proven. */
    String user() {
        return user;
    }

    /** Whether the password that was proven last is still the user's. */
    boolean holds() {
        return proof != null
                && authentication
                        .scram()
                        .filter(users -> proof.isStillRight(users.get()))
                        .isPresent();
    }

    /** What came with CONNECT. */
    Step begin(byte[] data) {
        if (!Scram.MECHANISM.equals(method)) {
            throw new ProtocolViolation(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "no other authentication method than SCRAM-SHA-256 is offered");
        }
        exchange = authentication
                .scram()
                .orElseThrow(() -> new ProtocolViolation(
                        ReasonCode.BAD_AUTHENTICATION_METHOD, "enhanced authentication is not offered"))
                .get()
                .exchange();
        return step(data);
    }

    /** AUTH, before CONNACK or after it. */
    Step proceed(Packet.Auth packet) {
        check(packet);
        boolean again = packet.reasonCode() == ReasonCode.RE_AUTHENTICATE.value();
        if (again == (exchange != null)) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    again ? "an authentication is going on already" : "no authentication is going on");
        }
        byte[] data = packet.properties().binary(Property.AUTHENTICATION_DATA);
        byte[] bytes = data == null ? new byte[0] : data;
        return again ? begin(bytes) : step(bytes);
    }

    /** The AUTH packet that carries a step's reply. */
    Packet.Auth answer(Step step) {
        ReasonCode reason =
                step.outcome() == Outcome.SUCCEEDED ? ReasonCode.SUCCESS : ReasonCode.CONTINUE_AUTHENTICATION;
        Properties.Builder properties = Properties.builder().text(Property.AUTHENTICATION_METHOD, method);
        if (step.reply().length > 0) {
            properties.binary(Property.AUTHENTICATION_DATA, step.reply());
        }
        return new Packet.Auth(reason.value(), properties.build());
    }

    private void check(Packet.Auth packet) {
        String named = packet.properties().text(Property.AUTHENTICATION_METHOD);
        if (method == null || named == null) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR, "AUTH came without an authentication method"); // MQTT-4.12.0-6
        }
        if (!named.equals(method)) {
            throw new ProtocolViolation(
                    ReasonCode.BAD_AUTHENTICATION_METHOD, "the method is not that of CONNECT"); // MQTT-4.12.0-5
        }
    }

    private Step step(byte[] data) {
        Step step = exchange.step(data);
        if (step.outcome() == Outcome.CONTINUE) {
            return step;
        }
        ScramExchange done = exchange;
        String proven = done.user();
        exchange = null;
        boolean other = !user.isEmpty() && !user.equals(proven);
        if (step.outcome() == Outcome.FAILED || other) {
            throw new ProtocolViolation(ReasonCode.NOT_AUTHORIZED, "the authentication failed");
        }
        user = proven;
        proof = done;
        return step;
    }
}
