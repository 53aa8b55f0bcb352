import { checkMessage } from '../limits/limits.ts';
import type { StoredFile } from '../model.ts';
import { blocksParam, isRecord, requiredParam, textParam } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import { addMessage, type SlackState } from '../state.ts';
import { threadParam, writableChannel } from './chat.ts';
import type { Method } from './method.ts';

const getUploadUrl: Method = (params, state) => {
  const name = requiredParam(params, 'filename');
  if (!(Number(params.length) > 0))
    throw new SlackError('invalid_arguments', ['[ERROR] missing required field: length']);
  const id = state.nextId('F');
  state.files.set(id, { id, name });
  return { file_id: id, upload_url: `${state.baseUrl}/upload/${id}` };
};

const completeUpload: Method = (params, state) => {
  const asked = Array.isArray(params.files) ? params.files.filter(isRecord) : [];
  if (asked.length === 0)
    throw new SlackError('invalid_arguments', ['[ERROR] missing required field: files']);
  const files = asked.map((file) => storedFile(state, file));
  const target = textParam(params, 'channel_id') ?? textParam(params, 'channels')?.split(',')[0];
  if (target !== undefined) {
    const channel = writableChannel(state, target);
    const content = { text: textParam(params, 'initial_comment') ?? '', blocks: blocksParam(params) ?? [] };
    checkMessage(content, { newestBlocks: state.newestBlocks, maxText: 40_000, hasFiles: true });
    const threadTs = threadParam(state, channel, params);
    addMessage(state, {
      channel: channel.id,
      user: state.workspace.bot.id,
      ...content,
      files,
      ...(threadTs ? { threadTs } : {}),
    });
  }
  return {
    files: files.map((file) => ({ id: file.id, title: file.title, name: file.name, url_private: file.url })),
  };
};

function storedFile(state: SlackState, asked: Record<string, unknown>): StoredFile {
  const file = state.files.get(String(asked.id));
  if (!file?.bytes) throw new SlackError('file_not_found');
  return {
    id: file.id,
    name: file.name,
    title: typeof asked.title === 'string' && asked.title !== '' ? asked.title : file.name,
    size: file.bytes.byteLength,
    url: `${state.baseUrl}/files/${file.id}/${encodeURIComponent(file.name)}`,
  };
}

export const fileMethods: Record<string, Method> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
};
