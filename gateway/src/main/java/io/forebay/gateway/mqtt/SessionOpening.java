package io.forebay.gateway.mqtt;

import io.forebay.gateway.session.SessionHold.WillFate;
import io.forebay.gateway.session.SessionRequest;
import io.forebay.gateway.session.Sessions;
import io.forebay.gateway.session.Subscriber;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * From an accepted CONNECT to its open session: takes the client id, lets the earlier connection end and hand back its
 * session, opens both halves. One for each connection, owned by its event loop.
 */
final class SessionOpening {
    /** The connection ended while its session was opened; nothing is left open. */
    static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("the connection has ended", null, false, false);
        }
    }

    /** The user has connections-per-user-max; nothing is left open. */
    static final class TooManyOfUser extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyOfUser() {
            super("connections-per-user-max is reached", null, false, false);
        }
    }

    private final MqttConnection connection;
    private final Context context;
    private final MqttSetup setup;
    private final ConnectRequest request;
    private final Subscriber subscriber;

    SessionOpening(
            MqttConnection connection,
            Context context,
            MqttSetup setup,
            ConnectRequest request,
            Subscriber subscriber) {
        this.connection = connection;
        this.context = context;
        this.setup = setup;
        this.request = request;
        this.subscriber = subscriber;
    }

    /** @return succeeds with the open session; fails with nothing open */
    Future<DeviceSession> open() {
        if (!isWithinUserQuota()) {
            return Future.failedFuture(new TooManyOfUser());
        }
        MqttConnection earlier = setup.clients().enter(request.clientId(), connection);
        Promise<Void> free = Promise.promise();
        if (earlier == null) {
            free.complete();
        } else {
            earlier.takeOver().onComplete(done -> context.runOnContext(turn -> free.complete()));
        }
        return free.future().compose(now -> openInbound()).compose(this::openOutbound);
    }

    private boolean isWithinUserQuota() {
        int max = setup.config().quotas().connectionsPerUserMax();
        String user = max == 0 ? "" : connection.username();
        ConnectedClients clients = setup.clients();
        return user.isEmpty() || clients.enterUser(user, connection, clients.of(request.clientId()), max);
    }

    private Future<Boolean> openInbound() {
        return connection.isClosed()
                ? Future.failedFuture(new Abandoned())
                : setup.log().openSession(request.clientId(), request.cleanStart(), request.sessionExpirySeconds());
    }

    private Future<DeviceSession> openOutbound(boolean presentInLog) {
        SessionRequest outbound = new SessionRequest(
                request.clientId(),
                request.cleanStart() || !presentInLog,
                request.sessionExpirySeconds(),
                request.limits().receiveMaximum(),
                request.will(),
                request.willDelaySeconds(),
                connection.identity().groups(),
                connection.username());
        return setup.sessions()
                .open(outbound, subscriber)
                .recover(cause -> closeInbound(presentInLog, cause))
                .compose(opened -> match(presentInLog, opened));
    }

    /** A session is present only if both halves are: what the log has alone is ended. */
    private Future<DeviceSession> match(boolean presentInLog, Sessions.Opened opened) {
        DeviceSession session = new DeviceSession(request.clientId(), opened.present(), opened.hold(), setup.log());
        return !presentInLog || opened.present()
                ? Future.succeededFuture(session)
                : setup.log()
                        .openSession(request.clientId(), true, request.sessionExpirySeconds())
                        .map(session)
                        .onFailure(cause -> session.close(0, WillFate.DISCARD));
    }

    private Future<Sessions.Opened> closeInbound(boolean presentInLog, Throwable cause) {
        return setup.log()
                .closeSession(request.clientId(), presentInLog ? request.sessionExpirySeconds() : 0)
                .transform(closed -> Future.failedFuture(cause));
    }
}
