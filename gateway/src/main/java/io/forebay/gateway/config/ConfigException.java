package io.forebay.gateway.config;

import java.util.List;

/** All mistakes of a configuration, one sentence each. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigException(List<String> mistakes) {
        super(String.join(System.lineSeparator(), mistakes));
    }
}
