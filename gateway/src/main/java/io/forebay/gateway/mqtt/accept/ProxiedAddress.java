package io.forebay.gateway.mqtt.accept;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Holds a connection through a load balancer back when its PROXY header has said where it comes from, and before TLS begins.
 * Stands between the decoder of the header and whoever goes on with it. Owned by the connection's event loop.
 */
final class ProxiedAddress extends ChannelInboundHandlerAdapter {
    private static final String NAME = "proxied-address";
    /** As Vert.x calls it; it stands behind the decoder. */
    private static final String DEADLINE_OF_HEADER = "idle";

    private final AcceptGate gate;
    /** The header, and what was read behind it. */
    private final Deque<Object> held = new ArrayDeque<>();

    private boolean holding;

    ProxiedAddress(AcceptGate gate) {
        this.gate = gate;
    }

    /** First in the pipeline until Vert.x has put its own into it. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!context.name().equals(NAME)) {
            context.pipeline().addAfter(DEADLINE_OF_HEADER, NAME, new ProxiedAddress(gate));
            context.pipeline().remove(this);
        }
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (holding) {
            held.add(message);
        } else if (message instanceof HAProxyMessage header) {
            holding = true;
            held.add(header);
            context.channel().config().setAutoRead(false);
            gate.enter(context.channel(), new Arrival(source(context, header), outcome(context)));
        } else {
            context.fireChannelRead(message);
        }
    }

    /** A header without an address is the load balancer's own connection: it wants to know whether we are here. */
    private static SourceAddress source(ChannelHandlerContext context, HAProxyMessage header) {
        InetAddress said = header.sourceAddress() == null
                ? null
                : NetUtil.createInetAddressFromIpAddressString(header.sourceAddress());
        return said == null ? SourceAddress.of(context.channel().remoteAddress()) : SourceAddress.of(said);
    }

    private Arrival.Outcome outcome(ChannelHandlerContext context) {
        return new Arrival.Outcome() {
            @Override
            public void admitted() {
                context.executor().execute(() -> goOn(context));
            }

            @Override
            @SuppressWarnings("FutureReturnValueIgnored") // Nobody is told: it is over.
            public void refused() {
                context.executor().execute(() -> context.close());
            }
        };
    }

    /** In the pipeline until all of it has gone on: what reads the header puts others there meanwhile. */
    private void goOn(ChannelHandlerContext context) {
        if (!context.isRemoved()) {
            context.channel().config().setAutoRead(true);
            for (Object message = held.poll(); message != null; message = held.poll()) {
                context.fireChannelRead(message);
            }
            context.pipeline().remove(this);
        }
    }

    /** The connection is closed while it waits. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    /** The header has come in time, so the time for it is over. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(holding && event instanceof IdleStateEvent)) {
            context.fireUserEventTriggered(event);
        }
    }
}
