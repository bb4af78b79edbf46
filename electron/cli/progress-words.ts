import { formatBytes, formatBytesOf, formatDuration } from '../../shared/logic/format.ts';
import { percentPulled, pullFigures } from '../../shared/logic/progress.ts';
import type { OperationProgress, ProgressStep } from '../../shared/model/operation.ts';

const words: Readonly<Record<ProgressStep, string>> = {
  pull: 'Pulling',
  import: 'Importing',
  stage: 'Staging',
  'bound-images': 'Pulling bound images',
  'clean-up': 'Cleaning up',
  verify: 'Reading the state again',
};

/** Live progress as one line; empty while nothing is known of it. */
export function progressWords({ step, pull, rate }: OperationProgress): string {
  if (step === null) return '';
  if (step !== 'pull' || pull === null) return `${words[step]}…`;
  const figures = pullFigures(pull, rate);
  const percent = percentPulled(pull);
  const parts = [
    figures.bytesTotal === null ? formatBytes(figures.bytes) : formatBytesOf(figures.bytes, figures.bytesTotal),
    ...(figures.layersTotal === null ? [] : [`${figures.layers} of ${figures.layersTotal} layers`]),
    ...(rate ? [`${formatBytes(rate)}/s`] : []),
    ...(figures.remainingMs === null ? [] : [`about ${formatDuration(figures.remainingMs)} left`]),
  ];
  return `${words.pull}${percent === null ? '' : ` ${percent} %`}  ${parts.join(', ')}`;
}
