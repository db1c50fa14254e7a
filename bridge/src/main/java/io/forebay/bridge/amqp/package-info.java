/**
 * The AMQP 1.0 side of the bridge, step 6 (transfer) of the walk that ARCHITECTURE.md prints: with the links of {@link
 * io.forebay.bridge.downlink} the only ones that know vertx-proton and proton-j. Its door is {@link io.forebay.bridge.amqp.AmqpPeer}.
 */
@CheckReturnValue
package io.forebay.bridge.amqp;

import com.google.errorprone.annotations.CheckReturnValue;
