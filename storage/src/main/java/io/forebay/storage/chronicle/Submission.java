package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;

/**
 * One call of the log on its way through the writer: made on the caller's event loop, applied by the writer thread,
 * settled on the caller's event loop again. Handed over, never shared: no field is read by two threads at a time.
 */
abstract class Submission<T> {
    /** Links it first into the inbox, then into what is to be settled together. */
    Submission<?> next;

    /** Where it is settled; null if the caller has no Vert.x context, then on the writer thread. */
    final ContextInternal context;

    private final Promise<T> promise;
    private T result;
    private LogException fault;

    Submission() {
        ContextInternal caller = ContextInternal.current();
        this.promise = caller == null ? Promise.promise() : caller.promise();
        // Those of one event loop share the context underneath.
        this.context = caller == null ? null : caller.unwrap();
    }

    /** Does what is asked, on the writer thread; once more if what it wrote did not become durable. */
    abstract void apply(LogWriter writer);

    /** Whether its caller wants to hear of it before it is durable. */
    boolean wantsWritten() {
        return false;
    }

    /** What the caller wants to hear then, for once. */
    Runnable takeOnWritten() {
        return null;
    }

    /** How many bytes it holds while it waits. */
    int bytes() {
        return 0;
    }

    Future<T> future() {
        return promise.future();
    }

    final void succeedsWith(T value) {
        this.result = value;
        this.fault = null;
    }

    final void failsWith(LogException cause) {
        this.fault = cause;
    }

    final void settle() {
        if (fault == null) {
            promise.complete(result);
        } else {
            promise.fail(fault);
        }
    }
}
