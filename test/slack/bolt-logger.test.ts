import { LogLevel } from '@slack/bolt';
import type { Log, LogFields } from '../../src/core/ports/log.ts';
import { boltLogger } from '../../src/slack/bolt-logger.ts';

function recorded() {
  const lines: { level: string; fields: LogFields; message: string }[] = [];
  const at = (level: string) => (fields: LogFields, message: string) =>
    void lines.push({ level, fields, message });
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return { lines, logger: boltLogger(log) };
}

describe('boltLogger', () => {
  it('joins what Slack says into one message and keeps an error apart', () => {
    const { lines, logger } = recorded();
    const error = new Error('socket gone');
    logger.setName('socket-mode:SocketModeClient:0');
    logger.warn('Trouble:', { n: 1 }, error);
    expect(lines).toEqual([
      {
        level: 'warn',
        fields: { from: 'socket-mode:SocketModeClient:0', err: error },
        message: 'Trouble: { n: 1 } socket gone',
      },
    ]);
  });

  it('leaves out what is below the level that was set', () => {
    const { lines, logger } = recorded();
    logger.debug('a');
    logger.setLevel(LogLevel.WARN);
    logger.debug('b');
    logger.info('c');
    logger.error('d');
    expect(lines.map((line) => line.message)).toEqual(['a', 'd']);
    expect(logger.getLevel()).toBe('warn');
  });

  it.each([
    ['wss://wss-primary.slack.com/link/?ticket=SECRET&app_id=SECRET', 'ticket=[redacted]'],
    ['{"response_url":"https://hooks.slack.com/commands/T1/2/SECRET"}', '"response_url":"[redacted]"'],
    ['{\\"token\\":\\"SECRET\\",\\"trigger_id\\":\\"SECRET\\"}', '\\"trigger_id\\":\\"[redacted]\\"'],
    [
      'POST https://hooks.slack.com/actions/T1/2/SECRET failed',
      'POST https://hooks.slack.com/actions/[redacted] failed',
    ],
    ['{"response_url":"http://127.0.0.1:1/r/SECRET"}', '"response_url":"[redacted]"'],
  ])('hides what gives a right to whoever reads %s', (text, shown) => {
    const { lines, logger } = recorded();
    logger.debug(text);
    expect(lines[0]?.message).not.toContain('SECRET');
    expect(lines[0]?.message).toContain(shown);
  });
});
