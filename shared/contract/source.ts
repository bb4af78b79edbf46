import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { hostLimits } from '../model/host-limits.ts';
import {
  ApplyChanges,
  Discovery,
  ExportedInventory,
  ExportFormat,
  ImportResult,
  SourcePlace,
  sourceLimits,
  SourceState,
} from '../model/source.ts';
import { base } from './errors.ts';

const byId = z.object({ id: z.string() });
const names = z.union([z.literal('all'), z.array(z.string()).max(sourceLimits.hosts)]);

export const source = {
  /** Reads a source (a command is run) and tells what it holds. Fails with `source.*` when nothing of it can be read. */
  discover: base.input(z.object({ place: SourcePlace })).output(Discovery),
  /**
   * Takes hosts of a source into the inventory, by their names there, and remembers the source: from now on its changes are told.
   * `group` null: the groups of the source. Hosts that are there already keep what a person said about them.
   */
  import: base
    .input(
      z.object({
        place: SourcePlace,
        names,
        group: z.string().max(hostLimits.group).nullable(),
        apply: ApplyChanges.default('ask'),
      }),
    )
    .output(ImportResult),
  /** All sources and what changed in them, again whenever something does. */
  watch: base.output(eventIterator(z.array(SourceState))),
  /** Reads a source again; the only way a command is run again. */
  refresh: base.input(byId).output(SourceState),
  /** Takes the changes over: of what was added these names or all, everything that changed. What is gone stays; `host.remove` removes. */
  apply: base.input(z.object({ id: z.string(), names })).output(ImportResult),
  /** Whether later changes are taken over by themselves. */
  setApply: base.input(z.object({ id: z.string(), apply: ApplyChanges })).output(SourceState),
  /** Follows a source no longer. Its hosts stay. */
  forget: base.input(byId),
  /** The inventory as text, for saving. `hostIds` null: all hosts. */
  export: base
    .input(z.object({ format: ExportFormat, hostIds: z.array(z.string()).max(sourceLimits.hosts).nullable() }))
    .output(ExportedInventory),
};
