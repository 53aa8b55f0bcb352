import type { Redact } from '../../core/text/redact.ts';
import type { FormValues } from './handler.ts';

/** A form's state as plain data, whatever another version or Slack has put into it; what was typed is redacted at the door. */
export function formValues(state: unknown, redact: Redact): FormValues {
  return Object.fromEntries(
    Object.entries(recordOf(state)).map(([block, actions]) => [
      block,
      fieldOf(recordOf(Object.values(recordOf(actions))[0]), redact),
    ]),
  );
}

function fieldOf(value: Record<string, unknown>, redact: Redact): FormValues[string] {
  const { value: text, selected_option: option, selected_options: options } = value;
  const chosen = recordOf(option).value;
  return {
    ...(typeof text === 'string' ? { text: redact(text) } : {}),
    ...(typeof chosen === 'string' ? { chosen } : {}),
    ...(Array.isArray(options)
      ? { several: options.map((one) => recordOf(one).value).filter((one) => typeof one === 'string') }
      : {}),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
