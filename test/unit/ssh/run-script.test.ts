import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { runScript, type ScriptRequest } from '../../../electron/core/ssh/run-script.ts';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { pathTo, placeOf } from '../../support/ssh-places.ts';

const request: ScriptRequest = { script: 'probes/x', args: [], root: null, timeoutMs: null };
const scripts = { text: () => 'script' };

/** A connection whose one command prints these chunks, all of them and the end at once. */
function printing(chunks: (nonce: string) => readonly string[]): SshConnection {
  return {
    target: placeOf(),
    path: pathTo(),
    latencyMs: 0,
    closed: false,
    shell: () => Promise.reject(new Error('not here')),
    prove: () => undefined,
    exec(command) {
      const nonce = command.split(' ')[4] ?? '';
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      for (const chunk of chunks(nonce)) stdout.write(chunk);
      stdout.end();
      stderr.end();
      const exit = Promise.resolve({ code: 0, signal: null });
      return Promise.resolve({ stdin: new PassThrough(), stdout, stderr, exit, close: () => undefined });
    },
    onClose: () => () => undefined,
    close: () => undefined,
  };
}

const frame = (nonce: string, text: string) => [`\n${nonce} begin a\n`, text, `\n${nonce} end a 0\n`];

describe('runScript', () => {
  it('waits for a slow reader of the last bytes, one call after another', async () => {
    const log: string[] = [];
    const slowly = async (entry: string) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(entry);
    };
    const result = await runScript(
      printing((nonce) => [...frame(nonce, 'one'), ...frame(nonce, 'two')]),
      scripts,
      {
        ...request,
        onFrameBegin: (name) => slowly(`begin ${name}`),
        onFrameData: (_name, bytes) => slowly(Buffer.from(bytes).toString()),
        onFrameEnd: (name, exitCode) => slowly(`end ${name} ${exitCode}`),
      },
    );
    expect(log).toEqual(['begin a', 'one', 'end a 0', 'begin a', 'two', 'end a 0']);
    expect(result.frames).toHaveLength(2);
  });

  it('fails with what a callback threw, now or later', async () => {
    const connection = printing((nonce) => frame(nonce, 'one'));
    const later = runScript(connection, scripts, { ...request, onFrameData: () => Promise.reject(new Error('full')) });
    await expect(later).rejects.toThrow('full');
    const end = runScript(connection, scripts, { ...request, onFrameEnd: () => Promise.reject(new Error('late')) });
    await expect(end).rejects.toThrow('late');
    const now = runScript(connection, scripts, {
      ...request,
      onFrameBegin() {
        throw new Error('at once');
      },
    });
    await expect(now).rejects.toThrow('at once');
  });

  it('gives up a host that has fallen silent, and none that goes on to speak', async () => {
    vi.useFakeTimers();
    try {
      const stdout = new PassThrough();
      const connection: SshConnection = {
        ...printing(() => []),
        exec: () =>
          Promise.resolve({
            stdin: new PassThrough(),
            stdout,
            stderr: new PassThrough(),
            exit: new Promise(() => undefined),
            close: () => undefined,
          }),
      };
      let reason: unknown = null;
      runScript(connection, scripts, { ...request, silenceMs: 90_000 }).catch((error: unknown) => (reason = error));
      for (let minute = 0; minute < 10; minute += 1) {
        await vi.advanceTimersByTimeAsync(60_000);
        stdout.write('a sign of life');
        await vi.advanceTimersByTimeAsync(0);
      }
      expect(reason).toBeNull();
      await vi.advanceTimersByTimeAsync(90_000);
      expect(reason).toMatchObject({ failure: { code: 'facts.no-answer', params: { seconds: 90 } } });
    } finally {
      vi.useRealTimers();
    }
  });

  it('never collects more than a bounded part', async () => {
    const many = (nonce: string) => Array.from({ length: 10_050 }, () => frame(nonce, 'x'.repeat(3000))).flat();
    const { frames, stray } = await runScript(
      printing((nonce) => ['s'.repeat(200_000), ...many(nonce)]),
      scripts,
      request,
    );
    expect(frames).toHaveLength(10_000);
    expect(frames.reduce((sum, { stdout }) => sum + stdout.length, 0)).toBe(16 * 1024 * 1024);
    expect(stray).toHaveLength(64 * 1024);
  });
});
