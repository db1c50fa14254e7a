/**
 * What outlives a restart beside the log: ordered tables of bytes that are changed all or nothing. Knows neither sessions
 * nor messages; the only user of RocksDB.
 */
@CheckReturnValue
package io.forebay.storage.state;

import com.google.errorprone.annotations.CheckReturnValue;
