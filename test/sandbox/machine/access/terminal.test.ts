import { type MachineWorld, machineWorld } from '../harness.ts';
import { openShell, plainText, type Shell } from '../shell-reader.ts';

let world: MachineWorld;
let shell: Shell;
beforeEach(async () => {
  world = await machineWorld();
  shell = await openShell(world);
});
afterEach(async () => {
  shell.close();
  await world.close();
});

const URL = 'https://ci.acme-rail.example/gh/acme-rail/timetable/1200';

test('a login shell echoes what is typed, runs it, and keeps its folder', async () => {
  await shell.until(/\$ $/);
  shell.type('cd /etc/default && echo "in $PWD"\r');
  expect(await shell.until(/in \/etc\/default\r\n.*\$ $/s)).toContain(
    'cd /etc/default && echo "in $PWD"\r\n',
  );
  shell.type('pwd; hostname\r');
  expect(await shell.until(/ip-10-20-1-12\r\nubuntu.*\$ $/s)).toContain('\r\n/etc/default\r\n');
  shell.type('exit 3\r');
  await shell.ended;
});

test.each([
  ['circleci dev-console'],
  ['replicated admin --no-tty dev-console'],
  ['sudo docker exec -i frontend lein repl :connect 6005'],
])('%s opens the console, which knows the two documented forms', async (command) => {
  await shell.until(/\$ $/);
  shell.type(`${command}; exit\r`);
  await shell.until(/user=> $/);
  shell.type(`(circle.model.build/find-one-by-circle-url "${URL}")\r`);
  expect(await shell.until(/\r\nuser=> $/)).toContain('"]\r\n{:_id'.slice(3));
  shell.type(`(admin/delete-build "${URL}")\r`);
  await shell.until(/nil\r\nuser=> $/);
  shell.type(`(circle.model.build/find-one-by-circle-url "${URL}")\r`);
  await shell.until(/nil\r\nuser=> $/);
  expect(world.prod.disk.builds.some((build) => build.number === 1200)).toBe(false);
  shell.type('(println :x)\r');
  expect(await shell.until(/\r\nuser=> $/)).toContain('CompilerException');
  shell.type('\u0004');
  await shell.ended;
});

test('the alias is nothing to a command without a terminal', async () => {
  expect(await world.run('circleci dev-console')).toMatchObject({ code: 127 });
});

test('without a terminal the console evaluates what it is given', async () => {
  const { stdout } = await world.run(
    'replicated admin --no-tty dev-console',
    `(admin/delete-build "${URL}")\n`,
  );
  expect(stdout).toContain('user=> nil\n');
  expect(world.prod.disk.builds.some((build) => build.number === 1200)).toBe(false);
});

test('while the application is stopped there is no console', async () => {
  await world.run('sudo replicatedctl app stop -f');
  await shell.until(/\$ $/);
  shell.type('circleci dev-console\r');
  expect(await shell.until(/\$ $/)).toContain('No such container');
});

describe('faults of the console', () => {
  async function opened(): Promise<void> {
    await shell.until(/\$ $/);
    shell.type('circleci dev-console\r');
    await shell.until(/user=> /);
  }

  test('an exception', async () => {
    world.prod.faults.devConsole.throwsAt.push('/1200');
    await opened();
    shell.type(`(admin/delete-build "${URL}")\r`);
    expect(await shell.until(/\r\nuser=> $/)).toContain('MongoTimeoutException');
    expect(world.prod.disk.builds.some((build) => build.number === 1200)).toBe(true);
  });

  test('a connection that goes after the deletion and before its answer', async () => {
    world.prod.faults.devConsole.dropsAt.push('/1200');
    await opened();
    shell.type(`(admin/delete-build "${URL}")\r`);
    await shell.ended;
    expect(world.prod.disk.builds.some((build) => build.number === 1200)).toBe(false);
    expect(shell.seen()).not.toContain('nil');
  });

  test('a prompt that never comes, until Ctrl-C would end it', async () => {
    world.prod.faults.devConsole.slowStartMs = Number.POSITIVE_INFINITY;
    await shell.until(/\$ $/);
    shell.type('circleci dev-console\r(admin/delete-build "x")\r');
    // Type-ahead is echoed by the terminal although nothing reads it.
    await shell.until(/delete-build "x"\)\r\n$/);
    expect(shell.seen()).not.toContain('user=>');
  });

  test('noise, colours and line wraps', async () => {
    Object.assign(world.prod.faults.devConsole, { noise: true, colours: true, wraps: true });
    await opened();
    shell.type(`(circle.model.build/find-one-by-circle-url "${URL}")\r`);
    const printed = await shell.until(/find-one.*user=> /s);
    expect(printed).toContain('INFO  circle.http.api');
    expect(printed).toContain('\u001b[1;36m{:_id');
    expect(printed).toContain(' \r');
    expect(plainText(printed).replaceAll(/ \r|\r?\n/g, '')).toContain(
      `(circle.model.build/find-one-by-circle-url "${URL}")`,
    );
  });
});
