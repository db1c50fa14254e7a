/**
 * TLS of the listeners: engine, certificates and what they say of a device, revocation, reload. Knows no packets; alone
 * beside gateway.mqtt to use Netty.
 */
@CheckReturnValue
package io.forebay.gateway.tls;

import com.google.errorprone.annotations.CheckReturnValue;
