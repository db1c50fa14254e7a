package io.forebay.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Owned by the bridge's thread: a connection to one target, over which one message at a time goes. */
final class RedriveLine implements Peer.Listener {
    private final Peer peer;
    private final Uplink.Loop loop;
    private final long patienceMs;
    private boolean connected;
    private String lastFault = "the broker does not answer";
    private Attached attached;
    private Attempt current;

    /** One message. Only itself is equal to it. */
    private static final class Attempt {
        private final Entry entry;
        private final String address;
        private final RouteOptions options;
        private final Promise<Outcome> ended = Promise.promise();

        Attempt(Entry entry, String address, RouteOptions options) {
            this.entry = entry;
            this.address = address;
            this.options = options;
        }
    }

    /** The link to one address. */
    private final class Attached implements PeerLink.Listener {
        private final String address;
        private final RouteOptions options;
        private PeerLink link;
        private boolean open;
        private boolean busy;

        Attached(String address, RouteOptions options) {
            this.address = address;
            this.options = options;
        }

        @Override
        public void onOpen() {
            open = true;
            advance();
        }

        @Override
        public void onCredit() {
            advance();
        }

        @Override
        public void onClosed(String why) {
            if (attached == this) {
                attached = null;
                fail("the broker ended the link to " + address + ": " + why);
            }
        }
    }

    RedriveLine(Peer peer, Uplink.Loop loop, long patienceMs) {
        this.peer = peer;
        this.loop = loop;
        this.patienceMs = patienceMs;
        peer.connect(this);
    }

    /** @return fails with a sentence if there was no outcome */
    Future<Outcome> send(Entry entry, String address, RouteOptions options) {
        if (current != null) {
            return Future.failedFuture("another one is on its way");
        }
        Attempt attempt = new Attempt(entry, address, options);
        current = attempt;
        loop.runIn(patienceMs, () -> {
            if (current == attempt) {
                fail(lastFault + " (waited " + patienceMs / 1000 + " s)");
                // What comes of it yet is of no use: it would be taken for the outcome of another one.
                drop();
            }
        });
        advance();
        return attempt.ended.future();
    }

    private void advance() {
        if (current == null || !connected) {
            return;
        }
        if (attached != null
                && (!attached.address.equals(current.address) || !attached.options.equals(current.options))) {
            drop();
        }
        if (attached == null) {
            lastFault = "the broker does not open a link to " + current.address;
            attached = new Attached(current.address, current.options);
            attached.link = peer.attach(current.address, current.options, attached);
            peer.flush();
        } else if (attached.open && !attached.busy && attached.link.credit() > 0) {
            lastFault = "the broker does not say what becomes of the message";
            Attempt attempt = current;
            attached.busy = true;
            attached.link.send(attempt.entry, outcome -> onOutcome(attempt, outcome));
            peer.flush();
        } else if (attached.open && !attached.busy) {
            lastFault = "the broker gives no credit for " + current.address;
        }
    }

    private void onOutcome(Attempt attempt, Outcome outcome) {
        if (current == attempt) {
            attached.busy = false;
            current = null;
            attempt.ended.complete(outcome);
        }
    }

    private void drop() {
        if (attached != null) {
            attached.link.close();
            attached = null;
        }
    }

    private void fail(String why) {
        if (current != null) {
            Attempt failed = current;
            current = null;
            failed.ended.fail(why);
        }
    }

    @Override
    public void onConnected() {
        connected = true;
        advance();
    }

    @Override
    public void onDisconnected(String why) {
        connected = false;
        boolean wasSent = attached != null && attached.busy;
        attached = null;
        lastFault = "the connection is lost: " + why;
        if (wasSent) {
            fail(lastFault);
        }
    }

    @Override
    public void onConnectFailed(String why) {
        lastFault = "the broker cannot be reached: " + why;
    }

    @Override
    public void onBug(Throwable bug) {
        fail("something went wrong that should not: " + bug);
    }

    void close() {
        fail("it is over");
        peer.close().onFailure(alreadyGone -> {});
    }
}
