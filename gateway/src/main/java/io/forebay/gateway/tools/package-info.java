/**
 * What an operator asks: commands that look into the log, into the quarantine, and for one message. They read a directory
 * that nobody writes, or ask the gateway that runs on it through its control socket.
 */
package io.forebay.gateway.tools;
