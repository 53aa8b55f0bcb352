import type { ViewStateValue } from '@slack/bolt';
import type { Redact } from '../../core/text/redact.ts';
import type { FormValues } from './handler.ts';

type State = Record<string, Record<string, ViewStateValue>>;

/** A form's state as plain data; what was typed is redacted at the door. */
export function formValues(state: State | undefined, redact: Redact): FormValues {
  return Object.fromEntries(
    Object.entries(state ?? {}).map(([block, actions]) => [
      block,
      fieldOf(Object.values(actions)[0], redact),
    ]),
  );
}

function fieldOf(value: ViewStateValue | undefined, redact: Redact): FormValues[string] {
  if (value === undefined) return {};
  const text = value.value ?? undefined;
  const chosen = value.selected_option?.value;
  const several = value.selected_options?.flatMap((option) => option.value ?? []);
  return {
    ...(text === undefined ? {} : { text: redact(text) }),
    ...(chosen === undefined ? {} : { chosen }),
    ...(several === undefined ? {} : { several }),
  };
}
