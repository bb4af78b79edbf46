import * as z from 'zod';
import { PrivilegeChoice, TransportChoice } from './host.ts';
import { hostLimits } from './host-limits.ts';

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
 * Terminals of this computer. `scrollback`: lines of each that the page keeps. `graceMinutes`: how long one lives that no window shows; 0: it
 * ends with its last window. `webgl`: drawn by the graphics card where that works. `pasteGuard`: several lines, or control characters,
 * are shown before they are pasted. `broadcastIdleSeconds`: after so long without a key, a broadcast ends by itself.
 */
export const TerminalSettings = z.object({
  fontSize: z.int().min(8).max(32).default(13),
  fontFamily: z.string().min(1).max(200).nullable().default(null),
  scrollback: z.int().min(1000).max(100_000).default(10_000),
  graceMinutes: z.int().min(0).max(10_080).default(60),
  screenReader: z.boolean().default(false),
  webgl: z.enum(['auto', 'off']).default('auto'),
  pasteGuard: z.boolean().default(true),
  copyOnSelect: z.boolean().default(false),
  broadcastIdleSeconds: z.int().min(10).max(3600).default(60),
});
export type TerminalSettings = z.infer<typeof TerminalSettings>;

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
  terminal: TerminalSettings.prefault({}),
});
export type Settings = z.infer<typeof Settings>;
