package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordHashTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A vector of the reference implementation. */
    @Test
    void argon2idIsThatOfEverybodyElse() {
        PasswordHash hash = PasswordHash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");

        assertTrue(hash.matches(bytes("password")));
        assertFalse(hash.matches(bytes("passwore")));
    }

    @Test
    void bcryptOfOtherProgramsIsTaken() {
        String text = OpenBSDBCrypt.generate("2y", bytes("secret"), bytes("0123456789abcdef"), 4);

        assertTrue(PasswordHash.parse(text).matches(bytes("secret")));
        assertFalse(PasswordHash.parse(text).matches(bytes("Secret")));
    }

    @Test
    void whatIsWrittenIsReadAgainAndNeverSaid() {
        PasswordHash written = PasswordHash.of(bytes("pässword"));

        assertTrue(PasswordHash.parse(written.text()).matches(bytes("pässword")));
        assertFalse(PasswordHash.parse(written.text()).matches(new byte[0]));
        assertEquals("PasswordHash[argon2id]", written.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$argon2i$v=19$m=64,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc | neither",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc | m is not",
                "$argon2id$v=19$m=64,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc | t is not",
                "$argon2id$v=19$m=64,t=1,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc | p is not",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFh | too short",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZ*NhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc | base64",
                "$2b$31$MDEyMzQ1Njc4OWFiY2RlZekjQ3nxVJ3kpvIJ4cUaYyWF4Vx2ZUIom | cost",
                "$1$salt$hash | neither"
            })
    void whatCannotBeCheckedOrCostsTooMuchIsNamedWithoutTheHash(String text, String sentence) {
        var wrong = assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));

        assertTrue(wrong.getMessage().contains(sentence), wrong.getMessage());
        assertFalse(wrong.getMessage().contains("CTFh"), "a hash was said");
    }
}
