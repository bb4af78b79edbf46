import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { shellQuote } from '../../../electron/core/ssh/shell-quote.ts';
import type { SshConnection, SshShell } from '../../../electron/core/ssh/ssh-connection.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { makeKey, startSshd, type TestSshd } from '../../support/sshd.ts';
import { createConfiguredClient, type ConfiguredClient } from './configured-client.ts';
import { failureOf, output, trustHostKeys } from './harness.ts';

let sshd: TestSshd;
let bareKey: string;
beforeAll(async () => {
  sshd = await startSshd();
  bareKey = join(sshd.folder, 'bare');
  await makeKey(bareKey);
  const line = join(sshd.folder, 'bare-line');
  await writeFile(line, `no-pty ${await readFile(`${bareKey}.pub`, 'utf8')}`);
  await sshd.authorize(line);
});
afterAll(() => sshd.stop());

/** All that a shell has printed so far. */
function transcript(shell: SshShell): () => string {
  let text = '';
  shell.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
const sh = (script: string) => `sh -c ${shellQuote(script)}`;

describe.each(['built-in', 'openssh'] as const)('a shell over the %s transport', (transport) => {
  let client: ConfiguredClient;
  let connection: SshConnection;
  const open = async (keyFile = sshd.keyFile) => {
    const lines = ['Host box', 'HostName 127.0.0.1', `Port ${String(sshd.port)}`, `User ${sshd.user}`];
    const config = [...lines, `IdentityFile ${keyFile}`, 'IdentitiesOnly yes', 'RemoteCommand echo wrong'];
    client = await createConfiguredClient(`${config.join('\n')}\n`, trustHostKeys, { transport });
    connection = await client.open('box');
  };
  afterEach(async () => {
    connection.close();
    await client.dispose();
  });

  describeWith(...sshdNeeds)('at a real sshd', () => {
    it('has a terminal of the size and kind that were asked for, and hears of a new size', async () => {
      await open();
      const command = sh(
        'echo "$TERM"; stty size; stty -a | grep -o "[-]*iutf8"; trap "stty size; exit" WINCH; echo on; while :; do sleep 0.02; done',
      );
      const shell = await connection.shell({ columns: 93, rows: 31, term: 'xterm-256color', command });
      const text = transcript(shell);
      await vi.waitFor(() => expect(text()).toContain('on\r\n'));
      expect(text()).toBe('xterm-256color\r\n31 93\r\niutf8\r\non\r\n');
      shell.resize({ columns: 120, rows: 40 });
      expect(await shell.exit).toEqual({ code: 0, signal: null });
      expect(text()).toMatch(/40 120\r\n$/);
      // It may have ended by itself just now.
      shell.resize({ columns: 80, rows: 24 });
    });

    it('is the login shell, which is typed to, interrupted, and ends with its own code', async () => {
      await open();
      const shell = await connection.shell({ columns: 80, rows: 24, term: 'xterm-256color' });
      const text = transcript(shell);
      shell.stdin.write('echo $((40 + 2))-typed; cat\n');
      await vi.waitFor(() => expect(text()).toContain('42-typed'));
      shell.stdin.write('\u0003');
      await vi.waitFor(() => expect(text()).toContain('^C'));
      shell.stdin.write('exit 7\n');
      expect(await shell.exit).toEqual({ code: 7, signal: null });
      expect(text()).not.toContain('wrong');
    });

    it('is hung up when it is closed', async () => {
      await open();
      const file = join(sshd.folder, `hung-up-${transport}`);
      const command = sh(`trap 'echo yes > ${file}; exit' HUP; echo on; while :; do sleep 0.02; done`);
      const shell = await connection.shell({ columns: 80, rows: 24, term: 'xterm', command });
      const text = transcript(shell);
      await vi.waitFor(() => expect(text()).toContain('on'));
      shell.close();
      expect(await shell.exit).toEqual({ code: null, signal: null });
      await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toBe('yes\n'));
    });

    it('takes no place of the commands, and a host that has none left says so', async () => {
      await open();
      const shells: SshShell[] = [];
      // MaxSessions is 10.
      for (let count = 0; count < 10; count += 1) {
        shells.push(await connection.shell({ columns: 80, rows: 24, term: 'xterm', command: 'cat' }));
      }
      const one = connection.shell({ columns: 80, rows: 24, term: 'xterm', command: 'cat' });
      expect(await failureOf(one)).toMatchObject({ code: 'ssh.channel-refused' });
      const [first, ...others] = shells;
      first?.stdout.resume();
      first?.stdin.write('\u0004');
      expect(await first?.exit).toMatchObject({ code: 0 });
      expect(await output(connection, 'echo still')).toBe('still\n');
      for (const shell of others) shell.close();
    });

    it('is refused where the key allows no terminal, beside which the connection goes on', async () => {
      await open(bareKey);
      const shell = connection.shell({ columns: 80, rows: 24, term: 'xterm' });
      expect(await failureOf(shell)).toEqual({ code: 'terminal.no-pty', params: { address: '127.0.0.1' } });
      expect(await output(connection, 'echo still')).toBe('still\n');
    });

    it('ends with the connection', async () => {
      await open();
      const shell = await connection.shell({ columns: 80, rows: 24, term: 'xterm' });
      transcript(shell);
      expect(await sshd.killSessions()).toBeGreaterThan(0);
      expect(await shell.exit).toEqual({ code: null, signal: null });
      await vi.waitFor(() => expect(connection.closed).toBe(true));
      const another = connection.shell({ columns: 80, rows: 24, term: 'xterm' });
      expect(await failureOf(another)).toMatchObject({ code: 'ssh.closed' });
    });
  });
});
