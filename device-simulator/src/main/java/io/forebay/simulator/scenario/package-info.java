/**
 * What a run is to do, as data: fleets, phases and faults, and the YAML file that describes them.
 *
 * <p>Knows nothing of devices, brokers and ledgers. {@link io.forebay.simulator.scenario.ScenarioReader} is the door; every
 * mistake in a file is reported with its line, what stands there and what was expected, all of them at once.
 */
@CheckReturnValue
package io.forebay.simulator.scenario;

import com.google.errorprone.annotations.CheckReturnValue;
