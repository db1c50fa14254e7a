package io.forebay.gateway.session;

/**
 * One subscription as asked for; its filter is valid (MQTT-4.7.1).
 *
 * @param filter as the device wrote it, with {@code $share/group/} if it is shared
 * @param qos the greatest QoS at which it wants messages
 * @param noLocal whether it wants none that it published itself
 * @param retainAsPublished whether the RETAIN flag is passed on as it came
 * @param retainHandling 0: retained messages at each subscribe, 1: only if the subscription is new, 2: none
 * @param identifier the Subscription Identifier, 0 for none
 */
public record Subscription(
        String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling, int identifier) {}
