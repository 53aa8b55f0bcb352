import type { OpenAlarm } from '../src/core/alarms/alarm.ts';
import type { AuditRow } from '../src/core/run/audit.ts';
import type { Collection } from '../src/core/store/collections.ts';
import type { Lock } from '../src/core/store/locks.ts';
import type { OutboxMessage } from '../src/core/store/messages.ts';
import type { Pause, Schedules } from '../src/core/store/schedules.ts';
import type { Store } from '../src/core/store/store.ts';

const placeOf = ({ target, beside }: Pick<Lock, 'target' | 'beside'>) =>
  beside ? `${target}/beside` : target;

export interface MemoryStore extends Store {
  readonly locked: Map<string, Lock>;
  readonly rows: AuditRow[];
  readonly sent: Map<string, OutboxMessage>;
  /** Set to an error, and every call rejects with it. */
  broken: Error | undefined;
  /** Whether a transaction has no commit yet. */
  isOpen(): boolean;
}

/** The store as plain values, for tests of what is written into it. Its transactions undo nothing. */
export function memoryStore(): MemoryStore {
  const locked = new Map<string, Lock>();
  const rows: AuditRow[] = [];
  const sent = new Map<string, OutboxMessage>();
  let open = 0;
  const taken = new Set<string>();
  const use = async <T>(work: () => T): Promise<T> => {
    if (store.broken !== undefined) throw store.broken;
    return work();
  };
  const ofRun = (runId: string) => [...locked.values()].find((lock) => lock.runId === runId);
  const change = (id: string, changed: Partial<OutboxMessage>) => {
    const message = sent.get(id);
    if (message !== undefined) sent.set(id, { ...message, ...changed });
  };
  const matching = ({ target, kinds }: { target?: string; kinds?: AuditRow['kind'][] }) =>
    rows
      .filter((row) => (target === undefined || row.target === target) && (kinds?.includes(row.kind) ?? true))
      .reverse();

  const store: MemoryStore = {
    locked,
    rows,
    sent,
    broken: undefined,
    locks: {
      acquire: (lock, mayBeBeside) =>
        use(() => {
          const { target, runId } = lock;
          const beside = locked.get(`${target}/beside`);
          const by = locked.get(target) ?? beside;
          const isBeside = mayBeBeside === true && by?.aside === true && beside === undefined;
          if (by !== undefined && by.runId !== runId && !isBeside) return { taken: false, by: beside ?? by };
          locked.set(placeOf({ target, ...(isBeside ? { beside: true } : {}) }), {
            ...lock,
            ...(isBeside ? { beside: true } : {}),
          });
          return { taken: true };
        }),
      ofTarget: (target) => use(() => locked.get(target) ?? locked.get(`${target}/beside`)),
      besideOf: (target) => use(() => locked.get(`${target}/beside`)),
      setAside: (runId, isAside) =>
        use(() => {
          const { aside: _aside, ...lock } = ofRun(runId) ?? {};
          if ('target' in lock) locked.set(placeOf(lock), { ...lock, ...(isAside ? { aside: true } : {}) });
        }),
      ofRun: (runId) => use(() => ofRun(runId)),
      all: () => use(() => [...locked.values()]),
      setEngineId: (runId, engineId) =>
        use(() => {
          const lock = ofRun(runId);
          if (lock !== undefined) locked.set(placeOf(lock), { ...lock, engineId });
        }),
      requestCancel: (runId, by, at) =>
        use(() => {
          const lock = ofRun(runId);
          if (lock === undefined) return false;
          locked.set(placeOf(lock), { cancel: { by, at }, ...lock });
          return true;
        }),
      forgetCancel: (runId) =>
        use(() => {
          const lock = ofRun(runId);
          if (lock === undefined) return;
          const { cancel: _cancel, ...rest } = lock;
          locked.set(placeOf(lock), rest);
        }),
      release: (runId) =>
        use(() => {
          const lock = ofRun(runId);
          if (lock !== undefined) locked.delete(placeOf(lock));
        }),
    },
    audit: {
      append: (entry) => use(() => void rows.push({ ...entry, seq: rows.length + 1 })),
      list: (filter) => use(() => matching(filter).slice(filter.offset, filter.offset + filter.limit)),
      count: (filter) => use(() => matching(filter).length),
      verify: () => use(() => ({ rows: rows.length, archived: 0, elsewhere: [] })),
    },
    messages: {
      get: (id) => use(() => sent.get(id)),
      put: (message, at) =>
        use(() => {
          const before = sent.get(message.id);
          const version = (before?.version ?? 0) + 1;
          const fresh = { sentVersion: 0, state: 'new' as const };
          sent.set(message.id, { ...fresh, ...before, ...message, version, updatedAt: at });
        }),
      unsent: () =>
        use(() =>
          [...sent.values()].filter(isUnsent).map((message) => {
            const parent = sent.get(message.threadOf ?? '');
            return { ...message, ...(parent === undefined ? {} : { parent }) };
          }),
        ),
      claim: (id) => use(() => sent.get(id)?.state === 'new'),
      forgetSender: () => use(() => 0),
      setSent: (id, ts, version) => use(() => change(id, { state: 'sent', ts, sentVersion: version })),
      doubtShown: () => use(() => undefined),
      setState: (id, state) => use(() => change(id, { state })),
      replace: (id, view, at) => use(() => change(id, { state: 'new', view, updatedAt: at })),
    },
    schedules: memorySchedules(use),
    approvals: memoryCollection(use),
    questions: memoryCollection(use),
    checklists: memoryCollection(use),
    buildMarks: memoryCollection(use),
    stuckLists: memoryCollection(use),
    machines: memoryCollection(use),
    deletions: memoryCollection(use),
    forgets: memoryCollection(use),
    backups: memoryCollection(use),
    upkeeps: memoryCollection(use),
    launchedVolumes: memoryCollection(use),
    knownData: memoryCollection(use),
    async transaction(work) {
      open += 1;
      try {
        return await work(store);
      } finally {
        open -= 1;
      }
    },
    isOpen: () => open > 0,
    hosts: memoryCollection(use),
    deliveries: { take: (key) => use(() => !taken.has(key) && taken.add(key).has(key)) },
    tidy: () => use(() => ({ messages: 0, records: 0, deliveries: 0, runs: 0, archived: 0 })),
    checkWritable: () => use(() => undefined),
    close: async () => undefined,
  };
  return store;
}

function isUnsent({ sentVersion, version, state }: OutboxMessage): boolean {
  return sentVersion < version && state !== 'dropped' && state !== 'withheld';
}

function memorySchedules(use: <T>(work: () => T) => Promise<T>): Schedules {
  const watermarks = new Map<string, { expression: string; at: number }>();
  const slots = new Set<string>();
  const pauses = new Map<string, Pause>();
  const alarms = new Map<string, OpenAlarm>();
  const watched = new Map<string, number>();
  return {
    watermark: (target, schedule, expression) =>
      use(() => {
        const found = watermarks.get(`${target} ${schedule}`);
        return found?.expression === expression ? found.at : undefined;
      }),
    setWatermark: (target, schedule, expression, at) =>
      use(() => void watermarks.set(`${target} ${schedule}`, { expression, at })),
    takeSlot: (target, schedule, slot) =>
      use(() => {
        const before = slots.size;
        return slots.add(`${target} ${schedule} ${slot}`).size > before;
      }),
    pauseOf: (target) => use(() => pauses.get(target)),
    setPause: (pause) => use(() => void pauses.set(pause.target, pause)),
    alarmOf: (target) => use(() => alarms.get(target)),
    setAlarm: (target, alarm) =>
      use(() => {
        if (alarm === undefined) alarms.delete(target);
        else alarms.set(target, alarm);
      }),
    forgetSlots: (before) =>
      use(() => {
        const old = [...slots].filter((key) => Number(key.split(' ')[2]) < before);
        for (const key of old) slots.delete(key);
        return old.length;
      }),
    watchedSince: (target, at) =>
      use(() => {
        const since = watched.get(target) ?? at;
        watched.set(target, since);
        return since;
      }),
  };
}

function memoryCollection<T>(use: <R>(work: () => R) => Promise<R>): Collection<T> {
  const items = new Map<string, { value: T; version: number; open: boolean }>();
  return {
    insert: (id, value, open) =>
      use(() => {
        if (items.has(id)) return false;
        items.set(id, { value, version: 1, open });
        return true;
      }),
    get: (id) =>
      use(() => {
        const found = items.get(id);
        return found === undefined ? undefined : { id, value: found.value, version: found.version };
      }),
    replace: (id, version, value, open) =>
      use(() => {
        if (items.get(id)?.version !== version) return false;
        items.set(id, { value, version: version + 1, open });
        return true;
      }),
    open: () =>
      use(() =>
        [...items]
          .filter(([, item]) => item.open)
          .map(([id, { value, version }]) => ({ id, value, version }))
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      ),
  };
}
