import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { FleetEvent } from '../model/fleet.ts';
import { base } from './errors.ts';

export const fleet = {
  /** A snapshot, then deltas, at most about 20 a second. */
  watch: base.output(eventIterator(FleetEvent)),
  /** Which hosts are on the screen now: these are connected first, and nothing else is connected by itself. */
  setVisible: base.input(z.object({ hostIds: z.array(z.string()).max(500) })),
  /** Connects where needed and reads the facts again. */
  refresh: base.input(z.object({ hostIds: z.array(z.string()).max(5000) })),
};
