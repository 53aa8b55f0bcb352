import type { Plan } from '../../core/approval/approval.ts';
import { machineLines } from '../../core/approval/planned-machine.ts';
import { removalStages } from '../../core/restore/stages.ts';
import { newRunView, type RunView } from '../../core/run/run-view.ts';
import { listInWords } from '../../core/text/words.ts';
import { REMOVAL, type RemovalInput } from '../../runs/removal.ts';

/** The first view of a removal, approved or not. */
export function removalView(input: RemovalInput): RunView {
  const { runId, target, region, requester, requestedAt, ofRun } = input;
  const about = { runId, target, region, requester, requestedAt };
  return newRunView({ ...about, kind: 'removal', about: [`of ${ofRun}`] }, removalStages(input));
}

/** What would be terminated and deleted, and why nobody decides that alone. */
export function removalPlan(input: RemovalInput): Plan {
  const { target, ofRun, machines, why } = input;
  const volumes = machines.flatMap((machine) => machine.volumes.map(({ volumeId }) => volumeId));
  return {
    action: 'removal',
    target,
    summary: `Remove what ${ofRun} launched for ${target}`,
    sections: [
      ...machines.map((machine) => ({ title: 'The machine', lines: machineLines(machine) })),
      {
        title: 'What is lost',
        tone: 'danger' as const,
        lines: [
          ...(machines.length === 0
            ? []
            : [
                `${listInWords(machines.map(({ instanceId }) => instanceId))} is terminated, whatever runs there by then`,
              ]),
          ...(volumes.length === 0
            ? []
            : [`Its volumes are deleted with all that is on them: ${listInWords(volumes)}`]),
          'Neither can be brought back',
        ],
      },
      { title: 'Why somebody else has to see it', lines: why },
    ],
    start: { workflow: REMOVAL, input, view: removalView(input) },
  };
}
