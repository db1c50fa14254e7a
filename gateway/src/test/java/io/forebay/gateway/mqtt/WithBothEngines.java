package io.forebay.gateway.mqtt;

import io.forebay.gateway.tls.TlsConfig.Engine;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test that takes an {@link Engine}: once BoringSSL, once that of the JDK. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@EnumSource(
        value = Engine.class,
        names = {"OPENSSL", "JDK"})
@interface WithBothEngines {}
