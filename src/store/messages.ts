import { type Selectable, sql } from 'kysely';
import type { MessageHead, Messages, OutboxMessage } from '../core/store/messages.ts';
import type { Redact } from '../core/text/redact.ts';
import type { MessageTable, Use } from './schema.ts';
import { fromStored, toStored } from './stored-text.ts';

export function createMessages(use: Use, redact: Redact): Messages {
  return {
    async get(id) {
      const row = await use().selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : toMessage(row);
    },

    async put(message, at) {
      await use()
        .insertInto('messages')
        .values({
          id: message.id,
          channel: message.channel,
          thread_of: message.threadOf ?? null,
          broadcast: message.broadcast ? 1 : 0,
          view: toStored(message.view, redact),
          version: 1,
          sent_version: 0,
          state: 'new',
          ts: null,
          final: message.final ? 1 : 0,
          updated_at: at,
        })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({
            view: eb.ref('excluded.view'),
            final: eb.ref('excluded.final'),
            version: eb('messages.version', '+', 1),
            updated_at: eb.ref('excluded.updated_at'),
          })),
        )
        .execute();
    },

    async unsent() {
      const waiting = () =>
        use()
          .selectFrom('messages')
          .whereRef('sent_version', '<', 'version')
          // As in the index, word by word: SQLite takes it only where the query's terms are those of the index.
          .where('state', '!=', sql.lit('dropped'))
          .where('state', '!=', sql.lit('withheld'));
      const rows = await waiting()
        .select(HEAD)
        .orderBy('final', 'desc')
        // Of what shows nothing of it yet people miss more than of what only progressed.
        .orderBy(sql`sent_version > 0`)
        .orderBy('updated_at')
        // Of the same moment: a run's message before the notes in its thread, whose ids begin with its own.
        .orderBy('id')
        .execute();
      const parents = await use()
        .selectFrom('messages')
        .select(HEAD)
        .where('id', 'in', waiting().select('thread_of').where('thread_of', 'is not', null))
        .execute();
      const byId = new Map(parents.map((row) => [row.id, toHead(row)]));
      return rows.map(toHead).map((head) => {
        const parent = byId.get(head.threadOf ?? '');
        return parent === undefined ? head : { ...head, parent };
      });
    },

    async claim(id) {
      const row = await use()
        .updateTable('messages')
        .set({ state: 'sending' })
        .where('id', '=', id)
        .where('state', '=', 'new')
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async forgetSender() {
      const rows = await use()
        .updateTable('messages')
        .set({ state: 'unknown' })
        .where('state', '=', 'sending')
        .returning('id')
        .execute();
      return rows.length;
    },

    async setSent(id, ts, version) {
      const row = await use()
        .updateTable('messages')
        .set({ state: 'sent', ts, sent_version: version })
        .where('id', '=', id)
        .where('version', '>=', version)
        .returning('id')
        .executeTakeFirst();
      // Taken silently, it would hide that a content never arrives.
      if (row === undefined) throw new Error(`Message ${id} has no version ${version} that could be sent.`);
    },

    async setState(id, state) {
      await use().updateTable('messages').set({ state }).where('id', '=', id).execute();
    },

    async doubtShown(id) {
      await use()
        .updateTable('messages')
        .set((eb) => ({ sent_version: eb('version', '-', 1) }))
        .where('id', '=', id)
        .where('state', '=', 'sent')
        .whereRef('sent_version', '>=', 'version')
        .execute();
    },

    async replace(id, view, at) {
      await use()
        .updateTable('messages')
        .set((eb) => ({
          state: 'new',
          view: toStored(view, redact),
          version: eb('version', '+', 1),
          sent_version: 0,
          ts: null,
          updated_at: at,
        }))
        .where('id', '=', id)
        .where('state', '=', 'unknown')
        .execute();
    },
  };
}

const HEAD = [
  'id',
  'channel',
  'thread_of',
  'broadcast',
  'version',
  'sent_version',
  'state',
  'ts',
  'final',
  'updated_at',
] as const satisfies (keyof MessageTable)[];

function toMessage(row: Selectable<MessageTable>): OutboxMessage {
  return { ...toHead(row), view: fromStored(row.view) };
}

function toHead(row: Pick<Selectable<MessageTable>, (typeof HEAD)[number]>): MessageHead {
  return {
    id: row.id,
    channel: row.channel,
    ...(row.thread_of !== null && { threadOf: row.thread_of }),
    broadcast: row.broadcast === 1,
    version: row.version,
    sentVersion: row.sent_version,
    state: row.state,
    ...(row.ts !== null && { ts: row.ts }),
    final: row.final === 1,
    updatedAt: row.updated_at,
  };
}
