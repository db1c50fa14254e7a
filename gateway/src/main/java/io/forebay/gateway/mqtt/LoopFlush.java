package io.forebay.gateway.mqtt;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes to the sockets of one event loop once per turn: a commit of the log acknowledges many messages of many devices,
 * and each socket then costs one system call instead of one for each PUBACK. Owned by that event loop.
 */
final class LoopFlush implements Runnable {
    private List<Outbound> dirty = new ArrayList<>();
    private List<Outbound> flushing = new ArrayList<>();

    void add(Outbound outbound, EventExecutor eventLoop) {
        if (dirty.isEmpty()) {
            eventLoop.execute(this);
        }
        dirty.add(outbound);
    }

    @Override
    public void run() {
        List<Outbound> now = dirty;
        dirty = flushing;
        flushing = now;
        now.forEach(Outbound::flush);
        now.clear();
    }
}
