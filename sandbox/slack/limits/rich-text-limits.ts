import { isRecord } from '../params.ts';
import { checkArray, problem, type ShapeCheck } from './shape-check.ts';

const inline = [
  'text',
  'link',
  'user',
  'usergroup',
  'channel',
  'team',
  'emoji',
  'broadcast',
  'date',
  'color',
];
const requiredField: Record<string, string> = {
  text: 'text',
  link: 'url',
  user: 'user_id',
  usergroup: 'usergroup_id',
  channel: 'channel_id',
  emoji: 'name',
  broadcast: 'range',
  date: 'timestamp',
};

/** A rich_text block (also inside tables and task cards). */
export function checkRichText(check: ShapeCheck, block: unknown, path: string): void {
  if (!isRecord(block) || block.type !== 'rich_text') {
    problem(check, path, 'must be a rich_text object');
    return;
  }
  for (const [index, part] of checkArray(check, block.elements, `${path}/elements`, {
    min: 1,
    max: 500,
  }).entries()) {
    checkPart(check, part, `${path}/elements/${index}`);
  }
}

function checkPart(check: ShapeCheck, part: unknown, path: string): void {
  if (!isRecord(part)) {
    problem(check, path, 'must provide an object');
    return;
  }
  const { type } = part;
  if (type === 'rich_text_list') {
    if (part.style !== 'bullet' && part.style !== 'ordered') {
      problem(check, `${path}/style`, 'must be a valid enum value: bullet, ordered');
    }
    const items = checkArray(check, part.elements, `${path}/elements`, { min: 1, max: 500 });
    for (const [index, item] of items.entries()) checkPart(check, item, `${path}/elements/${index}`);
    return;
  }
  if (type !== 'rich_text_section' && type !== 'rich_text_quote' && type !== 'rich_text_preformatted') {
    problem(check, `${path}/type`, `unsupported type: ${String(type)}`);
    return;
  }
  for (const [index, element] of checkArray(check, part.elements, `${path}/elements`, {
    min: 0,
    max: 500,
  }).entries()) {
    const at = `${path}/elements/${index}`;
    if (!isRecord(element) || typeof element.type !== 'string' || !inline.includes(element.type)) {
      problem(
        check,
        `${at}/type`,
        `unsupported type: ${isRecord(element) ? String(element.type) : typeof element}`,
      );
      continue;
    }
    const field = requiredField[element.type];
    if (field && (element[field] === undefined || element[field] === '')) {
      problem(
        check,
        at,
        element[field] === '' ? `must be more than 0 characters` : `missing required field: ${field}`,
      );
    }
  }
}
