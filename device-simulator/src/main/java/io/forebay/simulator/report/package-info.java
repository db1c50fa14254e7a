/**
 * What a run looked like: the time line that is recorded while it goes on, and the pages made of it at the end.
 *
 * <p>Knows nothing of devices and brokers; {@link io.forebay.simulator.report.Timeline} is written during the run.
 */
@CheckReturnValue
package io.forebay.simulator.report;

import com.google.errorprone.annotations.CheckReturnValue;
