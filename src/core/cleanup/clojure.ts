import { type Build, buildOf } from './builds.ts';

declare const form: unique symbol;

/** A text that may be sent to the dev-console. Only the two functions of this file make one. */
export type ClojureForm = string & { readonly [form]: true };

/** Deletes the record for good. What it prints is not documented. */
export function deleteBuildForm(build: Build): ClojureForm {
  return call('admin/delete-build', build);
}

/** Prints a map, or `nil` where there is no such build. */
export function findBuildForm(build: Build): ClojureForm {
  return call('circle.model.build/find-one-by-circle-url', build);
}

/** Both are CircleCI's own; it warns that any other form can do irreparable damage. */
type Documented = 'admin/delete-build' | 'circle.model.build/find-one-by-circle-url';

function call(name: Documented, build: Build): ClojureForm {
  return `(${name} ${clojureString(checkedUrl(build))})` as ClojureForm;
}

/** A build comes out of the engine's store before it gets here, so its shape is looked at once more. */
function checkedUrl(build: Build): string {
  const origin = build.url.split('/', 3).join('/');
  if (!/^https?:\/\/[a-z0-9.:[\]-]+$/.test(origin) || buildOf(build, origin)?.url !== build.url) {
    throw new Error('What was to be sent to the dev-console is not a build');
  }
  return build.url;
}

/**
 * Any text as a Clojure string literal of printable ASCII: a terminal takes keys such as Ctrl-D or Tab for orders, so none
 * of them is ever written as it is.
 */
export function clojureString(text: string): string {
  return `"${text.replace(/["\\]|[^ -~]/g, (char) => (char === '"' || char === '\\' ? `\\${char}` : escaped(char)))}"`;
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
