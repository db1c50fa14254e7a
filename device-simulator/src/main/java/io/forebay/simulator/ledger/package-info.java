/**
 * The independent truth of a run: what was published, acknowledged and received, message by message, in bounded memory.
 *
 * <p>Knows neither MQTT nor AMQP. {@link io.forebay.simulator.ledger.Ledger} judges a run, {@link
 * io.forebay.simulator.ledger.Stamp} is how a payload says which message it is.
 */
@CheckReturnValue
package io.forebay.simulator.ledger;

import com.google.errorprone.annotations.CheckReturnValue;
