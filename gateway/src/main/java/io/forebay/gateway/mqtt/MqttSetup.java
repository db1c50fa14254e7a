package io.forebay.gateway.mqtt;

import io.forebay.storage.MessageLog;

/** What every connection shares. All of it may be used by any event loop. */
public record MqttSetup(MqttConfig config, MessageLog log, ConnectedClients clients, MqttMeters meters) {}
