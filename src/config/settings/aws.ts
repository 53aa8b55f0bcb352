import { credential } from '../formats/credential.ts';
import { openWebAddress } from '../formats/url.ts';
import type { Setting } from './setting.ts';

/** What the AWS SDK does not find out by itself. */
export const AWS = {
  AWS_ACCESS_KEY_ID: {
    format: credential,
    scope: 'bot',
    secret: 'whole',
    help: 'AWS credentials, where no role, profile or other source of the AWS SDK gives them.',
    example: 'copied-from-aws',
  },
  AWS_SECRET_ACCESS_KEY: {
    format: credential,
    scope: 'bot',
    secret: 'whole',
    help: 'Belongs to AWS_ACCESS_KEY_ID.',
    example: 'copied-from-aws',
  },
  AWS_SESSION_TOKEN: {
    format: credential,
    scope: 'bot',
    secret: 'whole',
    help: 'Belongs to AWS_ACCESS_KEY_ID where the credentials are temporary.',
    example: 'copied-from-aws',
  },
  AWS_ENDPOINT_URL_EC2: {
    format: openWebAddress,
    scope: 'bot',
    help: 'Another EC2 endpoint, for a VPC endpoint or for tests.',
    example: 'https://ec2.us-east-1.amazonaws.com',
  },
  AWS_ENDPOINT_URL_EBS: {
    format: openWebAddress,
    scope: 'bot',
    help: 'Another endpoint of the EBS direct API.',
    example: 'https://ebs.us-east-1.amazonaws.com',
  },
  AWS_ENDPOINT_URL_RDS: {
    format: openWebAddress,
    scope: 'bot',
    help: 'Another endpoint of RDS, of which datastores of kind rds are snapshots.',
    example: 'https://rds.us-east-1.amazonaws.com',
  },
} as const satisfies Record<string, Setting<unknown>>;
