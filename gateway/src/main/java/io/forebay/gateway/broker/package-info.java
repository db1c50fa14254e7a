/** An ActiveMQ Artemis within the gateway's process, for trying Forebay without an AMQP broker of one's own. */
@CheckReturnValue
package io.forebay.gateway.broker;

import com.google.errorprone.annotations.CheckReturnValue;
