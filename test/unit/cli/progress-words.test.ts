import { describe, expect, it } from 'vitest';
import { progressWords } from '../../../electron/cli/progress-words.ts';
import type { OperationProgress } from '../../../shared/model/operation.ts';

const progress = (differs: Partial<OperationProgress>): OperationProgress => ({
  step: null,
  stepStartedAt: {},
  pull: null,
  rate: null,
  sample: null,
  ...differs,
});
const pull = {
  bytes: 209e6,
  bytesTotal: 481e6,
  bytesCached: 203e6,
  layers: 17,
  layersTotal: 44,
  layersCached: 24,
  current: null,
};

describe('progressWords', () => {
  it.each<[string, Partial<OperationProgress>, string]>([
    ['nothing known', {}, ''],
    ['a step without detail', { step: 'import' }, 'Importing…'],
    [
      'a pull',
      { step: 'pull', pull, rate: 8e6 },
      'Pulling 60 %  412 of 684 MB, 41 of 68 layers, 8.0 MB/s, about 0:34 left',
    ],
    [
      'a pull without totals',
      { step: 'pull', pull: { ...pull, bytesTotal: 0, bytesCached: 0, layersTotal: 0 } },
      'Pulling  209 MB',
    ],
  ])('%s', (_, differs, words) => {
    expect(progressWords(progress(differs))).toBe(words);
  });
});
