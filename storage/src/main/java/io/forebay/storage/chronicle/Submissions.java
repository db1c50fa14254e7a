package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.MessageLog.Released;

/** The kinds of {@link Submission}. No state. */
final class Submissions {
    private Submissions() {}

    static final class Append extends Submission<Appended> {
        private final byte[] record;
        private final boolean exactlyOnce;
        private final String clientId;
        private final int packetId;
        private Runnable onWritten;
        private boolean tried;

        /** @param onWritten may be null */
        Append(Message message, RecordCipher cipher, Runnable onWritten) {
            this.onWritten = onWritten;
            // Made here and not by the writer: several event loops, but only one writer.
            record = cipher.seal(RecordCodec.message(message));
            // A will has no handshake, and neither has what came over AMQP.
            exactlyOnce = message.qos() == 2 && message.packetId() != 0 && !message.fromAmqp();
            clientId = message.clientId();
            packetId = message.packetId();
        }

        @Override
        int bytes() {
            return record.length;
        }

        @Override
        boolean wantsWritten() {
            return onWritten != null;
        }

        @Override
        Runnable takeOnWritten() {
            Runnable told = onWritten;
            onWritten = null; // Told once, however often it has to be written.
            return told;
        }

        @Override
        void apply(LogWriter writer) {
            if (tried) {
                // The trailer of the earlier try stands where the codec expects the CRC of the body.
                var unused = RecordCodec.sealBody(record);
            }
            tried = true;
            if (!exactlyOnce) {
                stored(writer.append(record, false));
                return;
            }
            // Room first: the packet id must not be known, and so in the next snapshot, before its message is written.
            writer.makeRoomFor(record);
            switch (writer.sessions().receive(clientId, packetId)) {
                case REPEATED -> succeedsWith(new Appended(true, writer.end()));
                case REMEMBERED -> stored(writer.append(record, true));
                case PASSING -> stored(writer.append(record, false));
            }
        }

        private void stored(long position) {
            succeedsWith(new Appended(false, position));
        }
    }

    static final class Release extends Submission<Released> {
        private final String clientId;
        private final int packetId;

        Release(String clientId, int packetId) {
            this.clientId = clientId;
            this.packetId = packetId;
        }

        @Override
        void apply(LogWriter writer) {
            boolean released = writer.sessions().release(clientId, packetId, writer);
            succeedsWith(released ? Released.RELEASED : Released.UNKNOWN);
        }
    }

    static final class OpenSession extends Submission<Boolean> {
        private final String clientId;
        private final boolean cleanStart;
        private final long expirySeconds;

        OpenSession(String clientId, boolean cleanStart, long expirySeconds) {
            this.clientId = clientId;
            this.cleanStart = cleanStart;
            this.expirySeconds = expirySeconds;
        }

        @Override
        void apply(LogWriter writer) {
            try {
                succeedsWith(writer.sessions().open(clientId, cleanStart, expirySeconds, writer.nowMs(), writer));
            } catch (LogException refused) {
                if (refused.kind() != LogException.Kind.TOO_MANY_SESSIONS) {
                    throw refused;
                }
                failsWith(refused);
            }
        }
    }

    static final class CloseSession extends Submission<Void> {
        private final String clientId;
        private final long expirySeconds;

        CloseSession(String clientId, long expirySeconds) {
            this.clientId = clientId;
            this.expirySeconds = expirySeconds;
        }

        @Override
        void apply(LogWriter writer) {
            writer.sessions().close(clientId, expirySeconds, writer.nowMs(), writer);
        }
    }

    /** Waits until there is room in the inbox. */
    static final class Room extends Submission<Void> {
        @Override
        void apply(LogWriter writer) {
            // Nothing to do: the writer keeps those that wait for room apart.
        }
    }
}
