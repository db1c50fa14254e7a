package io.forebay.bridge.amqp;

import io.forebay.bridge.Entry;
import io.forebay.bridge.Outcome;
import io.forebay.bridge.PeerLink;
import io.forebay.bridge.PeerTransaction;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonSession;
import io.vertx.proton.impl.ProtonDeliveryImpl;
import io.vertx.proton.impl.ProtonSenderImpl;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transaction.Declare;
import org.apache.qpid.proton.amqp.transaction.Declared;
import org.apache.qpid.proton.amqp.transaction.Discharge;
import org.apache.qpid.proton.amqp.transaction.TxnCapability;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Sender;

/**
 * Owned by the bridge's thread: the link to the peer's transaction coordinator (AMQP 1.0, 4.2). It is on the session of the
 * links whose transfers take part: some peers order transfers and discharge by session only.
 */
final class Coordinator {
    /** Hears of the link; never from within a call to it. */
    interface Listener {
        /** There is credit for the first time. */
        void onReady();

        /** Refused, or ended; open transactions are gone, or in doubt. */
        void onEnded(String why);
    }

    private static final int BODY_BYTES_MAX = 256;

    private final AmqpPeer peer;
    private final ProtonSender sender;
    /** What waits for credit: some coordinators grant one at a time. */
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    private long tags;
    private boolean ready;
    private boolean ended;

    Coordinator(AmqpPeer peer, ProtonSession session) {
        this.peer = peer;
        // Its name keeps vertx-proton from taking it for an anonymous sender; it also fills the source's outcomes.
        sender = session.createSender("coordinator");
        org.apache.qpid.proton.amqp.transaction.Coordinator target =
                new org.apache.qpid.proton.amqp.transaction.Coordinator();
        target.setCapabilities(TxnCapability.LOCAL_TXN);
        sender.setTarget(target);
    }

    void open(Listener listener) {
        sender.closeHandler(closed -> peer.guarded(() -> onEnded(listener)));
        sender.detachHandler(closed -> peer.guarded(() -> onEnded(listener)));
        sender.sendQueueDrainHandler(flow -> peer.guarded(() -> onCredit(listener)));
        sender.open();
    }

    private void onCredit(Listener listener) {
        if (!ready && !ended && credit() > 0) {
            ready = true;
            listener.onReady();
        }
        while (!ended && credit() > 0 && !waiting.isEmpty()) {
            waiting.poll().run();
        }
    }

    private void onEnded(Listener listener) {
        if (!ended) {
            ended = true;
            listener.onEnded(DeliveryOutcomes.words(sender.getRemoteCondition()));
        }
    }

    private int credit() {
        return ((ProtonSenderImpl) sender).getRemoteCredit();
    }

    boolean isReady() {
        return ready && !ended;
    }

    void begin(Consumer<Optional<PeerTransaction>> begun) {
        send(new Declare(), state -> {
            if (state instanceof Declared declared) {
                begun.accept(Optional.of(new Transaction(declared.getTxnId())));
            } else {
                begun.accept(Optional.empty());
            }
        });
    }

    private void send(Object request, Consumer<DeliveryState> answer) {
        if (credit() > 0) {
            transfer(request, answer);
        } else {
            waiting.add(() -> transfer(request, answer));
        }
    }

    private void transfer(Object request, Consumer<DeliveryState> answer) {
        org.apache.qpid.proton.message.Message message = Proton.message();
        message.setBody(new AmqpValue(request));
        byte[] encoded = new byte[BODY_BYTES_MAX];
        int length = message.encode(encoded, 0, encoded.length);
        tags++;
        Delivery delivery = ((ProtonSenderImpl) sender)
                .delivery(ByteBuffer.allocate(Long.BYTES).putLong(tags).array());
        Sender engine = (Sender) delivery.getLink();
        engine.send(encoded, 0, length);
        engine.advance();
        new ProtonDeliveryImpl(delivery).handler(update -> onUpdate(update, delivery, answer));
    }

    private void onUpdate(ProtonDelivery update, Delivery delivery, Consumer<DeliveryState> answer) {
        DeliveryState state = update.getRemoteState();
        boolean answered = state instanceof Declared || update.remotelySettled() || state instanceof Rejected;
        if (answered && !delivery.isSettled()) {
            peer.guarded(() -> {
                delivery.settle();
                answer.accept(state);
            });
        }
    }

    void close() {
        if (!ended) {
            ended = true;
            sender.close();
        }
    }

    /** One transaction of this coordinator. */
    private final class Transaction implements PeerTransaction {
        private final Binary id;

        Transaction(Binary id) {
            this.id = id;
        }

        @Override
        public void send(PeerLink link, Entry entry, Consumer<Outcome> receipt) {
            ((AmqpLink) link).send(entry, Optional.of(id), receipt);
        }

        @Override
        public void discharge(boolean commit, Consumer<Outcome> done) {
            Discharge discharge = new Discharge();
            discharge.setTxnId(id);
            discharge.setFail(!commit);
            Coordinator.this.send(
                    discharge,
                    state -> done.accept(DeliveryOutcomes.of(state, true).orElseThrow()));
        }
    }
}
