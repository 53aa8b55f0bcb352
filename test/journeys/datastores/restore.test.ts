import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import { ANSWER_QUESTION } from '../../../src/slack/run/question.ts';
import { APPROVE } from '../approval/approval.ts';
import { type DatastoresJourney, startDatastores } from './datastores.ts';

let journey: DatastoresJourney;
afterEach(() => journey.close());

const newest = (text: RegExp): StoredMessage => {
  const all = journey.slack.messages(journey.channel.id).filter((m) => m.threadTs === undefined);
  const found = all.filter((m) => text.test(m.text)).at(-1);
  if (found === undefined) throw new Error(`there is no message ${text}`);
  return found;
};
const shown = (text: RegExp) => {
  try {
    return newest(text).text + JSON.stringify(newest(text).blocks);
  } catch {
    return '';
  }
};

/** A complete backup, and a restore of this datastore of it that Ben has approved. */
async function approvedRestore(name: string, before: () => void): Promise<void> {
  await journey.say(journey.ana, 'now');
  await journey.ended();
  before();
  await journey.say(journey.ana, `restore ${journey.runId()} --datastore ${name}`);
  await journey.until('the request was shown', () => shown(REQUEST).includes(APPROVE));
  await journey.slack.act(journey.ben.id, { message: newest(REQUEST) }, APPROVE);
}

const REQUEST = /Restore .* of prod from/;
const END = /The datastores of prod|The restore of the datastores/;
const RUN = /estore of (the )?datastores of prod|he datastores of prod/;

/** From the request on. */
const fromRequest = (transcript: string) =>
  transcript.slice(transcript.indexOf('Restore pg')).replace(/_before_ds_\w+/g, '_before_RUN');

function lose(): void {
  const { postgres, mongodb } = journey.databases;
  postgres.databases.delete('circle');
  postgres.roles.delete('circle');
  mongodb.databases.delete('circle_ghe');
}

describe('a restore of external datastores', () => {
  it('brings all of them back into empty places, once somebody else has approved it', async () => {
    journey = await startDatastores();
    const { postgres, mongodb } = journey.databases;
    const before = structuredClone({
      circle: postgres.databases.get('circle')?.tables,
      ghe: mongodb.databases.get('circle_ghe')?.tables,
    });
    await approvedRestore('all', lose);
    await journey.until('it has ended', () => END.test(shown(RUN)));
    await journey.expectTranscript('datastores/restored', fromRequest);
    expect(postgres.databases.get('circle')?.tables).toEqual(before.circle);
    expect(mongodb.databases.get('circle_ghe')?.tables).toEqual(before.ghe);
    expect([...postgres.roles].sort()).toEqual(['circle', 'postgres']);
  });

  it('leaves a database alone that somebody uses, says how to put it aside, and goes on when that was done', async () => {
    journey = await startDatastores();
    const { databases } = journey.databases.postgres;
    const circle = databases.get('circle');
    if (circle !== undefined) circle.connections = 3;
    const before = structuredClone(circle?.tables);
    await approvedRestore('pg', () => {});
    await journey.until('it asks', () => /waits for a decision/.test(shown(RUN)));
    await journey.expectTranscript('datastores/in-use', fromRequest);
    expect(databases.get('circle')).toEqual({ ...circle, tables: before });
    databases.delete('circle');
    await journey.slack.act(journey.ben.id, { message: newest(RUN) }, `${ANSWER_QUESTION}:0`);
    await journey.until('it has ended', () => END.test(shown(RUN)));
    expect(newest(RUN).text).toContain('The datastores of prod are restored from bk-');
    expect(databases.get('circle')?.tables).toEqual(before);
  });

  it('is refused for what is not there, and for RDS', async () => {
    journey = await startDatastores({
      DATASTORES:
        '[{name: pg, kind: postgres, databases: circle}, {name: managed, kind: rds, instance: circleci}]',
    });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    for (const name of ['pgg', 'managed'])
      await journey.say(journey.ana, `restore ${journey.runId()} --datastore ${name}`);
    await journey.say(journey.ana, 'restore --datastore pg');
    await journey.say(journey.cleo, `restore ${journey.runId()} --datastore pg`);
    await journey.say(journey.ana, `restore ${journey.runId()} --by-hand`);
    await journey.until('all was answered', () => journey.slack.ephemerals(journey.ana.id).length > 4);
    await journey.expectTranscript('datastores/refusals', (all) => all.slice(all.indexOf('Only Ana')));
  });
});
