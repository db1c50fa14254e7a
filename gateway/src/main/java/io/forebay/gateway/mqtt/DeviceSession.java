package io.forebay.gateway.mqtt;

import io.forebay.gateway.session.SessionHold;
import io.forebay.gateway.session.SessionHold.WillFate;
import io.forebay.storage.MessageLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both halves of a session that a connection has open: the inbound one is kept by the log, the outbound one by the
 * sessions. Owned by the connection's event loop.
 *
 * @param present whether an earlier session is resumed: only if both halves of it are there
 */
record DeviceSession(String clientId, boolean present, SessionHold hold, MessageLog messageLog) {
    private static final Logger log = LoggerFactory.getLogger(DeviceSession.class);

    /** Hands both back; called before the client id is free for the next connection. */
    void close(long expirySeconds, WillFate will) {
        hold.close(expirySeconds, will).onFailure(this::tell);
        messageLog.closeSession(clientId, expirySeconds).onFailure(this::tell);
    }

    private void tell(Throwable cause) {
        log.debug("A session was not closed: {} [device={}]", cause.getMessage(), clientId);
    }
}
