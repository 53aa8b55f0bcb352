import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.ts';

export interface Instruction {
  word: string;
  rest: string;
}

export function dockerfile(): string {
  return readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
}

/** The stages of the Dockerfile, each with its instructions. */
export function dockerStages(): Instruction[][] {
  const text = dockerfile().replace(/\\\n\s*/g, '');
  const stages: Instruction[][] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [word = '', ...rest] = line.split(' ');
    const instruction = { word, rest: rest.join(' ').trim() };
    if (word === 'FROM') stages.push([instruction]);
    else stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** Whether a file reaches the build: the last pattern of .dockerignore that matches it or a folder above it decides. */
export function inBuildContext(path: string, patterns: readonly string[]): boolean {
  let inside = true;
  for (const pattern of patterns) {
    const back = pattern.startsWith('!');
    const name = back ? pattern.slice(1) : pattern;
    if (name === '*' || path === name || path.startsWith(`${name}/`)) inside = back;
  }
  return inside;
}

export function ignorePatterns(): string[] {
  return readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Copies what the last stage copies from the build context into a folder, by way of tar, as a builder does. */
export function assemble(folder: string): void {
  const copied = (dockerStages().at(-1) ?? []).filter(
    ({ word, rest }) => word === 'COPY' && !rest.startsWith('--from='),
  );
  const sources = copied.flatMap(({ rest }) => rest.split(' ').slice(0, -1));
  const excluded = ignorePatterns().flatMap((pattern) =>
    pattern.startsWith('!') || pattern === '*' ? [] : [`--exclude=./${pattern}`],
  );
  const archive = execFileSync('tar', ['-c', ...excluded, ...sources.map((source) => `./${source}`)], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  execFileSync('tar', ['-x'], { cwd: folder, input: archive });
}
