import { isRecord } from '../params.ts';
import {
  checkArray,
  checkOptionalString,
  checkOptionalText,
  checkString,
  checkText,
  problem,
  type ShapeCheck,
} from './shape-check.ts';

const pickers = ['checkboxes', 'radio_buttons', 'datepicker', 'datetimepicker', 'timepicker', 'overflow'];
const selects = ['static', 'external', 'users', 'conversations', 'channels'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const typed = [
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
];

/** Where an element may stand. */
export const elementsIn = {
  actions: ['button', 'workflow_button', 'rich_text_input', ...pickers, ...selects],
  section: ['button', 'workflow_button', 'image', ...pickers, ...selects],
  input: [...typed, ...pickers.filter((type) => type !== 'overflow'), ...selects],
  context_actions: ['feedback_buttons', 'icon_button'],
};

/** Checks an interactive element or image; `actionIds` holds the ones already used in the same blocks. */
export function checkElement(
  check: ShapeCheck,
  element: unknown,
  path: string,
  allowed: string[],
  actionIds: Set<string>,
): void {
  if (!isRecord(element)) {
    problem(check, path, 'must provide an object');
    return;
  }
  const { type } = element;
  if (typeof type !== 'string' || !allowed.includes(type)) {
    problem(check, `${path}/type`, `unsupported type: ${String(type)}`);
    return;
  }
  if (type === 'image') {
    checkImage(check, element, path);
    return;
  }
  checkActionId(check, element.action_id, path, actionIds);
  if (element.confirm !== undefined) checkConfirm(check, element.confirm, `${path}/confirm`);
  checkOptionalText(check, element.placeholder, `${path}/placeholder`, { max: 150, plain: true });
  checkOptionalString(check, element.accessibility_label, `${path}/accessibility_label`, 75);
  if (type === 'button' || type === 'workflow_button') checkButton(check, element, path);
  if (hasOptions(type)) checkOptions(check, element, path, type);
  if (type === 'rich_text_input' && check.surface === 'message') {
    problem(check, `${path}/type`, 'unsupported type: rich_text_input');
  }
}

function checkActionId(check: ShapeCheck, actionId: unknown, path: string, actionIds: Set<string>): void {
  if (actionId === undefined) return;
  checkString(check, actionId, `${path}/action_id`, 255);
  if (typeof actionId !== 'string') return;
  if (actionIds.has(actionId))
    problem(check, `${path}/action_id`, `\`action_id\` already exists: ${actionId}`);
  actionIds.add(actionId);
}

function checkButton(check: ShapeCheck, element: Record<string, unknown>, path: string): void {
  checkText(check, element.text, `${path}/text`, { max: 75, plain: true });
  if (element.value !== undefined) {
    if (typeof element.value !== 'string') problem(check, `${path}/value`, 'must be a string');
    else if (element.value !== '') checkString(check, element.value, `${path}/value`, 2000);
  }
  checkOptionalString(check, element.url, `${path}/url`, 3000);
  if (element.style !== undefined && element.style !== 'primary' && element.style !== 'danger') {
    problem(check, `${path}/style`, 'must be a valid enum value: primary, danger');
  }
}

function checkConfirm(check: ShapeCheck, confirm: unknown, path: string): void {
  if (!isRecord(confirm)) {
    problem(check, path, 'must provide an object');
    return;
  }
  checkOptionalText(check, confirm.title, `${path}/title`, { max: 100, plain: true });
  checkText(check, confirm.text, `${path}/text`, { max: 300 });
  checkOptionalText(check, confirm.confirm, `${path}/confirm`, { max: 30, plain: true });
  checkOptionalText(check, confirm.deny, `${path}/deny`, { max: 30, plain: true });
}

function hasOptions(type: string): boolean {
  return ['static_select', 'multi_static_select', 'checkboxes', 'radio_buttons', 'overflow'].includes(type);
}

function checkOptions(check: ShapeCheck, element: Record<string, unknown>, path: string, type: string): void {
  const max = type === 'checkboxes' || type === 'radio_buttons' ? 10 : type === 'overflow' ? 5 : 100;
  const plain = type !== 'checkboxes' && type !== 'radio_buttons';
  if (element.option_groups !== undefined) {
    const groups = checkArray(check, element.option_groups, `${path}/option_groups`, { min: 1, max: 100 });
    for (const [index, group] of groups.entries()) {
      const at = `${path}/option_groups/${index}`;
      if (!isRecord(group)) problem(check, at, 'must provide an object');
      else {
        checkText(check, group.label, `${at}/label`, { max: 75, plain: true });
        checkOptionList(check, group.options, `${at}/options`, 100, true);
      }
    }
    return;
  }
  checkOptionList(check, element.options, `${path}/options`, max, plain);
}

function checkOptionList(
  check: ShapeCheck,
  options: unknown,
  path: string,
  max: number,
  plain: boolean,
): void {
  const values = new Set<unknown>();
  for (const [index, option] of checkArray(check, options, path, { min: 1, max }).entries()) {
    const at = `${path}/${index}`;
    if (!isRecord(option)) {
      problem(check, at, 'must provide an object');
      continue;
    }
    checkText(check, option.text, `${at}/text`, { max: 75, plain });
    checkString(check, option.value, `${at}/value`, 150);
    checkOptionalText(check, option.description, `${at}/description`, { max: 75 });
    if (values.has(option.value))
      problem(check, `${at}/value`, `option values must be unique: ${String(option.value)}`);
    values.add(option.value);
  }
}

export function checkImage(check: ShapeCheck, image: Record<string, unknown>, path: string): void {
  checkString(check, image.alt_text, `${path}/alt_text`, 2000);
  checkOptionalText(check, image.title, `${path}/title`, { max: 2000, plain: true });
  if (image.image_url === undefined && image.slack_file === undefined) {
    problem(check, path, 'missing required field: image_url');
  }
  checkOptionalString(check, image.image_url, `${path}/image_url`, 3000);
}
