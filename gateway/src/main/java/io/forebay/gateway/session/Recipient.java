package io.forebay.gateway.session;

/** What the subscription index finds for a topic: a subscription of one session, or a group that shares one. */
sealed interface Recipient permits SessionSubscription, SharedGroup {}
