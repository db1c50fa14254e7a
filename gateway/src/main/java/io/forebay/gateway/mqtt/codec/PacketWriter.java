package io.forebay.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/** The packets of a server as bytes, in the format of each protocol level. */
final class PacketWriter {
    private static final int V5 = 5;

    private PacketWriter() {}

    /** The remaining length. Throws IllegalArgumentException for a packet that no server sends. */
    static int remaining(Packet packet, int level) {
        if (packet instanceof Packet.Publish publish) {
            return 2
                    + ByteBufUtil.utf8Bytes(publish.topic())
                    + (publish.qos() == 0 ? 0 : 2)
                    + (level < V5 ? 0 : size(publish.properties()))
                    + publish.payload().length;
        } else if (packet instanceof Packet.Puback ack) {
            return 2 + reasonSize(ack.reasonCode(), ack.properties(), level);
        } else if (packet instanceof Packet.Pubrec ack) {
            return 2 + reasonSize(ack.reasonCode(), ack.properties(), level);
        } else if (packet instanceof Packet.Pubrel ack) {
            return 2 + reasonSize(ack.reasonCode(), ack.properties(), level);
        } else if (packet instanceof Packet.Pubcomp ack) {
            return 2 + reasonSize(ack.reasonCode(), ack.properties(), level);
        } else if (packet instanceof Packet.Connack connack) {
            return 2 + (level < V5 ? 0 : size(connack.properties()));
        } else if (packet instanceof Packet.Suback suback) {
            return 2
                    + (level < V5 ? 0 : size(suback.properties()))
                    + suback.codes().size();
        } else if (packet instanceof Packet.Unsuback unsuback) {
            return 2
                    + (level < V5
                            ? 0
                            : size(unsuback.properties()) + unsuback.codes().size());
        } else if (packet instanceof Packet.Disconnect disconnect) {
            return reasonSize(disconnect.reasonCode(), disconnect.properties(), level);
        } else if (packet instanceof Packet.Auth auth) {
            return isPlain(auth) ? 0 : 1 + size(auth.properties());
        } else if (packet instanceof Packet.Pingresp) {
            return 0;
        }
        throw new IllegalArgumentException(
                "a server sends no " + packet.getClass().getSimpleName());
    }

    static void write(Packet packet, int level, int remaining, ByteBuf out) {
        if (packet instanceof Packet.Publish publish) {
            writePublish(publish, level, remaining, out);
        } else if (packet instanceof Packet.Puback ack) {
            header(PacketType.PUBACK, remaining, out).writeShort(ack.packetId());
            writeReason(ack.reasonCode(), ack.properties(), level, out);
        } else if (packet instanceof Packet.Pubrec ack) {
            header(PacketType.PUBREC, remaining, out).writeShort(ack.packetId());
            writeReason(ack.reasonCode(), ack.properties(), level, out);
        } else if (packet instanceof Packet.Pubrel ack) {
            header(PacketType.PUBREL, remaining, out).writeShort(ack.packetId());
            writeReason(ack.reasonCode(), ack.properties(), level, out);
        } else if (packet instanceof Packet.Pubcomp ack) {
            header(PacketType.PUBCOMP, remaining, out).writeShort(ack.packetId());
            writeReason(ack.reasonCode(), ack.properties(), level, out);
        } else if (packet instanceof Packet.Disconnect disconnect) {
            ByteBuf body = header(PacketType.DISCONNECT, remaining, out);
            writeReason(disconnect.reasonCode(), disconnect.properties(), level, body);
        } else if (packet instanceof Packet.Pingresp) {
            out.writeByte(PacketType.PINGRESP.firstByte()).writeByte(0);
        } else {
            writeRare(packet, level, remaining, out);
        }
    }

    private static void writeRare(Packet packet, int level, int remaining, ByteBuf out) {
        if (packet instanceof Packet.Connack connack) {
            header(PacketType.CONNACK, remaining, out)
                    .writeBoolean(connack.sessionPresent())
                    .writeByte(connack.code());
            writeProperties(connack.properties(), level, out);
        } else if (packet instanceof Packet.Suback suback) {
            header(PacketType.SUBACK, remaining, out).writeShort(suback.packetId());
            writeProperties(suback.properties(), level, out);
            writeCodes(suback.codes(), out);
        } else if (packet instanceof Packet.Unsuback unsuback) {
            header(PacketType.UNSUBACK, remaining, out).writeShort(unsuback.packetId());
            if (level >= V5) {
                writeProperties(unsuback.properties(), level, out);
                writeCodes(unsuback.codes(), out);
            }
        } else if (packet instanceof Packet.Auth auth) {
            ByteBuf body = header(PacketType.AUTH, remaining, out);
            if (!isPlain(auth)) {
                body.writeByte(auth.reasonCode());
                writeProperties(auth.properties(), level, body);
            }
        }
    }

    private static void writePublish(Packet.Publish publish, int level, int remaining, ByteBuf out) {
        int flags = (publish.dup() ? 8 : 0) | publish.qos() << 1 | (publish.retain() ? 1 : 0);
        out.writeByte(PacketType.PUBLISH.firstByte() | flags);
        writeVariable(remaining, out);
        int lengthAt = out.writerIndex();
        out.writeShort(0);
        out.setShort(lengthAt, ByteBufUtil.writeUtf8(out, publish.topic()));
        if (publish.qos() > 0) {
            out.writeShort(publish.packetId());
        }
        writeProperties(publish.properties(), level, out);
        out.writeBytes(publish.payload());
    }

    private static ByteBuf header(PacketType type, int remaining, ByteBuf out) {
        out.writeByte(type.firstByte());
        writeVariable(remaining, out);
        return out;
    }

    /** What is 0 or empty is left out from the end, as the standard allows. */
    private static int reasonSize(int reason, Properties properties, int level) {
        if (level < V5) {
            return 0;
        }
        return properties.isEmpty() ? (reason == 0 ? 0 : 1) : 1 + size(properties);
    }

    private static void writeReason(int reason, Properties properties, int level, ByteBuf out) {
        int size = reasonSize(reason, properties, level);
        if (size > 0) {
            out.writeByte(reason);
        }
        if (size > 1) {
            writeProperties(properties, level, out);
        }
    }

    private static boolean isPlain(Packet.Auth auth) {
        return auth.reasonCode() == 0 && auth.properties().isEmpty();
    }

    private static void writeProperties(Properties properties, int level, ByteBuf out) {
        if (level >= V5) {
            writeVariable(properties.wire().length, out);
            out.writeBytes(properties.wire());
        }
    }

    private static void writeCodes(List<Integer> codes, ByteBuf out) {
        for (int code : codes) {
            out.writeByte(code);
        }
    }

    /** The properties with their length in front. */
    private static int size(Properties properties) {
        int length = properties.wire().length;
        return variableSize(length) + length;
    }

    /** How many bytes a Variable Byte Integer has (MQTT 5 section 1.5.5). */
    static int variableSize(int value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
    }

    private static void writeVariable(int value, ByteBuf out) {
        if (value > PropertyWire.VARIABLE_MAX) {
            throw new IllegalArgumentException("a packet of " + value + " bytes is too large for MQTT");
        }
        int left = value;
        while (left > 0x7F) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }
}
