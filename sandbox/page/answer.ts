/** What a route answers: the status and a JSON body. */
export interface Answer {
  status: number;
  body: unknown;
}

export const ok = (body: unknown = {}): Answer => ({ status: 200, body });

/** The page shows `message` to the person as it is. */
export const refusal = (status: number, message: string): Answer => ({ status, body: { error: message } });
