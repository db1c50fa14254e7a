/**
 * Who may come in, and when: between the sockets that listen and everything that costs. A connection that has to wait waits
 * unread and unregistered, before TLS; whoever cannot be let in is closed at once and never in the middle of a handshake.
 */
@CheckReturnValue
package io.forebay.gateway.mqtt.accept;

import com.google.errorprone.annotations.CheckReturnValue;
