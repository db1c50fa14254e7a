/** Reads forebay.yaml, a file of the user's and the environment into one tree of records, all mistakes at once. */
@CheckReturnValue
package io.forebay.gateway.config;

import com.google.errorprone.annotations.CheckReturnValue;
