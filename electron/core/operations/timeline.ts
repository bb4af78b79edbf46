import * as z from 'zod';
import { LogSource } from '../../../shared/model/operation.ts';
import { readJsonLines } from '../store/append-log.ts';

/** At `t` (epoch ms) Berth received `length` bytes of a source, which begin at `offset` of its mirror. */
export const TimelineRecord = z.object({
  t: z.number(),
  source: LogSource,
  offset: z.int().min(0),
  length: z.int().min(1),
});
export type TimelineRecord = z.infer<typeof TimelineRecord>;

/** All records in order of arrival. One a chunk: about a megabyte for an hour of a busy operation. */
export async function readTimeline(path: string): Promise<TimelineRecord[]> {
  return readJsonLines(path, TimelineRecord);
}

/** Where each source ends, as the timeline has it. */
export function timelineEnds(records: readonly TimelineRecord[]): Record<LogSource, number> {
  const ends = { stdout: 0, stderr: 0, progress: 0, berth: 0 };
  for (const { source, offset, length } of records) ends[source] = Math.max(ends[source], offset + length);
  return ends;
}
