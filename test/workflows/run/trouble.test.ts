import { troubleHint } from '../../../src/workflows/run/trouble.ts';

const trouble = {
  kind: 'throttled',
  action: 'DescribeImages',
  awsCode: 'RequestLimitExceeded',
  sinceMs: 15_000,
} as const;

test.each([0, 1, 14_999])('trouble of %d ms is nobody’s business', (sinceMs) => {
  expect(troubleHint({ ...trouble, sinceMs })).toBeUndefined();
});

test.each([
  [
    'throttled',
    'RequestLimitExceeded',
    'EC2 has throttled DescribeImages for 15 s (RequestLimitExceeded); still trying.',
  ],
  [
    'unavailable',
    'ECONNREFUSED',
    'EC2 has not answered DescribeImages for 15 s (ECONNREFUSED); still trying.',
  ],
  [
    'refused',
    'InvalidParameterValue',
    'EC2 has refused DescribeImages for 15 s (InvalidParameterValue); still trying.',
  ],
  [
    'credentials',
    'ExpiredToken',
    'AWS has refused the bot’s credentials for 15 s (ExpiredToken); still trying. Please renew them.',
  ],
] as const)('lasting trouble is said: %s', (kind, awsCode, hint) => {
  expect(troubleHint({ ...trouble, kind, awsCode })).toBe(hint);
});

test('and for how long', () => {
  expect(troubleHint({ ...trouble, sinceMs: 3_720_000 })).toContain('for 1 h 2 min');
});
