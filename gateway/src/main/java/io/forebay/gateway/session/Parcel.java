package io.forebay.gateway.session;

import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that one event loop is told after one commit: first the outcomes of its calls, in their order, then what its
 * connections have to send. Filled by the thread forebay-sessions, then handed over to the event loop as a whole.
 */
final class Parcel {
    private static final Logger LOG = LoggerFactory.getLogger(Parcel.class);

    private final ContextInternal context;
    private final AtomicLong onTheWay;
    private final List<Task<?>> tasks = new ArrayList<>();
    private final List<Load> loads = new ArrayList<>();

    private record Load(Attachment attachment, List<Delivery> deliveries) {}

    /** @param context null: it is told on the thread forebay-sessions */
    Parcel(ContextInternal context, AtomicLong onTheWay) {
        this.context = context;
        this.onTheWay = onTheWay;
    }

    void add(Task<?> task) {
        tasks.add(task);
    }

    /** @return what is added to it goes with the parcel */
    List<Delivery> loadFor(Attachment attachment) {
        List<Delivery> deliveries = new ArrayList<>(4);
        loads.add(new Load(attachment, deliveries));
        return deliveries;
    }

    void dispatch() {
        long deliveries = 0;
        for (Load load : loads) {
            deliveries += load.deliveries().size();
            load.attachment().left();
        }
        onTheWay.addAndGet(deliveries);
        long arriving = deliveries;
        if (context == null) {
            arrive(arriving);
            return;
        }
        try {
            context.runOnContext(nothing -> arrive(arriving));
        } catch (RuntimeException loopIsGone) {
            onTheWay.addAndGet(-arriving);
            LOG.debug("An event loop has ended, nobody waits there any more");
        }
    }

    private void arrive(long deliveries) {
        onTheWay.addAndGet(-deliveries);
        for (Task<?> task : tasks) {
            guarded(task::settle);
        }
        for (Load load : loads) {
            guarded(() -> load.attachment().subscriber().deliver(load.deliveries()));
        }
    }

    /** A connection that fails must not keep the others from what is theirs. */
    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable bug) {
            LOG.error("A connection failed over what its session has for it", bug);
        }
    }

    void abandon(Consumer<Task<?>> each) {
        loads.clear();
        tasks.forEach(each);
        dispatch();
    }
}
