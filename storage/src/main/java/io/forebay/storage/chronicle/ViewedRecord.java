package io.forebay.storage.chronicle;

import io.forebay.storage.Message;
import io.forebay.storage.StoredRecord;
import java.util.Locale;

/** What a {@link RecordView} points at, for those who look from outside. Owned by the thread that reads the segment. */
record ViewedRecord(RecordView view) implements StoredRecord {
    @Override
    public long position() {
        return view.position();
    }

    @Override
    public String kind() {
        return view.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public boolean isMessage() {
        return view.kind() == RecordKind.MESSAGE;
    }

    @Override
    public int bytes() {
        return view.length();
    }

    @Override
    public long syncedBefore() {
        return view.syncedBefore();
    }

    @Override
    public String clientId() {
        return switch (view.kind()) {
            case MESSAGE -> view.messageClient();
            case RELEASE -> view.textFrom(RecordCodec.BODY + 2);
            case SESSION_OPENED -> view.textFrom(RecordCodec.BODY + 8);
            case SESSION_CLOSED -> view.textFrom(RecordCodec.BODY + 16);
            case SESSION_ENDED -> view.textFrom(RecordCodec.BODY);
            case SNAPSHOT, LOST -> "";
        };
    }

    @Override
    public int packetId() {
        return switch (view.kind()) {
            case MESSAGE -> view.messagePacketId();
            case RELEASE -> view.u16(RecordCodec.BODY);
            case SESSION_OPENED, SESSION_CLOSED, SESSION_ENDED, SNAPSHOT, LOST -> 0;
        };
    }

    @Override
    public String topic() {
        return view.topic();
    }

    @Override
    public long arrivedAtMs() {
        return view.i64(RecordCodec.BODY);
    }

    @Override
    public Message message() {
        return view.message();
    }
}
