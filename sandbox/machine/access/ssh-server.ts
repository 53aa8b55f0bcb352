import type { Socket } from 'node:net';
import ssh2, { type Connection, type Server, type ServerChannel } from 'ssh2';
import { inWords } from '../commands/files.ts';
import { textAt } from '../disk/disk.ts';
import { endsWith } from '../ends-with.ts';
import type { MachineInside } from '../inside.ts';
import { accountOf } from './accounts.ts';
import { hostKeyOf, newKeyPair } from './host-key.ts';
import { loginShell } from './login-shell.ts';
import { createSession, loginState, runScript } from './session.ts';
import { createTerminal } from './terminal.ts';

/** How long a command waits, in wall ms, for a client that says neither something nor that it has nothing to say. */
const SILENT_CLIENT_MS = 30_000;

/** sshd of one machine: `exec` and `shell`, for keys in the account's authorized_keys. */
export interface SshServer {
  accept(socket: Socket): void;
}

export function createSshServer(machine: MachineInside): SshServer {
  const isImpostor = machine.faults.ssh === 'wrong-key';
  const hostKey = isImpostor ? newKeyPair('root@elsewhere') : hostKeyOf(machine.disk);
  const server: Server = new ssh2.Server(
    { hostKeys: [hostKey.privateKey], ident: 'OpenSSH_7.2p2 Ubuntu-4ubuntu2.8' },
    (client) => serve(client, machine),
  );
  return {
    accept(socket) {
      endsWith(socket, machine.halted);
      socket.on('error', () => socket.destroy());
      server.injectSocket(socket);
    },
  };
}

function serve(client: Connection, machine: MachineInside): void {
  let user = '';
  client.on('error', () => client.end());
  client.on('authentication', (context) => {
    if (context.method !== 'publickey' || machine.faults.ssh === 'no-key')
      return context.reject(['publickey']);
    const path = `${accountOf(context.username).home}/.ssh/authorized_keys`;
    const known = (textAt(machine.disk, path) ?? '').split('\n').flatMap((line) => {
      const key = line.trim() === '' ? undefined : ssh2.utils.parseKey(line);
      return key === undefined || key instanceof Error ? [] : key;
    });
    const key = known.find((one) => one.getPublicSSH().equals(context.key.data));
    if (key === undefined) return context.reject(['publickey']);
    // A client asks first whether the key would do, and signs then.
    const { signature, blob } = context;
    if (signature !== undefined && blob !== undefined) {
      if (key.verify(blob, signature, context.hashAlgo) !== true) return context.reject(['publickey']);
    }
    user = context.username;
    context.accept();
  });
  client.on('ready', () => {
    const gone = new AbortController();
    client.on('close', () => gone.abort());
    const hangUp = () => {
      gone.abort();
      client.end();
    };
    client.on('session', (accept) => {
      const session = accept();
      let columns: number | undefined;
      session.on('pty', (acceptPty, _reject, info) => {
        columns = info.cols;
        acceptPty?.();
      });
      session.on('env', (acceptEnv) => acceptEnv?.());
      session.on('window-change', (acceptChange) => acceptChange?.());
      session.on('shell', (acceptShell) => {
        const channel = acceptShell();
        const own = endingWith(channel, gone.signal, machine.halted);
        const terminal = createTerminal(channel, columns ?? 80);
        const shell = {
          ...createSession(machine, accountOf(user), { signal: own, hangUp, terminal }),
          terminal,
        };
        void loginShell(shell).then(
          (code) => end(channel, code),
          () => end(channel, 1),
        );
      });
      session.on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const own = endingWith(channel, gone.signal, machine.halted);
        const terminal = columns === undefined ? undefined : createTerminal(channel, columns);
        const login = createSession(machine, accountOf(user), {
          signal: own,
          hangUp,
          ...(terminal && { terminal }),
        });
        void execute(channel, command, login);
      });
    });
  });
}

async function execute(
  channel: ServerChannel,
  command: string,
  login: ReturnType<typeof createSession>,
): Promise<void> {
  const { machine, terminal } = login;
  const drop = (when: 'before' | 'after') => {
    const at = machine.faults.drops.findIndex((one) => one.when === when && one.command.test(command));
    if (at < 0) return false;
    machine.faults.drops.splice(at, 1);
    login.hangUp();
    return true;
  };
  if (drop('before')) return;
  try {
    const stdin = terminal === undefined ? await everythingFrom(channel) : '';
    const outcome = await runScript(login, command, loginState(login), { stdin });
    if (login.signal.aborted || drop('after')) return;
    if (terminal !== undefined) {
      terminal.print(Buffer.from(outcome.stdout + outcome.stderr, 'latin1').toString('utf8'));
    } else {
      channel.write(Buffer.from(outcome.stdout, 'latin1'));
      channel.stderr.write(Buffer.from(outcome.stderr, 'latin1'));
    }
    end(channel, outcome.exitCode);
  } catch (error) {
    if (login.signal.aborted) return;
    // A redirection to where nothing can be written ends the whole script here, and only its command in a real bash.
    channel.stderr.write(`bash: ${inWords(error)}\n`);
    end(channel, 1);
  }
}

function end(channel: ServerChannel, code: number): void {
  if (!channel.writable) return;
  channel.exit(code);
  channel.end();
}

function endingWith(channel: ServerChannel, ...signals: AbortSignal[]): AbortSignal {
  const closed = new AbortController();
  channel.on('close', () => closed.abort());
  channel.on('error', () => closed.abort());
  return AbortSignal.any([closed.signal, ...signals]);
}

/** A command's standard input, one character a byte; '' for a client that keeps it open and silent. */
function everythingFrom(channel: ServerChannel): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const finish = () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('latin1'));
    };
    const timer = setTimeout(() => chunks.length === 0 && finish(), SILENT_CLIENT_MS);
    channel.on('data', (chunk: Buffer) => void chunks.push(chunk));
    channel.on('end', finish);
    channel.on('close', finish);
  });
}
