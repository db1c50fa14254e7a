package io.forebay.gateway.ops;

import java.util.ArrayList;
import java.util.List;

/**
 * How the gateway is.
 *
 * @param alive whether it can do its work at all; if not, only a restart helps
 * @param ready whether devices should be sent here: it is alive and the log takes messages. The AMQP broker being away
 *     does not count: that is what the log is for
 * @param remarks one sentence for each thing that is not as it should be
 */
public record Health(boolean alive, boolean ready, List<String> remarks) {
    public Health {
        remarks = List.copyOf(remarks);
    }

    /** The same, with more that is not as it should be. */
    public Health with(List<String> more) {
        List<String> all = new ArrayList<>(remarks);
        all.addAll(more);
        return new Health(alive, ready, all);
    }

    /** For those who are not told the reasons. */
    String word() {
        return alive ? "ok\n" : "down\n";
    }

    String text() {
        String word = !alive ? "down" : !ready ? "not ready" : remarks.isEmpty() ? "ok" : "degraded";
        return remarks.isEmpty() ? word + "\n" : word + ": " + String.join(" ", remarks) + "\n";
    }
}
