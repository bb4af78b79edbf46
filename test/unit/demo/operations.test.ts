import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { initialState, type HostState } from '../../../electron/demo/host-state.ts';
import { createOperation, type DemoOperation, type DemoVerb } from '../../../electron/demo/operations.ts';
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

function run(state: HostState, verb: DemoVerb) {
  const operation = createOperation(state, verb, startedAt, 1);
  const end = endOf(operation);
  operation.settle(state, end);
  const read = (file: 'stdout' | 'stderr' | 'progress') => operation.read(file, 0, end);
  return {
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
    const state = stateOf('web-05.fra');
    const before = bootcStatus(state, { startedAt });
    const { code, stdout, stderr, end } = run(state, 'upgrade');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^layers already present: 41; layers needed: 27 \(\d+\.\d MB\)\n/);
    expect(stdout).toContain(
      'Queued for next boot: quay.io/acme/web:stable\n  Version: 2.15.0\n  Digest: sha256:8d41f0c2',
    );
    expect(stderr).toContain('Deploying...done');
    expect(state.staged?.release.version).toBe('2.15.0');
    expect(state.deployChangedAt).toBeGreaterThan(startedAt);
    expect(state.rebootRequired).toContain(state.staged?.release.digest);
    expect(bootcStatus(state, { startedAt })).not.toBe(before);
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
    const operation = createOperation(stateOf('web-05.fra'), 'upgrade', startedAt, 1);
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
    const state = stateOf('edge-berlin-02');
    const { stdout, progress } = run(state, 'upgrade');
    expect(stdout).toContain('No changes in quay.io/acme/edge-os:stable => sha256:e94c3317');
    expect(stdout).toContain('Queued for next boot');
    expect(progressOf(progress).some(({ task }) => task === 'pulling')).toBe(false);
    expect(state.staged).toMatchObject({ serial: 1, release: { version: '42.20260815.0' } });
  });

  it('unlocks a download-only stage', () => {
    const state = stateOf('edge-rostock-01');
    expect(run(state, 'upgrade').stdout).toBe('Staged deployment will now be applied on reboot\n');
    expect(state.staged?.downloadOnly).toBe(false);
  });

  it.each([
    ['web-01.ber', /No update available\.$/m],
    ['web-03.ber', /Staged update present, not changed$/m],
  ])('%s: nothing to do', (name, words) => {
    const state = stateOf(name);
    const before = bootcStatus(state, { startedAt });
    const { code, stdout, progress } = run(state, 'upgrade');
    expect([code, progress]).toEqual([0, '']);
    expect(stdout).toMatch(words);
    expect(bootcStatus(state, { startedAt })).toBe(before);
  });

  it.each([
    ['db-02.ber', 'unauthorized'],
    ['web-lab-02', 'no such host'],
    ['mon-01.ber', 'local rpm-ostree modifications'],
  ])('%s: fails with the words of %s', (name, words) => {
    const state = stateOf(name);
    const { code, stderr } = run(state, 'upgrade');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Upgrading: /);
    expect(stderr).toContain(words);
    expect(state.staged).toBeNull();
  });

  it('a bound image that cannot be pulled fails it, and leaves the update staged', () => {
    const state = stateOf('web-05.fra', { upgrade: 'bound-image' });
    const { code, stderr } = run(state, 'upgrade');
    expect(code).toBe(1);
    expect(stderr).toContain('Pulling bound images');
    expect(state.staged?.release.version).toBe('2.15.0');
    expect(state.rebootRequired).toBeNull();
  });

  it('a stopped one ends with the code of TERM and changes nothing', () => {
    const state = stateOf('web-05.fra');
    const operation = createOperation(state, 'upgrade', startedAt, 1);
    operation.cancel(startedAt + 3_000);
    operation.settle(state, startedAt + 60_000);
    expect(operation.exitCode(startedAt + 60_000)).toBe(143);
    expect(operation.read('progress', 0, startedAt + 60_000)).toBe(operation.read('progress', 0, startedAt + 3_000));
    expect(state.staged).toBeNull();
  });
});

describe('a simulated check', () => {
  it('finds an update and remembers it on the newest pulled image', () => {
    const state = stateOf('web-05.fra', { cachedUpdate: null });
    const { stdout } = run(state, 'check');
    expect(stdout).toContain('Update available for: quay.io/acme/web:stable\n  Version: 2.15.0\n');
    expect(state.bootedCachedUpdate?.version).toBe('2.15.0');
    expect(state.bootcChangedAt).toBeGreaterThan(startedAt);
  });

  it.each(['web-01.ber', 'web-03.ber', 'edge-berlin-02'])('%s: knows only what was pulled last', (name) => {
    expect(run(stateOf(name), 'check').stdout).toMatch(/^No changes in: /);
  });
});
