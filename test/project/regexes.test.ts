import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from 'recheck';
import { isNode, parsed, visit } from './imports.ts';
import { ROOT, typeScriptFiles } from './source-files.ts';

const SRC = join(ROOT, 'src');
/** Of one expression; a busy machine is no fault of it. */
const LIMIT_MS = 100_000;

/** Makes the expressions that depend on an argument, with one as they get it. */
const CALLS = `
const { rewriteAddresses, findMentions, findSpellings } = await import('./core/restore/rewrite-addresses.ts');
rewriteAddresses('', [{ from: '10.20.1.12', to: '10.20.7.9' }, { from: '203.0.113.40', to: '198.51.100.7' }]);
findMentions('', ['10.20.1.12', 'ci.example.com']);
findSpellings('', ['10.20.1.12']);`;

interface Regex {
  source: string;
  flags: string;
}

/** The expressions that these modules make of texts, when they are loaded or called: seen in a process of its own. */
function made(files: readonly string[]): Regex[] {
  const script = `
    const made = [];
    globalThis.RegExp = new Proxy(RegExp, {
      construct(target, given) {
        const regex = new target(...given);
        made.push({ source: regex.source, flags: regex.flags });
        return regex;
      },
    });
    for (const file of ${JSON.stringify(files)}) await import('./' + file);
    ${CALLS}
    console.log(JSON.stringify(made));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: SRC,
    encoding: 'utf8',
  });
  return JSON.parse(printed);
}

function written(): { literals: Regex[]; makers: string[] } {
  const literals: Regex[] = [];
  const makers = new Set<string>();
  for (const file of typeScriptFiles(SRC)) {
    visit(parsed(readFileSync(join(SRC, file), 'utf8')), (node) => {
      if (node.type === 'RegExpLiteral')
        literals.push({ source: String(node.pattern), flags: String(node.flags) });
      if (node.type === 'NewExpression' && isNode(node.callee) && node.callee.value === 'RegExp')
        makers.add(file);
    });
  }
  return { literals, makers: [...makers] };
}

const { literals, makers } = written();
const all = [
  ...new Map([...literals, ...made(makers)].map((regex) => [`/${regex.source}/${regex.flags}`, regex])),
];

test('the expressions are found', () => {
  expect(makers).toContain('core/restore/rewrite-addresses.ts');
  expect(all.length).toBeGreaterThan(100);
});

/**
 * No text, from wherever, may make an expression of ours take more than linear time. The library knows it for certain of expressions
 * without look-around, and looks for a text that proves the contrary for the others.
 */
test.each(all)('%s takes linear time', async (_shown, { source, flags }) => {
  expect(await check(source, flags, { timeout: LIMIT_MS })).toMatchObject({ status: 'safe' });
});

test('one that does not is found', async () => {
  expect((await check('^(a|a)*$', '')).status).toBe('vulnerable');
  expect((await check('/+$', '')).status).toBe('vulnerable');
});
