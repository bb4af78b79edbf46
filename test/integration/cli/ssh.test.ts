import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RawTerminal } from '../../../electron/cli/raw-terminal.ts';
import { openCliUser } from '../../support/cli.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { until } from '../terminals/harness.ts';

let sshd: TestSshd;
let user: Awaited<ReturnType<typeof openCliUser>>;
let place: string;
beforeAll(async () => {
  sshd = await startSshd();
  user = await openCliUser({
    hosts: [],
    knownHostsText: `[127.0.0.1]:${String(sshd.port)} ${await sshd.hostKey()}\n`,
    keyFile: sshd.keyFile,
    dispose: () => Promise.resolve(),
  });
  await writeFile(join(sshd.folder, 'home', '.bash_profile'), "PS1='ready> '\nunset HISTFILE\n");
  place = `${sshd.user}@127.0.0.1:${String(sshd.port)}`;
});
afterAll(() => Promise.all([user.dispose(), sshd.stop()]));

/** A terminal of this computer, of which a test has the keyboard and the screen. */
function openTerminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let size = { columns: 90, rows: 30 };
  let listener: (() => void) | null = null;
  const raw: boolean[] = [];
  const tty: RawTerminal = {
    ...{ input, output, term: 'vt220', size: () => size, setRaw: (isRaw) => void raw.push(isRaw) },
    onResize(heard) {
      listener = heard;
      return () => (listener = null);
    },
  };
  return {
    ...{ tty, raw, text: () => text, type: (keys: string) => void input.write(keys) },
    resize(columns: number, rows: number) {
      size = { columns, rows };
      listener?.();
    },
    isHeard: () => listener !== null,
  };
}

describeWith(...sshdNeeds)('berth ssh', () => {
  it('has the shell at this terminal, in its size, and ends with the code of the shell', async () => {
    const terminal = openTerminal();
    const done = user.run(['ssh', place], { tty: terminal.tty });
    await until(() => expect(terminal.text()).toContain('ready> '));
    terminal.type('stty size; echo $TERM\r');
    await until(() => expect(terminal.text()).toMatch(/30 90\r\nvt220\r\n/));
    terminal.resize(120, 40);
    terminal.type('stty size; cat\r');
    await until(() => expect(terminal.text()).toContain('40 120'));
    terminal.type('\u0003');
    await until(() => expect(terminal.text()).toContain('^C'));
    terminal.type('exit 7\r');
    expect(await done).toMatchObject({ code: 7 });
    expect(terminal.raw).toEqual([true, false]);
    expect(terminal.isHeard()).toBe(false);
  });

  it('is left with ~., and says when the connection is lost', async () => {
    const terminal = openTerminal();
    const left = user.run(['ssh', place], { tty: terminal.tty });
    await until(() => expect(terminal.text()).toContain('ready> '));
    terminal.type('~.');
    expect(await left).toMatchObject({ code: 0 });

    const again = openTerminal();
    const lost = user.run(['ssh', place], { tty: again.tty });
    await until(() => expect(again.text()).toContain('ready> '));
    await sshd.killSessions();
    const { code, err } = await lost;
    expect(code).toBe(255);
    expect(err).toContain('was lost');
    expect(again.raw).toEqual([true, false]);
  });

  it('is refused in read-only mode', async () => {
    const settings = join(user.dir, 'data', 'settings.json');
    await writeFile(settings, JSON.stringify({ version: 1, readOnlyMode: true }));
    try {
      const { code, err } = await user.run(['ssh', place], { tty: openTerminal().tty });
      expect(code).toBe(1);
      expect(err).toContain('Read-only mode');
    } finally {
      await rm(settings);
    }
  });

  it('needs a terminal', async () => {
    const { code, err } = await user.run(['ssh', place]);
    expect(code).toBe(2);
    expect(err).toContain('needs a terminal');
  });
});
