import { execFile, spawn } from 'node:child_process';
import { watch, type FSWatcher } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAskpass, type Askpass, type AskpassQuestion } from '../../../electron/core/ssh/openssh-askpass.ts';

const run = promisify(execFile);

// The helper that ssh runs, by itself: what it hands on and back.
let folder: string;
let askpass: Askpass;
let watcher: FSWatcher;
let asked: AskpassQuestion[];
let answer: string | null;

beforeEach(async () => {
  asked = [];
  folder = await mkdtemp(join(tmpdir(), 'berth-askpass-'));
  askpass = await createAskpass(folder, (question) => {
    asked.push(question);
    return Promise.resolve(answer);
  });
  watcher = watch(folder, () => void askpass.look());
});
afterEach(async () => {
  watcher.close();
  await askpass.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('the helper of ssh', () => {
  it.each([
    ['a question', 'Password: ', 'correct horse'],
    ['lines', "The authenticity of 'x'\ncannot be established.\n(yes/no)? ", 'SHA256:abc'],
    ['what means something to a shell', '$(touch /tmp/x) `id` \'"\\n %s -e', '\'$(id)`"\\ %s'],
    ['nothing', '', ''],
  ])('hands on %s, and the answer back', async (_name, question, value) => {
    answer = value;
    const { stdout } = await run(askpass.helper, [question]);
    expect(stdout).toBe(`${value}\n`);
    expect(asked).toEqual([{ isNotice: false, text: question }]);
  });

  it.each([[null], ['two\nlines']])('fails for %j, which is no answer', async (value) => {
    answer = value;
    await expect(run(askpass.helper, ['Password: '])).rejects.toMatchObject({ code: 1 });
  });

  it('answers each of two at a time', async () => {
    answer = 'the same';
    const both = await Promise.all([run(askpass.helper, ['one']), run(askpass.helper, ['two'])]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['the same\n', 'the same\n']);
  });

  it('shows a notice until ssh ends it', async () => {
    answer = '';
    const env = { ...process.env, SSH_ASKPASS_PROMPT: 'none' };
    const notice = spawn(askpass.helper, ['Confirm user presence'], { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => notice.once('exit', (_code, signal) => resolve(signal)));
    await vi.waitFor(() => expect(asked).toEqual([{ isNotice: true, text: 'Confirm user presence' }]), 10_000);
    expect(notice.exitCode).toBeNull();
    notice.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
  });

  it('leaves no text in a file', async () => {
    answer = 'correct horse';
    await run(askpass.helper, ['Password: ']);
    const names = await readdir(folder);
    expect(names.filter((name) => !/^answer\.\d+$|^askpass$/.test(name))).toEqual([]);
  });
});
