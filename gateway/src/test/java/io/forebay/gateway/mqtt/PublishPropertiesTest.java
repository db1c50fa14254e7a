package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PublishPropertiesTest {
    @Test
    void everyPropertyHasItsWireForm() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1));
        assertHex("0101", properties);

        properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, 60));
        assertHex("020000003c", properties);

        properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttProperties.CONTENT_TYPE, "é"));
        assertHex("030002c3a9", properties);

        properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttProperties.RESPONSE_TOPIC, "r"));
        assertHex("08000172", properties);

        properties = new MqttProperties();
        properties.add(new MqttProperties.BinaryProperty(MqttProperties.CORRELATION_DATA, new byte[] {0, -1}));
        assertHex("09000200ff", properties);
    }

    @Test
    void userPropertiesKeepOrderAndRepeats() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.UserProperty("b", "1"));
        properties.add(new MqttProperties.UserProperty("a", "2"));
        properties.add(new MqttProperties.UserProperty("b", "3"));

        assertHex("26000162000131" + "26000161000132" + "26000162000133", properties);
    }

    @Test
    void theTopicAliasStaysOnTheConnection() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttProperties.TOPIC_ALIAS, 7));

        assertEquals(0, PublishProperties.encode(properties).length);
    }

    private static void assertHex(String expected, MqttProperties properties) {
        assertArrayEquals(HexFormat.of().parseHex(expected), PublishProperties.encode(properties));
    }
}
