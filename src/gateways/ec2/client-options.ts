/** What every client of AWS's SDK is made with. */
export interface AwsSettings {
  region: string;
  /** Left out, the SDK's own chain finds them. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  /** How long one HTTP request may take, in wall ms. */
  requestTimeoutMs?: number;
}

/** The SDK's own retries are off: `calls.ts` says why each is made. */
export function sharedOptions({ region, credentials, requestTimeoutMs = 20_000 }: AwsSettings) {
  return {
    region,
    maxAttempts: 1,
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}
