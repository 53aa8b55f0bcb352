import { ProblemError } from '../../src/core/problems/problem.ts';
import { ANA, BEN, CLEO, entry, LAB, PROD, scene } from './fakes.ts';

const broken = new ProblemError({ code: 'store-unavailable', reason: 'the disk is full' });

describe('who may', () => {
  test.each([
    ['an operator by group', ANA, 'ok'],
    ['an operator by id', BEN, 'ok'],
    ['nobody else', CLEO, 'refused'],
  ])('%s', async (_what, person, result) => {
    const here = scene();
    expect((await here.say(person, 'now')).result).toBe(result);
    expect(here.engine.started).toHaveLength(result === 'ok' ? 1 : 0);
  });

  test('a refusal names who may, and is written down', async () => {
    const here = scene();
    const { reply } = await here.say(CLEO, 'now');
    expect(reply).toEqual({
      view: 'refusal',
      reason: '“now” is for operators of prod, and you are not one. Nothing was done.',
      next: 'Ask one of them:',
      people: ['SOPS', BEN.userId],
    });
    expect(here.store.rows).toMatchObject([
      { kind: 'refusal', verb: 'now', target: 'prod', actor: CLEO, detail: { code: 'not-an-operator' } },
    ]);
  });

  test('when Slack cannot confirm a group, nobody but those named by id', async () => {
    const here = scene();
    here.members = 'unknown';
    expect((await here.say(ANA, 'now')).reply).toEqual({
      view: 'refusal',
      reason: 'Slack cannot confirm right now whether you are an operator, so “now” was not done.',
      next: 'Try again in a minute.',
    });
    expect(here.engine.started).toEqual([]);
    expect((await here.say(BEN, 'now')).result).toBe('ok');
  });

  test('a failing question is no permission', async () => {
    const here = scene();
    here.members = new Error('socket hang up');
    expect((await here.say(ANA, 'now')).result).toBe('failed');
    expect(here.store.locked.size).toBe(0);
  });

  test('a refusal that cannot be written down is still one', async () => {
    const here = scene();
    here.store.broken = broken;
    const answer = await here.say(CLEO, 'now');
    expect(answer.result).toBe('refused');
    expect(here.engine.started).toEqual([]);
  });

  test('an operator of one target is none of the others', async () => {
    const here = scene([PROD, LAB]);
    expect((await here.say(BEN, 'now lab')).reply).toMatchObject({ people: ['SOPS'] });
    expect((await here.say(BEN, 'now prod')).result).toBe('ok');
    // Which target is not said yet: the form asks, and its answer is checked again.
    expect((await here.say(BEN, 'now')).reply).toMatchObject({ view: 'form' });
    expect((await here.say(CLEO, 'now')).reply).toMatchObject({
      reason: '“now” is for operators, and you are not one. Nothing was done.',
      people: ['SOPS', BEN.userId],
    });
  });

  test('everybody may look', async () => {
    const here = scene();
    here.members = 'unknown';
    for (const text of [
      'list',
      'status',
      'history',
      'help',
      `restore ${entry('bk-20261123-0200-aaaa').backupId} --by-hand`,
    ]) {
      here.catalogue.set('eu-west-1', [entry('bk-20261123-0200-aaaa')]);
      expect((await here.say(CLEO, text)).result).toBe('ok');
    }
    // Kept, but nothing that anybody did: the history says nothing of it.
    expect(here.store.rows.map((row) => [row.kind, row.verb])).toEqual([
      ['read', 'list'],
      ['read', 'status'],
      ['read', 'history'],
      ['read', 'help'],
    ]);
    expect((await here.say(CLEO, 'history')).reply).toMatchObject({ view: 'history', total: 0 });
  });
});

describe('what goes wrong', () => {
  test('a known problem is told with its reason and what to do', async () => {
    const here = scene();
    here.catalogue.set(
      'eu-west-1',
      new ProblemError({ code: 'permissions-missing', actions: ['ec2:DescribeImages'] }),
    );
    expect(await here.say(CLEO, 'list')).toEqual({
      verb: 'list',
      result: 'refused',
      target: 'prod',
      reply: {
        view: 'refusal',
        reason: 'The bot’s AWS identity lacks ec2:DescribeImages. Nothing was done.',
        next: 'Attach the policy in iam-policy.json to the bot’s role, then type the command again.',
      },
    });
  });

  test('a fault of the bot is told calmly, without its insides', async () => {
    const here = scene();
    here.catalogue.set('eu-west-1', new TypeError('cannot read properties of undefined'));
    const answer = await here.say(CLEO, 'list');
    expect(answer).toEqual({
      verb: 'list',
      result: 'failed',
      target: 'prod',
      reply: {
        view: 'refusal',
        reason: 'Something the bot does not know went wrong; its log has the details.',
        next: 'See /circleci-backup status before you try again.',
      },
    });
  });

  test.each(['now', 'cancel bk-20261123-0314-x4qz', 'history', 'status'])(
    'a store that cannot be used refuses %s, in words',
    async (text) => {
      const here = scene();
      here.store.broken = broken;
      const { result, reply } = await here.say(ANA, text);
      expect(result).toBe('refused');
      expect(reply).toMatchObject({
        view: 'refusal',
        reason: 'The bot’s own database cannot be used: the disk is full. Nothing was done.',
      });
      expect(here.engine.started).toEqual([]);
    },
  );

  test.each(['', 'help', 'nwo', 'list'])('“%s” is answered without the store', async (text) => {
    const here = scene();
    here.store.broken = broken;
    expect((await here.say(ANA, text)).result).not.toBe('failed');
  });
});

describe('what is counted', () => {
  test.each([
    ['', 'help', 'ok'],
    ['help list', 'help', 'ok'],
    ['nwo', 'unknown', 'refused'],
    ['list --all', 'list', 'refused'],
    ['history', 'history', 'ok'],
    ['list --page 7', 'list', 'refused'],
  ])('“%s” is %s, %s', async (text, verb, result) => {
    expect(await scene().say(CLEO, text)).toMatchObject({ verb, result });
  });

  test('what was not understood is kept, beside the history', async () => {
    const here = scene();
    await here.say(CLEO, 'nwo');
    expect(here.store.rows).toMatchObject([{ kind: 'read', verb: 'unknown', actor: CLEO }]);
    expect((await here.say(CLEO, 'history')).reply).toMatchObject({ view: 'history', total: 0 });
  });
});
