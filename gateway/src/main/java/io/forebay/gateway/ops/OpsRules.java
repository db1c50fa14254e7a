package io.forebay.gateway.ops;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which requests are answered. Immutable. */
final class OpsRules {
    /** Why a request is not answered, in the words of HTTP. */
    enum Refusal {
        METHOD(405, "Only GET and HEAD are answered."),
        BODY(413, "A request has no body."),
        ORIGIN(403, "No page of a browser is answered."),
        HOST(421, "This is not the host that was asked; see ops.host-names."),
        TOKEN(401, "ops.token has to be shown: Authorization: Bearer ...");

        final int status;
        final String sentence;

        Refusal(int status, String sentence) {
            this.status = status;
            this.sentence = sentence;
        }
    }

    private static final Pattern ADDRESS =
            Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*");

    private final OpsConfig config;

    OpsRules(OpsConfig config) {
        this.config = config;
    }

    /** @return null if it is answered */
    Refusal refusal(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return Refusal.METHOD;
        }
        if (hasBody(request)) {
            return Refusal.BODY;
        }
        if (request.headers().contains(HttpHeaders.ORIGIN)) {
            return Refusal.ORIGIN;
        }
        boolean contradicts = request.headers().getAll(HttpHeaders.HOST).size() > 1; // RFC 9112 section 3.2
        if (contradicts || (OpsConfig.isLoopback(config.host()) && !isOurName(request.authority()))) {
            return Refusal.HOST;
        }
        return isKnown(request) ? null : Refusal.TOKEN;
    }

    /** Whether it is told the reasons as well. */
    boolean isKnown(HttpServerRequest request) {
        return isOpen(request) || isShown(request);
    }

    boolean isShown(HttpServerRequest request) {
        return config.token()
                .map(token -> token.isShownBy(request.getHeader(HttpHeaders.AUTHORIZATION)))
                .orElse(true);
    }

    private boolean isOpen(HttpServerRequest request) {
        return config.liveOpen() && request.path().equals("/live");
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    /** A browser that a foreign name has led here says that name; one that was led by an address does not need us. */
    private boolean isOurName(HostAndPort asked) {
        if (asked == null) {
            return false;
        }
        String host = asked.host().toLowerCase(Locale.ROOT);
        return host.equals("localhost")
                || ADDRESS.matcher(host).matches()
                || config.hostNames().contains(host);
    }
}
