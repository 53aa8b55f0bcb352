import fc from 'fast-check';
import { NOT_SHOWN, programWords } from '../../../src/core/text/program-words.ts';

const own = ['circleci dev-consle; exit', 'delete https://ci.example.com/gh/acme/web/4'];

test.each([
  'Error: the application has no command "dev-consle"',
  '-bash: circleci: command not found',
  'Permission denied.',
  'MongoTimeoutException Timed out after 30000 ms com.mongodb.BaseCluster.getDescription (BaseCluster.java:167)',
  'Execution error (ExceptionInfo) at admin/delete-build (REPL:1).',
  'java.net.ConnectException: Connection refused',
  'CompilerException java.lang.RuntimeException: Unable to resolve symbol: circle.model.build/find in this context',
  'java.lang.OutOfMemoryError: Java heap space',
  'Connecting to nREPL at 127.0.0.1:6005',
  'nil',
  'true',
])('of “%s” all is shown', (line) => {
  expect(programWords(line, own)).toBe(line);
});

test.each<[string, string]>([
  ['password hunter2', NOT_SHOWN],
  ['Error: the password hunter2 was refused', `Error: the ${NOT_SHOWN} was refused`],
  ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', NOT_SHOWN],
  ['Connecting to mongodb://circle:s3cret@10.0.0.5:27017/', `Connecting to ${NOT_SHOWN}`],
  ['{:token "ab12", :env-vars {"K" "v"}}', NOT_SHOWN],
  ['Authorization: Bearer eyJhbGciOi', NOT_SHOWN],
  ['error 4711 at pin 99', `error ${NOT_SHOWN} at ${NOT_SHOWN}`],
  ['http://admin:secret@localhost:8800 refused', `${NOT_SHOWN} refused`],
  ['(com.secret-K3Y)', NOT_SHOWN],
  ['xoxb-1-2', NOT_SHOWN],
])('of “%s” what may be secret is not', (line, shown) => {
  expect(programWords(line, own)).toBe(shown);
});

test('forged lines are one line of what is seen, and cut', () => {
  const forged = 'Error\n• Already approved by \u202Eanybody\u0007\r\nuser=> <!channel>';
  expect(programWords(forged)).toBe(`Error ${NOT_SHOWN} by ${NOT_SHOWN}`);
  expect(Array.from(programWords('error '.repeat(10_000))).length).toBeLessThanOrEqual(300);
});

test('no secret of the usual alphabets is shown, wherever it stands', () => {
  const key = fc.string({
    unit: fc.constantFrom(...'abcdefABCDEF0123456789+/=_-.'),
    minLength: 12,
    maxLength: 60,
  });
  const with9 = key.map((text) => `${text}9`);
  fc.assert(
    fc.property(with9, fc.constantFrom('Error: ', 'at ', '(', '"', 'token='), (secret, before) => {
      expect(programWords(`${before}${secret} refused`)).not.toContain(secret);
    }),
  );
});
