package io.forebay.bridge;

import java.util.List;

/** How the bridge of a replay is configured: as the live one, but for where it sends to and how much it takes. No state. */
final class ReplayBridge {
    /** Often, since what is settled makes room for what is read next. */
    private static final long WATERMARK_EVERY_MS = 20;

    private ReplayBridge() {}

    static BridgeConfig config(String id, ReplayRequest request, BridgeConfig live, ReplayConfig limits) {
        AmqpConfig amqp = live.target(request.target());
        if (amqp == null) {
            throw new IllegalArgumentException("there is no target '" + request.target() + "' among amqp.targets");
        }
        // Messages look as their routes make them look, wherever they go.
        List<Route> routes = live.routes().stream()
                .map(route -> new Route(route.topicFilter(), request.address(), replayed(id, route.options())))
                .toList();
        return BridgeConfig.builder(amqp.toBuilder()
                        .containerId(amqp.containerId() + "-replay-" + id)
                        .build())
                .routes(routes)
                .defaultAddress(request.address())
                .defaultOptions(replayed(id, live.defaultOptions()))
                .transactions(live.transactions())
                .limits(new BridgeLimits(
                        limits.unsettledMax(),
                        limits.heldMessages(),
                        limits.heldBytes(),
                        limits.heldMessages(),
                        live.limits().linksMax()))
                .settleTimeoutMs(live.settleTimeoutMs())
                .retry(live.retry())
                .rejectedRetry(live.rejectedRetry())
                .watermarkEveryMs(WATERMARK_EVERY_MS)
                .build();
    }

    private static RouteOptions replayed(String id, RouteOptions options) {
        return options.withRateMax(0)
                .withOnRejected(RouteOptions.OnRejected.QUARANTINE)
                .withDeadLetter("")
                .withShare(ShareConfig.ALL)
                .withMapping(options.mapping().replayed(id));
    }
}
