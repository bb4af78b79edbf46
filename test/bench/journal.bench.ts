import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createCore, type Core } from '../../electron/core/create-core.ts';
import { wholeJournal } from '../../shared/logic/journal-filter.ts';
import type { JournalFilter } from '../../shared/model/journal-filter.ts';
import { root } from '../../build/paths.mjs';
import { JOURNAL_BOOTS, writeJournal } from '../support/real-journal.ts';
import { startSshd, type TestSshd } from '../support/sshd.ts';
import { median, report, skip, timed } from './support/report.ts';

/**
 * Pages of a journal of a million entries over loopback SSH, beside the real journalctl asked for the same without SSH; and a merged follow of many hosts whose
 * journalctl is a script that prints so many lines a second. The journal is made once, below the cache folder of the user.
 */
const ENTRIES = 1_000_000;
const RUNS = 9;
const HOSTS = 50;
const LINES_A_SECOND = 1000;
const SECONDS = 10;
const bench = 'journal';

async function main(): Promise<void> {
  if (spawnSync('journalctl', ['--version']).status !== 0 || !existsSync('/lib/systemd/systemd-journal-remote')) {
    skip(bench, 'all', 'there is no journalctl, or no systemd-journal-remote');
    return;
  }
  const dir = await mkdtemp(join(tmpdir(), 'berth-bench-journal-'));
  await chmod(dir, 0o755);
  try {
    await pages(dir, await millionEntries());
    await follow(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function millionEntries(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'berth-bench', `journal-1-${String(ENTRIES)}`);
  if (existsSync(folder)) return folder;
  await rm(`${folder}.part`, { recursive: true, force: true });
  await writeJournal(`${folder}.part`, ENTRIES);
  await rename(`${folder}.part`, folder);
  return folder;
}

/** A core with hosts of one sshd, on whose PATH `script` is journalctl. */
async function open(dir: string, name: string, script: string, hosts: number) {
  const bin = join(dir, name);
  await mkdir(bin);
  await writeFile(join(bin, 'journalctl'), script, { mode: 0o755 });
  const sshd: TestSshd = await startSshd({
    config: [`SetEnv PATH=${bin}:/usr/bin:/bin HOME=${dir}`, 'MaxStartups 200', 'MaxSessions 50'],
  });
  const knownHosts = join(bin, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${String(sshd.port)} ${await sshd.hostKey()}\n`);
  const core = await createCore({
    dataDir: join(bin, 'data'),
    nativeDir: join(root, 'native'),
    ssh: { userKnownHosts: knownHosts, systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null },
    user: 'bench',
    workstation: 'here',
  });
  // Of one target `add` would make one host.
  const added = await core.inventory.addAll(
    Array.from({ length: hosts }, (_, index) => ({
      ...{ name: `box-${String(index)}`, address: '127.0.0.1', port: sshd.port, user: sshd.user },
      ...{ keyFile: sshd.keyFile, group: null, tags: [], note: '', transport: 'built-in' as const, source: null },
    })),
  );
  const ids = added.map(({ id }) => id);
  return {
    core,
    ids,
    async close() {
      await core.dispose();
      await sshd.stop();
    },
  };
}

async function pages(dir: string, folder: string): Promise<void> {
  const script = `#!/bin/sh\nexec /usr/bin/journalctl --directory '${folder}' "$@"\n`;
  const { core, ids, close } = await open(dir, 'pages', script, 1);
  const [hostId = ''] = ids;
  const page = (differs: { filter?: Partial<JournalFilter>; cursor?: string | null }) =>
    core.journal.page({
      ...{ hostId, cursor: null, at: null, direction: 'older', count: 500, ...differs },
      filter: { ...wholeJournal, ...differs.filter },
    });
  const direct = (...words: readonly string[]) =>
    timed(async () => {
      execFileSync('journalctl', ['--directory', folder, '--no-pager', '-q', '-a', '-o', 'json', ...words], {
        maxBuffer: 1 << 30,
      });
      await Promise.resolve();
    });
  const measure = async (name: string, ours: () => Promise<unknown>, words: readonly string[], atMost: number) => {
    const [own, other]: [number[], number[]] = [[], []];
    for (let count = 0; count < RUNS; count += 1) {
      own.push(await timed(ours));
      other.push(await direct(...words));
    }
    const value = median(own);
    report({
      bench,
      measure: name,
      value,
      unit: 'ms',
      against: 'journalctl',
      againstValue: median(other),
      aim: { atMost },
    });
  };
  try {
    await page({});
    await measure('the newest 500 of a million', () => page({}), ['-r', '-n', '500'], 8);
    let cursor: string | null = null;
    await measure(
      'scrolled by 500, page after page',
      async () => {
        cursor = (await page({ cursor })).entries[0]?.cursor ?? null;
      },
      ['-r', '-n', '500'],
      8,
    );
    const errors = { boot: { id: JOURNAL_BOOTS[0] ?? '' }, priority: 3, units: ['sshd.service'] };
    const words = ['-r', '-n', '500', '-b', errors.boot.id, '-p', '0..3', '-u', 'sshd.service'];
    await measure('errors of a unit in an old boot', () => page({ filter: errors }), words, 8);
    const rare = { text: { value: '17171 ', regex: false, matchCase: true } };
    const grep = ['-r', '-n', '500', '--grep=17171 ', '--case-sensitive=yes'];
    await measure('a rare text in all messages', () => page({ filter: rare }), grep, 1.5);
  } finally {
    await close();
  }
}

/** Prints a hundred lines ten times a second, once there is a file `go`, for so many seconds; then it waits. */
const chatter = (dir: string) => `#!/bin/sh
until [ -e '${dir}/go' ]; do sleep 0.1; done
count=0
while [ "$count" -lt ${String(SECONDS * 10)} ]; do
  cat '${dir}/lines'
  count=$((count + 1))
  sleep 0.1
done
exec sleep 60
`;

async function follow(dir: string): Promise<void> {
  const lines = Array.from({ length: LINES_A_SECOND / 10 }, (_, index) =>
    JSON.stringify({
      __CURSOR: `s=${'a'.repeat(32)};i=${index.toString(16)};b=${'b'.repeat(32)};m=1;t=1;x=1`,
      __REALTIME_TIMESTAMP: String(Date.now() * 1000 + index),
      __MONOTONIC_TIMESTAMP: '1',
      _BOOT_ID: 'b'.repeat(32),
      MESSAGE: `${String(index)} 10.20.0.17 "GET /api/items/42 HTTP/1.1" 200 5120 "-" "Mozilla/5.0"`,
      ...{ PRIORITY: '6', SYSLOG_IDENTIFIER: 'web', _COMM: 'web', _PID: '1234', _SYSTEMD_UNIT: 'web.service' },
    }),
  );
  await writeFile(join(dir, 'lines'), `${lines.join('\n')}\n`);
  const { core, ids, close } = await open(dir, 'follow', chatter(dir), HOSTS);
  try {
    await followAll(core, ids, lines[0] ?? '', () => writeFile(join(dir, 'go'), ''));
  } finally {
    await close();
  }
}

async function followAll(core: Core, hostIds: readonly string[], line: string, go: () => Promise<void>): Promise<void> {
  const source = core.journal.follow({ kind: 'journal', hostIds: [...hostIds], filter: wholeJournal, tail: 0 });
  const stream = source[Symbol.asyncIterator]();
  const wanted = HOSTS * LINES_A_SECOND * SECONDS;
  let [live, seen, dropped, startedAt, most] = [0, 0, 0, 0, 0];
  let cpu = process.cpuUsage();
  while (seen + dropped < wanted) {
    const next = await stream.next();
    if (next.done === true) break;
    const text = Buffer.from(next.value).toString();
    for (const told of text.split('\n')) {
      if (told.includes('"e":{')) seen += 1;
      else if (told.includes('"state":{"kind":"live"')) live += 1;
      else if (told.includes('"dropped":')) dropped += (JSON.parse(told) as { dropped: number }).dropped;
    }
    most = Math.max(most, process.memoryUsage().rss);
    if (live === HOSTS && startedAt === 0) {
      startedAt = performance.now();
      cpu = process.cpuUsage();
      await go();
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await stream.return?.();
  const name = `${String(HOSTS)} hosts, ${String(LINES_A_SECOND)} lines a second each`;
  const sent = `sent in ${String(SECONDS)} s`;
  report({
    bench,
    measure: name,
    value: seen / seconds,
    unit: 'lines/s',
    against: sent,
    againstValue: HOSTS * LINES_A_SECOND,
    aim: { atLeast: 0.9 },
    better: 'larger',
  });
  const counted = { bench, unit: 'lines', against: 'sent', againstValue: wanted, aim: { atMost: 0 } } as const;
  report({ ...counted, measure: `${name}: lost without a word`, value: wanted - seen - dropped });
  report({ ...counted, measure: `${name}: dropped and counted`, value: dropped });
  const parsing = { bench, unit: 'µs of CPU', against: 'JSON.parse of each line alone', againstValue: parseCost(line) };
  report({ ...parsing, measure: `${name}: a line`, value: (user + system) / Math.max(1, seen), aim: null });
  const memory = { bench, unit: 'MB', against: 'its buffers', againstValue: 96, aim: null } as const;
  report({ ...memory, measure: `${name}: memory`, value: most / 1e6 });
}

/** Microseconds of CPU. */
function parseCost(line: string): number {
  const before = process.cpuUsage();
  for (let count = 0; count < 100_000; count += 1) JSON.parse(line);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 100_000;
}

void main();
