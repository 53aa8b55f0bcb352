import type { SshConnection } from '../../src/core/ports/ssh.ts';

/**
 * What the bot is compared with: a console for each build, as the document has it, by somebody who types at once. It opens
 * the console, waits for the prompt, deletes, waits for the prompt, and leaves; it looks at nothing.
 */
export async function consolePerBuild(
  connect: () => Promise<SshConnection>,
  urls: readonly string[],
): Promise<void> {
  for (const url of urls) {
    const connection = await connect();
    const terminal = await connection.openTerminal(new AbortController().signal);
    terminal.write('circleci dev-console\r');
    let prompts = 0;
    for await (const text of terminal.output) {
      prompts += text.split('user=>').length - 1;
      if (prompts === 1 && !text.includes('delete-build')) terminal.write(`(admin/delete-build "${url}")\r`);
      if (prompts === 2) break;
    }
    terminal.close();
    connection.close();
  }
}
