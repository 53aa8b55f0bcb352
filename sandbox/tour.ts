import type { TourStep } from './page/page-options.ts';

/** What a newcomer can try in the sandbox: a backup, the loss of the machine, and a restore by two people. */
export function tourOf(installation: string): TourStep[] {
  return [
    {
      type: `now ${installation} before the upgrade`,
      text: 'makes a backup. Its minutes are seconds here.',
    },
    { text: `Open World at the top right, and press “EC2: lose ${installation}’s Services machine”.` },
    { type: `restore ${installation}`, text: 'opens a form. Press “Make the plan”, and read it.' },
    {
      text: 'Nobody approves their own request: at the top right become Ben Okoro, and press Approve below the plan.',
    },
    {
      text: 'Watch the steps, press Cut over when the new machine is ready, and tick what is left for people.',
    },
    {
      type: `cleanup stuck ${installation}`,
      text: 'finds the builds that the restore left running for ever.',
    },
  ];
}
