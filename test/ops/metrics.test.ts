import { createMetrics } from '../../src/ops/metrics.ts';

describe('metrics', () => {
  it('counts each thing under its name, in seconds', async () => {
    const metrics = createMetrics();
    metrics.commandAnswered('now', 'ok', 1500);
    metrics.runEnded('prod', 'complete', 90_000);
    metrics.taskEnded('restore', 'prod', 'partly', 60_000);
    metrics.stepEnded('snapshot', 'failed', 200);
    metrics.ec2Called('CreateImage', 'ok');
    metrics.ec2Called('CreateImage', 'RequestLimitExceeded');
    metrics.slackCalled('chat.update', 'ratelimited');
    metrics.outboxPending(3);
    metrics.newestComplete('prod', 1_790_000_000_500);
    metrics.socketConnected(true);
    const { contentType, body } = await metrics.render();
    expect(contentType).toContain('text/plain');
    const lines = body.split('\n');
    for (const line of [
      'circleci_backup_command_duration_seconds_sum{verb="now",result="ok"} 1.5',
      'circleci_backup_command_duration_seconds_bucket{le="1",verb="now",result="ok"} 0',
      'circleci_backup_run_duration_seconds_sum{target="prod",outcome="complete"} 90',
      'circleci_backup_task_duration_seconds_sum{kind="restore",target="prod",outcome="partly"} 60',
      'circleci_backup_step_duration_seconds_count{step="snapshot",result="failed"} 1',
      'circleci_backup_ec2_calls_total{action="CreateImage",result="ok"} 1',
      'circleci_backup_ec2_calls_total{action="CreateImage",result="RequestLimitExceeded"} 1',
      'circleci_backup_slack_calls_total{method="chat.update",result="ratelimited"} 1',
      'circleci_backup_outbox_pending 3',
      'circleci_backup_newest_complete_timestamp_seconds{target="prod"} 1790000000.5',
      'circleci_backup_socket_connected 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(body).toContain('process_cpu_seconds_total');
  });

  it('explains each of its metrics', async () => {
    const { body } = await createMetrics().render();
    const helped = [...body.matchAll(/^# HELP (circleci_backup_\S+) (.+)\.$/gm)].map((match) => match[1]);
    const typed = [...body.matchAll(/^# TYPE (circleci_backup_\S+) /gm)].map((match) => match[1]);
    expect(helped).toHaveLength(9);
    expect(helped).toEqual(typed);
  });

  it('keeps two bots in one process apart', async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.outboxPending(7);
    expect((await two.render()).body).toContain('circleci_backup_outbox_pending 0');
  });
});
