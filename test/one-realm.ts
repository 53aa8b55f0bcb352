import { isNativeError } from 'node:util/types';

/**
 * Jest runs tests in a VM, where an error that Node itself throws (a cut connection, a missing file) is not
 * `instanceof Error`. Libraries ask that: the AWS SDK would wrap such an error into one without its code. So the
 * tests' `Error` knows the other realm's, as there is only one where the bot runs.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return (
      Function.prototype[Symbol.hasInstance].call(this, value) || (this === Error && isNativeError(value))
    );
  },
});
