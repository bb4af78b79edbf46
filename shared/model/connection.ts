import * as z from 'zod';
import { Failure } from './failure.ts';
import { ConnectionPath } from './connection-path.ts';

/**
 * The SSH connection to a host. `idle`: not asked for; `queued`: waits for a free handshake; `asking`: a question to the
 * user is open; `waiting`: will be tried again at `retryAt`; `failed`: not tried again by itself (a person must act).
 * Times are epoch milliseconds, `latencyMs` a round trip over the open connection, `path` the way it goes.
 */
export const ConnectionState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('queued') }),
  z.object({ kind: z.literal('connecting') }),
  z.object({ kind: z.literal('asking') }),
  z.object({
    kind: z.literal('connected'),
    since: z.number(),
    latencyMs: z.number(),
    path: ConnectionPath.optional(),
  }),
  z.object({ kind: z.literal('waiting'), failure: Failure, failedAt: z.number(), retryAt: z.number() }),
  z.object({ kind: z.literal('failed'), failure: Failure, failedAt: z.number() }),
]);
export type ConnectionState = z.infer<typeof ConnectionState>;

/** The kinds alone, for rows that need no more. */
export const ConnectionKind = z.enum(['idle', 'queued', 'connecting', 'asking', 'connected', 'waiting', 'failed']);
export type ConnectionKind = z.infer<typeof ConnectionKind>;
