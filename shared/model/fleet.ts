import * as z from 'zod';
import { conditionCodes } from './condition-codes.ts';
import { Failure } from './failure.ts';
import { ConnectionKind, ConnectionState } from './connection.ts';
import { EtcBlocker, EtcSummary } from './etc.ts';
import { ConnectChoices } from './group.ts';
import { Host } from './host.ts';
import { HostFacts } from './host-facts.ts';

/** What a host is in: `conditionCodes`. */
export const ConditionCode = z.enum(conditionCodes);
export type ConditionCode = z.infer<typeof ConditionCode>;

/** A condition with its words ready to show. `percent` only while an operation runs and its share is known. */
export const Condition = z.object({ code: ConditionCode, text: z.string(), percent: z.number().nullable() });
export type Condition = z.infer<typeof Condition>;

/**
 * What the fleet says of a next boot besides its version, the worst only. `blocked`: what is staged will be lost at shutdown;
 * `download-discarded`: so will a download-only one; `may-reboot`: an auto-update may reboot the host by itself.
 */
export const NextBootSign = z.enum(['blocked', 'download-discarded', 'may-reboot']);
export type NextBootSign = z.infer<typeof NextBootSign>;

/**
 * One row of the fleet: what the table, its filters and the spread need, and no more, so that 5,000 of them stay small.
 * Times are epoch milliseconds. `staged`: a staged deployment that the next boot applies (download-only is none). `factsReadAt` null: never read. `failedUnits` null: not known; `etc`
 * null: not compared since Berth has started.
 */
export const FleetRow = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string(),
  group: z.string().nullable(),
  tags: z.array(z.string()),
  connection: ConnectionKind,
  condition: Condition,
  os: z.string().nullable(),
  backend: z.enum(['ostree', 'composefs', 'rpm-ostree', 'packages']).nullable(),
  booted: z
    .object({
      image: z.string().nullable(),
      version: z.string().nullable(),
      digest: z.string().nullable(),
      timestamp: z.number().nullable(),
    })
    .nullable(),
  nextBoot: z
    .object({
      kind: z.enum(['same', 'staged', 'rollback']),
      version: z.string().nullable(),
      sign: NextBootSign.nullable(),
    })
    .nullable(),
  update: z.object({ version: z.string().nullable(), digest: z.string() }).nullable(),
  staged: z.boolean(),
  rollbackQueued: z.boolean(),
  failedUnits: z.number().nullable(),
  fallback: z.boolean(),
  etc: EtcSummary.nullable(),
  factsReadAt: z.number().nullable(),
});
export type FleetRow = z.infer<typeof FleetRow>;

/** What `fleet.watch` sends: one snapshot, then deltas. A delta with `revision` n follows n - 1; after a gap ask for a new snapshot. */
export const FleetEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), revision: z.number(), rows: z.array(FleetRow) }),
  z.object({
    kind: z.literal('delta'),
    revision: z.number(),
    upserts: z.array(FleetRow),
    removed: z.array(z.string()),
  }),
]);
export type FleetEvent = z.infer<typeof FleetEvent>;

/**
 * Everything about one host, for its page. `choices`: how it is to be reached, by whose word. `facts` null: never read. `reading`: a probe is on its way. `lastCheck`: the newest
 * proof by an operation of Berth that its registry had nothing newer than `digest` (`shared/logic/last-check.ts`); `at` epoch ms.
 * `etc`: from the last comparison; `etcBlockers`: where the merge of what is staged will fail, null where that was not compared.
 */
export const HostDetail = z.object({
  host: Host,
  choices: ConnectChoices,
  connection: ConnectionState,
  facts: HostFacts.nullable(),
  factsFailure: z.object({ failure: Failure, at: z.number() }).nullable(),
  reading: z.boolean(),
  runningOperationId: z.string().nullable(),
  lastCheck: z.object({ at: z.number(), digest: z.string() }).nullable(),
  etc: EtcSummary.nullable(),
  etcBlockers: z.array(EtcBlocker).nullable(),
});
export type HostDetail = z.infer<typeof HostDetail>;
