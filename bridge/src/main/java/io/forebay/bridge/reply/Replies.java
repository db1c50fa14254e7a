package io.forebay.bridge.reply;

import java.util.Optional;

/** Knows which of the messages that devices publish are answers to requests from the broker. Any thread. */
public interface Replies {
    /** There are no requests. */
    Replies NONE = topic -> Optional.empty();

    /** Where what is published on this topic goes, if it is an answer. */
    Optional<Reply> find(String topic);
}
