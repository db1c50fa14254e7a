package io.forebay.gateway.tools;

import io.forebay.bridge.StateQuarantine;
import io.forebay.bridge.StateSequences;
import io.forebay.gateway.session.SessionLoop;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The state store of a gateway. No state. */
public final class StateTables {
    private StateTables() {}

    /** All tables that a gateway has there. */
    public static List<String> all() {
        List<String> tables = new ArrayList<>(SessionLoop.TABLES);
        tables.add(StateQuarantine.TABLE);
        tables.add(StateSequences.TABLE);
        return List.copyOf(tables);
    }

    public static StateStore open(Path dataDir) {
        return RocksStateStore.open(dataDir.resolve("state"), all(), StateConfig.DEFAULT);
    }
}
