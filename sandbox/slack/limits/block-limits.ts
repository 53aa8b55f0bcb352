import { isRecord } from '../params.ts';
import { checkElement, checkImage, elementsIn } from './element-limits.ts';
import { checkRichText } from './rich-text-limits.ts';
import {
  checkArray,
  checkOptionalText,
  checkString,
  checkText,
  problem,
  type ShapeCheck,
} from './shape-check.ts';

type BlockCheck = (
  check: ShapeCheck,
  block: Record<string, unknown>,
  path: string,
  actionIds: Set<string>,
) => void;

/** Blocks that a workspace may not have yet. */
const newestBlockTypes = [
  'plan',
  'task_card',
  'data_table',
  'data_visualization',
  'card',
  'carousel',
  'container',
  'alert',
];
const modalOnly = ['alert'];
const messageOnly = [
  'file',
  'table',
  'data_table',
  'plan',
  'task_card',
  'markdown',
  'context_actions',
  'card',
  'carousel',
];

const checks: Record<string, BlockCheck> = {
  section: checkSection,
  header: (check, block, path) => checkText(check, block.text, `${path}/text`, { max: 150, plain: true }),
  divider: () => undefined,
  context: checkContext,
  actions: (check, block, path, ids) => checkElements(check, block, path, ids, 25, elementsIn.actions),
  context_actions: (check, block, path, ids) =>
    checkElements(check, block, path, ids, 5, elementsIn.context_actions),
  input: checkInput,
  image: checkImage,
  rich_text: checkRichText,
  markdown: (check, block, path) => checkString(check, block.text, `${path}/text`, 12_000),
  table: (check, block, path) => checkRows(check, block.rows, path, { rows: 100, cells: 20 }),
  data_table: (check, block, path) => {
    checkString(check, block.caption, `${path}/caption`, 2000);
    checkRows(check, block.rows, path, { rows: 201, cells: 20 });
  },
  plan: checkPlan,
  task_card: checkTaskCard,
  alert: (check, block, path) => checkText(check, block.text, `${path}/text`, { max: 200 }),
  file: (check, block, path) => checkString(check, block.external_id, `${path}/external_id`, 255),
  video: (check, block, path) => checkString(check, block.video_url, `${path}/video_url`, 3000),
  card: () => undefined,
  carousel: (check, block, path) =>
    void checkArray(check, block.elements, `${path}/elements`, { min: 1, max: 10 }),
  container: (check, block, path, ids) => {
    const children = checkArray(check, block.child_blocks, `${path}/child_blocks`, { min: 1, max: 10 });
    for (const [index, child] of children.entries())
      checkBlock(check, child, `${path}/child_blocks/${index}`, ids);
  },
  data_visualization: () => undefined,
};

export function checkBlock(check: ShapeCheck, block: unknown, path: string, actionIds: Set<string>): void {
  if (!isRecord(block)) {
    problem(check, path, 'must provide an object');
    return;
  }
  const type = String(block.type);
  const checkType = checks[type];
  const unsupported =
    !checkType ||
    (!check.newestBlocks && newestBlockTypes.includes(type)) ||
    (check.surface === 'message' ? modalOnly.includes(type) : messageOnly.includes(type));
  if (unsupported) {
    problem(check, `${path}/type`, `unsupported type: ${type}`);
    return;
  }
  if (block.block_id !== undefined) checkString(check, block.block_id, `${path}/block_id`, 255);
  checkType(check, block, path, actionIds);
}

function checkSection(
  check: ShapeCheck,
  block: Record<string, unknown>,
  path: string,
  ids: Set<string>,
): void {
  if (block.text === undefined && block.fields === undefined)
    problem(check, path, 'missing required field: text');
  checkOptionalText(check, block.text, `${path}/text`, { max: 3000 });
  if (block.fields !== undefined) {
    const fields = checkArray(check, block.fields, `${path}/fields`, { min: 1, max: 10 });
    for (const [index, field] of fields.entries())
      checkText(check, field, `${path}/fields/${index}`, { max: 2000 });
  }
  if (block.accessory !== undefined) {
    checkElement(check, block.accessory, `${path}/accessory`, elementsIn.section, ids);
  }
}

function checkContext(check: ShapeCheck, block: Record<string, unknown>, path: string): void {
  const elements = checkArray(check, block.elements, `${path}/elements`, { min: 1, max: 10 });
  for (const [index, element] of elements.entries()) {
    const at = `${path}/elements/${index}`;
    if (isRecord(element) && element.type === 'image') checkImage(check, element, at);
    else checkText(check, element, at, { max: 3000 });
  }
}

function checkElements(
  check: ShapeCheck,
  block: Record<string, unknown>,
  path: string,
  ids: Set<string>,
  max: number,
  allowed: string[],
): void {
  const elements = checkArray(check, block.elements, `${path}/elements`, { min: 1, max });
  for (const [index, element] of elements.entries()) {
    checkElement(check, element, `${path}/elements/${index}`, allowed, ids);
  }
}

function checkInput(check: ShapeCheck, block: Record<string, unknown>, path: string, ids: Set<string>): void {
  checkText(check, block.label, `${path}/label`, { max: 2000, plain: true });
  checkOptionalText(check, block.hint, `${path}/hint`, { max: 2000, plain: true });
  if (block.element === undefined) {
    problem(check, path, 'missing required field: element');
    return;
  }
  checkElement(check, block.element, `${path}/element`, elementsIn.input, ids);
}

function checkRows(
  check: ShapeCheck,
  rows: unknown,
  path: string,
  max: { rows: number; cells: number },
): void {
  for (const [index, row] of checkArray(check, rows, `${path}/rows`, { min: 1, max: max.rows }).entries()) {
    const at = `${path}/rows/${index}`;
    for (const [column, cell] of checkArray(check, row, at, { min: 1, max: max.cells }).entries()) {
      checkCell(check, cell, `${at}/${column}`);
    }
  }
}

function checkCell(check: ShapeCheck, cell: unknown, path: string): void {
  if (!isRecord(cell)) {
    problem(check, path, 'must provide an object');
    return;
  }
  if (cell.type === 'rich_text') {
    checkRichText(check, cell, path);
    return;
  }
  if (cell.type !== 'raw_text' && cell.type !== 'raw_number') {
    problem(check, `${path}/type`, `unsupported type: ${String(cell.type)}`);
    return;
  }
  checkString(check, cell.text, `${path}/text`, 3000);
}

function checkPlan(check: ShapeCheck, block: Record<string, unknown>, path: string): void {
  checkString(check, block.title, `${path}/title`, 2000);
  if (block.tasks === undefined) return;
  const ids = new Set<unknown>();
  for (const [index, task] of checkArray(check, block.tasks, `${path}/tasks`, {
    min: 0,
    max: 50,
  }).entries()) {
    const at = `${path}/tasks/${index}`;
    if (!isRecord(task)) {
      problem(check, at, 'must provide an object');
      continue;
    }
    if (ids.has(task.task_id))
      problem(check, `${at}/task_id`, `\`task_id\` already exists: ${String(task.task_id)}`);
    ids.add(task.task_id);
    checkTaskCard(check, task, at);
  }
}

function checkTaskCard(check: ShapeCheck, task: Record<string, unknown>, path: string): void {
  checkString(check, task.task_id, `${path}/task_id`, 255);
  checkString(check, task.title, `${path}/title`, 2000);
  if (!['pending', 'in_progress', 'complete', 'error'].includes(String(task.status))) {
    problem(check, `${path}/status`, 'must be a valid enum value: pending, in_progress, complete, error');
  }
  if (task.details !== undefined) checkRichText(check, task.details, `${path}/details`);
  if (task.output !== undefined) checkRichText(check, task.output, `${path}/output`);
}
