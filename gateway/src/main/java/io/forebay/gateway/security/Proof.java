package io.forebay.gateway.security;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a device shows of itself at CONNECT.
 *
 * @param username empty for none
 * @param password null for none; {@link #wipe} overwrites it
 * @param certificateIdentity whom the certificate of the device names, if it has shown one
 * @param address where from
 */
public record Proof(
        String clientId,
        String username,
        byte[] password,
        Optional<String> certificateIdentity,
        String address,
        int protocolLevel) {

    public boolean hasPassword() {
        return password != null;
    }

    /** Nobody needs the password any more. */
    public void wipe() {
        if (password != null) {
            Arrays.fill(password, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "Proof[clientId=" + clientId + ", username=" + username + "]"; // Never the password, in no log.
    }
}
