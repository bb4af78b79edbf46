import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyProgress,
  initialProgress,
  percentPulled,
  progressLogLine,
  pullFigures,
  startVerifying,
} from '../../../shared/logic/progress.ts';
import type { OperationProgress } from '../../../shared/model/operation.ts';
import { ProgressEvent } from '../../../shared/model/progress-event.ts';

const upgrade = readFileSync(new URL('../../data/bootc/progress-upgrade-ostree.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => ProgressEvent.parse(JSON.parse(line)));

type Bytes = Extract<ProgressEvent, { type: 'ProgressBytes' }>;
const pulling = (overrides: Partial<Bytes>): Bytes => ({
  type: 'ProgressBytes',
  task: 'pulling',
  description: '',
  id: 'sha256:3',
  bytesCached: 0,
  bytes: 0,
  bytesTotal: 1000,
  stepsCached: 0,
  steps: 0,
  stepsTotal: 1,
  subtasks: [],
  ...overrides,
});
const steps = (task: string, done: number, total: number, ...parts: readonly [string, boolean][]): ProgressEvent => ({
  type: 'ProgressSteps',
  task,
  description: '',
  id: '',
  stepsCached: 0,
  steps: done,
  stepsTotal: total,
  subtasks: parts.map(([subtask, completed]) => ({ subtask, description: '', id: subtask, completed })),
});

describe('applyProgress', () => {
  it('follows an upgrade through its steps and keeps when each began', () => {
    const seen: (string | null)[] = [];
    let progress: OperationProgress = initialProgress;
    upgrade.forEach((event, index) => {
      progress = applyProgress(progress, event, index * 1000);
      if (seen.at(-1) !== progress.step) seen.push(progress.step);
    });
    expect(seen).toEqual([null, 'pull', 'import', 'stage', 'bound-images', 'clean-up']);
    progress = startVerifying(progress, 20_000);
    expect(progress.step).toBe('verify');
    expect(progress.stepStartedAt).toEqual({
      pull: 1000,
      import: 9000,
      stage: 11_000,
      'bound-images': 13_000,
      'clean-up': 14_000,
      verify: 20_000,
    });
  });

  it('shows the pull with what was there already', () => {
    const progress = upgrade
      .slice(0, 7)
      .reduce<OperationProgress>((state, event, index) => applyProgress(state, event, index * 1000), initialProgress);
    expect(progress.pull).toEqual({
      bytes: 55_245_000,
      bytesTotal: 75_900_000,
      bytesCached: 608_600_000,
      layers: 1,
      layersTotal: 2,
      layersCached: 66,
      current: { id: 'c3c3c3c3c3c3c3c3c3c3d', kind: 'layer', bytes: 25_245_000, bytesTotal: 45_900_000 },
    });
    expect(progress.pull && pullFigures(progress.pull, 1_000_000)).toEqual({
      bytes: 663_845_000,
      bytesTotal: 684_500_000,
      layers: 67,
      layersTotal: 68,
      share: 663_845_000 / 684_500_000,
      remainingMs: 20_655,
    });
  });

  it('goes straight to staging when the image was pulled before', () => {
    const progress = applyProgress(initialProgress, steps('staging', 0, 3, ['merging', false]), 5);
    expect(progress).toMatchObject({ step: 'stage', pull: null, stepStartedAt: { stage: 5 } });
  });

  it('does not know how much there is on composefs', () => {
    const { pull } = applyProgress(initialProgress, pulling({ bytes: 10, bytesTotal: 0, stepsTotal: 0 }), 0);
    expect(pull && percentPulled(pull)).toBeNull();
    expect(pull && pullFigures(pull, 5)).toMatchObject({
      bytes: 10,
      bytesTotal: null,
      layersTotal: null,
      share: null,
      remainingMs: null,
    });
  });

  it('changes nothing for what it does not know', () => {
    const known = applyProgress(initialProgress, pulling({ bytes: 10 }), 0);
    expect(applyProgress(known, pulling({ task: 'checking' }), 1)).toBe(known);
    expect(applyProgress(known, steps('polishing', 1, 2), 1)).toBe(known);
    expect(applyProgress(known, { type: 'Start', version: '9' }, 1)).toBe(known);
    expect(applyProgress(known, steps('staging', 0, 1, ['defragmenting', false]), 1).step).toBe('stage');
  });

  it('measures the rate over seconds, and sees a stall', () => {
    const at = (progress: OperationProgress, bytes: number, now: number) =>
      applyProgress(progress, pulling({ bytes, bytesTotal: 1e9 }), now);
    let progress = at(initialProgress, 1_000_000, 0);
    expect(progress.rate).toBeNull();
    progress = at(progress, 2_000_000, 200);
    expect(progress.rate).toBeNull();
    progress = at(progress, 9_000_000, 1000);
    expect(progress.rate).toBe(8_000_000);
    for (let second = 2; second < 12; second += 1) progress = at(progress, 9_000_000, second * 1000);
    expect(progress.rate).toBeLessThan(1_200_000);
    expect(applyProgress(progress, steps('importing', 0, 1), 13_000).rate).toBeNull();
  });

  it('never shows more than there is, nor a rate below zero', () => {
    const event = fc.record({ bytes: fc.nat(2000), bytesCached: fc.nat(500), steps: fc.nat(5) }).map(pulling);
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let progress: OperationProgress = initialProgress;
        events.forEach((one, index) => {
          progress = applyProgress(progress, one, index * 700);
          const percent = progress.pull && percentPulled(progress.pull);
          expect(percent).toBeGreaterThanOrEqual(0);
          expect(percent).toBeLessThanOrEqual(100);
          expect(progress.rate ?? 0).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it('says 100 % only when all is there', () => {
    const { pull } = applyProgress(initialProgress, pulling({ bytes: 999, bytesTotal: 1000 }), 0);
    expect(pull && percentPulled(pull)).toBe(99);
  });
});

describe('progressLogLine', () => {
  const linesOf = (events: readonly ProgressEvent[]) =>
    events.flatMap((event, index) => progressLogLine(event, events[index - 1] ?? null)?.split('\n') ?? []);

  it('tells an upgrade in a few lines', () => {
    expect(linesOf(upgrade)).toEqual([
      'ostree chunk a1a1a1a1a1a1a1a1a1a1b   30.0 MB',
      'layer c3c3c3c3c3c3c3c3c3c3d          45.9 MB',
      'pulling done, 68 of 68 layers, 685 MB',
      'importing 0 of 1',
      'importing 1 of 1',
      'staging 0 of 3, merging',
      'staging 1 of 3, deploying',
      'staging 1 of 3, bound_images',
      'staging 2 of 3, cleanup',
      'staging 3 of 3, merging, deploying, bound_images, cleanup',
    ]);
  });

  it('says nothing twice', () => {
    expect(linesOf(upgrade.flatMap((event) => [event, event]))).toEqual(linesOf(upgrade));
  });

  it('names all layers that ended at once', () => {
    const layer = (id: string) => ({ subtask: 'layer', description: '', id, bytesCached: 0, bytes: 5, bytesTotal: 5 });
    expect(progressLogLine(pulling({ subtasks: [layer('a'), layer('b')] }), null)?.split('\n')).toHaveLength(2);
  });

  it('tells of tasks that it does not know', () => {
    expect(progressLogLine(steps('polishing', 1, 4), null)).toBe('polishing 1 of 4');
  });
});
