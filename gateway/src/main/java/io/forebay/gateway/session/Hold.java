package io.forebay.gateway.session;

import io.vertx.core.Future;
import java.util.List;

/**
 * A connection's side of its session: turns each call into a task for the thread forebay-sessions. Owned by the connection's
 * event loop.
 */
final class Hold implements SessionHold {
    private final SessionLoop loop;
    private final Attachment attachment;
    private boolean closed;

    Hold(SessionLoop loop, Attachment attachment) {
        this.loop = loop;
        this.attachment = attachment;
    }

    @Override
    public Future<List<Grant>> subscribe(List<Subscription> subscriptions) {
        if (closed) {
            return Future.succeededFuture(
                    subscriptions.stream().map(Subscriptions::granted).toList());
        }
        return loop.submitInOrderOfTheLog(() -> loop.subscribing().subscribe(attachment, subscriptions));
    }

    @Override
    public Future<List<Boolean>> unsubscribe(List<String> filters) {
        if (closed) {
            return Future.succeededFuture(filters.stream().map(filter -> false).toList());
        }
        return loop.submit(() -> loop.subscribing().unsubscribe(attachment, filters));
    }

    @Override
    public Future<List<String>> subscriptions() {
        if (closed) {
            return Future.succeededFuture(List.of());
        }
        return loop.submit(() -> attachment.isCurrent()
                ? List.copyOf(attachment.session().subscriptions().keySet())
                : List.<String>of());
    }

    @Override
    public void acknowledged(int packetId) {
        tell(() -> attachment.acknowledged(packetId));
    }

    @Override
    public void refused(int packetId) {
        tell(() -> attachment.refused(packetId));
    }

    @Override
    public Future<Boolean> received(int packetId) {
        if (closed) {
            return Future.succeededFuture(false);
        }
        return loop.submit(() -> attachment.isCurrent() && attachment.received(packetId));
    }

    @Override
    public void completed(int packetId) {
        tell(() -> attachment.completed(packetId));
    }

    @Override
    public void writable(boolean writable) {
        tell(() -> attachment.writable(writable));
    }

    private void tell(Runnable event) {
        if (!closed) {
            loop.submit((Runnable) () -> {
                if (attachment.isCurrent()) {
                    event.run();
                }
            });
        }
    }

    @Override
    public Future<Void> close(long expirySeconds, WillFate will) {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        return loop.submit(() -> {
            if (attachment.isCurrent()) {
                loop.sessions().close(attachment, expirySeconds, will);
            }
            return null;
        });
    }
}
