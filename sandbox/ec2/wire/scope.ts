import type { IncomingMessage } from 'node:http';

const SCOPE = /^AWS4-HMAC-SHA256 +Credential=[^/, ]+\/\d{8}\/([a-z0-9-]+)\/(?:ec2|ebs|rds)\/aws4_request,/;

/** The region for which a request is signed, by its credential scope (Signature Version 4); undefined where it is not signed. */
export function signedFor({ headers }: IncomingMessage): string | undefined {
  return SCOPE.exec(headers.authorization ?? '')?.[1];
}
