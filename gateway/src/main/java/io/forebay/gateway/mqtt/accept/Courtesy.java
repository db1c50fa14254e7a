package io.forebay.gateway.mqtt.accept;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/**
 * Gives way to those who are connected, when its connection comes and when it goes: until CONNACK what is read, which is
 * TLS for the most part, goes on at {@link Leisure}, and so does the end of a connection that is lost or says so. First in the
 * pipeline. Owned by the connection's event loop.
 */
final class Courtesy extends ChannelInboundHandlerAdapter {
    /** Beyond it nothing is kept: what is read goes on at once, and who reads it has limits of his own. */
    private static final int HELD_BYTES_MAX = 64 << 10;

    private static final int TLS_HEADER_BYTES = 5;
    private static final int TLS_ALERT = 21;
    /** How long an alert is depends on the cipher in TLS 1.2. */
    private static final int FAREWELL_BYTES_MAX = 64;

    private static final int TLS_DATA = 23;
    /** Two bytes with their content type and authentication tag (RFC 8446 section 5.2). */
    private static final int TLS_13_FAREWELL_BYTES = TLS_HEADER_BYTES + 2 + 1 + 16;

    private final Function<EventExecutor, Leisure> leisures;
    private final Deque<Object> held = new ArrayDeque<>();
    private Leisure leisure;
    private int heldBytes;
    private boolean established;
    private boolean ending;

    Courtesy(Function<EventExecutor, Leisure> leisures) {
        this.leisures = leisures;
    }

    /** It has its CONNACK. */
    void established() {
        established = true;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        leisure = leisures.apply(context.channel().eventLoop());
        context.fireChannelRegistered();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean farewell = established && mayBeFarewell(message);
        if (established && held.isEmpty() && !farewell) {
            context.fireChannelRead(message);
            return;
        }
        heldBytes += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        held.add(farewell ? small((ByteBuf) message) : message);
        if (held.size() == 1) {
            leisure.add(() -> goOn(context));
        }
        if (heldBytes > HELD_BYTES_MAX) {
            goOn(context);
        }
    }

    /**
     * Whether it is a TLS record that may say close_notify, to which TLS would answer at once, and thousands may say it at once.
     * TLS 1.3 hides which of them do: a PINGREQ and a DISCONNECT are as long, and can wait as well.
     */
    private static boolean mayBeFarewell(Object message) {
        if (!(message instanceof ByteBuf bytes)
                || bytes.readableBytes() < TLS_HEADER_BYTES
                || bytes.readableBytes() > FAREWELL_BYTES_MAX) {
            return false;
        }
        int type = bytes.getUnsignedByte(bytes.readerIndex());
        return type == TLS_ALERT || (type == TLS_DATA && bytes.readableBytes() == TLS_13_FAREWELL_BYTES);
    }

    /** Thousands of them must not hold the memory that each was read into. */
    private static ByteBuf small(ByteBuf bytes) {
        ByteBuf copy = Unpooled.copiedBuffer(bytes);
        bytes.release();
        return copy;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (held.isEmpty()) {
            context.fireChannelReadComplete();
        }
    }

    private void goOn(ChannelHandlerContext context) {
        if (held.isEmpty()) {
            return; // It went on without waiting.
        }
        for (Object message = held.poll(); message != null; message = held.poll()) {
            context.fireChannelRead(message);
        }
        heldBytes = 0;
        context.fireChannelReadComplete();
    }

    /** The device is gone: thousands may be at once, when their network is. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            endAtLeisure(context, null);
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    /** From the socket alone, since nothing stands before this: it was reset, for instance because we answered to its end. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        endAtLeisure(context, fault);
    }

    private void endAtLeisure(ChannelHandlerContext context, Throwable fault) {
        if (!ending) {
            ending = true;
            leisure.add(() -> end(context, fault));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody is told: it is over.
    private static void end(ChannelHandlerContext context, Throwable fault) {
        if (context.isRemoved()) {
            return; // It was closed from this side meanwhile.
        }
        if (fault != null) {
            context.fireExceptionCaught(fault);
        }
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        goOn(context);
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }
}
