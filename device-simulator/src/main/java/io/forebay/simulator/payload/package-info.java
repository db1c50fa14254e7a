/** What is in the messages of a device: {@link io.forebay.simulator.payload.PayloadMaker} is the door. */
@CheckReturnValue
package io.forebay.simulator.payload;

import com.google.errorprone.annotations.CheckReturnValue;
