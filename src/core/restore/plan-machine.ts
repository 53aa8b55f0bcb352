import type { PlanSection } from '../approval/approval.ts';
import { bytesInWords, counted, listInWords } from '../text/words.ts';
import type { RestoreFacts } from './choices.ts';
import type { RestoreOrder } from './order.ts';

type Seen = Pick<RestoreFacts, 'seen'>;

/** What the bot will do on the machine, as far as it is known before it runs. */
export function changesOnMachine(order: RestoreOrder, facts: Seen): PlanSection[] {
  const title = 'What changes on the machine';
  if (!order.ssh) return [{ title, lines: ['Nothing: the bot has no SSH key for it'] }];
  if (isUnchanged(order) && order.restoredFiles === undefined) {
    const lines = [
      'Nothing, as far as it is known: it keeps the addresses that are in its files',
      'The application is seen to be started',
    ];
    return [{ title, lines }];
  }
  return [{ title, lines: linesOf(order, facts) }, ...filesBack(order), ...addressLines(order)];
}

/** What is written besides, where it may not be this machine's alone. */
function filesBack({ restoredFiles, old }: RestoreOrder): PlanSection[] {
  if (restoredFiles === undefined) return [];
  const { snapshotId, files, bytes, paths } = restoredFiles;
  const isRunning = old?.state === 'running';
  return [
    {
      title: 'Which files come back, and what is overwritten',
      tone: 'danger',
      lines: [
        `${counted(files, 'file')} of ${bytesInWords(bytes)} from restic’s snapshot ${snapshotId.slice(0, 8)}`,
        ...paths.map(
          (path) => `Into ${path}: what has another content there is overwritten, what came later stays`,
        ),
        'They are read again once they are written; how long that takes nobody has measured',
        ...(isRunning
          ? ['What lies there on a share is written while the old machine still works with it']
          : []),
      ],
    },
  ];
}

/** In place, where the machine has the addresses it had at the time of the backup. */
function isUnchanged({ way, backup, old }: RestoreOrder): boolean {
  if (way !== 'in-place') return false;
  if (backup === undefined) return true;
  return (
    backup.privateIp === old?.privateIp &&
    (backup.publicIp === undefined || backup.publicIp === old?.publicIp)
  );
}

function linesOf(
  { backup, launch, old, address, removeNomad, newHost, startApp, way, paths }: RestoreOrder,
  { seen }: Seen,
): string[] {
  const privateTo = way === 'in-place' ? old?.privateIp : (launch?.privateIp ?? 'its own private address');
  const publicTo = address?.publicIp ?? (way === 'in-place' ? old?.publicIp : publicOf(launch));
  const nomad =
    'hasNomad' in seen && !seen.hasNomad
      ? `Nothing of Nomad’s: ${paths.nomad} is not on the machine now`
      : `${paths.nomad} is removed (Server 2.x makes it anew)`;
  return [
    'The application is stopped before files change, and Replicated is restarted after',
    ...replaced('private', backup?.privateIp, privateTo),
    ...(way !== 'in-place' && publicTo === undefined && backup?.publicIp !== undefined
      ? [`The public address ${backup.publicIp} stays in its files and leads nowhere: the machine has none`]
      : replaced('public', backup?.publicIp, publicTo)),
    `Only whole addresses change, in Replicated’s own files: ${filesInWords(paths.files)}; each original is kept beside its file`,
    ...(removeNomad ? [nomad] : []),
    ...(newHost === undefined ? [] : [`The host name becomes ${newHost}`]),
    startApp ? 'The application is started, and seen to be started' : 'The application is not started',
  ];
}

/** E.g. `replicated and replicated-operator in /etc/default or /etc/sysconfig`. */
function filesInWords(files: readonly string[]): string {
  const parts = files.map((path) => [
    path.slice(0, path.lastIndexOf('/')),
    path.slice(path.lastIndexOf('/') + 1),
  ]);
  const all = (at: 0 | 1) => [...new Set(parts.map((part) => part[at] ?? ''))];
  return `${listInWords(all(1))} in ${all(0).join(' or ')}`;
}

function publicOf(launch: RestoreOrder['launch']): string | undefined {
  if (launch?.publicAddress === false) return undefined;
  return launch?.publicAddress === true ? 'its own public address' : 'its own public address, if it gets one';
}

function replaced(kind: 'private' | 'public', from: string | undefined, to: string | undefined): string[] {
  if (from === undefined)
    return kind === 'private' ? ['The backup does not say which private address its files hold'] : [];
  if (to === undefined || from === to) return [`The ${kind} address ${from} stays`];
  return [`The ${kind} address ${from} becomes ${to}`];
}

function addressLines({ way, seen }: RestoreOrder): PlanSection[] {
  const title = 'Lines with addresses';
  if ('trouble' in seen) {
    return [
      {
        title,
        lines: [
          `Not looked at beforehand: ${seen.trouble}`,
          'They are found on the machine itself and posted before they change: PRIVATE_ADDRESS, DAEMON_ENDPOINT, DAEMON_HOST and NO_PROXY hold the private address, PUBLIC_ADDRESS the public one',
        ],
      },
    ];
  }
  const lines = seen.files.flatMap(({ path, lines: of }) =>
    of.map(({ line, text }) => `${path}, line ${line}: ${text}`),
  );
  const where = way === 'test' ? 'the real machine' : way === 'in-place' ? 'the machine' : 'the old machine';
  return [{ title: `${title}, as they are on ${where} now`, lines: lines.length === 0 ? ['None'] : lines }];
}
