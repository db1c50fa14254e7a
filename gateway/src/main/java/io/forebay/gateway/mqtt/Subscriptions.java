package io.forebay.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.Collections;

/** Nothing is delivered to devices yet; each subscription is refused, in so many words. */
final class Subscriptions {
    private static final int FAILURE = 0x80;

    private Subscriptions() {}

    static MqttMessage refuse(MqttSubscribeMessage packet, int protocolLevel) {
        int code =
                protocolLevel >= 5 ? MqttReasonCodes.SubAck.IMPLEMENTATION_SPECIFIC_ERROR.byteValue() & 0xFF : FAILURE;
        int filters = packet.payload().topicSubscriptions().size();
        return new MqttSubAckMessage(
                new MqttFixedHeader(MqttMessageType.SUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttMessageIdAndPropertiesVariableHeader(
                        packet.variableHeader().messageId(), MqttProperties.NO_PROPERTIES),
                new MqttSubAckPayload(Collections.nCopies(filters, code)));
    }

    static MqttMessage answer(MqttUnsubscribeMessage packet, int protocolLevel) {
        MqttMessageBuilders.UnsubAckBuilder answer =
                MqttMessageBuilders.unsubAck().packetId(packet.variableHeader().messageId());
        if (protocolLevel >= 5) {
            packet.payload()
                    .topics()
                    .forEach(topic ->
                            answer.addReasonCode((short) MqttReasonCodes.UnsubAck.NO_SUBSCRIPTION_EXISTED.byteValue()));
        }
        return answer.build();
    }
}
