const CRLF = '\r\n';

function asked(line: string, ...headers: string[]): string {
  return [line, 'Host: ci-bot.example.com', ...headers, '', ''].join(CRLF);
}

/** A TLS 1.2 hello as a scanner begins. */
const TLS_HELLO = Buffer.from(`16030100c8010000c40303${'ab'.repeat(32)}00${'c02f'.repeat(30)}`, 'hex');

export interface Stranger {
  name: string;
  pieces: (string | Buffer)[];
  /** The status of the first answer; none where the connection is cut off. */
  status: RegExp;
}

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'POST',
  'MKCOL',
  'PURGE',
  'QUERY',
];
const PATHS = [
  '/',
  '/favicon.ico',
  '/robots.txt',
  '/.env',
  '/wp-login.php',
  '/slack/events/',
  '//',
  '//x',
  '/%',
  '/%00',
  '/..%2f..',
  '/slack',
  '/?a=http://[',
  '/\\x',
];

/** What load balancers, scanners and broken clients send to a port that is open to the internet. */
export const STRANGERS: readonly Stranger[] = [
  ...METHODS.map((method) => ({
    name: `${method} /`,
    pieces: [asked(`${method} / HTTP/1.1`)],
    status: /404/,
  })),
  ...PATHS.map((path) => ({ name: `GET ${path}`, pieces: [asked(`GET ${path} HTTP/1.1`)], status: /404/ })),
  { name: 'a path that is an address', pieces: [asked('GET http://evil.example/x HTTP/1.1')], status: /404/ },
  { name: 'a path that is no address', pieces: [asked('GET http://[ HTTP/1.1')], status: /400|404/ },
  { name: 'a path without a slash', pieces: [asked('GET x HTTP/1.1')], status: /400|404/ },
  { name: 'OPTIONS *', pieces: [asked('OPTIONS * HTTP/1.1')], status: /404/ },
  { name: 'a proxy’s CONNECT', pieces: [asked('CONNECT evil.example:443 HTTP/1.1')], status: /405/ },
  { name: 'HTTP/1.0 without a host', pieces: [`GET / HTTP/1.0${CRLF}${CRLF}`], status: /404/ },
  { name: 'HTTP/1.1 without a host', pieces: [`GET / HTTP/1.1${CRLF}${CRLF}`], status: /404/ },
  {
    name: 'HTTP/2 with prior knowledge',
    pieces: [`PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`],
    status: /400|505/,
  },
  { name: 'HTTP/0.9', pieces: [`GET /${CRLF}`], status: /400|408/ },
  {
    name: 'an upgrade',
    pieces: [
      asked(
        'GET / HTTP/1.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAA',
      ),
    ],
    status: /404/,
  },
  {
    name: 'an upgrade to HTTP/2',
    pieces: [
      asked(
        'GET / HTTP/1.1',
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABk',
      ),
    ],
    status: /404/,
  },
  { name: 'huge headers', pieces: [asked('GET / HTTP/1.1', `X: ${'a'.repeat(40_000)}`)], status: /431/ },
  {
    name: 'many headers',
    pieces: [asked('GET / HTTP/1.1', ...Array.from({ length: 3_000 }, (_, n) => `X${n}: y`))],
    status: /431|404/,
  },
  { name: 'a huge address', pieces: [asked(`GET /${'a'.repeat(40_000)} HTTP/1.1`)], status: /431/ },
  { name: 'pipelining', pieces: [asked('GET / HTTP/1.1').repeat(200)], status: /404/ },
  {
    name: 'pipelining behind a body that is none',
    pieces: [`${asked('POST / HTTP/1.1', 'Content-Length: 4')}abc\n${asked('GET /x HTTP/1.1')}`],
    status: /404/,
  },
  {
    name: 'bad chunking',
    pieces: [`${asked('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}zz${CRLF}`],
    status: /400/,
  },
  {
    name: 'chunks and a length',
    pieces: [`${asked('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Content-Length: 3')}0${CRLF}${CRLF}`],
    status: /400/,
  },
  {
    name: 'two lengths',
    pieces: [asked('POST / HTTP/1.1', 'Content-Length: 3', 'Content-Length: 4')],
    status: /400/,
  },
  { name: 'a length below nothing', pieces: [asked('POST / HTTP/1.1', 'Content-Length: -1')], status: /400/ },
  { name: 'an expectation', pieces: [asked('POST / HTTP/1.1', 'Expect: the-impossible')], status: /417/ },
  {
    name: 'a continue',
    pieces: [`${asked('POST / HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 2')}ab`],
    status: /100.*404/s,
  },
  {
    name: 'a body that is too long',
    pieces: [asked('POST /slack/events HTTP/1.1', 'Content-Length: 3000000'), 'a'.repeat(1_500_000)],
    status: /413/,
  },
  { name: 'TLS', pieces: [TLS_HELLO], status: /400/ },
  { name: 'SSH', pieces: [`SSH-2.0-Go${CRLF}`], status: /400/ },
  { name: 'SMB', pieces: [Buffer.from('00000085ff534d4272', 'hex')], status: /400/ },
  { name: 'zeros', pieces: [Buffer.alloc(5_000)], status: /400/ },
  { name: 'a new line in a header', pieces: [`GET / HTTP/1.1${CRLF}X: a\nb${CRLF}${CRLF}`], status: /400/ },
];

/** What is begun and never ended. */
export const UNENDED: readonly { name: string; pieces: (string | Buffer)[] }[] = [
  { name: 'nothing', pieces: [''] },
  { name: 'half a line', pieces: ['GET / HT'] },
  { name: 'half of the headers', pieces: [`GET / HTTP/1.1${CRLF}Host: x${CRLF}X-`] },
  { name: 'half a body', pieces: [`${asked('POST /slack/events HTTP/1.1', 'Content-Length: 1000')}abc`] },
  { name: 'half a body at another path', pieces: [`${asked('POST / HTTP/1.1', 'Content-Length: 1000')}abc`] },
  {
    name: 'half of the chunks',
    pieces: [`${asked('POST / HTTP/1.1', 'Transfer-Encoding: chunked')}5${CRLF}ab`],
  },
  { name: 'half a TLS hello', pieces: [TLS_HELLO.subarray(0, 3)] },
];
