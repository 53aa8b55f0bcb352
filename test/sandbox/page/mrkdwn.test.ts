import fc from 'fast-check';

interface Token {
  type: string;
  text?: string;
  id?: string;
  url?: string;
  children?: Token[];
}

const asset = (name: string): string => new URL(`../../../sandbox/page/assets/${name}`, import.meta.url).href;
const { parseMrkdwn, parseInline } = (await import(asset('blocks/mrkdwn.js'))) as {
  parseMrkdwn(source: string, isVerbatim?: boolean): Token[];
  parseInline(source: string, isVerbatim?: boolean): Token[];
};

/** `bold(a italic(b))`, so that a case reads as one line. */
const brief = (tokens: Token[]): string =>
  tokens
    .map(({ type, text, id, url, children }) =>
      type === 'text'
        ? text
        : `${type}(${children ? brief(children) : [url ?? id, text].filter(Boolean).join('|')})`,
    )
    .join('');

it.each([
  ['plain words', 'plain words'],
  ['*bold* and _italic_ and ~strike~', 'bold(bold) and italic(italic) and strike(strike)'],
  ['*bold _both_*', 'bold(bold italic(both))'],
  ['2*3*4 snake_case_name ~ 3 * 4 *', '2*3*4 snake_case_name ~ 3 * 4 *'],
  ['* not bold * nor * this*', '* not bold * nor * this*'],
  ['*a\nb*', '*a\nb*'],
  ['(*bold*), "_italic_".', '(bold(bold)), "italic(italic)".'],
  ['`*code* &amp; <@U1>`', 'code(*code* & <@U1>)'],
  ['`open', '`open'],
  ['<@U1> <@U1|ana> <#C1|ops> <!subteam^S1|@ci>', 'user(U1) user(U1|ana) channel(C1|ops) group(S1|@ci)'],
  ['<!channel> <!here|here>', 'broadcast(channel) broadcast(here|here)'],
  ['<https://a.example/x_y_z?a=1&amp;b=2|the _link_>', 'link(https://a.example/x_y_z?a=1&b=2|the _link_)'],
  ['*<https://a.example/*|all>*', 'bold(link(https://a.example/*|all))'],
  [
    'see https://a.example/x_y, (https://b.example).',
    'see link(https://a.example/x_y|https://a.example/x_y), (link(https://b.example|https://b.example)).',
  ],
  ['<!date^1700000000^{time}|then>', 'date(then)'],
  [':warning: 10:30:45 a:b:c', 'emoji(warning) 10:30:45 a:b:c'],
  ['&lt;!channel&gt; &amp;lt;', '<!channel> &lt;'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
])('reads %j', (source, expected) => {
  expect(brief(parseInline(source))).toBe(expected);
});

it('leaves an address as it is where the text is verbatim', () => {
  expect(brief(parseMrkdwn('*see https://a.example/x*, <https://b.example|b>', true))).toBe(
    'lines(bold(see https://a.example/x), link(https://b.example|b))',
  );
});

it('parts lines, quotes and preformatted text', () => {
  const source = 'one\n&gt; two\n> three\nfour\n```\n*five*\n```\nsix ```seven';
  expect(brief(parseMrkdwn(source))).toBe(
    'lines(one)quote(two\nthree)lines(four)pre(*five*)lines(six ```seven)',
  );
});

it('makes nothing live of escaped text, whatever it is', () => {
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const types = (tokens: Token[]): string[] =>
    tokens.flatMap(({ type, children }) => [type, ...types(children ?? [])]);
  const hostile = fc
    .array(fc.constantFrom('<', '>', '&', '!channel', '@U1', '|', '*', '_', '`', '\n', 'a', ' '))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string(), hostile), (text) => {
      const found = types(parseMrkdwn(escaped(text)));
      for (const live of ['user', 'channel', 'group', 'broadcast', 'date']) expect(found).not.toContain(live);
    }),
  );
});

it('loses no letter of any text', () => {
  const letters = (tokens: Token[]): string =>
    tokens.map(({ text, children }) => text ?? letters(children ?? [])).join('');
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('*', '_', '~', '`', 'a', 'b', ' ', ':')).map((all) => all.join('')),
      (text) => {
        expect(letters(parseInline(text)).replace(/[*_~`:]/g, '')).toBe(text.replace(/[*_~`:]/g, ''));
      },
    ),
  );
});
