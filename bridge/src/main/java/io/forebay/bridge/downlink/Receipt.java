package io.forebay.bridge.downlink;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Delivery;

/**
 * Owned by the downlink's thread: a message that was received and is to be settled, once. If its link is gone meanwhile,
 * settling does nothing: the broker will deliver it again.
 */
final class Receipt {
    private final Inlet inlet;
    private final InletLink link;
    private final Delivery delivery;

    Receipt(Inlet inlet, InletLink link, Delivery delivery) {
        this.inlet = inlet;
        this.link = link;
        this.delivery = delivery;
    }

    Inlet inlet() {
        return inlet;
    }

    /** Whether it can still be settled. */
    boolean isOpen() {
        return inlet.isOn(link);
    }

    /** @return whether the broker will hear of it */
    boolean accept() {
        return settle(Accepted.getInstance(), Inlet.Credit.AT_ONCE);
    }

    /** The broker may offer it to others, or again; but not over and over. */
    void release() {
        settle(Released.getInstance(), Inlet.Credit.AFTER_A_PAUSE);
    }

    void reject(Refused refused) {
        Rejected rejected = new Rejected();
        rejected.setError(new ErrorCondition(Symbol.valueOf(refused.condition()), refused.getMessage()));
        settle(rejected, Inlet.Credit.AT_ONCE);
    }

    @CanIgnoreReturnValue
    private boolean settle(DeliveryState outcome, Inlet.Credit credit) {
        if (!inlet.isOn(link)) {
            return false;
        }
        delivery.disposition(outcome);
        delivery.settle();
        inlet.settled(credit);
        return true;
    }
}
