import { execFileSync } from 'node:child_process';
import { FREE_ROOM, readNoRoom } from '../../../src/gateways/services-machine/free-room.ts';

const GNU = 'Filesystem     1024-blocks     Used Available Capacity Mounted on';
const GNU_INODES = 'Filesystem       Inodes   IUsed   IFree IUse% Mounted on';
const BUSYBOX_INODES = 'Filesystem              Inodes      Used Available Capacity Mounted on';
const ROOMY = '/dev/xvda1       157165420 39291355 117874065      25% /';
const FULL = '/dev/xvda1       157165420 157165420         0     100% /';
const INODES = '/dev/xvda1     19660800 4915200 14745600   25% /';

const room = (space: string, inodes: string, head = GNU_INODES) =>
  `space ${GNU}\nspace ${space}\ninodes ${head}\ninodes ${inodes}\n`;

test.each([
  ['there is room', room(ROOMY, INODES), undefined],
  ['no space is left', room(FULL, INODES), { device: '/dev/xvda1', mountedAt: '/', lacks: 'space' }],
  [
    'a few blocks are left, on a volume with a name of two words',
    room('/dev/mapper/vg0-etc 157165420 157165360 60 100% /etc/of it', INODES),
    { device: '/dev/mapper/vg0-etc', mountedAt: '/etc/of it', lacks: 'space' },
  ],
  [
    'no inodes are left',
    room(ROOMY, '/dev/xvda1     19660800 19660800 0 100% /', BUSYBOX_INODES),
    { device: '/dev/xvda1', mountedAt: '/', lacks: 'inodes' },
  ],
  ['it counts no inodes', room(ROOMY, '/dev/xvda1 0 0 0 - /'), undefined],
  ['there is no df', '\n', undefined],
])('%s', (_what, printed, said) => {
  expect(readNoRoom(printed)).toEqual(said);
});

it('asks this machine’s own df in a way that it understands', () => {
  const printed = execFileSync('/bin/sh', ['-c', `path=/etc/hosts; ${FREE_ROOM}; echo "$room"`], {
    encoding: 'utf8',
  });
  expect(
    printed
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['space', 'space', 'inodes', 'inodes']);
  const full = printed.replace(/^(space \/?\S+ +)(\d+) +\d+ +\d+/m, '$1$2 $2 0');
  expect(readNoRoom(full)).toMatchObject({ lacks: 'space', mountedAt: expect.stringMatching(/^\//) });
});
