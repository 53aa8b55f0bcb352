import { importsOf } from './imports.ts';

test('sees what remains when the types are stripped', () => {
  const source = `
    import type { A } from './type-only.ts';
    import { type B, c as d } from './c.ts';
    import * as all from './all.ts';
    import def from './default.ts';
    import './effect.ts';
    import { type E } from './loaded-all-the-same.ts';
    export { f } from './f.ts';
    export * from './g.ts';
    export type { H } from './h.ts';
    const job = new URL('./job.ts', import.meta.url);
    const page = new URL('./page.html', import.meta.url);
    const later = async (name: string) => [await import('./later.ts'), await import(name)];
  `;
  expect(importsOf(source)).toEqual([
    { from: './c.ts', names: ['c'] },
    { from: './all.ts', names: ['*'] },
    { from: './default.ts', names: ['*'] },
    { from: './effect.ts', names: [] },
    { from: './loaded-all-the-same.ts', names: [] },
    { from: './f.ts', names: ['*'] },
    { from: './g.ts', names: ['*'] },
    { from: './job.ts', names: ['*'] },
    { from: './later.ts', names: ['*'] },
    { from: '(computed)', names: ['*'] },
  ]);
});
