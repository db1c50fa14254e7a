/** Who a device is and what it may do: SCRAM credentials and exchanges, topics that are denied. Knows no packets. */
@CheckReturnValue
package io.forebay.gateway.security;

import com.google.errorprone.annotations.CheckReturnValue;
