package io.forebay.storage.chronicle;

import java.io.IOException;
import net.openhft.chronicle.core.io.IORuntimeException;

/** The file of a segment does not take what is written to it, or does not make it durable. */
final class DiskFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong; its name in lower case is the tag of the counter. */
    enum Kind {
        WRITE,
        SYNC,
        /** Making a file with its space, for another reason than want of space. */
        ALLOCATE,
        READ
    }

    private final Kind kind;

    DiskFault(Kind kind, Throwable cause) {
        super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        this.kind = kind;
    }

    /** @return null if it is not the disk that is at fault */
    static DiskFault of(Throwable cause) {
        if (cause instanceof DiskFault fault) {
            return fault;
        }
        if (cause instanceof InternalError error && isBusError(error)) {
            return new DiskFault(Kind.WRITE, cause);
        }
        boolean failedWrite = cause instanceof IORuntimeException && cause.getCause() instanceof IOException;
        return failedWrite ? new DiskFault(Kind.WRITE, cause) : null;
    }

    /** How the JVM tells of a SIGBUS: a mapped page that the disk does not give, or does not take. */
    private static boolean isBusError(InternalError error) {
        String said = error.getMessage();
        return said != null && said.contains("unsafe memory access");
    }

    Kind kind() {
        return kind;
    }
}
