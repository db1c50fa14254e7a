/**
 * What is broken on purpose during a run: {@link io.forebay.simulator.chaos.Faults} breaks and mends at the times that the
 * scenario says, through TCP proxies, commands and full disks.
 */
@CheckReturnValue
package io.forebay.simulator.chaos;

import com.google.errorprone.annotations.CheckReturnValue;
