import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { createSshClient, failureOf, never, output, readAll, targetOf, type SshClient } from './harness.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';

let sshd: TestSshd;
let client: SshClient;
let connection: SshConnection;

async function start(config: readonly string[] = []): Promise<void> {
  sshd = await startSshd({ config });
  client = await createSshClient(undefined, {}, { keepaliveMs: 100 });
  connection = await client.transport.connect(targetOf(sshd), never);
}
beforeEach(() => start());
afterEach(async () => {
  connection.close();
  await client.dispose();
  await sshd.stop();
});

describeWith(...sshdNeeds)('a channel', () => {
  it('keeps stdin, stdout, stderr and the exit code apart', async () => {
    const channel = await connection.exec("sh -c 'cat; echo err >&2; exit 3'");
    let stdout = '';
    let stderr = '';
    channel.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    channel.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    channel.stdin.end('in');
    expect(await channel.exit).toEqual({ code: 3, signal: null });
    expect([stdout, stderr]).toEqual(['in', 'err\n']);
  });

  it('tells the signal that ended the command', async () => {
    const channel = await connection.exec("sh -c 'kill -TERM $$'");
    channel.stdout.resume();
    channel.stderr.resume();
    expect(await channel.exit).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('that nobody reads makes the host wait, and then arrives whole', async () => {
    const size = 50 * 1024 * 1024;
    const before = process.memoryUsage();
    // A word on the other stream in between, which is read: it must not open the window for this one.
    const channel = await connection.exec(
      `for i in $(seq ${size / 1024 / 256}); do head -c ${256 * 1024} /dev/zero; echo word >&2; done`,
    );
    channel.stderr.resume();
    // As much as fits into the window arrives, and then nothing more.
    await vi.waitFor(() => expect(channel.stdout.readableLength).toBeGreaterThan(1024 * 1024));
    const held = channel.stdout.readableLength;
    await output(connection, 'sleep 0.3');
    expect(channel.stdout.readableLength).toBeLessThan(6 * 1024 * 1024);
    expect(channel.stdout.readableLength - held).toBeLessThan(3 * 1024 * 1024);
    const after = process.memoryUsage();
    expect(after.rss - before.rss).toBeLessThan(40 * 1024 * 1024);

    let received = 0;
    channel.stdout.on('data', (chunk: Buffer) => (received += chunk.length));
    expect(await channel.exit).toEqual({ code: 0, signal: null });
    expect(received).toBe(size);
  });

  it('can be closed in mid-command, and closes the pipes of the command', async () => {
    const channel = await connection.exec("sh -c 'echo $$; while sleep 0.05; do echo more; done'");
    const pid = await new Promise<string>((resolve) => {
      channel.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    });
    channel.close();
    expect(await channel.exit).toEqual({ code: null, signal: null });
    await expect.poll(() => output(connection, `sh -c 'kill -0 ${pid} 2>&1 && echo alive'`)).not.toContain('alive');
  });
});

describeWith(...sshdNeeds)('many channels', () => {
  it('wait for each other instead of being refused', async () => {
    const outputs = await Promise.all(
      Array.from({ length: 30 }, (_, index) => output(connection, `sh -c 'sleep 0.05; echo ${index}'`)),
    );
    expect(outputs).toEqual(Array.from({ length: 30 }, (_, index) => `${index}\n`));
  });

  it('adapt to a host that takes fewer', async () => {
    connection.close();
    await sshd.stop();
    await start(['MaxSessions 2']);
    const outputs = await Promise.all(Array.from({ length: 10 }, (_, index) => output(connection, `echo ${index}`)));
    expect(outputs).toEqual(Array.from({ length: 10 }, (_, index) => `${index}\n`));
  });

  it('are refused by a host that takes none', async () => {
    connection.close();
    await sshd.stop();
    await start(['MaxSessions 0']);
    expect((await failureOf(connection.exec('true'))).code).toBe('ssh.channel-refused');
    expect(connection.closed).toBe(false);
  });
});

describeWith(...sshdNeeds)('a connection', () => {
  it('measures its round trip', async () => {
    await vi.waitFor(() => expect(connection.latencyMs).toBeGreaterThan(0));
    expect(connection.latencyMs).toBeLessThan(5_000);
  });

  it('that is cut ends its channels, tells so once, and opens no more', async () => {
    const channel = await connection.exec('sleep 1000');
    const waiting = Array.from({ length: 12 }, () =>
      failureOf(connection.exec('sleep 1000').then(readAll).then(failAs)),
    );
    const onClose = vi.fn();
    connection.onClose(onClose);
    channel.stdout.resume();
    channel.stderr.resume();
    await sshd.killSessions();
    expect(await channel.exit).toEqual({ code: null, signal: null });
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
    expect(connection.closed).toBe(true);
    expect((await failureOf(connection.exec('true'))).code).toBe('ssh.closed');
    await Promise.allSettled(waiting);
  });

  it('to a host that says nothing any more is found out', async () => {
    const onClose = vi.fn();
    connection.onClose(onClose);
    await sshd.freezeSessions();
    // Two keepalives without a byte: 300 ms here, 30 s in earnest.
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledTimes(1), { timeout: 5_000 });
    expect(connection.closed).toBe(true);
  });

  it('stays open over a long silence, as long as the host answers', async () => {
    await output(connection, 'sleep 0.8');
    expect(connection.closed).toBe(false);
  });
});

function failAs(): never {
  throw new Error('The channel opened, and ended');
}
