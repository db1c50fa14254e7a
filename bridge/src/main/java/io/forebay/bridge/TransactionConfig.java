package io.forebay.bridge;

/**
 * How lanes with a backlog are sent in transactions, if the broker offers them: a strict lane then costs one round trip for
 * many messages, and not for each.
 *
 * @param enabled whether it is done at all
 * @param messagesMax how many messages of a lane go together; also bounded by what the broker grants credit for
 * @param openMax how many transactions are open at a time; at the limit further lanes send one by one
 */
public record TransactionConfig(boolean enabled, int messagesMax, int openMax) {
    public static final TransactionConfig USUAL = new TransactionConfig(true, 128, 16);
    public static final TransactionConfig OFF = new TransactionConfig(false, 128, 16);

    public TransactionConfig {
        if (messagesMax < 2 || messagesMax > 10_000 || openMax < 1 || openMax > 1_000) {
            throw new IllegalArgumentException(
                    "transaction-messages-max must be 2 to 10000, transactions-open-max 1 to 1000");
        }
    }
}
