import { isNativeError } from 'node:util/types';
import type { Backend } from 'openworkflow/internal';
import { BackendSqlite } from 'openworkflow/sqlite';

/**
 * The engine's records in a file of their own beside the store: its connection has no busy time-out, so it must not share
 * one (facts: engine-and-toolchain.md). Throws SQLite's error where the file cannot be used.
 */
export function sqliteBackend(file: string): Backend {
  try {
    return BackendSqlite.connect(file);
  } catch (error) {
    // OpenWorkflow puts an error of its own around SQLite's, which says what is wrong.
    throw isNativeError(error) && error.cause !== undefined ? error.cause : error;
  }
}
