import * as z from 'zod';
import { Failure } from './failure.ts';

/**
 * One entry, as lists show it. Times in microseconds by the host's clock: since the epoch, and since its boot. `unit`: the unit that said it, or
 * that systemd speaks of. `message` is plain text with its line breaks, without other control characters. `cut`: how many bytes of it are left out; null: all of
 * it, as it was too large to be sent. `binary`: it is not UTF-8, and the characters stand for its bytes.
 */
export const JournalEntry = z.object({
  cursor: z.string(),
  realtimeUs: z.number(),
  monotonicUs: z.number(),
  bootId: z.string(),
  /** Null where the entry has none. */
  priority: z.int().min(0).max(7).nullable(),
  identifier: z.string(),
  unit: z.string().nullable(),
  pid: z.int().nullable(),
  message: z.string(),
  cut: z.int().min(0).nullable(),
  binary: z.boolean(),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** All of one entry, a row a value. `binary` as of a message; `cut`: at least so many bytes are left out. `complete`: nothing of it is missing. */
export const JournalDetails = z.object({
  cursor: z.string(),
  fields: z.array(z.object({ name: z.string(), value: z.string(), binary: z.boolean(), cut: z.int().min(0) })),
  complete: z.boolean(),
});
export type JournalDetails = z.infer<typeof JournalDetails>;

/** One boot in the journal. Times epoch ms by the host's clock; `index` as journalctl counts: 0 is the newest. */
export const JournalBoot = z.object({
  id: z.string(),
  firstAt: z.number(),
  lastAt: z.number(),
  index: z.int(),
  /** Whether it is the boot that runs. */
  running: z.boolean(),
  /** What ran, as far as the journal or the host tells; `id` as `Deployment.id`. */
  deployment: z.object({ id: z.string(), version: z.string().nullable(), digest: z.string().nullable() }).nullable(),
});
export type JournalBoot = z.infer<typeof JournalBoot>;

/**
 * What of the journal can be read, and as whom. `own`: only what the login user's own programs said. `persistent`: it outlives a boot.
 * `timeZone`: of the host, as the IANA database has it; null: not known. `why`: what is missing and what would help, as failures for `describe()`; empty where nothing is missing.
 */
export const JournalAccess = z.object({
  user: z.string(),
  persistent: z.boolean(),
  privileged: z.boolean(),
  readable: z.enum(['all', 'own', 'none']),
  timeZone: z.string().nullable(),
  why: z.array(Failure),
});
export type JournalAccess = z.infer<typeof JournalAccess>;

/** Entries oldest first. `olderLeft`, `newerLeft`: there is more that passes the filter in that direction. */
export const JournalPage = z.object({
  entries: z.array(JournalEntry),
  olderLeft: z.boolean(),
  newerLeft: z.boolean(),
  access: JournalAccess,
});
export type JournalPage = z.infer<typeof JournalPage>;

/** A message of one boot in a comparison: how often it came, and its first time in milliseconds since the boot began. */
export const ComparedLine = z.object({
  text: z.string(),
  priority: z.int().min(0).max(7).nullable(),
  count: z.int(),
  firstMs: z.number(),
  cursor: z.string(),
  /** The other boot has nothing like it, numbers aside. */
  only: z.boolean(),
});
export type ComparedLine = z.infer<typeof ComparedLine>;

/**
 * Two boots of one host, unit by unit: those first where something is only in the bad one, the worst first. `cut`: only so much of a boot was read,
 * from its beginning on. `common`: lines of the unit that both boots have and that are not listed.
 */
export const BootsCompared = z.object({
  bad: JournalBoot,
  good: JournalBoot,
  units: z.array(
    z.object({
      unit: z.string(),
      /** In which of them the unit said anything. */
      in: z.enum(['both', 'bad', 'good']),
      worst: z.int().min(0).max(7).nullable(),
      bad: z.array(ComparedLine),
      good: z.array(ComparedLine),
      common: z.int(),
    }),
  ),
  cut: z.object({ bad: z.boolean(), good: z.boolean() }),
  access: JournalAccess,
});
export type BootsCompared = z.infer<typeof BootsCompared>;

/** `text`: as journalctl's short-iso-precise, with the host; `json`: a line an entry, all fields; `export`: systemd's journal export format. */
export const JournalFormat = z.enum(['text', 'json', 'export']);
export type JournalFormat = z.infer<typeof JournalFormat>;

/** Pieces of an export: what it is to be called, its bytes one after another, and how it ended. `notRead`: names of hosts, and why. */
export const JournalExportPiece = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begin'), fileName: z.string() }),
  z.object({ kind: z.literal('piece'), base64: z.string(), entries: z.int() }),
  z.object({
    kind: z.literal('end'),
    entries: z.int(),
    masked: z.int(),
    /** There was more than an export takes. */
    cut: z.boolean(),
    notRead: z.array(z.object({ host: z.string(), failure: Failure })),
  }),
]);
export type JournalExportPiece = z.infer<typeof JournalExportPiece>;

/**
 * How a host of a followed journal fares. `lost`: Berth connects again by itself and goes on where it was; nothing is missed that the host has kept.
 * `failed`: it will not be tried again.
 */
export const JournalHostState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opening') }),
  z.object({ kind: z.literal('live'), access: JournalAccess }),
  z.object({ kind: z.literal('lost'), failure: Failure }),
  z.object({ kind: z.literal('failed'), failure: Failure }),
]);
export type JournalHostState = z.infer<typeof JournalHostState>;

/**
 * One line of JSON of a followed journal; `h` is the index of the host in the request.
 *
 *   {h, e}                an entry. All hosts stand in one order of time, by their clocks set right
 *   {h, state}            how the host fares
 *   {h, skew}             `ms` the host's clock is ahead of this computer's (less than 0: behind), give or take `errorMs`
 *   {h, dropped, after}   so many entries were dropped because the page was too slow; they follow the entry with the cursor `after`
 */
export const JournalStreamLine = z.union([
  z.object({ h: z.int(), e: JournalEntry }),
  z.object({ h: z.int(), state: JournalHostState }),
  z.object({ h: z.int(), skew: z.object({ ms: z.number(), errorMs: z.number() }) }),
  z.object({ h: z.int(), dropped: z.int(), after: z.string().nullable() }),
]);
export type JournalStreamLine = z.infer<typeof JournalStreamLine>;
