import { type CatalogueEntry, isComplete, newestFirst } from '../../core/catalogue/entry.ts';
import { datastoresByHand, type HandStep } from '../../core/datastores/by-hand.ts';
import { defined } from '../../core/model/defined.ts';
import type { Subnet } from '../../core/model/machine-facts.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { matchingBackups, type RestoreForm, restoreForm } from '../../core/restore/form.ts';
import { isRunId } from '../../core/run/run-id.ts';
import { oneLine } from '../../core/text/text.ts';
import { readOwnBackups } from '../../runs/own-backups.ts';
import { readingOptions } from '../base/call-options.ts';
import { findBackup, noSuchBackup, typedBackup } from '../base/find-backup.ts';
import type { Reply } from '../base/reply.ts';
import { type Arguments, type CatalogueDeps, COMMAND, type Needs, type Verb } from '../base/verb.ts';
import { whichTarget } from '../base/which-target.ts';
import { requestDatastores } from '../datastores/request-datastores.ts';
import { namesInWords } from '../parse.ts';
import { whyElsewhere } from './backup-elsewhere.ts';

const BY_HAND = 'by-hand';
const DATASTORE = 'datastore';

export const restore: Verb = {
  name: 'restore',
  summary: 'restores a backup: a form, a plan, an approval, then step by step',
  usage: 'restore [target] [backup] [--datastore NAME|all] [--by-hand]',
  examples: [
    'restore',
    'restore bk-20261123-0314-x4qz',
    'restore bk-20261123-0314-x4qz --datastore pg',
    'restore bk-20261123-0314-x4qz --by-hand',
  ],
  details:
    'A form asks for the backup and the way: a new machine that takes over, another root volume for the same machine, or a ' +
    'test in isolation. The plan says what would be launched, changed, moved and lost; nothing is done before somebody else ' +
    'has approved it. With --datastore one external datastore of a backup, or all of them, comes back alone, into empty databases. With --by-hand it only spells the steps out, of the newest complete backup where none is named, for the night on which the bot cannot reach the machine.',
  permission: ({ flags }) => (flags.has(BY_HAND) ? 'anyone' : 'operator'),
  openTo: 'restore --by-hand',
  takesTarget: false,
  flags: { [BY_HAND]: 'switch', [DATASTORE]: 'value' },
  changes: true,
  async targetOf(args, { targets }) {
    const typed = typedIn(args, targets);
    return 'target' in typed ? typed.target : undefined;
  },
  async run({ args, person }, deps) {
    if (args.flags.has(BY_HAND)) return byHand(args, deps);
    const typed = typedIn(args, deps.targets);
    if ('refusal' in typed) return typed.refusal;
    const { target, backupId } = typed;
    const datastore = args.flags.get(DATASTORE);
    if (datastore !== undefined) {
      const found = backupId === undefined ? undefined : await findBackup(backupId, deps);
      if (found === undefined) return noSuchBackup(backupId ?? '', restore, deps);
      return requestDatastores({ person, name: datastore, found }, deps);
    }
    return {
      view: 'form',
      form: 'restore',
      ...defined({ target, backupId }),
      targets: deps.targets,
      load: () => loadForm(target, backupId, deps),
    };
  },
};

async function byHand(args: Arguments, deps: CatalogueDeps & Needs<'clock'>): Promise<Reply> {
  const typed = typedIn(args, deps.targets);
  if (!('refusal' in typed) && typed.backupId === undefined) return newestByHand(typed.target, deps);
  const id = ('refusal' in typed ? undefined : typed.backupId) ?? typedBackup(args.rest).id;
  const found = await findBackup(id, deps);
  if (found === undefined) return noSuchBackup(args.rest, restore, deps);
  return { view: 'restore-by-hand', ...found, now: deps.clock.now(), datastores: stepsOf(found.entry, deps) };
}

/** Of the external datastores that the backup’s target has. */
function stepsOf({ target: name, backupId }: CatalogueEntry, { targets }: Needs<'targets'>): HandStep[] {
  const target = targetNamed(targets, name);
  const repository = target?.restic?.repository;
  return datastoresByHand(target?.datastores?.stores ?? [], { target: name, backupId, repository });
}

/** As in the form: whoever names no backup means the newest complete one. */
async function newestByHand(
  target: Target | undefined,
  deps: Needs<'clock' | 'ec2' | 'targets'>,
): Promise<Reply> {
  if (target === undefined) return whichTarget(`restore --${BY_HAND}`, deps.targets);
  const { region, name } = target;
  const all = await deps.ec2(region).catalogue(readingOptions());
  const [entry] = newestFirst(all.filter((one) => one.target === name && isComplete(one)));
  if (entry !== undefined)
    return {
      view: 'restore-by-hand',
      entry,
      region,
      now: deps.clock.now(),
      datastores: stepsOf(entry, deps),
    };
  return {
    view: 'refusal',
    reason: `${name} has no complete backup in ${region}. ${COMMAND} list shows what there is.`,
    usage: `${COMMAND} ${restore.usage}`,
  };
}

type Typed = { target?: Target; backupId?: string } | { refusal: Reply };

/** A target, a backup, both or neither; anything else is said to be neither. */
function typedIn({ rest }: Arguments, targets: readonly Target[]): Typed {
  const words = oneLine(rest).toLowerCase().split(' ').filter(Boolean);
  const named = targetNamed(targets, words[0]);
  const others = named === undefined ? words : words.slice(1);
  const [only] = targets.length === 1 ? targets : [];
  const target = named ?? only;
  const [word, ...more] = others;
  if (word !== undefined && (!isRunId(word) || more.length > 0))
    return { refusal: notUnderstood(rest, targets) };
  return {
    ...defined({ target, backupId: word }),
  };
}

function notUnderstood(rest: string, targets: readonly Target[]): Reply {
  const names =
    targets.length > 1 ? ` The targets are ${namesInWords(targets.map(({ name }) => name))}.` : '';
  return {
    view: 'refusal',
    reason: `“${oneLine(rest).slice(0, 60)}” is neither a target nor a backup’s id; ${COMMAND} list shows them.${names} Nothing was done.`,
    usage: `${COMMAND} ${restore.usage}`,
  };
}

/**
 * What the open form is filled with. A backup names its target; without either, the target is chosen first. Trouble with
 * EC2 is said in the form, which can be closed and asked for again.
 */
export async function loadForm(
  target: Target | undefined,
  backupId: string | undefined,
  deps: CatalogueDeps & Needs<'clock'>,
): Promise<RestoreForm> {
  const { targets } = deps;
  const now = deps.clock.now();
  const empty: RestoreForm = { targets, way: 'replace', hasBackups: false, now };
  try {
    const found =
      target === undefined && backupId !== undefined ? await findBackup(backupId, deps) : undefined;
    const chosen = target ?? targetNamed(targets, found?.entry.target);
    if (chosen === undefined) {
      return backupId === undefined
        ? empty
        : { ...empty, trouble: `There is no backup ${backupId} of any target.` };
    }
    const { entries } = await readOwnBackups(chosen, deps, readingOptions());
    const form = restoreForm(chosen, targets, entries, backupId, now);
    if (backupId === undefined || form.backup !== undefined) return form;
    const trouble = await troubleOf(backupId, chosen, deps);
    return trouble === undefined ? form : { ...form, trouble };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { reason, next } = explain(error.problem);
    return { ...empty, ...(target === undefined ? {} : { target }), trouble: `${reason} ${next}` };
  }
}

/** A list that is this old is good enough for somebody who types. */
const FRESH_MS = 60_000;

/** Backups of a target by a part of their id, age, outcome or note, the newest first. */
export async function backupsToPick(
  target: Target,
  typed: string,
  deps: Needs<'clock' | 'ec2' | 'store'>,
): Promise<CatalogueEntry[]> {
  const now = deps.clock.now();
  const { entries } = await readOwnBackups(target, deps, { ...readingOptions(), asOf: now - FRESH_MS });
  return matchingBackups(entries, target.name, typed, now);
}

/** All subnets of the VPC in which the machine was; none where nobody knows which that is. */
export async function subnetsToPick(
  target: Target,
  { subnetId, vpcId: before }: { subnetId?: string; vpcId?: string },
  deps: Needs<'ec2'>,
): Promise<Subnet[]> {
  const { machines } = deps.ec2(target.region);
  const known = subnetId === undefined ? undefined : await machines.subnet(subnetId, readingOptions());
  // A subnet that is gone does not say of which network it was; the backup does.
  const vpcId = known?.vpcId ?? before;
  return vpcId === undefined ? [] : machines.subnetsOf(vpcId, readingOptions());
}

/** Where the named backup is instead, if it is anywhere; a region that does not answer is no reason to show no form. */
async function troubleOf(backupId: string, target: Target, deps: CatalogueDeps): Promise<string | undefined> {
  try {
    const found = await findBackup(backupId, deps, target.region);
    const why = found === undefined ? undefined : whyElsewhere(found, target, deps);
    return why === undefined ? undefined : `${why.reason} ${why.next}`;
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
