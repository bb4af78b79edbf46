import * as z from 'zod';

/** Longest texts that the inventory takes, in characters. Long enough for people, short enough for a row. */
export const hostLimits = {
  name: 100,
  address: 255,
  user: 64,
  group: 60,
  tag: 40,
  tags: 20,
  note: 2000,
  keyFile: 1000,
} as const;

/**
 * A host of the inventory: what the user said about it, nothing that was read from it.
 * `address` is a DNS name, an IPv4 or an IPv6 address without brackets. `user` null means the name of the user
 * who runs Berth; `keyFile` null means the agent and the usual files in ~/.ssh. `createdAt` is epoch milliseconds.
 */
export const Host = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(hostLimits.name),
  address: z.string().min(1).max(hostLimits.address),
  port: z.int().min(1).max(65535),
  user: z.string().max(hostLimits.user).nullable(),
  keyFile: z.string().max(hostLimits.keyFile).nullable(),
  group: z.string().max(hostLimits.group).nullable(),
  tags: z.array(z.string().min(1).max(hostLimits.tag)).max(hostLimits.tags),
  note: z.string().max(hostLimits.note),
  createdAt: z.number(),
});
export type Host = z.infer<typeof Host>;

/** What the user can say about a host; the core adds id and time. */
export const HostInput = Host.omit({ id: true, createdAt: true });
export type HostInput = z.infer<typeof HostInput>;
