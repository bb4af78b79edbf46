import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { HostState } from '../../../electron/demo/host-state.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';
import { createOperation, type DemoOperation } from '../../../electron/demo/operations.ts';
import { bootcStatus } from '../../../electron/demo/status-json.ts';
import { story } from '../../../electron/demo/story.ts';
import { parseProgressLine } from '../../../shared/parse/progress.ts';

const startedAt = Date.UTC(2026, 7, 21, 12);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const isProgress = ajv.compile(JSON.parse(readFileSync('test/data/bootc/progress-v0.schema.json', 'utf8')) as object);

function stateOf(name: string, differs: object = {}): HostState {
  const spec = story.find((candidate) => candidate.name === name);
  if (!spec) throw new Error(`no ${name}`);
  return initialState({ ...spec, ...differs }, startedAt);
}

const begin = (state: HostState, verb: string, args: readonly string[] = [], tool = 'bootc') =>
  createOperation(state, { tool, verb, args }, { id: '0123456789ab', startedAt, pace: 1 });

function run(before: HostState, verb: string, args: readonly string[] = [], tool = 'bootc') {
  const operation = begin(before, verb, args, tool);
  const end = endOf(operation);
  const state = operation.settle(before, end);
  const read = (file: 'stdout' | 'stderr' | 'progress') => operation.read(file, 0, end);
  return {
    state,
    code: operation.exitCode(end),
    stdout: read('stdout'),
    stderr: read('stderr'),
    progress: read('progress'),
    end,
  };
}

function endOf(operation: DemoOperation): number {
  let now = startedAt;
  for (let next = operation.nextChangeIn(now); next !== null; next = operation.nextChangeIn(now)) now += next;
  return now;
}

const progressOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; task?: string });

describe('a simulated upgrade', () => {
  it('stages the newest image and says so as bootc does', () => {
    const before = stateOf('web-05.fra');
    const { state, code, stdout, stderr, end } = run(before, 'upgrade');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^layers already present: 41; layers needed: 27 \(\d+\.\d MB\)\n/);
    expect(stdout).toContain(
      'Queued for next boot: quay.io/acme/web:stable\n  Version: 2.15.0\n  Digest: sha256:8d41f0c2',
    );
    expect(stderr).toContain('Deploying...done');
    expect(state.staged?.release.version).toBe('2.15.0');
    expect(state.deployChangedAt).toBeGreaterThan(startedAt);
    expect(state.rebootRequired).toContain(state.staged?.release.digest);
    expect(bootcStatus(state, { startedAt })).not.toBe(bootcStatus(before, { startedAt }));
    expect(end - startedAt).toBeLessThan(20_000);
  });

  it.each(['web-05.fra', 'edge-berlin-02', 'web-07.fra'])(
    '%s: progress lines fit the schema of bootc and our parser',
    (name) => {
      const { progress } = run(stateOf(name), 'upgrade');
      const events = progressOf(progress);
      expect(events[0]).toEqual({ type: 'Start', version: '0.1.0' });
      for (const [index, event] of events.entries()) {
        expect(isProgress(event), `${JSON.stringify(event).slice(0, 300)} ${JSON.stringify(isProgress.errors)}`).toBe(
          true,
        );
        expect(parseProgressLine(progress.split('\n')[index] ?? '')).not.toBeNull();
      }
      expect(events.filter(({ task }) => task === 'staging')).toHaveLength(5);
    },
  );

  it('is slow enough to be followed: no more than five byte events a second, and no step out of order', () => {
    const operation = begin(stateOf('web-05.fra'), 'upgrade');
    const half = operation.read('progress', 0, startedAt + 4_000);
    expect(half.length).toBeGreaterThan(0);
    expect(operation.exitCode(startedAt + 4_000)).toBeNull();
    const end = endOf(operation);
    const rest = operation.read('progress', half.length, end);
    expect(half + rest).toBe(operation.read('progress', 0, end));
    const bytes = progressOf(half + rest).flatMap((event) => ('bytes' in event ? [event.bytes as number] : []));
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  });

  it('pulls nothing where the image was pulled before, and stages a second deployment of it', () => {
    const { state, stdout, progress } = run(stateOf('edge-berlin-02'), 'upgrade');
    expect(stdout).toContain('No changes in quay.io/acme/edge-os:stable => sha256:e94c3317');
    expect(stdout).toContain('Queued for next boot');
    expect(progressOf(progress).some(({ task }) => task === 'pulling')).toBe(false);
    expect(state.staged).toMatchObject({ serial: 1, release: { version: '42.20260815.0' } });
  });

  it('unlocks a download-only stage', () => {
    const { state, stdout } = run(stateOf('edge-rostock-01'), 'upgrade');
    expect(stdout).toBe('Staged deployment will now be applied on reboot\n');
    expect(state.staged?.downloadOnly).toBe(false);
  });

  it.each([
    ['web-01.ber', /No update available\.$/m],
    ['web-03.ber', /Staged update present, not changed$/m],
  ])('%s: nothing to do', (name, words) => {
    const before = stateOf(name);
    const { state, code, stdout, progress } = run(before, 'upgrade');
    expect([code, progress]).toEqual([0, '']);
    expect(stdout).toMatch(words);
    expect(state).toBe(before);
  });

  it.each([
    ['db-02.ber', 'unauthorized'],
    ['web-lab-02', 'no such host'],
    ['mon-01.ber', 'local rpm-ostree modifications'],
  ])('%s: fails with the words of %s', (name, words) => {
    const { state, code, stderr } = run(stateOf(name), 'upgrade');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Upgrading: /);
    expect(stderr).toContain(words);
    expect(state.staged).toBeNull();
  });

  it('a bound image that cannot be pulled fails it, and leaves the update staged', () => {
    const { state, code, stderr } = run(stateOf('web-05.fra', { upgrade: 'bound-image' }), 'upgrade');
    expect(code).toBe(1);
    expect(stderr).toContain('Pulling bound images');
    expect(state.staged?.release.version).toBe('2.15.0');
    expect(state.rebootRequired).toBeNull();
  });

  it('a stopped one ends with the code of TERM and changes nothing', () => {
    const before = stateOf('web-05.fra');
    const operation = begin(before, 'upgrade');
    operation.cancel(startedAt + 3_000);
    const state = operation.settle(before, startedAt + 60_000);
    expect(operation.exitCode(startedAt + 60_000)).toBe(143);
    expect(operation.read('progress', 0, startedAt + 60_000)).toBe(operation.read('progress', 0, startedAt + 3_000));
    expect(state.staged).toBeNull();
  });
});

describe('a simulated check', () => {
  it('finds an update and remembers it on the newest pulled image', () => {
    const { state, stdout } = run(stateOf('web-05.fra', { cachedUpdate: null }), 'check');
    expect(stdout).toContain('Update available for: quay.io/acme/web:stable\n  Version: 2.15.0\n');
    expect(state.booted?.cachedUpdate?.version).toBe('2.15.0');
    expect(state.bootcChangedAt).toBeGreaterThan(startedAt);
  });

  it.each(['web-01.ber', 'web-03.ber', 'edge-berlin-02'])('%s: knows only what was pulled last', (name) => {
    expect(run(stateOf(name), 'check').stdout).toMatch(/^No changes in: /);
  });
});
