import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Host } from '../../../shared/model/host.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Run, RunRequest } from '../../../shared/model/run.ts';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { openRuns, type RunsService } from '../../../electron/core/runs/open-runs.ts';
import { loadNativeScripts } from '../../../electron/core/ssh/native-scripts.ts';
import type { SshConnection } from '../../../electron/core/ssh/ssh-connection.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { fixtureHost } from '../../support/page-fixtures/hosts.ts';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { createSshClient, failureOf, never, targetOf, type SshClient } from '../ssh/harness.ts';

let sshd: TestSshd;
let client: SshClient;
let connection: SshConnection;
let service: RunsService;
let dataDir: string;
let guard = { readOnlyMode: false, productionTags: ['prod'] };
const visible: string[][] = [];

// One sshd stands for several hosts; `down` is one that cannot be reached.
const hostOf = (id: string): Host | null =>
  id === 'nobody' ? null : { ...fixtureHost, id, name: id, tags: id === 'prod-1' ? ['Prod'] : [] };

beforeAll(async () => {
  sshd = await startSshd();
  client = await createSshClient();
  connection = await client.transport.connect(targetOf(sshd), never);
  dataDir = await mkdtemp(join(tmpdir(), 'berth-runs-'));
  service = await openRuns({
    dataDir,
    scripts: await loadNativeScripts(resolve(import.meta.dirname, '../../../native')),
    guard: () => guard,
    startedBy: 'jb@desk',
    log: silentLog,
    now: Date.now,
    hosts: {
      host: hostOf,
      target: () => '',
      facts: () =>
        ({
          privilege: { kind: 'none', failure: { code: 'privilege.no-sudo', params: { user: 'jb' } } },
        }) as unknown as HostFacts,
      rootAccess: (hostId) => (hostId === 'rooted' ? { kind: 'root' } : { kind: 'none' }),
      connect: (hostId) =>
        hostId === 'down'
          ? Promise.reject(new BerthError('ssh.dns', { address: 'down' }))
          : Promise.resolve(connection),
      readFacts: () => Promise.reject(new Error('not asked')),
      onConnected: () => () => undefined,
      setVisible: (_, hostIds) => void visible.push([...hostIds]),
    },
  });
});
afterAll(async () => {
  await service.dispose();
  await client.dispose();
  await sshd.stop();
  await rm(dataDir, { recursive: true });
});

const ask = (command: string, more: Partial<RunRequest> = {}): RunRequest => ({
  ...{ command, hostIds: ['a'], asRoot: false, atOnce: 4, timeoutSeconds: 20, typedNames: [] },
  ...more,
});

/** Waits until a run is as it should be. */
function until(id: string, holds: (run: Run) => boolean): Promise<Run> {
  const { runs } = service;
  return new Promise((resolve) => {
    const look = () => {
      const run = runs.get(id);
      if (!holds(run)) return;
      unsubscribe();
      resolve(run);
    };
    const unsubscribe = runs.onChange(look);
    look();
  });
}
const isOver = ({ endedAt }: Run) => endedAt !== null;

async function runToEnd(command: string, more: Partial<RunRequest> = {}): Promise<Run> {
  return until((await service.runs.start(ask(command, more))).id, isOver);
}

describeWith(...sshdNeeds)('a command on hosts', () => {
  it('tells exit codes and both streams byte for byte, and what the same was', async () => {
    const run = await runToEnd(`printf 'a\\n\\303\\251'; echo "it's" >&2\nexit 3`, { hostIds: ['a', 'b', 'down'] });
    expect(run.hosts.map(({ state, exitCode, line }) => [state, exitCode, line])).toEqual([
      ['ended', 3, 'a'],
      ['ended', 3, 'a'],
      ['failed', null, ''],
    ]);
    const [a, b, down] = run.hosts;
    expect(a?.hash).toBe(b?.hash);
    expect(down?.failure?.code).toBe('ssh.dns');
    expect(service.runs.outputs(run.id, ['a', 'down'])).toEqual([
      { hostId: 'a', stdout: { text: 'a\né', cut: 0, tail: '' }, stderr: { text: "it's\n", cut: 0, tail: '' } },
    ]);
    expect(visible.at(-1)).toEqual([]);
  });

  it('has neither input nor a terminal, and what the shell reads is only its command', async () => {
    const run = await runToEnd('cat; tty; echo "$0 $#"');
    expect(service.runs.outputs(run.id, ['a'])[0]?.stdout.text).toBe('not a tty\nsh 0\n');
  });

  it('is on so many hosts at once, and no more', async () => {
    const seen = new Set<number>();
    const { id } = await service.runs.start(ask('sleep 0.05', { hostIds: ['1', '2', '3', '4', '5'], atOnce: 2 }));
    await until(id, (run) => {
      seen.add(run.hosts.filter(({ state }) => state === 'running').length);
      return isOver(run);
    });
    expect(Math.max(...seen)).toBe(2);
  });

  it('keeps of a flood the beginning and the end, says how much is missing, and tells floods apart', async () => {
    const flood = (last: string) => `head -c 3000000 /dev/zero | tr '\\0' x; echo ${last}`;
    const [one, two] = [await runToEnd(flood('one')), await runToEnd(flood('two'))];
    const [output] = service.runs.outputs(one.id, ['a']);
    const { text = '', cut = 0, tail = '' } = output?.stdout ?? {};
    expect(text.length + tail.length + cut).toBe(3_000_004);
    expect(text.length + tail.length).toBeLessThanOrEqual(128 * 1024);
    expect(tail.endsWith('xxone\n')).toBe(true);
    expect(one.hosts[0]?.hash).not.toBe(two.hosts[0]?.hash);
  });

  it('is stopped with all that it has started; what had not begun never is', async () => {
    const nap = `sleep 61.${String(process.pid)}`;
    const { id } = await service.runs.start(
      ask(`echo up; (${nap}; true) & ${nap}; true`, { hostIds: ['a', 'b'], atOnce: 1 }),
    );
    await until(id, ({ hosts }) => hosts[0]!.line === 'up');
    service.runs.stop(id, null);
    const run = await until(id, isOver);
    expect(run.hosts.map(({ state, exitCode }) => [state, exitCode])).toEqual([
      ['stopped', 143],
      ['skipped', null],
    ]);
    const left = await runToEnd(`pgrep -fx '${nap}' || echo none`);
    expect(service.runs.outputs(left.id, ['a'])[0]?.stdout.text).toBe('none\n');
  });

  it('ends at its time limit, on one host for itself', async () => {
    const run = await runToEnd('echo begun; sleep 61', { timeoutSeconds: 1 });
    expect(run.hosts[0]).toMatchObject({ state: 'timed-out', exitCode: 143, line: 'begun' });
  });

  it('is as root only where root is to be had', async () => {
    const run = await runToEnd('id -u', { asRoot: true, hostIds: ['rooted', 'a'] });
    expect(run.hosts.map(({ state, failure }) => [state, failure?.code])).toEqual([
      ['ended', undefined],
      ['failed', 'privilege.no-sudo'],
    ]);
  });

  it('is refused where nobody may act, or a production host was not named', async () => {
    const { runs } = service;
    expect(await failureOf(runs.start(ask('  ')))).toMatchObject({ code: 'run.command-empty' });
    expect(await failureOf(runs.start(ask('id', { hostIds: ['nobody'] })))).toMatchObject({
      code: 'input.host-unknown',
    });
    const production = ask('true', { hostIds: ['a', 'prod-1'] });
    expect(await failureOf(runs.start(production))).toMatchObject({ code: 'guard.name-not-typed' });
    expect((await runToEnd('true', { ...production, typedNames: ['prod-1'] })).hosts[1]).toMatchObject({ exitCode: 0 });
    guard = { ...guard, readOnlyMode: true };
    expect(await failureOf(runs.start(ask('true')))).toMatchObject({ code: 'guard.read-only' });
    guard = { ...guard, readOnlyMode: false };
  });

  it('is on record without its output, secrets masked', async () => {
    const { id } = await runToEnd('echo quiet; echo --password hunter2 >/dev/null');
    const [record] = await service.records.newest(new Set());
    expect(record).toMatchObject({ id, startedBy: 'jb@desk', hosts: [{ hostName: 'a', state: 'ended', exitCode: 0 }] });
    const text = await readFile(join(dataDir, 'runs.jsonl'), 'utf8');
    expect(text).toContain('--password [masked]');
    expect(text).not.toContain('hunter2');
  });
});

it('snippets are kept by name; a parameter in quotes is refused', async () => {
  const { snippets } = service;
  const [kept] = await snippets.set({ id: null, name: 'Unit', about: '', command: 'systemctl status -- {{unit}}' });
  const twice = snippets.set({ id: null, name: 'unit', about: '', command: 'true' });
  expect(await failureOf(twice)).toMatchObject({ code: 'snippet.name-taken' });
  const wrong = snippets.set({ id: null, name: 'x', about: '', command: 'echo "{{x}}"' });
  expect(await failureOf(wrong)).toMatchObject({ code: 'snippet.parameter-placed' });
  expect(await snippets.set({ ...kept!, about: 'Its state' })).toMatchObject([{ id: kept!.id, about: 'Its state' }]);
  expect(await snippets.remove(kept!.id)).toEqual([]);
});
