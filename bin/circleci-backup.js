#!/usr/bin/env node
// Plain JavaScript, for a Node that is too old to read TypeScript: it could not say so itself.
const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  await import('../src/main.ts');
} else {
  process.stderr.write(
    `circleci-backup needs Node ${NEEDED} or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      '“npm ci && npm start” brings its own; or install one from https://nodejs.org/.\n',
  );
  process.exitCode = 1;
}
