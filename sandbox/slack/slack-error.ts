/** A refusal in Slack's words: the `error` code and, for schema errors, where it is (`[ERROR] ... [json-pointer:/...]`). */
export class SlackError extends Error {
  readonly code: string;
  readonly details: string[];

  constructor(code: string, details: string[] = []) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** The body of an answer that refuses. */
export function errorBody(code: string, details: string[] = []): Record<string, unknown> {
  return {
    ok: false,
    error: code,
    ...(details.length > 0 ? { response_metadata: { messages: details } } : {}),
  };
}
