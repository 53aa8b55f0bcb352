import type { State } from '../state.ts';
import { ApiError } from './errors.ts';

/** What a call's signature is worth: good, from a session that ended (in the words of EC2 or of STS), or unknown. */
export type Credentials = 'valid' | 'expired' | 'expired-token' | 'invalid';

type Service = 'ec2' | 'ebs' | 'rds';

/**
 * EC2 says `RequestExpired` for expired session credentials too (its error reference; aws-sdk-java#1443), other services
 * and some paths of EC2 say `ExpiredToken`. The SDK's retries treat them differently, so both can be asked for.
 */
export function checkCredentials(service: Service, credentials: Credentials): void {
  if (credentials === 'valid') return;
  const tokenExpired = 'The security token included in the request is expired';
  if (service === 'ebs') {
    if (credentials !== 'invalid') throw new ApiError('ExpiredTokenException', tokenExpired);
    throw new ApiError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  if (service === 'rds') {
    if (credentials !== 'invalid') throw new ApiError('ExpiredToken', tokenExpired);
    throw new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  if (credentials === 'expired') throw new ApiError('RequestExpired', 'Request has expired.');
  if (credentials === 'expired-token') throw new ApiError('ExpiredToken', tokenExpired);
  throw new ApiError('AuthFailure', 'AWS was not able to validate the provided access credentials');
}

export function checkRate(service: Service, granted: boolean): void {
  if (granted) return;
  if (service === 'ec2') throw new ApiError('RequestLimitExceeded', 'Request limit exceeded.');
  if (service === 'rds') throw new ApiError('Throttling', 'Rate exceeded');
  throw new ApiError('RequestThrottledException', 'Rate exceeded', { reason: 'ACCOUNT_THROTTLED' });
}

/** `permissions` are IAM actions, as `ec2:CreateImage`. */
export function checkPermissions(state: State, service: Service, permissions: string[]): void {
  const lacking = permissions.find((permission) => state.denied.has(permission));
  if (lacking === undefined) return;
  const caller = `arn:aws:sts::${state.accountId}:assumed-role/circleci-backup/sandbox`;
  const detail =
    `User: ${caller} is not authorized to perform: ${lacking} ` +
    `because no identity-based policy allows the ${lacking} action`;
  if (service === 'ebs')
    throw new ApiError('AccessDeniedException', detail, { reason: 'UNAUTHORIZED_ACCOUNT' });
  if (service === 'rds') throw new ApiError('AccessDenied', detail, { status: 403 });
  throw new ApiError('UnauthorizedOperation', `You are not authorized to perform this operation. ${detail}`);
}

export function checkDryRun(dryRun: boolean): void {
  if (!dryRun) return;
  throw new ApiError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
}
