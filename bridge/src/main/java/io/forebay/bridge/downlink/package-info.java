/**
 * From AMQP to devices: receives messages from addresses of the broker and appends them to the log, from where they are
 * delivered to subscribers like any publish. It has an AMQP connection and a thread of its own; {@link
 * io.forebay.bridge.downlink.Downlink} is its door.
 */
@CheckReturnValue
package io.forebay.bridge.downlink;

import com.google.errorprone.annotations.CheckReturnValue;
