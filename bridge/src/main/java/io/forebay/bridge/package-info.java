/**
 * Carries the log to an AMQP 1.0 broker, in order per lane: steps 4 (read), 5 (decide) and 7 (forget) of the walk that
 * ARCHITECTURE.md prints. A lane is one client id with one topic. {@link io.forebay.bridge.Bridge} and the records it is
 * configured with and reports are the door; {@link io.forebay.bridge.Peer} is the seam to the AMQP side. Neither MQTT nor
 * AMQP types are known here.
 */
@CheckReturnValue
package io.forebay.bridge;

import com.google.errorprone.annotations.CheckReturnValue;
