import fc from 'fast-check';
import { createAnswerReader } from '../../../src/gateways/dev-console/answer.ts';
import { createPlainText } from '../../../src/gateways/dev-console/plain-text.ts';

const FORM = '(circle.model.build/find-one-by-circle-url "https://ci.example.com/gh/acme/web/7")';
const ECHO = `${FORM}\r\n`;
const LOG = '12:00:01.123 [pool-2] INFO circle.http.core - GET /api/v1/me 200';

/** What is read of a text in these pieces; undefined where the prompt was not seen. */
function read(pieces: readonly string[]) {
  const plain = createPlainText();
  const reader = createAnswerReader(FORM);
  const isWhole = pieces.some((piece) => reader.take(plain(piece)));
  return isWhole || reader.mayBeAtPrompt() ? reader.answer() : undefined;
}

/** There, gone, thrown (its first line), or that nothing can be said. */
function said(text: string): string | undefined {
  const answer = read([text]);
  if (answer === undefined) return undefined;
  if (answer.thrown !== undefined) return answer.thrown[0];
  if (answer.value === 'map') return 'there';
  return answer.value === 'nil' ? 'gone' : 'unclear';
}

const TRANSCRIPTS: [what: string, text: string, expected: string | undefined][] = [
  ['nil', `${ECHO}nil\r\nuser=> `, 'gone'],
  ['a map', `${ECHO}{:_id #object[org.bson.types.ObjectId 0x1 "5"], :build_num 7}\r\nuser=> `, 'there'],
  ['a map of texts', `${ECHO}{"_id" 7, "branch" "master"}\r\nuser=> `, 'there'],
  ['a record', `${ECHO}#circle.model.build.Build{:build_num 7}\r\nuser=> `, 'there'],
  ['a map over several lines', `${ECHO}{:build_num 7,\r\n :branch "nil"}\r\nuser=> `, 'there'],
  [
    'a map that is broken at the width',
    `${ECHO}{:build_num 7, :stop_time\r\nnil\r\n, :subject "\r\nExecution error (X)\r\n"}\r\nuser=> `,
    'there',
  ],
  [
    'colours',
    `\u001b[?2004h${ECHO}\u001b[0m\u001b[1;34mnil\u001b[0m\r\n\u001b]0;title\u0007\u001b[Kuser=> `,
    'gone',
  ],
  ['an echo that breaks at the width', `${wrapped(FORM, 40)}\r\nnil\r\nuser=> `, 'gone'],
  ['an echo that breaks as readline does', `${wrapped(FORM, 40, ' \r')}\r\nnil\r\nuser=> `, 'gone'],
  ['the echoes of a terminal and of a line editor', `${ECHO}user=> ${ECHO}nil\r\nuser=> `, 'gone'],
  ['an echo drawn anew', `${FORM}\r\u001b[Kuser=> ${FORM}\r\nnil\r\nuser=> `, 'gone'],
  ['the end of an older answer', `nil\r\nuser=> ${ECHO}{:build_num 7}\r\nuser=> `, 'there'],
  ['noise before the echo', `${LOG}\r\n${ECHO}nil\r\nuser=> `, 'gone'],
  [
    'noise inside the echo',
    `${FORM.slice(0, 9)}${LOG}\r\n${FORM.slice(9, 60)} \r${FORM.slice(60, 70)}${FORM.slice(70, 72)}e${LOG}\r\n${FORM.slice(72)}\r\nnil\r\nuser=> `,
    'gone',
  ],
  ['noise between form and answer', `${ECHO}${LOG}\r\nnil\r\nuser=> `, 'gone'],
  ['noise between answer and prompt', `${ECHO}nil\r\n${LOG}\r\nuser=> `, 'gone'],
  ['noise behind the prompt', `${ECHO}nil\r\nuser=> ${LOG}\r\n`, 'gone'],
  ['noise of JSON', `${ECHO}{"level":"info", "at":1}\r\nnil\r\nuser=> `, 'gone'],
  ['noise on the line of the answer', `${ECHO}nil${LOG}\r\nuser=> `, 'unclear'],
  ['noise on the line of the prompt', `${ECHO}nil\r\nstill loading ... user=> `, 'gone'],
  ['noise that looks like the other answer', `${ECHO}nil\r\n{:a 1}\r\nuser=> `, 'unclear'],
  [
    'another thread’s stack trace',
    `${ECHO}java.io.IOException: gone\r\n\tat a.b(C.java:1)\r\nnil\r\nuser=> `,
    'gone',
  ],
  ['only noise', `${ECHO}${LOG}\r\nuser=> `, 'unclear'],
  ['a prompt without an answer', `${ECHO}user=> `, undefined],
  ['an answer without a prompt', `${ECHO}nil\r\n`, undefined],
  ['an answer without the form', 'nil\r\nuser=> ', undefined],
  ['the answer to another form', `${FORM.replace('/7', '/8')}\r\nnil\r\nuser=> `, undefined],
  ['a prompt inside a text', `${ECHO}{:subject "fix user=> prompt", :build_num 7}\r\n`, undefined],
  [
    'an exception of Clojure 1.11',
    `${ECHO}Execution error (ExceptionInfo) at circle.db/find (REPL:1).\r\nno connection\r\nuser=> `,
    'Execution error (ExceptionInfo) at circle.db/find (REPL:1).',
  ],
  [
    'an exception whose message looks like an answer',
    `${ECHO}Execution error (ExceptionInfo) at circle.db/find (REPL:1).\r\nnil\r\nuser=> `,
    'Execution error (ExceptionInfo) at circle.db/find (REPL:1).',
  ],
  [
    'an unknown namespace in Clojure 1.11',
    `${ECHO}Syntax error (ClassNotFoundException) compiling at (REPL:1:1).\r\ncircle.model.build\r\nuser=> `,
    'Syntax error (ClassNotFoundException) compiling at (REPL:1:1).',
  ],
  [
    'an exception of Clojure 1.8',
    `${ECHO}MongoException no connection  com.mongodb.DB.find (DB.java:12)\r\nuser=> `,
    'MongoException no connection  com.mongodb.DB.find (DB.java:12)',
  ],
  [
    'an exception over nREPL',
    `${ECHO}\u001b[31mclojure.lang.ExceptionInfo: boom {}\u001b[m\r\n at a.b (c.clj:1)\r\nuser=> `,
    'clojure.lang.ExceptionInfo: boom {}',
  ],
];

function wrapped(text: string, width: number, end = '\r\n'): string {
  return (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);
}

test.each(TRANSCRIPTS)('%s', (_, text, expected) => {
  expect(said(text)).toBe(expected);
});

test('in whatever pieces it comes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TRANSCRIPTS.map(([, text]) => text)),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (text, lengths) => {
        const pieces: string[] = [];
        let rest = text;
        for (const length of lengths) {
          pieces.push(rest.slice(0, length));
          rest = rest.slice(length);
        }
        expect(read([...pieces, rest])).toEqual(read([text]));
      },
    ),
  );
});

test('a megabyte of answer keeps its first lines, cut', () => {
  const reader = createAnswerReader(FORM);
  reader.take(ECHO);
  for (let n = 0; n < 1_000; n += 1) reader.take(`{:line ${n} "${'x'.repeat(1_000)}"}\r\n`);
  expect(reader.take('user=> ')).toBe(true);
  const { lines } = reader.answer();
  expect(lines.map((line) => line.length)).toEqual([400, 400, 400, 400]);
});

test('what only steers the terminal is taken out, also where it comes in two pieces', () => {
  const plain = createPlainText();
  expect(
    ['a\u001b', '[3', '1mb\u0007\b', '\u001b]2;x\u001b', '\\c\u001b(Bd\te\u001b=f'].map(plain).join(''),
  ).toBe('abcd\tef');
  expect(plain(`\u001b[${'9'.repeat(300)}`)).toBe(`[${'9'.repeat(300)}`);
});
