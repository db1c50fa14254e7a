package io.forebay.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Makes {@link Packet}s of what a device sends. Bytes of a packet that is not whole yet are kept, each copied once and
 * never more than the packet may have; what is too large is refused by its header. After the first {@link
 * Packet.Malformed} everything is discarded. Owned by the connection's event loop.
 */
public final class PacketDecoder extends ChannelInboundHandlerAdapter {
    private static final int UNKNOWN = -1;
    private static final int HEADER_BYTES_MAX = 5;
    private static final int PENDING_BYTES_MIN = 256;

    private final DecoderLimits limits;
    private final Cursor cursor;

    /** 0 until CONNECT has come. */
    private int level;

    /** Whether more than connectBytesMax is taken. */
    private boolean trusted;

    private boolean broken;
    /** The beginning of a packet whose rest has not come, or null. */
    private ByteBuf pending;
    /** How many bytes the packet at hand has, or UNKNOWN while its header is not whole. */
    private int size = UNKNOWN;

    private int headerSize;

    public PacketDecoder(DecoderLimits limits) {
        this.limits = limits;
        this.cursor = new Cursor(limits.controlCharacters());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            if (!broken && (pending == null || complete(context, in))) {
                decode(context, in);
            }
        } catch (RuntimeException bug) {
            broken = true;
            throw bug;
        } finally {
            in.release();
        }
    }

    /** The device is let in: it may send packets of packetBytesMax. */
    public void trust() {
        trusted = true;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        forget();
    }

    /** Packets that are whole within one buffer are read where they are. */
    private void decode(ChannelHandlerContext context, ByteBuf in) {
        while (!broken && !context.isRemoved() && in.isReadable()) {
            int from = in.readerIndex();
            Packet packet = readHeader(in, from, in.writerIndex());
            if (packet == null && size != UNKNOWN && size <= in.readableBytes()) {
                packet = readBody(in, from);
                in.skipBytes(size);
                size = UNKNOWN;
            }
            if (packet == null) {
                keep(context, in);
                return;
            }
            context.fireChannelRead(packet);
        }
    }

    private void keep(ChannelHandlerContext context, ByteBuf in) {
        int most = size == UNKNOWN ? HEADER_BYTES_MAX : size;
        int first = Math.min(most, Math.max(PENDING_BYTES_MIN, in.readableBytes()));
        pending = context.alloc().buffer(first, most);
        pending.writeBytes(in);
    }

    /** @return whether the packet whose beginning was kept has been handed over, so that the next one may begin in here */
    private boolean complete(ChannelHandlerContext context, ByteBuf in) {
        Packet packet = null;
        while (packet == null && size == UNKNOWN && in.isReadable()) {
            pending.writeByte(in.readByte());
            packet = readHeader(pending, 0, pending.writerIndex());
        }
        if (packet == null && size != UNKNOWN) {
            fill(in);
            if (pending.writerIndex() == size) {
                packet = readBody(pending, 0);
            }
        }
        if (packet == null) {
            return false;
        }
        forget();
        context.fireChannelRead(packet);
        return true;
    }

    /** Room is doubled while bytes come: neither does a header alone claim memory, nor is anything copied often. */
    private void fill(ByteBuf in) {
        int count = Math.min(size - pending.writerIndex(), in.readableBytes());
        int wanted = pending.writerIndex() + count;
        if (wanted > pending.capacity()) {
            pending = grown(wanted);
        }
        pending.writeBytes(in, count);
    }

    private ByteBuf grown(int wanted) {
        int capacity = (int) Math.min(size, Math.max(wanted, 2L * pending.capacity()));
        ByteBuf larger = pending.alloc().buffer(capacity, size);
        larger.writeBytes(pending);
        pending.release();
        return larger;
    }

    /** Sets size if the header is whole. @return null, or what is wrong already */
    private Packet readHeader(ByteBuf in, int from, int to) {
        try {
            int first = in.getUnsignedByte(from);
            PacketType.expectOne(first);
            int remaining = 0;
            for (int i = 1; i < HEADER_BYTES_MAX && from + i < to; i++) {
                int one = in.getUnsignedByte(from + i);
                remaining |= (one & 0x7F) << (7 * (i - 1));
                if (one < 0x80) {
                    PacketType.check(first, remaining, level);
                    setSize(remaining, i + 1, one == 0 && i > 1);
                    return null;
                }
            }
            if (to - from >= HEADER_BYTES_MAX) {
                // Whoever sends this frames something else than MQTT: no answer would be understood.
                throw MalformedPacket.malformed("the remaining length has more than four bytes [section 2.1.4]")
                        .untold();
            }
            return null;
        } catch (MalformedPacket wrong) {
            return broken(wrong, level);
        }
    }

    private void setSize(int remaining, int header, boolean longer) {
        int most = trusted ? limits.packetBytesMax() : limits.connectBytesMax();
        if (header + remaining > most) {
            throw new MalformedPacket(
                    ReasonCode.PACKET_TOO_LARGE,
                    "a packet has " + (header + remaining) + " bytes, " + most + " are allowed [MQTT-3.2.2-15]");
        }
        if (longer && level == 5) {
            throw MalformedPacket.malformed("the remaining length has more bytes than it needs [MQTT-1.5.5-1]");
        }
        size = header + remaining;
        headerSize = header;
    }

    private Packet readBody(ByteBuf in, int from) {
        int first = in.getUnsignedByte(from);
        cursor.set(in, from + headerSize, from + size);
        if (level == 0) {
            return readConnect(in, from, first);
        }
        try {
            return PacketReader.read(cursor, first, level, limits.filtersMax());
        } catch (MalformedPacket wrong) {
            return broken(wrong, level);
        }
    }

    private Packet readConnect(ByteBuf in, int from, int first) {
        ConnectReader reader = new ConnectReader();
        try {
            boolean shortest = headerSize == 2 || in.getByte(from + headerSize - 1) != 0;
            Packet.Connect connect = reader.read(cursor, first, shortest);
            level = connect.protocolLevel();
            // What follows CONNECT may be sent before CONNACK, but for those who have to prove something by AUTH
            // (MQTT-4.12.0-6, -7).
            trusted = !connect.properties().has(Property.AUTHENTICATION_METHOD);
            return connect;
        } catch (MalformedPacket wrong) {
            return broken(wrong, reader.level());
        }
    }

    private Packet broken(MalformedPacket wrong, int protocolLevel) {
        broken = true;
        return new Packet.Malformed(wrong.reason(), protocolLevel, wrong.getMessage(), wrong.isTold());
    }

    private void forget() {
        size = UNKNOWN;
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }
}
