package io.forebay.gateway.mqtt.accept;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * Stands behind every socket that listens and before everything else: a connection is handed on to its event loop when the
 * {@link Reception} lets it in, and is an open file and nothing more until then. Owned by the one thread that accepts for all
 * of them.
 */
public final class AcceptGate {
    /** What is known of whoever connects to a port. */
    public enum Door {
        /** No device: goes on at once. */
        UNGUARDED,
        /** Comes from where it seems to come from. */
        DIRECT,
        /** Says in a PROXY header where it comes from. */
        PROXIED
    }

    private static final AttributeKey<Runnable> SERVED = AttributeKey.valueOf("forebay-served");

    private final AcceptLimits limits;
    private final AcceptMeters meters;
    private final IntFunction<Door> doors;
    private final Map<EventExecutor, Leisure> leisures = new ConcurrentHashMap<>();
    private final AtomicInteger behind = new AtomicInteger();
    private final BooleanSupplier checksWait;
    /** Null before the first connection, like the thread that accepts. */
    private Reception reception;

    private EventExecutor acceptor;
    private ScheduledFuture<?> alarm;

    private AcceptGate(AcceptLimits limits, IntFunction<Door> doors, BooleanSupplier checksWait, MeterRegistry meters) {
        this.limits = limits;
        this.doors = doors;
        this.checksWait = checksWait;
        this.meters = new AcceptMeters(meters);
    }

    /**
     * A Vert.x all of whose servers are behind a gate.
     *
     * @param doors what is known of each local port; asked for each connection, on the thread that accepts
     * @param checksWait whether proofs of devices that are let in wait for us to check them; asked on that thread
     */
    public static Vertx vertx(
            VertxOptions options,
            AcceptLimits limits,
            IntFunction<Door> doors,
            BooleanSupplier checksWait,
            MeterRegistry meters) {
        AcceptGate gate = new AcceptGate(limits, doors, checksWait, meters);
        return Vertx.builder()
                .with(options)
                .withTransport(GatedTransport.over(options.getPreferNativeTransport(), gate::guard))
                .build();
    }

    /**
     * The connection has its CONNACK: its place may be another's, and it is one of those whom others give way to. On its
     * event loop; does nothing where there is no gate.
     */
    public static void served(Channel connection) {
        Courtesy courtesy = connection.pipeline().get(Courtesy.class);
        if (courtesy != null) {
            courtesy.established();
        }
        Runnable served = connection.attr(SERVED).get();
        if (served != null) {
            served.run();
        }
    }

    private Leisure leisure(EventExecutor eventLoop) {
        return leisures.computeIfAbsent(eventLoop, loop -> new Leisure(loop, behind));
    }

    private void guard(ServerBootstrap bootstrap) {
        bootstrap.handler(new Guard());
    }

    /** A connection whose address is known now. On its event loop. */
    void enter(Channel connection, Arrival arrival) {
        acceptor.execute(() -> arrive(connection, arrival));
    }

    private void arrive(Channel connection, Arrival arrival) {
        connection
                .attr(SERVED)
                .set(() -> acceptor.execute(() -> {
                    reception.served(arrival);
                    serve();
                }));
        // It does not come of a connection that was never handed on; whoever closes such a one says so.
        connection.closeFuture().addListener(closed -> acceptor.execute(() -> left(arrival)));
        reception.arrive(arrival, System.nanoTime());
        serve();
    }

    private void left(Arrival arrival) {
        reception.gone(arrival, System.nanoTime());
        serve();
    }

    private void serve() {
        long again = reception.serve(System.nanoTime(), behind.get() > 0 || checksWait.getAsBoolean());
        if (alarm != null) {
            boolean unused = alarm.cancel(false);
            alarm = null;
        }
        if (again != Reception.NEVER) {
            alarm = acceptor.schedule(this::serve, Math.max(again, 0) + 1, TimeUnit.NANOSECONDS);
        }
    }

    /** In the pipeline of one socket that listens; what it reads are connections. */
    private final class Guard extends ChannelInboundHandlerAdapter {
        /** Connections that wait, none of them registered. */
        private final Map<Channel, Arrival> held = new LinkedHashMap<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (reception == null) {
                acceptor = context.executor();
                reception = new Reception(limits, OpenFiles.left(), meters, System.nanoTime());
            }
            Channel connection = (Channel) message;
            Door door = doors.apply(((InetSocketAddress) context.channel().localAddress()).getPort());
            if (door != Door.UNGUARDED) {
                // The end of what a device sends is told, instead of closing the socket in the middle of other work.
                boolean unused = connection.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                connection.pipeline().addLast(new Courtesy(AcceptGate.this::leisure));
            }
            switch (door) {
                case UNGUARDED -> context.fireChannelRead(connection);
                case PROXIED -> {
                    connection.pipeline().addLast(new ProxiedAddress(AcceptGate.this));
                    context.fireChannelRead(connection);
                }
                case DIRECT -> hold(context, connection);
            }
        }

        private void hold(ChannelHandlerContext context, Channel connection) {
            Arrival arrival = new Arrival(SourceAddress.of(connection.remoteAddress()), new Arrival.Outcome() {
                @Override
                public void admitted() {
                    held.remove(connection);
                    context.fireChannelRead(connection);
                }

                @Override
                public void refused() {
                    held.remove(connection);
                    connection.unsafe().closeForcibly();
                }
            });
            held.put(connection, arrival);
            arrive(connection, arrival);
        }

        /** The socket listens no more: nobody is going to be let in. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            held.forEach((connection, arrival) -> {
                reception.gone(arrival, System.nanoTime());
                connection.unsafe().closeForcibly();
            });
            held.clear();
            context.fireChannelInactive();
        }
    }
}
