package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharesTest {
    private final List<String> told = new ArrayList<>();

    private static RouteOptions sharing(int segmentsMax) {
        return RouteOptions.USUAL.withShare(new ShareConfig(segmentsMax, ShareConfig.WhenFull.REFUSE));
    }

    @Test
    void whoWaitsIsToldOnceWhenThereIsRoom() {
        Shares shares = new Routes(List.of(new Route("a/#", "a", sharing(3))), "uplink", RouteOptions.USUAL).shares();
        shares.update(0, 1, 2);
        assertFalse(shares.isAnyFull());
        shares.awaitRoom(0, () -> told.add("at once"));

        shares.update(0, 1, 3);
        assertTrue(shares.isAnyFull() && shares.get(0).isFull());
        shares.awaitRoom(0, () -> told.add("later"));
        shares.awaitRoom(0, () -> told.add("never")).run();
        assertEquals(List.of("at once"), told);
        shares.update(0, 1, 2);
        shares.update(0, 1, 3);
        shares.update(0, 1, 2);

        assertEquals(List.of("at once", "later"), told);
        assertFalse(shares.isAnyFull());
    }

    @Test
    void messageCountsForTheRouteThatTakesIt() {
        Routes routes = new Routes(
                List.of(
                        new Route("a/#", "x"),
                        new Route("nowhere", ""),
                        new Route("#", "{topic:2}", RouteOptions.USUAL.withOrder(RouteOptions.Order.CLIENT))),
                "uplink",
                sharing(4));

        assertEquals(0, routes.share("c\0a/b"));
        assertEquals(-1, routes.share("c\0nowhere"));
        assertEquals(2, routes.share("c\0b/c"));
        assertEquals(3, routes.share("c\0b"), "without a second level it goes to the default address");
        assertEquals(3, routes.share("c\0$x"));
        assertEquals("default", routes.shares().get(3).name);
        assertEquals(4, routes.shares().get(3).config.segmentsMax());
    }

    @Test
    void shareOfARouteDoesNotMakeItAnotherRoute() {
        Routes one = new Routes(List.of(new Route("a", "x", sharing(3))), "uplink", sharing(5));
        Routes other = new Routes(List.of(new Route("a", "x", sharing(4))), "uplink", RouteOptions.USUAL);

        assertEquals(one.fingerprint(), other.fingerprint());
    }
}
