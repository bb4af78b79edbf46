import * as z from 'zod';

/**
 * One machine on the way to a host. `name`: what the ssh configuration calls it. `hostKey`: the key it has proven to hold, as
 * known_hosts knows it; null where the one who checked it did not tell (OpenSSH's own client).
 */
export const ConnectionHop = z.object({
  name: z.string(),
  address: z.string(),
  port: z.number(),
  user: z.string(),
  hostKey: z.object({ type: z.string(), fingerprint: z.string() }).nullable(),
});
export type ConnectionHop = z.infer<typeof ConnectionHop>;

/** A line of the ssh configuration that the own resolver left out: the keyword or criterion, and where it stands. */
export const NotUnderstood = z.object({ what: z.string(), file: z.string(), line: z.int().min(1) });
export type NotUnderstood = z.infer<typeof NotUnderstood>;

/**
 * How an open connection goes. `reason`: `fixed` (the host, its group or the settings say this transport), `enough` (the built-in one can do all that is
 * asked), `needed` (only OpenSSH's own client can do what `needs` names). `hops`: from the workstation to the host, which is the
 * last. `proxyCommand`: what the first of them is reached through; null: directly. `resolvedBy`: who read the ssh configuration
 * (`none`: nobody, since this workspace has none); `notUnderstood`: what of it was left out, for any of the hops.
 */
export const ConnectionPath = z.object({
  transport: z.enum(['built-in', 'openssh']),
  reason: z.enum(['fixed', 'enough', 'needed']),
  needs: z.array(z.string()).readonly(),
  hops: z.array(ConnectionHop).readonly(),
  proxyCommand: z.string().nullable(),
  resolvedBy: z.enum(['ssh -G', 'built-in', 'none']),
  notUnderstood: z.array(NotUnderstood).readonly(),
});
export type ConnectionPath = z.infer<typeof ConnectionPath>;
