/**
 * Requests from the broker and the answers of devices: how an answer finds back to where the request named. The downlink
 * writes it into what it sends, the bridge reads it from what comes up.
 */
@CheckReturnValue
package io.forebay.bridge.reply;

import com.google.errorprone.annotations.CheckReturnValue;
