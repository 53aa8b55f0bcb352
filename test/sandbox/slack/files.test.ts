import { backups, closeAll, first, last, refusal, startSlack, webClient } from './harness.ts';

afterEach(closeAll);

test('filesUploadV2 shows the file in the channel and in a thread', async () => {
  const slack = await startSlack();
  const client = webClient(slack);
  await client.filesUploadV2({
    channel_id: backups,
    filename: 'growth.png',
    title: 'Growth',
    initial_comment: 'Sizes of the last backups',
    file: Buffer.from([1, 2, 3]),
  });
  const message = first(slack.messages(backups));
  expect(message).toMatchObject({
    text: 'Sizes of the last backups',
    files: [{ name: 'growth.png', title: 'Growth', size: 3 }],
  });
  await client.filesUploadV2({
    channel_id: backups,
    thread_ts: message.ts,
    filename: 'plan.diff',
    content: '+ line',
  });
  const reply = last(slack.messages(backups));
  expect(reply).toMatchObject({ threadTs: message.ts, files: [{ name: 'plan.diff', size: 6 }] });
  const served = await fetch(reply.files?.[0]?.url ?? '');
  expect(await served.text()).toBe('+ line');
});

test('a file that was not uploaded cannot be shown', async () => {
  const slack = await startSlack();
  const { files } = webClient(slack);
  const { file_id = '' } = await files.getUploadURLExternal({ filename: 'a.txt', length: 1 });
  const call = files.completeUploadExternal({ files: [{ id: file_id }], channel_id: backups });
  expect((await refusal(call)).error).toBe('file_not_found');
});
