import type { Clock } from '../../core/ports/clock.ts';
import type { CallOptions, Trouble } from '../../core/ports/ec2-call.ts';
import type { Metrics } from '../../core/ports/metrics.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { oneLine } from '../../core/text/text.ts';
import { backoffMs } from '../../core/time/backoff.ts';

/** Codes of expired, missing or wrong credentials: they may be renewed while a run waits. */
const CREDENTIALS = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const THROTTLED = new Set([
  'EC2ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

const UNAVAILABLE = new Set(['InternalError', 'InternalFailure', 'ServiceUnavailable', 'Unavailable']);

const QUOTA = new Set([
  'ConcurrentSnapshotLimitExceeded',
  'ResourceLimitExceeded',
  'SnapshotCreationPerVolumeRateExceeded',
  'SnapshotLimitExceeded',
]);

/** EC2 sends these with status 500, but they are answers: asking again at once gives the same one. */
export const NO_CAPACITY = new Set([
  'InsufficientAddressCapacity',
  'InsufficientCapacity',
  'InsufficientCapacityOnHost',
  'InsufficientHostCapacity',
  'InsufficientInstanceCapacity',
]);

/** What the SDK calls an error whose answer it could not read. */
const NAMELESS = new Set(['Error', 'SyntaxError', 'Unknown', 'UnknownError']);

export const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

const CODE_MAX = 100;
/** EC2's longer refusals tell of a limit, and where to have it raised. */
const MESSAGE_MAX = 500;

/** What the SDK throws, in the little that is needed of it. */
export interface AwsError {
  code: string;
  message: string;
  /** Missing when no answer came at all. */
  status?: number;
}

/** Reads an SDK or network error; anything else is given back as it came. */
export function awsError(error: unknown): AwsError | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = httpStatus(error);
  const networkCode = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (status === undefined && networkCode === undefined && !isSdkName(error.name)) return undefined;
  return {
    code: oneLine(codeIn(error, status, networkCode), CODE_MAX),
    message: oneLine(error.message, MESSAGE_MAX),
    ...(status === undefined ? {} : { status }),
  };
}

function codeIn(error: Error, status: number | undefined, networkCode: string | undefined): string {
  if (status === undefined) return networkCode ?? error.name;
  // An answer without a code of AWS's came from something on the way, or broke off.
  return NAMELESS.has(error.name) ? `HTTP ${status}` : error.name;
}

function isSdkName(name: string): boolean {
  return name === 'TimeoutError' || CREDENTIALS.has(name) || THROTTLED.has(name);
}

function httpStatus(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null)
    return undefined;
  const status = 'httpStatusCode' in error.$metadata ? error.$metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** Which kind of trouble may heal by itself; undefined for an answer that will stay the same. */
export function troubleKind(error: AwsError): Trouble['kind'] | undefined {
  if (CREDENTIALS.has(error.code)) return 'credentials';
  if (THROTTLED.has(error.code) || error.status === 429) return 'throttled';
  if (NO_CAPACITY.has(error.code)) return undefined;
  if (error.status === undefined || error.status >= 500 || UNAVAILABLE.has(error.code)) return 'unavailable';
  return undefined;
}

const DELAY = { firstMs: 1_000, longestMs: 20_000 };

export interface Caller {
  /**
   * Does one call, again and again while the trouble may heal, with full jitter, up to the patience given.
   * Rejects with `ProblemError` where the problem is known, else with the error itself.
   */
  call<T>(action: string, send: (signal: AbortSignal) => Promise<T>, options: CallOptions): Promise<T>;
}

export function createCaller(deps: { clock: Clock; random: () => number; metrics: Metrics }): Caller {
  const { clock, random, metrics } = deps;
  return {
    async call(action, send, options) {
      let since: number | undefined;
      for (let attempt = 1; ; attempt += 1) {
        options.signal.throwIfAborted();
        try {
          const answer = await send(options.signal);
          metrics.ec2Called(action, 'ok');
          return answer;
        } catch (error) {
          options.signal.throwIfAborted();
          const aws = awsError(error);
          metrics.ec2Called(action, aws?.code ?? 'error');
          const kind = aws === undefined ? undefined : troubleKind(aws);
          if (aws === undefined || kind === undefined) throw refusal(action, error);
          since ??= clock.now();
          const trouble: Trouble = { kind, action, awsCode: aws.code, sinceMs: clock.now() - since };
          if (trouble.sinceMs >= options.patienceMs)
            throw new ProblemError(outOfPatience(trouble), { cause: error });
          options.onTrouble?.(trouble);
          await clock.sleep(backoffMs(attempt, DELAY) * (0.5 + random() / 2), options.signal);
        }
      }
    },
  };
}

/** The problem that a trouble becomes when it has lasted too long. */
function outOfPatience(trouble: Trouble): Problem {
  return trouble.kind === 'credentials'
    ? { code: 'credentials', awsCode: trouble.awsCode, sinceMs: trouble.sinceMs }
    : { code: 'ec2-unavailable', action: trouble.action, awsCode: trouble.awsCode, sinceMs: trouble.sinceMs };
}

function refusal(action: string, error: unknown): unknown {
  const aws = awsError(error);
  if (aws === undefined) return error;
  if (DENIED.has(aws.code)) return new ProblemError(denialOf(action, aws.message), { cause: error });
  if (QUOTA.has(aws.code))
    return new ProblemError({ code: 'quota', action, awsCode: aws.code }, { cause: error });
  return new ProblemError(
    { code: 'ec2-refused', action, awsCode: aws.code, awsMessage: aws.message },
    { cause: error },
  );
}

/** What AWS calls the policies that stand above a role's own (IAM user guide, “Access denied error messages”). */
const DENYING = /\bexplicit deny in an? ([a-z -]{3,40} (?:policy|boundary))\b/i;
const SILENT = /\bbecause no ([a-z -]{3,40} (?:policy|boundary)) allows\b/i;
const PERFORM = /\bnot authorized to perform: ([a-z0-9-]{2,30}:[A-Za-z]{3,60})\b/;

/**
 * Who refuses, and what: the message names the action, which need not be the one that was called (RunInstances that tags
 * is refused for CreateTags), and the kind of policy. Both are missing where the account has AWS encode the message.
 */
export function denialOf(called: string, message: string): Extract<Problem, { code: 'permissions-missing' }> {
  const text = message.slice(0, 4_000);
  const [, named] = PERFORM.exec(text) ?? [];
  const [, denying] = DENYING.exec(text) ?? [];
  const [, silent] = SILENT.exec(text) ?? [];
  // Where the bot's own policy says nothing, attaching the right one is the remedy.
  const by = denying ?? (silent === 'identity-based policy' ? undefined : silent);
  return {
    code: 'permissions-missing',
    actions: [named ?? `ec2:${called}`],
    ...(by === undefined ? {} : { by }),
  };
}

/** The AWS code behind an error of `call`, for the few places that branch on it. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof ProblemError) return codeOf(error.cause);
  return awsError(error)?.code;
}
