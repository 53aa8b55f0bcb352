import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { parseSync } from '@swc/core';

/** One import that remains after the types are stripped. */
export interface Import {
  /** As written: `./x.ts`, `node:fs`, `@slack/bolt`. */
  from: string;
  /** The names taken; `*` for a namespace, a default, or an import whose names are not said. */
  names: string[];
}

/**
 * What a module imports when it runs: static, dynamic, re-exported, and job files named by `new URL(…, import.meta.url)`.
 */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  visit(parsed(source), (node) => {
    if (node.type === 'ImportDeclaration' && node.typeOnly !== true) {
      const specifiers = nodesOf(node.specifiers).filter((one) => one.isTypeOnly !== true);
      // `import { type A } from 'x'` loads x all the same under verbatimModuleSyntax.
      found.push({ from: text(node.source), names: specifiers.map(importedName) });
    } else if (
      (node.type === 'ExportNamedDeclaration' && node.typeOnly !== true && isNode(node.source)) ||
      node.type === 'ExportAllDeclaration'
    ) {
      found.push({ from: text(node.source), names: ['*'] });
    } else if (node.type === 'CallExpression' && isNode(node.callee) && node.callee.type === 'Import') {
      found.push({ from: text(argument(node)), names: ['*'] });
    } else if (node.type === 'NewExpression' && isNode(node.callee) && node.callee.value === 'URL') {
      const from = text(argument(node));
      if (from.startsWith('.') && from.endsWith('.ts')) found.push({ from, names: ['*'] });
    }
  });
  return found;
}

/** Every module a source names in an import, also those of which it takes types only. */
export function modulesNamedIn(source: string): string[] {
  const names = importsOf(source).map(({ from }) => from);
  visit(parsed(source), (node) => {
    if (node.typeOnly === true && isNode(node.source)) names.push(text(node.source));
    else if (node.type === 'TsImportType') names.push(text(node.argument));
  });
  return [...new Set(names)];
}

/** Everything that runs when a file of a folder runs: its own modules, and the packages they need. */
export function importGraph(folder: string, entries: readonly string[]) {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const { from } of importsOf(readFileSync(join(folder, file), 'utf8'))) {
      if (from.startsWith('.')) open.push(join(dirname(file), from));
      else if (!isBuiltin(from)) packages.set(packageOf(from), file);
    }
  }
  return { files, packages };
}

/** `@slack/bolt/dist/x.js` belongs to `@slack/bolt`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** A node of swc's syntax tree. */
export type Node = Record<string, unknown>;

const trees = new Map<string, Node>();

/** The syntax tree of a source; asked again, the same one. */
export function parsed(source: string): Node {
  const tree = trees.get(source) ?? { ...parseSync(source, { syntax: 'typescript', target: 'es2024' }) };
  trees.set(source, tree);
  return tree;
}

export function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (isNode(value)) {
    see(value);
    for (const [key, child] of Object.entries(value)) if (key !== 'span') visit(child, see);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function importedName(specifier: Node): string {
  if (specifier.type !== 'ImportSpecifier') return '*';
  const original = isNode(specifier.imported) ? specifier.imported : specifier.local;
  return isNode(original) ? String(original.value) : '*';
}

function argument(call: Node): unknown {
  return nodesOf(call.arguments)[0]?.expression;
}

/** A specifier that is computed cannot be followed; it shows as a package of that name, which no list contains. */
function text(value: unknown): string {
  return isNode(value) && value.type === 'StringLiteral' && typeof value.value === 'string'
    ? value.value
    : '(computed)';
}
