/**
 * The MQTT packets of versions 3.1, 3.1.1 and 5, and nothing about connections: bytes to {@link
 * io.forebay.gateway.mqtt.codec.Packet} and back. An own codec, because what a device does wrong has to be told apart as
 * the standard does: Netty's takes ill-formed strings, wrong lengths and misplaced properties.
 */
@CheckReturnValue
package io.forebay.gateway.mqtt.codec;

import com.google.errorprone.annotations.CheckReturnValue;
