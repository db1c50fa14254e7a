package io.forebay.simulator;

/**
 * Who a client says it is; an empty user means that it says nothing. Prints without the password.
 *
 * @param user user name, or empty
 * @param password password, or empty
 */
public record Credentials(String user, String password) {
    public static final Credentials NONE = new Credentials("", "");

    boolean present() {
        return !user.isEmpty();
    }

    @Override
    public String toString() {
        return present() ? "user " + user : "no user";
    }
}
