/**
 * The vocabulary that both ends share, and the door to the log: step 2 (append) and steps 4 and 7 (read, forget) of the
 * walk that ARCHITECTURE.md prints. Neither MQTT nor AMQP is known here.
 */
@CheckReturnValue
package io.forebay.storage;

import com.google.errorprone.annotations.CheckReturnValue;
