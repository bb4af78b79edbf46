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

/**
 * How an open connection goes. `reason`: `fixed` (the host is set to this transport), `enough` (the built-in one can do all that is
 * asked), `needed` (only OpenSSH's own client can do what `needs` names). `hops`: from the workstation to the host, which is the
 * last. `proxyCommand`: what the first of them is reached through; null: directly.
 */
export const ConnectionPath = z.object({
  transport: z.enum(['built-in', 'openssh']),
  reason: z.enum(['fixed', 'enough', 'needed']),
  needs: z.array(z.string()).readonly(),
  hops: z.array(ConnectionHop).readonly(),
  proxyCommand: z.string().nullable(),
});
export type ConnectionPath = z.infer<typeof ConnectionPath>;
