package io.forebay.gateway.mqtt;

import io.netty.channel.Channel;
import io.vertx.core.Context;

/**
 * Watches whether the device reads what is sent to it. Above mqtt.outbound-size-max nothing more is delivered; above
 * twice that (acknowledgements alone) its socket is not read either; for too long, and its connection ends. The second
 * limit is a greater one because a device that writes before it reads would otherwise wait for us, and we for it. Owned
 * by the connection's event loop.
 */
final class SlowReader {
    /** Is told what the device does. */
    interface Listener {
        void onWritable(boolean writable);

        void onTooSlow();
    }

    private final Channel channel;
    private final Context context;
    private final SocketPause socketPause;
    private final MqttSetup setup;
    private final Listener listener;
    private boolean writable = true;
    private boolean checkDue;
    /** Set while it is not writable. */
    private long timer;

    SlowReader(Channel channel, Context context, SocketPause socketPause, MqttSetup setup, Listener listener) {
        this.channel = channel;
        this.context = context;
        this.socketPause = socketPause;
        this.setup = setup;
        this.listener = listener;
    }

    /** The channel's state changes often within a turn of the event loop: only what it is afterwards counts. */
    void onWritabilityChanged() {
        if (!checkDue) {
            checkDue = true;
            context.runOnContext(turn -> check());
        }
    }

    /** @param bytes how many have to leave before it is writable */
    void onBacklog(long bytes) {
        if (bytes > setup.config().protocol().outboundBytesMax() && socketPause.pause(SocketPause.Reason.SLOW_READER)) {
            setup.meters().paused();
        }
    }

    /** The connection has ended. */
    void end() {
        if (!writable) {
            context.owner().cancelTimer(timer);
        }
    }

    private void check() {
        checkDue = false;
        if (channel.isWritable() == writable || !channel.isActive()) {
            return;
        }
        writable = !writable;
        if (writable) {
            context.owner().cancelTimer(timer);
            socketPause.resume(SocketPause.Reason.SLOW_READER);
        } else {
            timer = context.owner()
                    .setTimer(setup.config().protocol().slowReaderTimeoutMs(), id -> listener.onTooSlow());
        }
        listener.onWritable(writable);
    }
}
