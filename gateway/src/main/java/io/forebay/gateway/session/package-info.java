/**
 * Sessions: what is kept of a device beyond its connection, and local delivery. A second reader of the log, beside the
 * bridge: one thread, {@code forebay-sessions}, reads what is durable, finds the sessions whose subscriptions match and
 * puts the message into their queues. What must outlive a restart stands in the state store, and the position in the log
 * up to which this was done is committed with it, in one batch: after a crash it goes on exactly there.
 *
 * <p>Here is the outbound half of a session; the packet ids of what a device publishes are kept by the log.
 */
@CheckReturnValue
package io.forebay.gateway.session;

import com.google.errorprone.annotations.CheckReturnValue;
