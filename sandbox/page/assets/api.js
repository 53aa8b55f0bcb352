/** The state of one person's page; rejects when the sandbox is gone. */
export async function fetchState({ user, channel, thread }) {
  const response = await fetch(`/state?${new URLSearchParams({ user, channel, thread })}`);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

/** Answers { ok, body, error }; never rejects, so that every click can say what became of it. */
async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    return response.ok ? { ok: true, body: answer } : { ok: false, error: answer.error };
  } catch {
    return { ok: false, error: 'The sandbox does not answer. Is it still running?' };
  }
}

/** As `post`, where the bot must have acknowledged within Slack's 3 seconds too. */
async function deliver(path, body, late) {
  const answer = await post(path, body);
  return answer.ok && !answer.body.delivered ? { ok: false, error: late } : answer;
}

export const api = {
  command: (body) =>
    deliver(
      '/command',
      body,
      'failed because the app did not respond within 3 seconds (“operation_timeout”).',
    ),
  act: (body) => deliver('/act', body, 'The app did not respond within 3 seconds.'),
  submit: (body) =>
    deliver('/submit', body, 'We had some trouble connecting: the app did not respond. Try again?'),
  closeView: (body) => deliver('/close-view', body, 'The app did not respond.'),
  openHome: (user) => deliver('/home', { user }, 'The app did not respond.'),
  suggest: (body) => post('/suggest', body),
  extra: (id) => post('/extra', { id }),
};

/** Calls `onChange` for each change and `onConnection(boolean)` when the sandbox goes and comes back. */
export function listen(onChange, onConnection) {
  const events = new EventSource('/events');
  events.addEventListener('open', () => onConnection(true));
  events.addEventListener('error', () => onConnection(false));
  events.addEventListener('message', onChange);
}
