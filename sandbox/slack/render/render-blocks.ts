import type { AnyBlock } from '@slack/types';
import type { Workspace } from '../model.ts';
import { isRecord } from '../params.ts';
import { elementLine, readText } from './render-element.ts';
import { readPlain } from './render-mrkdwn.ts';
import { richTextLines } from './render-rich-text.ts';
import { columnsOf, indentBy, padTo, wrap } from './text-layout.ts';

type Fields = Record<string, unknown>;
type BlockLines = (block: Fields, workspace: Workspace, width: number) => string[];

const taskMarks: Record<string, string> = { complete: '✓', in_progress: '▸', pending: '·', error: '✗' };

const renderers: Record<string, BlockLines> = {
  section: sectionLines,
  header: (block, workspace) => [`══ ${readText(block.text, workspace)} ══`],
  divider: (_block, _workspace, width) => ['─'.repeat(Math.min(width, 60))],
  context: contextLines,
  actions: elementsLines,
  context_actions: elementsLines,
  input: inputLines,
  image: (block, workspace) => [
    `[image: ${String(block.alt_text)}] ${readText(block.title, workspace)}`.trimEnd(),
  ],
  rich_text: (block, workspace, width) => wrapAll(richTextLines(block, workspace), width),
  plan: planLines,
  task_card: taskLines,
  alert: (block, workspace, width) => wrap(`! ${readText(block.text, workspace)}`, width),
  card: cardLines,
  container: (block, workspace, width) => [
    readText(block.title, workspace),
    ...indentBy(blockLines(asBlocks(block.child_blocks), workspace, width - 2), '  '),
  ],
};

/** Blocks as a person reads them, in lines of at most about `width` columns. */
export function blockLines(blocks: AnyBlock[], workspace: Workspace, width: number): string[] {
  return blocks.flatMap((block) => {
    const render = renderers[block.type];
    return render ? render({ ...block }, workspace, width) : [`[${block.type}]`];
  });
}

function sectionLines(block: Fields, workspace: Workspace, width: number): string[] {
  const text = block.text === undefined ? [] : wrap(readText(block.text, workspace), width);
  const fields = (Array.isArray(block.fields) ? block.fields : []).map((field) => readText(field, workspace));
  const lines = [...text, ...columns(fields, width)];
  if (!isRecord(block.accessory)) return lines;
  const accessory = elementLine(block.accessory, workspace);
  const [first = '', ...rest] = lines;
  const joined = `${first}   ${accessory}`;
  return columnsOf(joined) <= width ? [joined, ...rest] : [...lines, accessory];
}

/** Fields stand in two columns, each one's lines side by side with its neighbour's. */
function columns(fields: string[], width: number): string[] {
  const half = Math.floor((width - 3) / 2);
  const wrapped = fields.map((field) => wrap(field, half));
  const left = Math.max(
    0,
    ...wrapped
      .filter((_, index) => index % 2 === 0)
      .flat()
      .map(columnsOf),
  );
  const lines: string[] = [];
  for (let index = 0; index < wrapped.length; index += 2) {
    const first = wrapped[index] ?? [];
    const second = wrapped[index + 1] ?? [];
    for (let line = 0; line < Math.max(first.length, second.length); line += 1) {
      lines.push(`${padTo(first[line] ?? '', left)}   ${second[line] ?? ''}`.trimEnd());
    }
  }
  return lines;
}

function contextLines(block: Fields, workspace: Workspace, width: number): string[] {
  const texts = records(block.elements).map((element) =>
    element.type === 'image' ? elementLine(element, workspace) : readText(element, workspace),
  );
  return indentBy(wrap(texts.join('  ·  '), width - 2), '~ ');
}

function elementsLines(block: Fields, workspace: Workspace, width: number): string[] {
  const lines: string[] = [];
  for (const element of records(block.elements)) {
    const shown = elementLine(element, workspace);
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(shown) <= width)
      lines[lines.length - 1] = `${last} ${shown}`;
    else lines.push(shown);
  }
  return lines;
}

function inputLines(block: Fields, workspace: Workspace, width: number): string[] {
  const optional = block.optional === true ? ' (optional)' : '';
  const element = isRecord(block.element) ? elementLine(block.element, workspace) : '';
  const line = `${readText(block.label, workspace)}${optional}: ${element}`;
  const hint = readText(block.hint, workspace);
  return [...wrap(line, width), ...(hint ? indentBy(wrap(hint, width - 2), '  ') : [])];
}

function planLines(block: Fields, workspace: Workspace, width: number): string[] {
  const tasks = records(block.tasks).flatMap((task) => taskLines(task, workspace, width - 2));
  return [...wrap(readPlain(String(block.title)), width), ...indentBy(tasks, '  ')];
}

function taskLines(task: Fields, workspace: Workspace, width: number): string[] {
  const mark = taskMarks[String(task.status)] ?? '·';
  const more = [task.details, task.output].flatMap((part) =>
    part === undefined ? [] : wrapAll(richTextLines(part, workspace), width - 4),
  );
  return [...wrap(`${mark} ${String(task.title)}`, width), ...indentBy(more, '    ')];
}

function cardLines(block: Fields, workspace: Workspace, width: number): string[] {
  const texts = [block.title, block.subtitle, block.body].map((text) => readText(text, workspace));
  const shown = texts.filter((text) => text !== '').flatMap((text) => wrap(text, width));
  return [...shown, ...elementsLines({ elements: block.actions }, workspace, width)];
}

function wrapAll(lines: string[], width: number): string[] {
  return lines.flatMap((line) => wrap(line, width));
}

function records(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function asBlocks(value: unknown): AnyBlock[] {
  return records(value).map((block) => ({ ...block, type: String(block.type) }));
}
