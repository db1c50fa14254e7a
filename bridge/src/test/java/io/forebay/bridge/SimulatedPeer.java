package io.forebay.bridge;

import io.forebay.storage.Message;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** A broker without sockets that does everything a broker may do, by chance, and checks what it is sent. */
final class SimulatedPeer implements Peer {
    final PeerMood mood = new PeerMood();
    private final Random random;
    private final int salt;
    /** Of what it was sent, and what must hold of that. */
    final PeerLedger ledger;

    private final Map<Link, Boolean> links = new LinkedHashMap<>();
    private Listener listener;
    private boolean connected;
    int resets;
    int transactionsEnded;

    SimulatedPeer(FakeLog log, Random random, FakeQuarantine quarantine, RouteOptions options) {
        this.random = random;
        this.ledger = new PeerLedger(log, quarantine, options);
        salt = random.nextInt();
    }

    /** The same for a message whenever it comes. */
    private boolean is(int index, int kind, int inThousand) {
        return new Random((long) salt * 31 + index * 7919L + kind).nextInt(1000) < inThousand;
    }

    boolean isPoison(int index) {
        return is(index, 1, mood.poison);
    }

    boolean isUnwanted(int index) {
        return is(index, 2, mood.unwanted);
    }

    private boolean chance(int inThousand) {
        return random.nextInt(1000) < inThousand;
    }

    @Override
    public void connect(Listener to) {
        listener = to;
    }

    /** One step of the broker's life. */
    void live() {
        if (!connected) {
            if (random.nextInt(4) == 0) {
                connected = true;
                listener.onConnected();
            }
            return;
        }
        if (chance(mood.disconnect)) {
            reset("the broker went away");
            return;
        }
        liveTransactions();
        for (Link link : List.copyOf(links.keySet())) {
            if (links.containsKey(link)) {
                link.live();
            }
        }
    }

    /**
     * The bridge is gone without a word, and there is another one.
     *
     * @param isSaved whether that one knows that a message is settled
     */
    void crash(IntPredicate isSaved) {
        List.copyOf(open).forEach(Transaction::lose);
        List.copyOf(links.keySet()).forEach(Link::lose);
        connected = false;
        begins.clear();
        links.clear();
        ledger.crash(isSaved);
    }

    @Override
    public PeerLink attach(String address, RouteOptions options, PeerLink.Listener events) {
        PeerLedger.check(connected, "attach only while connected");
        Link link = new Link(address, events);
        links.put(link, true);
        return link;
    }

    int links() {
        return links.size();
    }

    @Override
    public void flush() {
        links.keySet().forEach(link -> link.flushed = link.transfers.size());
    }

    @Override
    public void reset(String why) {
        if (!connected) {
            return;
        }
        resets += why.startsWith("no outcome") ? 1 : 0;
        connected = false;
        begins.clear();
        List.copyOf(open).forEach(Transaction::lose);
        List.copyOf(links.keySet()).forEach(Link::lose);
        links.clear();
        listener.onDisconnected(why);
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    boolean transactions;
    private final Set<Transaction> open = new LinkedHashSet<>();
    private final List<Runnable> begins = new ArrayList<>();

    @Override
    public boolean offersTransactions() {
        return transactions && connected;
    }

    @Override
    public void begin(Consumer<Optional<PeerTransaction>> begun) {
        PeerLedger.check(connected, "begin only while connected");
        begins.add(() -> {
            if (chance(mood.noTransaction)) {
                begun.accept(Optional.empty());
                return;
            }
            Transaction transaction = new Transaction();
            open.add(transaction);
            begun.accept(Optional.of(transaction));
        });
    }

    private void liveTransactions() {
        List<Runnable> now = List.copyOf(begins);
        begins.clear();
        now.forEach(Runnable::run);
        for (Transaction transaction : List.copyOf(open)) {
            if (open.contains(transaction)) {
                transaction.live();
            }
        }
    }

    /** Keeps all that was sent in it, or nothing; commits without what it refused if the bridge lets it. */
    private final class Transaction implements PeerTransaction {
        private final Map<Transfer, Link> transfers = new LinkedHashMap<>();
        private int refused;
        private Boolean commit;
        private Consumer<Outcome> done;

        @Override
        public void send(PeerLink to, Entry entry, Consumer<Outcome> receipt) {
            PeerLedger.check(commit == null, "sent after the discharge");
            Link link = (Link) to;
            Transfer transfer = link.begin(entry, receipt, this);
            if (transfer == null) {
                refused++;
            } else {
                transfers.put(transfer, link);
            }
        }

        @Override
        public void discharge(boolean keep, Consumer<Outcome> onDone) {
            PeerLedger.check(commit == null, "discharged twice");
            if (keep) {
                PeerLedger.check(refused == 0, "commits although something was refused");
                transfers
                        .keySet()
                        .forEach(each -> PeerLedger.check(each.decided()[0] == Outcome.ACCEPTED, "did not wait"));
            }
            commit = keep;
            done = onDone;
        }

        void live() {
            if (commit == null) {
                provisional();
            } else if (random.nextInt(3) == 0) {
                open.remove(this);
                transactionsEnded++;
                boolean fails = commit && chance(mood.failCommit);
                boolean keeps = commit && !fails;
                if (keeps) {
                    transfers.keySet().forEach(ledger::arrive);
                }
                transfers.forEach((transfer, link) ->
                        ledger.finish(transfer, keeps ? PeerLedger.Fate.DONE : PeerLedger.Fate.OPEN));
                done.accept(fails ? new Outcome.Rejected("failed", "") : Outcome.ACCEPTED);
            }
        }

        private void provisional() {
            for (Transfer transfer : List.copyOf(transfers.keySet())) {
                if (transfer.decided()[0] != null || transfer.mute() || chance(mood.silence)) {
                    continue;
                }
                if (isPoison(transfer.index())) {
                    reset("a poisonous message in a transaction");
                    return;
                }
                boolean refuse = isUnwanted(transfer.index()) || chance(mood.refuse / 20);
                transfer.decided()[0] = refuse ? Outcome.RELEASED : Outcome.ACCEPTED;
                refused += refuse ? 1 : 0;
                transfer.receipt().accept(transfer.decided()[0]);
            }
        }

        /** Its link or the connection is gone: if it was told to commit, nobody knows. */
        void lose() {
            open.remove(this);
            if (commit != null && commit && random.nextBoolean()) {
                transfers.keySet().forEach(ledger::arrive);
            }
            transfers.forEach((transfer, link) -> ledger.finish(transfer, PeerLedger.Fate.OPEN));
        }
    }

    record Transfer(int index, String lane, int sequence, Consumer<Outcome> receipt, Outcome[] decided, boolean mute) {}

    private final class Link implements PeerLink {
        private final String address;
        private final PeerLink.Listener events;
        private final List<Transfer> transfers = new ArrayList<>();
        private boolean attached;
        private int flushed;
        private int credit;

        Link(String address, PeerLink.Listener events) {
            this.address = address;
            this.events = events;
        }

        @Override
        public int credit() {
            return credit;
        }

        @Override
        public void send(Entry entry, Consumer<Outcome> receipt) {
            Transfer transfer = begin(entry, receipt, null);
            if (transfer != null) {
                transfers.add(transfer);
            }
        }

        /** @return null if it was not sent after all */
        Transfer begin(Entry entry, Consumer<Outcome> receipt, Transaction transaction) {
            Message message = entry.message();
            PeerLedger.check(links.containsKey(this), "sent on a link that is gone");
            PeerLedger.check(credit > 0, "sent without credit");
            credit--;
            PeerLedger.check(message.topic().startsWith(address), "sent to a wrong address");
            int index = FakeLog.indexOf(entry.position());
            String lane = ledger.begin(entry, transaction == null ? this : transaction, transaction != null);
            Transfer transfer =
                    new Transfer(index, lane, message.packetId(), receipt, new Outcome[1], chance(mood.mute));
            if (chance(mood.tooLarge)) {
                credit++;
                ledger.finish(transfer, PeerLedger.Fate.OPEN);
                receipt.accept(new Outcome.TooLarge(2, 1));
                return null;
            }
            return transfer;
        }

        void lose() {
            for (Transfer transfer : transfers) {
                if (transfer.decided()[0] == null && !isPoison(transfer.index()) && random.nextBoolean()) {
                    decide(transfer); // It was on its way when the connection broke.
                }
                ledger.finish(transfer, PeerLedger.Fate.OPEN);
            }
            transfers.clear();
        }

        void live() {
            if (!attached) {
                attach();
                return;
            }
            if (chance(mood.closeLink)) {
                end("as it pleases");
                return;
            }
            if (!chance(mood.noCredit) && credit < 50) {
                credit += 1 + random.nextInt(60);
                events.onCredit();
            }
            if (!poisoned()) {
                settleSome();
            }
        }

        private boolean poisoned() {
            for (Transfer transfer : transfers.subList(0, flushed)) {
                if (isPoison(transfer.index()) && random.nextInt(3) == 0) {
                    if (transfer.index() % 2 == 0) {
                        end("amqp:decode-error");
                    } else {
                        reset("a poisonous message");
                    }
                    return true;
                }
            }
            return false;
        }

        private void attach() {
            if (chance(mood.refuseAttach)) {
                end("as it pleases");
            } else if (random.nextBoolean()) {
                attached = true;
                events.onOpen();
            }
        }

        private void end(String why) {
            lose();
            links.remove(this);
            List.copyOf(open).stream()
                    .filter(transaction -> transaction.transfers.containsValue(this))
                    .forEach(Transaction::lose);
            events.onClosed(why);
        }

        private void settleSome() {
            int upTo = random.nextInt(flushed + 1);
            for (int i = 0; i < upTo; i++) {
                Transfer transfer = transfers.get(i);
                if (transfer.decided()[0] == null
                        && !isPoison(transfer.index())
                        && !transfer.mute()
                        && !chance(mood.silence)) {
                    decide(transfer);
                }
            }
            // The bridge hears of some of it now, in any order between lanes.
            List<Transfer> heard = new ArrayList<>();
            for (Transfer transfer : transfers) {
                if (transfer.decided()[0] != null && random.nextInt(3) > 0) {
                    heard.add(transfer);
                }
            }
            transfers.removeAll(heard);
            flushed = Math.min(flushed, transfers.size());
            for (Transfer transfer : heard) {
                Outcome outcome = transfer.decided()[0];
                ledger.finish(transfer, outcome == Outcome.ACCEPTED ? PeerLedger.Fate.DONE : PeerLedger.Fate.OPEN);
                transfer.receipt().accept(outcome);
            }
        }

        private void decide(Transfer transfer) {
            if (isUnwanted(transfer.index())) {
                transfer.decided()[0] = new Outcome.Rejected("unwanted", "d");
                return;
            }
            if (chance(mood.refuse)) {
                transfer.decided()[0] = random.nextBoolean() ? Outcome.RELEASED : new Outcome.Rejected("c", "d");
                return;
            }
            transfer.decided()[0] = Outcome.ACCEPTED;
            ledger.arrive(transfer);
        }

        @Override
        public void close() {
            PeerLedger.check(transfers.isEmpty(), "a link with unsettled transfers is closed");
            PeerLedger.check(
                    open.stream().noneMatch(each -> each.transfers.containsValue(this)), "closed in a transaction");
            links.remove(this);
        }
    }
}
