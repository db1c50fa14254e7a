/**
 * The MQTT side, steps 1 and 3 of the walk: listeners, and one connection for each device. From top to bottom: {@link
 * io.forebay.gateway.mqtt.MqttListener} accepts, {@link io.forebay.gateway.mqtt.MqttConnection} is the life of a
 * connection, {@link io.forebay.gateway.mqtt.SessionOpening} opens its session, {@link
 * io.forebay.gateway.mqtt.Traffic} hands each packet to its part. The only user of the codec.
 */
@CheckReturnValue
package io.forebay.gateway.mqtt;

import com.google.errorprone.annotations.CheckReturnValue;
