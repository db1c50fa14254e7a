package io.forebay.gateway.tools;

import io.forebay.bridge.StateQuarantine;
import io.forebay.bridge.StateSequences;
import io.forebay.gateway.session.SessionLoop;
import io.forebay.storage.encryption.Keyring;
import io.forebay.storage.state.EncryptedStateStore;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateException;
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

    /**
     * Blocks while what a crash left is put in order, and while all of it is written again if the keys have changed.
     *
     * @throws StateException if it cannot be used, or a key is missing
     */
    public static StateStore open(Path dataDir, Keyring keys) {
        List<String> tables = new ArrayList<>(all());
        tables.add(EncryptedStateStore.TABLE);
        StateStore store = RocksStateStore.open(dataDir.resolve("state"), tables, StateConfig.DEFAULT);
        try {
            return EncryptedStateStore.over(store, keys, all());
        } catch (StateException missing) {
            store.close();
            throw missing;
        }
    }
}
