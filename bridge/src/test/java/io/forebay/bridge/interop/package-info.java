/**
 * Brokers that others have written, and what the bridge and the downlink claim of each: the same claims for all, in {@link
 * io.forebay.bridge.interop.AmqpBrokerClaims}.
 */
package io.forebay.bridge.interop;
