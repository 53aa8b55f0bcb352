import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { backups, closeAll, handClock, refusal, startSlack, webClient } from './harness.ts';

afterEach(closeAll);

const post = { channel: backups, text: 'x' };

test('an error is used up after its times, and leaves other methods alone', async () => {
  const slack = await startSlack();
  const client = webClient(slack);
  slack.faults.push({ method: 'chat.postMessage', kind: 'error', error: 'fatal_error', times: 2 });
  await client.auth.test();
  expect((await refusal(client.chat.postMessage(post))).error).toBe('fatal_error');
  expect((await refusal(client.chat.postMessage(post))).error).toBe('fatal_error');
  await client.chat.postMessage(post);
  expect(slack.messages(backups)).toHaveLength(1);
  expect(slack.faults).toEqual([]);
});

test('faults are taken in order, * meaning any method', async () => {
  const slack = await startSlack();
  const client = webClient(slack);
  slack.faults.push(
    { method: '*', kind: 'error', error: 'first' },
    { method: 'auth.test', kind: 'error', error: 'second' },
  );
  expect((await refusal(client.auth.test())).error).toBe('first');
  expect((await refusal(client.auth.test())).error).toBe('second');
});

test('429 carries Retry-After', async () => {
  const slack = await startSlack();
  slack.faults.push({ method: 'chat.postMessage', kind: 'rate_limited', retryAfterSeconds: 7 });
  const call = webClient(slack, { rejectRateLimitedCalls: true }).chat.postMessage(post);
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(WebAPIRateLimitedError);
  expect(error).toMatchObject({ retryAfter: 7 });
  expect(slack.calls.at(-1)?.result).toBe('ratelimited');
});

test('an HTTP status', async () => {
  const slack = await startSlack();
  slack.faults.push({ method: 'chat.postMessage', kind: 'http', status: 503 });
  await expect(webClient(slack).chat.postMessage(post)).rejects.toBeInstanceOf(WebAPIHTTPError);
  expect(slack.calls.at(-1)?.result).toBe('http 503');
});

test.each([
  ['cut', true, 1],
  ['cut', false, 0],
  ['silence', true, 1],
  ['silence', false, 0],
] as const)(
  '%s, applied %s: the caller learns nothing, the channel has %i message(s)',
  async (kind, applied, count) => {
    const slack = await startSlack();
    slack.faults.push({ method: 'chat.postMessage', kind, applied });
    // Long enough that the call is there before whoever waits for silence gives up.
    const call = webClient(slack, { timeout: 1_500 }).chat.postMessage(post);
    await expect(call).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(slack.messages(backups)).toHaveLength(count);
    expect(slack.calls.at(-1)?.result).toBe(applied ? `${kind}, applied` : kind);
  },
);

test('messages to one channel: a burst of four, then one a second', async () => {
  const clock = handClock();
  const slack = await startSlack({ clock });
  const { chat } = webClient(slack, { rejectRateLimitedCalls: true });
  for (let index = 0; index < 4; index += 1) await chat.postMessage(post);
  await expect(chat.postMessage(post)).rejects.toMatchObject({ retryAfter: 1 });
  await chat.postMessage({ ...post, channel: 'C0RANDOM000' });
  clock.advance(1000);
  await chat.postMessage(post);
  expect(slack.messages(backups)).toHaveLength(5);
});

test('fifty edits a minute', async () => {
  const clock = handClock();
  const slack = await startSlack({ clock });
  const { chat } = webClient(slack, { rejectRateLimitedCalls: true });
  const { ts = '' } = await chat.postMessage(post);
  for (let index = 0; index < 50; index += 1) await chat.update({ channel: backups, ts, text: `${index}` });
  await expect(chat.update({ channel: backups, ts, text: 'one more' })).rejects.toMatchObject({
    retryAfter: 2,
  });
  clock.advance(60_000);
  await chat.update({ channel: backups, ts, text: 'later' });
});

test('rates can be switched off', async () => {
  const slack = await startSlack({ rates: false });
  const { chat } = webClient(slack);
  for (let index = 0; index < 10; index += 1) await chat.postMessage(post);
  expect(slack.messages(backups)).toHaveLength(10);
});
