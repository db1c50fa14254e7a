/**
 * A fleet of simulated MQTT devices, the AMQP consumer at the other end, and the ledger that compares the two.
 *
 * <p>Knows MQTT and AMQP 1.0 and nothing of what lies between them: whatever carries the messages is judged only by what
 * it acknowledged to the devices and what it delivered to the consumer. A run lives on one event loop, so its state needs
 * no locks; {@link io.forebay.simulator.Simulation} is the door for a whole run, {@link
 * io.forebay.simulator.LoadGenerator} and {@link io.forebay.simulator.DrainCounter} are the cheap ends for a benchmark.
 */
@CheckReturnValue
package io.forebay.simulator;

import com.google.errorprone.annotations.CheckReturnValue;
