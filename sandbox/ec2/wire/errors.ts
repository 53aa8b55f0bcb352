/** What the service answers instead of a result; the server turns it into XML (EC2) or JSON (EBS). */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** The `Reason` of an EBS error, e.g. `INVALID_SNAPSHOT_ID`. */
  readonly reason: string | undefined;

  constructor(code: string, message: string, extra: { status?: number; reason?: string } = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = extra.status ?? usualStatus(code);
    this.reason = extra.reason;
  }
}

const STATUS: Record<string, number> = {
  AuthFailure: 401,
  UnauthorizedOperation: 403,
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  UnrecognizedClientException: 403,
  ResourceNotFoundException: 404,
  DryRunOperation: 412,
  InternalError: 500,
  InternalFailure: 500,
  InternalServerException: 500,
  InsufficientInstanceCapacity: 500,
  RequestLimitExceeded: 503,
  Unavailable: 503,
  ServiceUnavailable: 503,
};

/** The HTTP status EC2 or EBS sends with an error code; 400 for everything that is the caller's mistake. */
function usualStatus(code: string): number {
  return STATUS[code] ?? 400;
}

export function invalidValue(message: string): ApiError {
  return new ApiError('InvalidParameterValue', message);
}

export function missing(parameter: string): ApiError {
  return new ApiError('MissingParameter', `The request must contain the parameter ${parameter}`);
}
