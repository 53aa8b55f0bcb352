import { z } from 'zod';
import type { DeliveryReceipt, OpenView, SlackServer } from '../slack/model.ts';
import { type Answer, ok, refusal } from './answer.ts';
import { conversationsOf } from './conversation.ts';
import type { PageOptions } from './page-options.ts';

/** Slack's own limit on what is typed after a command is far below this; it only keeps nonsense out. */
const MAX_COMMAND_LENGTH = 8000;

const user = z.string();
const values = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
const command = z.object({ user, channel: z.string(), text: z.string().max(MAX_COMMAND_LENGTH) });
const act = z.object({
  user,
  on: z.union([
    z.object({ message: z.object({ channel: z.string(), ts: z.string() }) }),
    z.object({ ephemeral: z.string() }),
    z.object({ view: z.string() }),
  ]),
  actionId: z.string(),
  choice: z
    .object({ value: z.string().optional(), blockId: z.string().optional(), values: values.optional() })
    .optional(),
});
const submit = z.object({
  user,
  view: z.string(),
  values,
});
const closeView = z.object({ user, view: z.string() });
const suggest = z.object({ user, view: z.string(), actionId: z.string(), text: z.string() });
const home = z.object({ user });
const extra = z.object({ id: z.string() });

const GONE = 'That is no longer there.';

/** A person's message, answer or view as `slack.act` wants it; undefined when they cannot see it (any more). */
function findSurface(
  slack: SlackServer,
  { user, on }: z.infer<typeof act>,
): Parameters<SlackServer['act']>[1] | undefined {
  if ('message' in on) {
    const { channel, ts } = on.message;
    if (!conversationsOf(slack, user).some((one) => one.id === channel)) return undefined;
    const message = slack.messages(channel).find((one) => one.ts === ts && !one.deleted);
    return message && { message };
  }
  if ('ephemeral' in on) {
    const ephemeral = slack.ephemerals(user).find((one) => one.id === on.ephemeral);
    return ephemeral && { ephemeral };
  }
  const view = findView(slack, user, on.view);
  return view && { view };
}

function findView(slack: SlackServer, user: string, id: string): OpenView | undefined {
  const home = slack.homes(user);
  return slack.views(user).find((view) => view.id === id) ?? (home?.id === id ? home : undefined);
}

/** Without the optional keys that are undefined, for `exactOptionalPropertyTypes`. */
const choiceOf = ({ choice }: z.infer<typeof act>) => ({
  ...(choice?.value !== undefined && { value: choice.value }),
  ...(choice?.blockId !== undefined && { blockId: choice.blockId }),
  ...(choice?.values !== undefined && { values: choice.values }),
});

/** The page only needs to know whether the bot answered in time. */
const delivered = (receipt: DeliveryReceipt): Answer => ok({ delivered: receipt.ackMs !== undefined });

/** The posts of the page by path. Each takes the parsed body and rejects with a ZodError when it has another shape. */
export function pageActions(options: PageOptions): Record<string, (body: unknown) => Promise<Answer>> {
  const { slack } = options;
  const isPerson = (id: string) => slack.workspace.people.some((person) => person.id === id);
  const withView = async (body: { user: string; view: string }, run: (view: OpenView) => Promise<Answer>) => {
    const view = findView(slack, body.user, body.view);
    return view ? run(view) : refusal(404, GONE);
  };
  return {
    '/command': async (body) => {
      const { user, channel, text } = command.parse(body);
      const place = conversationsOf(slack, user).find((one) => one.key === channel);
      if (!isPerson(user) || place === undefined) return refusal(404, 'There is no such channel for you.');
      return delivered(await slack.command(user, place.id, text, options.command));
    },
    '/act': async (body) => {
      const pressed = act.parse(body);
      const surface = findSurface(slack, pressed);
      if (surface === undefined) return refusal(404, GONE);
      return delivered(await slack.act(pressed.user, surface, pressed.actionId, choiceOf(pressed)));
    },
    '/submit': async (body) => {
      const form = submit.parse(body);
      return withView(form, async (view) => delivered(await slack.submit(form.user, view, form.values)));
    },
    '/close-view': async (body) => {
      const closing = closeView.parse(body);
      return withView(closing, async (view) => delivered(await slack.closeView(closing.user, view)));
    },
    '/suggest': async (body) => {
      const asked = suggest.parse(body);
      return withView(asked, async (view) =>
        ok({ options: await slack.suggest(asked.user, view, asked.actionId, asked.text) }),
      );
    },
    '/home': async (body) => {
      const { user } = home.parse(body);
      return isPerson(user) ? delivered(await slack.openHome(user)) : refusal(404, GONE);
    },
    '/extra': async (body) => {
      const { id } = extra.parse(body);
      const wanted = options.extras?.find((one) => one.id === id);
      if (wanted === undefined) return refusal(404, GONE);
      await wanted.run();
      return ok();
    },
  };
}
