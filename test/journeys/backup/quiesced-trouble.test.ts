import { type QuiescedJourney, quiescedJourney } from './quiesced.ts';

let journey: QuiescedJourney;
afterEach(() => journey.close());

const images = () => [...journey.ec2.images.values()];
const app = () => journey.services().app();

/** People are called in the channel itself, while the run still goes on. */
const isCalled = () =>
  journey.slack
    .messages(journey.channel.id)
    .some((m) => m.threadTs !== undefined && m.broadcast && m.text.includes('has NOT come up again'));

describe('CircleCI stays up', () => {
  it('as it was, when it was stopped to begin with: nothing is touched', async () => {
    journey = await quiescedJourney();
    journey.stoppedBefore();
    await journey.begin('now --quiesce');
    await journey.over();
    expect(journey.services().orders).toEqual([]);
    expect(images()).toEqual([]);
    await journey.expectTranscript('quiesced/stopped-before');
  });

  it('when the machine says nothing that can be understood: nothing is touched', async () => {
    journey = await quiescedJourney();
    journey.services().faults.replicatedctl = 'garbage';
    await journey.begin('now --quiesce');
    await journey.over();
    expect(journey.services().orders).toEqual([]);
    expect(images()).toEqual([]);
  });

  it('when it cannot be stopped: that is said, and people are called', async () => {
    journey = await quiescedJourney();
    journey.services().faults.appStop = 'never';
    await journey.begin('now --quiesce');
    await journey.until('the stop is ordered', () => journey.services().orders.includes('stopping'));
    journey.skip(11);
    await journey.during('Start the application');
    journey.skip(16);
    await journey.over();
    expect(isCalled()).toBe(true);
    expect(images()).toEqual([]);
    // How far the stop was at the last look before the clock went on is chance.
    await journey.expectTranscript('quiesced/not-stopped', (seen) =>
      seen
        .replace(/(has not stopped within .*?: Replicated says “)[^”]+/, '$1STATE')
        .replace(/^( +)(started|stopping \(on the way to \w+\))$/gm, '$1STATE'),
    );
  });

  it('and was so when the snapshots began, because somebody has started it: the backup counts as live', async () => {
    journey = await quiescedJourney();
    journey.ec2.onChange(({ noun, what }) => {
      if (noun === 'image' && what === 'created') journey.services().startApp();
    });
    await journey.begin('now --quiesce');
    await journey.over();
    expect(images().map(({ tags }) => tags['circleci-backup:mode'])).toEqual(['live']);
    expect(journey.shown()).toContain('Somebody else has started the application');
    expect(app()).toMatchObject({ state: 'started', transitioning: false });
  });

  it('although the connection breaks off right after it was stopped', async () => {
    journey = await quiescedJourney();
    journey.services().faults.drops.push({ command: /app stop/, when: 'after' });
    await journey.begin('now --quiesce');
    await journey.over();
    expect(journey.services().orders).toEqual(['stopping', 'starting']);
    expect(app()).toMatchObject({ state: 'started', transitioning: false });
    expect(journey.appAtImage()).toBe('stopped');
  });

  it('although nobody can log in for minutes after it was stopped', async () => {
    journey = await quiescedJourney();
    journey.services().jobs.push('timetable-1234');
    await journey.begin('now --quiesce');
    await journey.during('See that no builds run');
    journey.services().faults.ssh = 'refused';
    await journey.until('it is told', () => journey.shown().includes('connection was refused'));
    journey.skip(11);
    await journey.during('Start the application');
    delete journey.services().faults.ssh;
    await journey.over();
    expect(journey.services().orders).toEqual(['stopping', 'starting']);
    expect(app()).toMatchObject({ state: 'started', transitioning: false });
    await journey.expectTranscript('quiesced/locked-out');
  });

  it('and while nobody can tell whether builds run, the message and its thread say why CircleCI is down', async () => {
    journey = await quiescedJourney();
    journey.services().faults.nomad = 'silent';
    await journey.begin('now --quiesce');
    await journey.during('See that no builds run');
    const said = () =>
      journey.slack
        .messages(journey.channel.id)
        .find(({ text }) => text.includes('cannot see whether builds still run'));
    await journey.until('people are told', () => said() !== undefined);
    expect(said()?.text).toContain(
      '“nomad status” did not answer in a form that the bot knows: it printed nothing.',
    );
    expect(said()?.text).toContain('then it starts CircleCI again, without a backup');
    expect(journey.shown()).toMatch(
      /CircleCI of prod is stopped\. The bot waits for Nomad to run nothing, until .* at the latest\. It saw: .*printed nothing/,
    );
    journey.skip(11);
    await journey.over();
    expect(app()).toMatchObject({ state: 'started', transitioning: false });
    expect(images()).toEqual([]);
  });

  it('again as soon as the bot is back, and nothing is made that nobody expects any more', async () => {
    journey = await quiescedJourney();
    journey.services().jobs.push('timetable-1234');
    await journey.begin('now --quiesce');
    await journey.during('See that no builds run');
    await journey.stopBot();
    expect(app().state).toBe('stopped');
    journey.services().jobs.length = 0;
    journey.skip(40);
    await journey.startBot();
    await journey.over();
    expect(journey.services().orders).toEqual(['stopping', 'starting']);
    expect(app()).toMatchObject({ state: 'started', transitioning: false });
    expect(images()).toEqual([]);
    // Whether the look before the bot died was written down is chance.
    await journey.expectTranscript('quiesced/late', (seen) => seen.replace(/^ +1 job of Nomad: .*\n/gm, ''));
  });

  it('or people are told at once what to type', async () => {
    journey = await quiescedJourney();
    journey.services().faults.appStart = 'fails';
    await journey.begin('now --quiesce');
    await journey.during('Start the application');
    journey.skip(16);
    await journey.until('people are called', isCalled);
    await journey.over();
    expect(images()[0]?.tags['circleci-backup:outcome']).toBe('complete');
    // An application that cannot start is on its way again and again: which of the two the last look saw is chance.
    await journey.expectTranscript('quiesced/not-started', (text) =>
      text
        .replaceAll(/Replicated says “[^”]+”/g, 'Replicated says “stopped”')
        .replaceAll(/(starting|started) \(on the way to started\)/g, 'stopped'),
    );
  });

  it('and what does not answer is not called up', async () => {
    journey = await quiescedJourney();
    await journey.begin('now --quiesce');
    await journey.during('Start the application');
    journey.services().faults.web = 'error';
    await journey.during('See that CircleCI answers');
    journey.skip(11);
    await journey.over();
    expect(isCalled()).toBe(true);
    expect(journey.shown()).toContain('CircleCI is NOT UP');
  });
});

describe('a command that cannot be done', () => {
  it('says so, and what to set', async () => {
    journey = await quiescedJourney({ env: { SSH_PRIVATE_KEY_FILE: '', SSH_USER: '' } });
    await journey.say(journey.ana, 'now --quiesce');
    await journey.say(journey.ana, 'now --quiesce --reboot');
    await journey.say(journey.cleo, 'now --quiesce');
    await journey.ask(journey.ana, 'now --reboot');
    await journey.expectTranscript('quiesced/refused');
  });
});

describe('a backup with a reboot', () => {
  it('sees that the machine and CircleCI are up again', async () => {
    journey = await quiescedJourney();
    await journey.begin('now --reboot');
    await journey.over();
    expect(journey.instance.reboots).toBe(1);
    expect(app()).toMatchObject({ state: 'started', transitioning: false });
    expect(images()[0]?.tags).toMatchObject({ 'circleci-backup:mode': 'reboot' });
    await journey.expectTranscript('quiesced/reboot');
  });

  it('calls people when the machine does not come up', async () => {
    journey = await quiescedJourney();
    await journey.begin('now --reboot');
    await journey.during('Wait for the machine to be up again');
    journey.instance.fate = { ...journey.instance.fate, checks: 'impaired' };
    await journey.until('it says so', () => journey.shown().includes('instance impaired'));
    journey.skip(21);
    await journey.until('people are called', isCalled);
    await journey.over();
    expect(journey.shown()).toContain('CircleCI is NOT UP');
    await journey.expectTranscript('quiesced/reboot-impaired');
  });
});
