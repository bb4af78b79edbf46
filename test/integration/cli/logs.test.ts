import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCliUser } from '../../support/cli.ts';

let user: Awaited<ReturnType<typeof openCliUser>>;
beforeAll(async () => {
  user = await openCliUser();
});
afterAll(() => user.dispose());

const LINE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z (\S+) +\S/;

it('berth logs merges journals by time, with a column for the host', async () => {
  const words = ['--demo', 'logs', 'web-04.ber', 'edge-berlin-02', '-n', '30', '-p', 'info', '--utc'];
  const { code, out } = await user.run(words);
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.filter((line) => LINE.test(line))).toHaveLength(60);
  expect(new Set(lines.map((line) => LINE.exec(line)?.[1]))).toEqual(new Set(['web-04.ber', 'edge-berlin-02']));
  const times = lines.map((line) => line.slice(0, 27));
  expect(times).toEqual(times.toSorted());
});

it('berth logs filters as journalctl, as lines of JSON too, and refuses what it does not understand', async () => {
  const { code, out } = await user.run([
    '--demo',
    'logs',
    'web-04.ber',
    '-n',
    '5',
    '-u',
    'sshd',
    '-b',
    '-1',
    '-g',
    'accepted',
    '--json',
  ]);
  expect(code).toBe(0);
  const entries = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries).toHaveLength(5);
  for (const entry of entries) {
    expect(entry).toMatchObject({
      host: 'web-04.ber',
      unit: 'sshd.service',
      message: expect.stringMatching(/^Accepted/) as string,
    });
  }
  for (const wrong of [
    ['-p', 'bad'],
    ['-u', 'a b'],
    ['-b', 'x'],
    ['--since', 'soon'],
    ['-n', '-1'],
    ['-f', '--until', '1h'],
  ]) {
    expect((await user.run(['--demo', 'logs', 'web-04.ber', ...wrong])).code).toBe(2);
  }
});

it('berth logs exits with 1 where a journal may not be read, and says what would help', async () => {
  const { code, out, err } = await user.run(['--demo', 'logs', 'proxy-01.fra', 'web-04.ber', '-n', '3']);
  expect(code).toBe(1);
  expect(err).toContain(
    'proxy-01.fra: admin may not read the journal of this host. Add admin to the group systemd-journal',
  );
  expect(out.trimEnd().split('\n')).toHaveLength(3);
});

it('berth logs -f goes on until Ctrl-C, which ends it cleanly', async () => {
  const interrupt = new AbortController();
  const { code, out } = await user.run(['--demo', 'logs', 'web-04.ber', 'edge-berlin-02', '-f', '-n', '2'], {
    interrupted: interrupt.signal,
    onOut(text) {
      if (text.split('\n').length > 6) interrupt.abort();
    },
  });
  expect(code).toBe(0);
  expect(out.split('\n').length).toBeGreaterThan(6);
});
