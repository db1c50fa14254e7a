package io.forebay.bridge.downlink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the downlink's thread: the addresses of single devices, listened to while the device is connected. There are so
 * many links at most; further devices wait until others leave, and what is for them waits at the broker meanwhile.
 */
final class DeviceInlets {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceInlets.class);
    private static final int IN_ONE_SESSION_MAX = 64;
    /** What a device that has left may still have with the log. */
    private static final long RETIRE_MS = 1_000;

    private record Retired(InletSession session, Inlet inlet, long untilMs) {}

    private final List<DownlinkAddress> addresses;
    private final DownlinkConfig config;
    private final Inlet.Surroundings around;
    private final RandomGenerator random;

    private final List<InletSession> sessions = new ArrayList<>();
    private final Map<Inlet, InletSession> sessionOf = new HashMap<>();
    private final Map<String, List<Inlet>> byDevice = new HashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final List<Retired> retired = new ArrayList<>();

    DeviceInlets(DownlinkConfig config, Inlet.Surroundings around, RandomGenerator random) {
        this.addresses =
                config.addresses().stream().filter(DownlinkAddress::isPerDevice).toList();
        this.config = config;
        this.around = around;
        this.random = random;
    }

    List<InletSession> sessions() {
        return sessions;
    }

    InletSession sessionOf(Inlet inlet) {
        return sessionOf.get(inlet);
    }

    /** Devices that are connected and have no link. */
    int waiting() {
        return waiting.size();
    }

    void connected(String clientId) {
        if (addresses.isEmpty() || byDevice.containsKey(clientId)) {
            return;
        }
        if ((byDevice.size() + 1) * addresses.size() > config.deviceLinksMax()) {
            if (waiting.isEmpty()) {
                LOG.warn(
                        "There are more devices than links for their addresses, further ones wait [deviceLinksMax={}]",
                        config.deviceLinksMax());
            }
            waiting.add(clientId);
            return;
        }
        List<Inlet> inlets = new ArrayList<>(addresses.size());
        for (DownlinkAddress address : addresses) {
            Inlet inlet = new Inlet(address, Optional.of(clientId), config, around, random);
            InletSession session = sessionWithRoom();
            session.add(inlet);
            sessionOf.put(inlet, session);
            inlets.add(inlet);
        }
        byDevice.put(clientId, inlets);
    }

    private InletSession sessionWithRoom() {
        for (InletSession session : sessions) {
            if (session.size() < IN_ONE_SESSION_MAX) {
                return session;
            }
        }
        // Unbounded, since messages that arrive in parts on several links could fill a window and wait for each other;
        // it is credit that bounds these.
        InletSession session = new InletSession(Integer.MAX_VALUE);
        sessions.add(session);
        return session;
    }

    void disconnected(String clientId) {
        waiting.remove(clientId);
        List<Inlet> inlets = byDevice.remove(clientId);
        if (inlets == null) {
            return;
        }
        long until = around.nowMs() + RETIRE_MS;
        for (Inlet inlet : inlets) {
            inlet.retire();
            retired.add(new Retired(sessionOf.remove(inlet), inlet, until));
        }
        Iterator<String> next = waiting.iterator();
        if (next.hasNext()) {
            String clientIdOfNext = next.next();
            next.remove();
            connected(clientIdOfNext);
        }
    }

    void tick() {
        long now = around.nowMs();
        for (Iterator<Retired> all = retired.iterator(); all.hasNext(); ) {
            Retired one = all.next();
            if (one.inlet().unsettled() == 0 || now >= one.untilMs()) {
                all.remove();
                one.session().remove(one.inlet());
                one.inlet().close();
            }
        }
    }
}
