import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { runLimits } from '../model/run-limits.ts';
import { Run, RunOutput, RunRecord, RunRequest } from '../model/run.ts';
import { base } from './errors.ts';

const id = z.string().max(64);

export const run = {
  /** Begins a command on hosts. Refused in read-only mode, and where the name of a production host was not typed. A host that cannot be reached fails alone. */
  start: base.input(RunRequest).output(Run),
  /** Ends what runs (TERM, then KILL) and begins nothing more; of one host with `hostId`. */
  stop: base.input(z.object({ id, hostId: z.string().max(64).nullable() })),
  /** A run as it is now, then again when it changes, a few times a second at most; the last one has ended. */
  watch: base.input(z.object({ id })).output(eventIterator(Run)),
  /** The runs of this Berth, newest first, and what is on record of earlier ones. */
  list: base.output(z.object({ runs: z.array(Run), earlier: z.array(RunRecord) })),
  /** What hosts of a run printed so far; those that printed nothing yet are left out. */
  outputs: base
    .input(z.object({ id, hostIds: z.array(z.string().max(64)).max(runLimits.outputs) }))
    .output(z.array(RunOutput)),
};
