/**
 * What MQTT demands of a server, shown on the wire: bytes in, bytes out, with no codec of ours in between. The tables in
 * {@code src/test/resources/conformance} name each normative statement and the test that shows it.
 *
 * <p>The tests run against a gateway of their own, or with {@code -Dconformance.port=N} against any broker on this machine:
 * so a doubtful test can be tried on another implementation.
 */
package io.forebay.gateway.conformance;
