import type { OpenView, Workspace } from '../model.ts';
import { blockLines } from './render-blocks.ts';
import { indentBy, wrap } from './text-layout.ts';

/** A form or the home as a person reads it, with the messages under its inputs. */
export function renderView(open: OpenView, workspace: Workspace, options: { width?: number } = {}): string {
  const width = (options.width ?? 100) - 2;
  const { view, errors = {} } = open;
  const body = view.blocks.flatMap((block) => {
    const error = block.block_id === undefined ? undefined : errors[block.block_id];
    return [
      ...blockLines([block], workspace, width),
      ...(error ? indentBy(wrap(`✗ ${error}`, width - 2), '  ') : []),
    ];
  });
  if (view.type === 'home') return body.join('\n');
  const buttons = [view.close?.text ?? 'Cancel', view.submit?.text].filter((text) => text !== undefined);
  const lines = [...indentBy(body, '│ '), `╰ ${buttons.map((text) => `[ ${text} ]`).join(' ')}`];
  return [`╭ ${view.title?.text ?? ''}`, ...lines].join('\n');
}
