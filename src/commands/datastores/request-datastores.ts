import { type DatastoreOrder, inOrder } from '../../core/datastores/restore-order.ts';
import type { HostedStore } from '../../core/model/datastore.ts';
import type { Person } from '../../core/model/person.ts';
import { type Target, targetNamed } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { nearWord } from '../../core/text/near-word.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { listInWords } from '../../core/text/words.ts';
import { freeRunId } from '../../runs/request.ts';
import { askApproval } from '../approval/ask-approval.ts';
import type { FoundBackup } from '../base/find-backup.ts';
import type { Reply } from '../base/reply.ts';
import type { CatalogueDeps, Needs, PlanDeps } from '../base/verb.ts';
import { findParts } from './find-parts.ts';
import { datastoresPlan } from './plan.ts';

const ALL = 'all';

export interface DatastoresAsked {
  person: Person;
  /** A datastore's name, or `all`. */
  name: string;
  found: FoundBackup;
}

type Deps = PlanDeps & CatalogueDeps & Needs<'openRestic' | 'timeLimit'>;

/** A restore of one datastore, or of all of them, put before those who may approve it. */
export async function requestDatastores(
  { person, name, found }: DatastoresAsked,
  deps: Deps,
): Promise<Reply> {
  const { entry } = found;
  const target = targetNamed(deps.targets, entry.target);
  const chosen = chooseStores(target, name);
  if ('refusal' in chosen || target === undefined) return refuse('refusal' in chosen ? chosen.refusal : '');
  const access = target.restic;
  if (access === undefined) return refuse(`RESTIC_REPOSITORY is not set for ${target.name}.`);
  if (entry.doubts.length > 0)
    return refuse(`${entry.backupId} is not beyond doubt a backup of ${target.name}.`);
  try {
    const stores = [];
    for (const store of inOrder(chosen.stores))
      stores.push(await findParts(target, store, entry.backupId, access, deps));
    if (stores.every(({ parts }) => parts.length === 0))
      return refuse(`${entry.backupId} has nothing of ${listInWords(stores.map((store) => store.name))}.`);
    const order: DatastoreOrder = {
      runId: await freeRunId('datastores', deps.clock.now(), deps),
      target: target.name,
      region: target.region,
      channel: target.channel,
      requester: person,
      requestedAt: deps.clock.now(),
      reason: '',
      backup: { backupId: entry.backupId, createdAt: entry.createdAt },
      instance: target.instance,
      repository: access.repository,
      stores: stores.filter(({ parts }) => parts.length > 0),
    };
    return askApproval({ target, person, plan: datastoresPlan(order) }, deps);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { reason, next } = explain(error.problem);
    return { view: 'refusal', reason: `${reason} Nothing was done.`, next };
  }
}

type Chosen = { stores: HostedStore[] } | { refusal: string };

export function chooseStores(target: Pick<Target, 'name' | 'datastores'> | undefined, typed: string): Chosen {
  const all = target?.datastores?.stores ?? [];
  if (target === undefined || all.length === 0)
    return { refusal: `${target?.name ?? 'Its target'} has no external datastores here (DATASTORES).` };
  const names = all.map(({ name }) => name);
  const hosted = all.filter((store): store is HostedStore => store.kind !== 'rds');
  if (typed === ALL) return { stores: hosted };
  const one = all.find(({ name }) => name === typed);
  if (one === undefined) {
    const guess = nearWord(typed, names, 'guess');
    return {
      refusal: `There is no datastore “${cut(oneLine(typed), 60)}” of ${target.name}.${guess === undefined ? '' : ` Did you mean “${guess}”?`} It has ${listInWords(names)}; all means all of them.`,
    };
  }
  if (one.kind !== 'rds') return { stores: [one] };
  return {
    refusal: `${one.name} is an instance of RDS: its snapshot becomes a new instance, which restore --by-hand shows how to make.`,
  };
}

function refuse(reason: string): Reply {
  return { view: 'refusal', reason: `${reason} Nothing was done.` };
}
