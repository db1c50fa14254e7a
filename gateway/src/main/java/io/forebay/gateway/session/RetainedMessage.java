package io.forebay.gateway.session;

/** @param publisher its client id, for No Local */
record RetainedMessage(Content content, int qos, String publisher) {}
