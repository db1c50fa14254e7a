package io.forebay.bridge.amqp;

import io.forebay.bridge.Entry;
import io.forebay.bridge.Outcome;
import io.forebay.bridge.PeerLink;
import io.forebay.bridge.RouteOptions;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.impl.ProtonDeliveryImpl;
import io.vertx.proton.impl.ProtonSenderImpl;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.transaction.TransactionalState;
import org.apache.qpid.proton.codec.ReadableBuffer;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Sender;

/**
 * Owned by the bridge's thread: a sender link. It works on proton's engine directly, because {@link ProtonSender#send} makes
 * a socket write of its own for each message.
 */
final class AmqpLink implements PeerLink {
    private final AmqpPeer peer;
    private final String address;
    private final RouteOptions options;
    private final AmqpMapping mapping;
    private final ProtonSender sender;
    private long messageBytesMax = Long.MAX_VALUE;
    private boolean closed;

    AmqpLink(AmqpPeer peer, String address, RouteOptions options, AmqpMapping mapping, ProtonSender sender) {
        this.peer = peer;
        this.address = address;
        this.options = options;
        this.mapping = mapping;
        this.sender = sender;
    }

    void open(Listener listener) {
        sender.openHandler(opened -> peer.guarded(() -> onOpen(listener)));
        sender.closeHandler(ended -> peer.guarded(() -> onEnded(listener)));
        sender.detachHandler(ended -> peer.guarded(() -> onEnded(listener)));
        sender.sendQueueDrainHandler(flow -> peer.guarded(() -> onCredit(listener)));
        sender.open();
    }

    private void onOpen(Listener listener) {
        // A peer that refuses a link attaches it without a target first, and then detaches it with the reason.
        if (closed || sender.getRemoteTarget() == null || hasCondition()) {
            return;
        }
        UnsignedLong max = sender.getRemoteMaxMessageSize();
        if (max != null && max.longValue() > 0) {
            messageBytesMax = max.longValue();
        }
        listener.onOpen();
    }

    private boolean hasCondition() {
        return sender.getRemoteCondition() != null
                && sender.getRemoteCondition().getCondition() != null;
    }

    private void onCredit(Listener listener) {
        if (!closed) {
            listener.onCredit();
        }
    }

    private void onEnded(Listener listener) {
        if (closed) {
            sender.free(); // The answer to our own detach.
            return;
        }
        String why = DeliveryOutcomes.words(sender.getRemoteCondition());
        close();
        sender.free();
        listener.onClosed(why);
    }

    @Override
    public int credit() {
        return closed ? 0 : ((ProtonSenderImpl) sender).getRemoteCredit();
    }

    @Override
    public void send(Entry entry, Consumer<Outcome> receipt) {
        send(entry, Optional.empty(), receipt);
    }

    /** @param transaction the id of the transaction that the transfer is part of */
    void send(Entry entry, Optional<Binary> transaction, Consumer<Outcome> receipt) {
        byte[] encoded;
        try {
            encoded = mapping.encode(entry, address, options);
        } catch (RuntimeException bug) {
            // It would fail again after a new start, and again: better one message aside than none sent.
            receipt.accept(new Outcome.Unencodable(String.valueOf(bug)));
            return;
        }
        if (encoded == null) {
            receipt.accept(Outcome.EXPIRED);
            return;
        }
        if (encoded.length > messageBytesMax) {
            receipt.accept(new Outcome.TooLarge(encoded.length, messageBytesMax));
            return;
        }
        Delivery delivery = ((ProtonSenderImpl) sender).delivery(tag(entry.position()));
        if (transaction.isPresent()) {
            TransactionalState state = new TransactionalState();
            state.setTxnId(transaction.get());
            delivery.disposition(state); // Before advance: proton puts it into the transfer.
        }
        Sender engine = (Sender) delivery.getLink();
        engine.sendNoCopy(ReadableBuffer.ByteBufferReader.wrap(encoded));
        engine.advance();
        // Its constructor makes proton deliver the outcome to it; without it the event would be cast to a receiver's.
        ProtonDeliveryImpl events = new ProtonDeliveryImpl(delivery);
        events.handler(update -> onUpdate(update, delivery, transaction.isPresent(), receipt));
    }

    private void onUpdate(ProtonDelivery update, Delivery delivery, boolean inTransaction, Consumer<Outcome> receipt) {
        Optional<Outcome> outcome = inTransaction
                ? DeliveryOutcomes.ofTransactional(update.getRemoteState(), update.remotelySettled())
                : DeliveryOutcomes.of(update.getRemoteState(), update.remotelySettled());
        if (outcome.isPresent() && !delivery.isSettled()) {
            peer.guarded(() -> {
                delivery.settle(); // Proton flushes by itself after the events of one read.
                peer.onDecided();
                receipt.accept(peer.understood(outcome.get()));
            });
        }
    }

    /** Positions are unique within the log, and a record is on a link once at a time. */
    private static byte[] tag(long position) {
        byte[] tag = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            tag[i] = (byte) (position >>> (56 - 8 * i));
        }
        return tag;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sender.close();
        }
    }
}
