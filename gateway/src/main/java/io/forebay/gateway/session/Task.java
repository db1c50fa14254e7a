package io.forebay.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Supplier;

/**
 * One call on its way through the thread forebay-sessions: made on the caller's event loop, run by that thread, settled on
 * the caller's event loop when the turn is committed. Handed over, never shared.
 */
final class Task<T> implements Runnable {
    private final ContextInternal context;
    private final Promise<T> promise;
    private final Supplier<T> work;
    private final long notBefore;
    private T result;
    private SessionException fault;

    /** @param notBefore the position in the log that the fan-out must have reached first */
    Task(Supplier<T> work, long notBefore) {
        ContextInternal caller = ContextInternal.current();
        this.promise = caller == null ? Promise.promise() : caller.promise();
        // Those of one event loop share the context underneath.
        this.context = caller == null ? null : caller.unwrap();
        this.work = work;
        this.notBefore = notBefore;
    }

    @Override
    public void run() {
        try {
            result = work.get();
        } catch (SessionException refused) {
            fault = refused;
        }
    }

    long notBefore() {
        return notBefore;
    }

    /** Where it is settled; null if the caller has no Vert.x context, then on the thread forebay-sessions. */
    ContextInternal context() {
        return context;
    }

    Future<T> future() {
        return promise.future();
    }

    void failsWith(SessionException cause) {
        fault = cause;
    }

    void settle() {
        if (fault == null) {
            promise.complete(result);
        } else {
            promise.fail(fault);
        }
    }
}
