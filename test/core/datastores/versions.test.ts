import {
  newerClientInWords,
  olderClient,
  readClientVersion,
  readServerVersion,
} from '../../../src/core/datastores/versions.ts';

test.each([
  ['pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n', 1500, '15'],
  ['pg_dump (PostgreSQL) 9.5.23\n', 905, '9.5'],
  ['pg_dump (PostgreSQL) 10beta1', 1000, '10'],
  ['pg_dump: command not found', undefined, undefined],
  ['', undefined, undefined],
])('a client says %j', (printed, order, name) => {
  expect(readClientVersion(printed)).toEqual(order === undefined ? undefined : { order, name });
});

test.each([
  ['150018\n', 1500, '15'],
  ['90523\n', 905, '9.5'],
  ['100001', 1000, '10'],
  ['90624', 906, '9.6'],
  ['password:', undefined, undefined],
  ['', undefined, undefined],
])('a server says %j', (printed, order, name) => {
  expect(readServerVersion(printed)).toEqual(order === undefined ? undefined : { order, name });
});

const version = (printed: string) => {
  const read = readClientVersion(`x (PostgreSQL) ${printed}`);
  if (read === undefined) throw new Error(printed);
  return read;
};

test.each([
  ['9.5', '9.6', 'older'],
  ['9.6', '10', 'older'],
  ['14', '15', 'older'],
  ['15', '15', 'same'],
  ['9.5', '9.5', 'same'],
  ['10', '9.6', 'newer'],
  ['18', '15', 'newer'],
])('a client of %s beside a server of %s is %s', (client, server, is) => {
  const [one, other] = [version(client), version(server)];
  expect(olderClient({ name: 'pg' }, one, other)).toEqual(
    is === 'older' ? { code: 'dump-client-older', store: 'pg', client, server } : undefined,
  );
  expect(newerClientInWords({ name: 'pg' }, one, other) !== undefined).toBe(is === 'newer');
});
