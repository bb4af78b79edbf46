import * as z from 'zod';
import { hostLimits, PrivilegeChoice, TransportChoice } from './host.ts';

/**
 * How much of the history is kept; null: no limit. Of what is over a limit the logs go first, then the states before and after; that it
 * was done, by whom and how it ended stays for good. `days` since the end of an operation, `operations` the newest ones, `megabytes`
 * (10^6 bytes) on the disk.
 */
export const HistoryLimits = z.object({
  days: z.int().min(1).max(36_500).nullable().default(null),
  operations: z.int().min(1).max(10_000_000).nullable().default(null),
  megabytes: z.int().min(1).max(10_000_000).nullable().default(null),
});
export type HistoryLimits = z.infer<typeof HistoryLimits>;

/**
 * What the user may set. A field that is missing in the file takes its default. `readLogs`: panes with logs speak to screen readers.
 * `transport`, `privilege`: of hosts for which neither they nor their group say it.
 * `notify`: the desktop is told of a question, or of an operation that ended, while the window is not in front. `readOnlyMode`,
 * `productionTags`: see `shared/logic/guard-rails.ts`.
 */
export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  contrast: z.enum(['system', 'normal', 'high']).default('system'),
  readLogs: z.boolean().default(false),
  transport: TransportChoice.default('auto'),
  privilege: PrivilegeChoice.default('auto'),
  notify: z.boolean().default(false),
  readOnlyMode: z.boolean().default(false),
  productionTags: z.array(z.string().min(1).max(hostLimits.tag)).max(hostLimits.tags).default([]),
  history: HistoryLimits.prefault({}),
});
export type Settings = z.infer<typeof Settings>;
