package io.forebay.gateway.mqtt.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CourtesyTest {
    private final AtomicInteger behind = new AtomicInteger();
    private final EmbeddedChannel channel = new EmbeddedChannel(false, false);
    private Leisure leisure;
    private Courtesy courtesy;

    private void open() throws Exception {
        courtesy = new Courtesy(loop -> leisure = new Leisure(loop, behind));
        channel.pipeline().addLast(courtesy);
        channel.register();
        channel.freezeTime();
    }

    @AfterEach
    void release() {
        channel.releaseInbound();
        ChannelFuture unused = channel.close();
    }

    private ByteBuf read(int bytes) {
        ByteBuf message = Unpooled.buffer().writeZero(bytes);
        channel.pipeline().fireChannelRead(message);
        channel.pipeline().fireChannelReadComplete();
        return message;
    }

    /** One turn of the event loop, however long the machine was busy with the part before, which its pause follows. */
    private void turn() {
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
    }

    private List<Object> arrived() {
        return List.copyOf(channel.inboundMessages());
    }

    @Test
    void whatIsReadBeforeConnackWaitsForLeisureAndStaysInOrder() throws Exception {
        open();
        ByteBuf first = read(1);
        ByteBuf second = read(2);

        assertEquals(List.of(), arrived());
        assertEquals(1, behind.get());
        turn();
        assertEquals(List.of(first, second), arrived());
        assertEquals(0, behind.get());
    }

    @Test
    void whoHasConnackIsServedAtOnceButNotBeforeWhatWaits() throws Exception {
        open();
        ByteBuf first = read(1);
        courtesy.established();
        ByteBuf second = read(2);
        assertEquals(List.of(), arrived());
        turn();

        ByteBuf third = read(3);
        assertEquals(List.of(first, second, third), arrived());
    }

    @Test
    void aRecordThatMayBeTheLastOneWaitsInMemoryOfItsOwnAndNothingOvertakesIt() throws Exception {
        open();
        courtesy.established();
        for (int type : new int[] {21, 23}) { // An alert as TLS 1.2 has it, and what TLS 1.3 makes of one.
            ByteBuf farewell = Unpooled.buffer(2_048).writeByte(type).writeZero(23);
            channel.pipeline().fireChannelRead(farewell);
            ByteBuf behindIt = read(30);

            assertEquals(0, farewell.refCnt());
            assertEquals(List.of(), arrived());
            turn();
            ByteBuf kept = channel.readInbound();
            assertEquals(type, kept.readByte());
            assertEquals(23, kept.readableBytes());
            assertSame(behindIt, channel.readInbound());
        }
    }

    @Test
    void recordsOfAnotherLengthAreServedAtOnce() throws Exception {
        open();
        courtesy.established();
        ByteBuf puback = Unpooled.buffer().writeByte(23).writeZero(25);
        channel.pipeline().fireChannelRead(puback);

        assertEquals(List.of(puback), arrived());
    }

    @Test
    void moreThanIsKeptGoesOnAtOnce() throws Exception {
        open();
        ByteBuf first = read(64 << 10);
        assertEquals(List.of(), arrived());
        ByteBuf second = read(1);

        assertEquals(List.of(first, second), arrived());
        turn();
        assertEquals(2, arrived().size());
    }

    @Test
    void whoIsLostIsClosedAtLeisure() throws Exception {
        open();
        courtesy.established();
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertTrue(channel.isOpen());
        turn();
        assertFalse(channel.isOpen());
    }

    @Test
    void aSocketThatWasResetIsClosedAtLeisureAndOnce() throws Exception {
        open();
        courtesy.established();
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertTrue(channel.isOpen());
        assertEquals(1, behind.get());
        turn();
        assertFalse(channel.isOpen());
        assertThrows(IOException.class, channel::checkException);
    }

    @Test
    void whatWaitsIsHandedOnBeforeTheEndOfItsConnection() throws Exception {
        open();
        ByteBuf last = read(1);
        ChannelFuture unused = channel.close();

        assertEquals(List.of(last), arrived());
    }

    @Test
    void whatWaitsIsReleasedWithTheHandler() throws Exception {
        open();
        ByteBuf waiting = read(1);
        channel.pipeline().remove(courtesy);

        assertEquals(0, waiting.refCnt());
        turn();
    }

    @Test
    void aLittleIsDoneInEachTurn() throws Exception {
        open();
        List<Integer> done = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            leisure.add(() -> done.add(number));
        }
        assertEquals(List.of(), done);
        int turns = 0;
        for (int before = 0; done.size() < 20; before = done.size(), turns++) {
            turn();
            assertTrue(done.size() > before && done.size() <= before + 8, () -> "in one turn: " + done);
        }

        assertTrue(turns >= 3);
        assertEquals(0, behind.get());
        for (int i = 0; i < 20; i++) {
            assertEquals(i, done.get(i));
        }
    }
}
