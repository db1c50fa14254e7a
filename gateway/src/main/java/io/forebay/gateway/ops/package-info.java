/** What an operator looks at: meters for Prometheus, liveness and readiness. */
@CheckReturnValue
package io.forebay.gateway.ops;

import com.google.errorprone.annotations.CheckReturnValue;
