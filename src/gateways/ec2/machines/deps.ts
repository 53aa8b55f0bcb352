import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Caller } from '../calls.ts';
import type { AllPages } from '../pages.ts';

/** What the calls that concern machines share. */
export interface MachineDeps {
  client: EC2Client;
  caller: Caller;
  clock: Clock;
  allPages: AllPages;
}
