package io.forebay.gateway.tls;

/**
 * Which client ids a device with an identity may use. The identity is taken letter by letter: nothing in it stands for
 * anything else. Immutable.
 */
public final class ClientIdRule {
    /** No rule. */
    public static final ClientIdRule ANY = new ClientIdRule("", "", true);

    public static final String PLACEHOLDER = "{identity}";

    private final String before;
    private final String behind;
    private final boolean open;

    private ClientIdRule(String before, String behind, boolean open) {
        this.before = before;
        this.behind = behind;
        this.open = open;
    }

    /**
     * Throws {@link IllegalArgumentException} with what is wrong.
     *
     * @param text any, equals-identity, begins-with-identity, or a text with {identity} and perhaps a * at its end, which
     *     stands for whatever follows
     */
    public static ClientIdRule parse(String text) {
        return switch (text) {
            case "any" -> ANY;
            case "equals-identity" -> template(PLACEHOLDER);
            case "begins-with-identity" -> template(PLACEHOLDER + "*");
            default -> template(text);
        };
    }

    private static ClientIdRule template(String text) {
        int at = text.indexOf(PLACEHOLDER);
        if (at < 0 || text.indexOf(PLACEHOLDER, at + 1) >= 0) {
            throw new IllegalArgumentException(
                    "must be any, equals-identity, begins-with-identity or a text with {identity} once, not '" + text
                            + "'");
        }
        String behind = text.substring(at + PLACEHOLDER.length());
        boolean open = behind.endsWith("*");
        return new ClientIdRule(text.substring(0, at), open ? behind.substring(0, behind.length() - 1) : behind, open);
    }

    public boolean isAny() {
        return this == ANY;
    }

    boolean allows(String identity, String clientId) {
        if (isAny()) {
            return true;
        }
        String due = before + identity + behind;
        return open ? clientId.startsWith(due) : clientId.equals(due);
    }
}
