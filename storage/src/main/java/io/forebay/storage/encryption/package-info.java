/** Encryption at rest, for the log and for the state store. */
@CheckReturnValue
package io.forebay.storage.encryption;

import com.google.errorprone.annotations.CheckReturnValue;
