/**
 * The MQTT side, steps 1 and 3 of the walk: an own listener and an own connection on Netty's MQTT codec, because
 * vertx-mqtt's server can neither pause a socket nor send reason codes. The only user of the codec; QoS and packet ids
 * stop here.
 */
@CheckReturnValue
package io.forebay.gateway.mqtt;

import com.google.errorprone.annotations.CheckReturnValue;
