import type { Workspace } from '../model.ts';
import { isRecord } from '../params.ts';
import { channelMention, madeLive, readMrkdwn, readPlain, userMention } from './render-mrkdwn.ts';

/** A text object as read: mrkdwn with what is live in it, plain_text to the letter. */
export function readText(text: unknown, workspace: Workspace): string {
  if (!isRecord(text)) return '';
  const words = String(text.text ?? '');
  return text.type === 'mrkdwn'
    ? readMrkdwn(text.verbatim === true ? words : madeLive(words), workspace)
    : readPlain(words);
}

/** A button, select, box or input in one line: `[ Cancel ]`, `[ Choose ▾ ]`, `[x] Files`, `[ typed text ]`. */
export function elementLine(element: Record<string, unknown>, workspace: Workspace): string {
  const type = String(element.type);
  if (type === 'button' || type === 'workflow_button' || type === 'icon_button') {
    return `[ ${readText(element.text, workspace)} ]`;
  }
  if (type === 'image') return `[image: ${String(element.alt_text)}]`;
  if (type === 'checkboxes')
    return options(element)
      .map((option) => tick(option, element, workspace, '[x]', '[ ]'))
      .join('  ');
  if (type === 'radio_buttons')
    return options(element)
      .map((option) => tick(option, element, workspace, '(•)', '( )'))
      .join('  ');
  if (type.includes('select')) return `[ ${selected(element, workspace)} ▾ ]`;
  const start = element.initial_value ?? element.initial_date ?? element.initial_time;
  return `[ ${start === undefined ? readText(element.placeholder, workspace) : String(start)} ]`.replace(
    '[  ]',
    '[ ]',
  );
}

function tick(
  option: Record<string, unknown>,
  element: Record<string, unknown>,
  workspace: Workspace,
  on: string,
  off: string,
): string {
  const many = Array.isArray(element.initial_options) ? element.initial_options.filter(isRecord) : [];
  const initial = isRecord(element.initial_option) ? [element.initial_option] : many;
  const isOn = initial.some((each) => each.value === option.value);
  return `${isOn ? on : off} ${readText(option.text, workspace)}`;
}

function options(element: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(element.options) ? element.options.filter(isRecord) : [];
}

function selected(element: Record<string, unknown>, workspace: Workspace): string {
  const many = Array.isArray(element.initial_options) ? element.initial_options.filter(isRecord) : [];
  const initial = isRecord(element.initial_option) ? [element.initial_option] : many;
  if (initial.length > 0) return initial.map((option) => readText(option.text, workspace)).join(', ');
  if (typeof element.initial_user === 'string') return userMention(element.initial_user, workspace);
  if (typeof element.initial_channel === 'string') return channelMention(element.initial_channel, workspace);
  return readText(element.placeholder, workspace) || 'Choose';
}
