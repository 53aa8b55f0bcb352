import type { AnyBlock } from '@slack/types';
import { isRecord } from './params.ts';

/** `view.state.values`: by block_id and action_id. */
export type Values = Record<string, Record<string, unknown>>;

/** An interactive element with the block that holds it. */
export interface FoundElement {
  blockId: string;
  element: Record<string, unknown>;
  /** The input block around it, if it stands in one. */
  input?: { optional: boolean };
}

/** All interactive elements of blocks, in the order of reading. */
export function findElements(blocks: AnyBlock[]): FoundElement[] {
  return blocks.flatMap((block): FoundElement[] => {
    const fields: Record<string, unknown> = { ...block };
    const blockId = block.block_id ?? '';
    const input = block.type === 'input' ? { input: { optional: fields.optional === true } } : {};
    const children = Array.isArray(fields.child_blocks) ? findElements(fields.child_blocks) : [];
    const elements = [
      fields.accessory,
      fields.element,
      ...(Array.isArray(fields.elements) ? fields.elements : []),
    ];
    const own = elements
      .filter(isRecord)
      .filter((element) => typeof element.action_id === 'string')
      .map((element) => ({ blockId, element, ...input }));
    return [...own, ...children];
  });
}

/** What the form holds: each element's start value, overlaid with what the person chose. Buttons have no value. */
export function stateValues(blocks: AnyBlock[], chosen: Values): Values {
  const values: Values = {};
  for (const { blockId, element } of findElements(blocks)) {
    const actionId = String(element.action_id);
    const start = startValue(element);
    const value = chosen[blockId]?.[actionId] ?? start;
    if (value === undefined) continue;
    values[blockId] = {
      ...values[blockId],
      [actionId]: isRecord(value) ? { type: element.type, ...value } : value,
    };
  }
  return values;
}

/** The blocks of required inputs that were left empty. */
export function missingInputs(blocks: AnyBlock[], values: Values): string[] {
  return findElements(blocks)
    .filter(({ input }) => input && !input.optional)
    .filter(({ blockId, element }) => isEmpty(values[blockId]?.[String(element.action_id)]))
    .map(({ blockId }) => blockId);
}

function isEmpty(value: unknown): boolean {
  if (!isRecord(value)) return value === undefined || value === null || value === '';
  return Object.entries(value)
    .filter(([name]) => name !== 'type')
    .every(
      ([, held]) =>
        held === null || held === undefined || held === '' || (Array.isArray(held) && held.length === 0),
    );
}

const valueFields: Record<string, { field: string; initial: string; many?: boolean }> = {
  plain_text_input: { field: 'value', initial: 'initial_value' },
  email_text_input: { field: 'value', initial: 'initial_value' },
  url_text_input: { field: 'value', initial: 'initial_value' },
  number_input: { field: 'value', initial: 'initial_value' },
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value' },
  static_select: { field: 'selected_option', initial: 'initial_option' },
  external_select: { field: 'selected_option', initial: 'initial_option' },
  radio_buttons: { field: 'selected_option', initial: 'initial_option' },
  users_select: { field: 'selected_user', initial: 'initial_user' },
  channels_select: { field: 'selected_channel', initial: 'initial_channel' },
  conversations_select: { field: 'selected_conversation', initial: 'initial_conversation' },
  datepicker: { field: 'selected_date', initial: 'initial_date' },
  timepicker: { field: 'selected_time', initial: 'initial_time' },
  datetimepicker: { field: 'selected_date_time', initial: 'initial_date_time' },
  checkboxes: { field: 'selected_options', initial: 'initial_options', many: true },
  multi_static_select: { field: 'selected_options', initial: 'initial_options', many: true },
  multi_external_select: { field: 'selected_options', initial: 'initial_options', many: true },
  multi_users_select: { field: 'selected_users', initial: 'initial_users', many: true },
  multi_channels_select: { field: 'selected_channels', initial: 'initial_channels', many: true },
  multi_conversations_select: {
    field: 'selected_conversations',
    initial: 'initial_conversations',
    many: true,
  },
};

function startValue(element: Record<string, unknown>): Record<string, unknown> | undefined {
  const shape = valueFields[String(element.type)];
  if (!shape) return undefined;
  return { type: element.type, [shape.field]: element[shape.initial] ?? (shape.many ? [] : null) };
}

/** What an element holds after a person picked `choice` (several options separated by commas). */
export function chosenValue(element: Record<string, unknown>, choice: string): Record<string, unknown> {
  const { type } = element;
  if (type === 'overflow') return { type, selected_option: optionOf(element, choice) };
  const shape = valueFields[String(type)];
  if (!shape) return {};
  const picks = shape.many ? choice.split(',').filter((pick) => pick !== '') : [choice];
  const values = picks.map((pick) =>
    shape.field.startsWith('selected_option') ? optionOf(element, pick) : pick,
  );
  return { type, [shape.field]: shape.many ? values : (values[0] ?? null) };
}

/** The option as the bot sent it, as Slack hands it back whole. */
function optionOf(element: Record<string, unknown>, value: string): unknown {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isRecord) : [];
  const lists = [element.options, ...groups.map((group) => group.options)];
  const options = lists.flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []));
  const found = options.find((option) => option.value === value);
  if (found) return found;
  // Options of an external select come from the bot and are not in the blocks.
  if (String(element.type).includes('external')) return { text: { type: 'plain_text', text: value }, value };
  throw new Error(
    `no option "${value}"; there are: ${options.map((option) => String(option.value)).join(', ')}`,
  );
}
