/**
 * The log on disk: steps 2, 4 and 7 of the walk that ARCHITECTURE.md prints. The only user of Chronicle Queue.
 *
 * <p>The log is a row of numbered segments. A segment is one Chronicle Queue directory with one preallocated file; it is
 * written once, by the process that made it, and only read afterwards. See {@code LogWriter} for the way in, {@code
 * ChronicleCursor} for the way out, {@code RecordCodec} for the bytes, {@code Recovery} for what happens at a start.
 */
@CheckReturnValue
package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CheckReturnValue;
