import type { AnyBlock } from '@slack/types';
import type {
  DeliveryReceipt,
  EphemeralMessage,
  OpenView,
  SlackServer,
  StoredMessage,
  Workspace,
} from '../../../sandbox/slack/model.ts';

/** What a person did at the page, in the order it came. */
interface Received {
  what: 'command' | 'act' | 'submit' | 'close' | 'suggest' | 'home';
  user: string;
  detail: Record<string, unknown>;
}

export interface FakeSlack extends SlackServer {
  received: Received[];
  /** What the bot does with it; the default acknowledges at once. */
  answer(reply: (received: Received) => DeliveryReceipt | Promise<DeliveryReceipt>): void;
  /** Resolves with the first thing received for which `test` holds. */
  next(what: Received['what']): Promise<Received>;
  post(channel: string, message: Partial<StoredMessage>): StoredMessage;
  edit(message: StoredMessage, change: Partial<StoredMessage>): void;
  whisper(user: string, channel: string, text: string, blocks?: AnyBlock[]): EphemeralMessage;
  openView(user: string, view: OpenView['view']): OpenView;
  changeView(user: string, id: string, change: Partial<OpenView>): void;
  setHome(user: string, blocks: AnyBlock[]): void;
}

export const ANA = 'U0ANA';
export const BEN = 'U0BEN';
export const BOT = 'U0BOT';
export const OPS = 'C0OPS';
const START_SECONDS = Date.UTC(2026, 2, 3, 8, 30) / 1000;

const workspace = (): Workspace => ({
  teamId: 'T0ACME',
  teamName: 'Acme Rail',
  url: 'https://acme-rail.slack.example/',
  scopes: [],
  bot: {
    id: BOT,
    botId: 'B0BOT',
    name: 'circleci_backup',
    realName: 'CircleCI Backup',
    tz: 'Etc/UTC',
    isBot: true,
  },
  people: [
    { id: ANA, name: 'ana', realName: 'Ana Marić', tz: 'Europe/Zagreb' },
    { id: BEN, name: 'ben', realName: 'Ben Okoro', tz: 'Europe/London' },
  ],
  channels: [
    { id: OPS, name: 'ci-backups', members: [ANA, BEN, BOT] },
    { id: 'C0GENERAL', name: 'general', members: [ANA, BEN] },
    { id: 'G0ANA', name: 'ana-only', isPrivate: true, members: [ANA, BOT] },
  ],
  userGroups: [{ id: 'S0APPROVE', handle: 'ci-approvers', users: [ANA, BEN] }],
});

/** One of the three says more of itself. */
const about = (option: string) => (option.startsWith('staging') ? { description: 'partial' } : {});

/** The workspace in memory, without a wire: what the page shows is what the test puts there. */
export function createFakeSlack(): FakeSlack {
  const listeners = new Set<() => void>();
  const waiting: { what: Received['what']; resolve: (received: Received) => void }[] = [];
  const received: Received[] = [];
  const messages = new Map<string, StoredMessage[]>();
  const ephemerals: EphemeralMessage[] = [];
  const views = new Map<string, OpenView[]>();
  const homes = new Map<string, OpenView>();
  let reply: (received: Received) => DeliveryReceipt | Promise<DeliveryReceipt> = () => ({ ackMs: 5 });
  let count = 0;

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const nextTs = () => {
    count += 1;
    return `${START_SECONDS + count * 20}.${String(count).padStart(6, '0')}`;
  };
  const deliver = async (what: Received['what'], user: string, detail: Record<string, unknown>) => {
    const one = { what, user, detail };
    received.push(one);
    const receipt = await reply(one);
    for (const waiter of waiting.splice(0)) {
      if (waiter.what === what) waiter.resolve(one);
      else waiting.push(waiter);
    }
    return receipt;
  };

  return {
    apiUrl: 'http://127.0.0.1:0/api/',
    workspace: workspace(),
    faults: [],
    calls: [],
    received,
    messages: (channel) => messages.get(channel) ?? [],
    ephemerals: (user) => ephemerals.filter((message) => message.user === user),
    views: (user) => views.get(user) ?? [],
    homes: (user) => homes.get(user),
    command: (user, channel, text, command) => deliver('command', user, { channel, text, command }),
    act: (user, on, actionId, choice) => deliver('act', user, { on, actionId, choice }),
    submit: (user, view, values) => deliver('submit', user, { view: view.id, values }),
    async closeView(user, view) {
      views.set(
        user,
        (views.get(user) ?? []).filter((one) => one.id !== view.id),
      );
      changed();
      return deliver('close', user, { view: view.id });
    },
    async suggest(user, view, actionId, text) {
      await deliver('suggest', user, { view: view.id, actionId, text });
      return ['prod · 3 March, 07:30', 'prod · 2 March, 07:30', 'staging · 2 March, 08:00']
        .filter((option) => option.includes(text))
        .map((option, index) => ({ text: option, value: `backup-${index}`, ...about(option) }));
    },
    openHome: (user) => deliver('home', user, {}),
    again: async () => ({}),
    dropSockets: () => undefined,
    socketCount: () => 1,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
    answer(next) {
      reply = next;
    },
    next: (what) => new Promise((resolve) => waiting.push({ what, resolve })),
    post(channel, message) {
      const stored = { channel, ts: nextTs(), user: BOT, text: '', blocks: [], edits: [], ...message };
      messages.set(channel, [...(messages.get(channel) ?? []), stored]);
      changed();
      return stored;
    },
    edit(message, change) {
      const all = messages.get(message.channel) ?? [];
      messages.set(
        message.channel,
        all.map((one) => (one.ts === message.ts ? { ...one, edited: true, ...change } : one)),
      );
      changed();
    },
    whisper(user, channel, text, blocks = []) {
      const ts = nextTs();
      const message = { id: `E${ts}`, channel, user, ts, text, blocks };
      ephemerals.push(message);
      changed();
      return message;
    },
    openView(user, view) {
      count += 1;
      const open = { id: `V${count}`, hash: `h${count}`, user, view };
      views.set(user, [...(views.get(user) ?? []), open]);
      changed();
      return open;
    },
    changeView(user, id, change) {
      views.set(
        user,
        (views.get(user) ?? []).map((one) => (one.id === id ? { ...one, ...change } : one)),
      );
      changed();
    },
    setHome(user, blocks) {
      homes.set(user, { id: `H${user}`, hash: 'h', user, view: { type: 'home', blocks } });
      changed();
    },
  };
}
