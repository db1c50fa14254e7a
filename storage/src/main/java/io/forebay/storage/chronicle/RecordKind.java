package io.forebay.storage.chronicle;

/** What a record says. The code is on disk: never reused, never changed. */
enum RecordKind {
    MESSAGE(1),
    RELEASE(2),
    SESSION_OPENED(3),
    SESSION_CLOSED(4),
    SESSION_ENDED(5),
    SNAPSHOT(6),
    /** Stands where a repair could not read what was there; to an older version it is damage, which is what it stands for. */
    LOST(10);

    private static final RecordKind[] BY_CODE = new RecordKind[16];

    static {
        for (RecordKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    final byte code;

    RecordKind(int code) {
        this.code = (byte) code;
    }

    /** The kind of this code, or null if there is none. */
    static RecordKind of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
