package io.forebay.gateway.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/** Tells the connection when no whole packet has come for a time: the deadline of CONNECT, then MQTT-3.1.2-22. */
final class KeepAlive extends IdleStateHandler {
    static final String NAME = "keep-alive";

    private final Runnable onSilence;

    KeepAlive(long silenceMs, Runnable onSilence) {
        super(silenceMs, 0, 0, TimeUnit.MILLISECONDS);
        this.onSilence = onSilence;
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        onSilence.run();
    }
}
