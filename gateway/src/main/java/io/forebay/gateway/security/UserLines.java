package io.forebay.gateway.security;

import java.util.List;
import java.util.function.BiConsumer;

/** The form of the file of users: {@code name:rest}, where a rest that begins with a dollar is a password hash. No state. */
final class UserLines {
    /** How a password hash begins; a SCRAM credential begins with a number. */
    static final String HASH = "$";

    private UserLines() {}

    /** Throws IllegalArgumentException that names the first line that is wrong; empty ones and comments are passed over. */
    static void forEach(List<String> lines, BiConsumer<String, String> nameAndRest) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith("#")) {
                try {
                    int colon = line.indexOf(':');
                    if (colon < 1) {
                        throw new IllegalArgumentException("it does not begin with a name and a colon");
                    }
                    nameAndRest.accept(line.substring(0, colon), line.substring(colon + 1));
                } catch (IllegalArgumentException wrong) {
                    throw new IllegalArgumentException("line " + (i + 1) + ": " + wrong.getMessage(), wrong);
                }
            }
        }
    }
}
