package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drill of {@link RotationDrill}, with few devices. */
class RotationIT {
    @TempDir
    Path directory;

    @Test
    void certificatesAreExchangedUnderLoadWithoutADisconnectOrALoss() throws Exception {
        RotationDrill.Figures figures = new RotationDrill(directory, 30, 200, 4).run();

        assertEquals(0, figures.disconnected(), figures::toString);
        assertEquals(800, figures.acknowledged(), figures::toString);
        assertEquals(figures.acknowledged(), figures.arrived(), figures::toString);
        assertTrue(figures.revokedIsCut() && figures.revokedIsRefused(), figures::toString);
        assertTrue(figures.newChainIsSeen() && figures.oldChainIsGone(), figures::toString);
    }
}
