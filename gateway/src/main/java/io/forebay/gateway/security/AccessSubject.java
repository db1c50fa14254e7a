package io.forebay.gateway.security;

/** For whom rules are asked. */
public record AccessSubject(String clientId, Identity identity) {}
