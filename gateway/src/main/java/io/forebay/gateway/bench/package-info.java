/** {@code forebay bench}: what the gateway costs, measured in a process of its own. */
@CheckReturnValue
package io.forebay.gateway.bench;

import com.google.errorprone.annotations.CheckReturnValue;
