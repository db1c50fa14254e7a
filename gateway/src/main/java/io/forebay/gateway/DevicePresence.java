package io.forebay.gateway;

import io.forebay.bridge.downlink.Downlink;
import io.forebay.gateway.mqtt.Presence;
import io.forebay.gateway.mqtt.PresenceConfig;
import io.forebay.gateway.mqtt.PresenceEvents;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells backends, by messages through the log, and the downlink which devices are there. Any thread. */
final class DevicePresence implements Presence {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePresence.class);

    private final PresenceEvents events;
    private final boolean tellsBackends;
    private final MessageLog log;
    private final Downlink downlink;

    DevicePresence(PresenceConfig config, MessageLog log, Downlink downlink) {
        this.events = new PresenceEvents(config, System::currentTimeMillis);
        this.tellsBackends = config.isOn();
        this.log = log;
        this.downlink = downlink;
    }

    @Override
    public long connected(String clientId, String address, int protocolLevel) {
        long epoch = events.nextEpoch();
        downlink.deviceConnected(clientId, epoch);
        if (tellsBackends) {
            append(events.connected(clientId, epoch, address, protocolLevel));
        }
        return epoch;
    }

    @Override
    public void disconnected(String clientId, long epoch, String reason) {
        downlink.deviceDisconnected(clientId, epoch);
        if (tellsBackends) {
            append(events.disconnected(clientId, epoch, reason));
        }
    }

    /** One for each connection that begins or ends: what bounds those bounds what waits for the log here. */
    private void append(Message event) {
        log.append(event).onFailure(cause -> LOG.debug("A presence event is not in the log: {}", cause.getMessage()));
    }
}
