import * as z from 'zod';
import { hostLimits } from './host-limits.ts';

/** How a connection is made. `auto`: built in (ssh2) where that can do what the ssh configuration asks, else OpenSSH's own client. */
export const TransportChoice = z.enum(['auto', 'built-in', 'openssh']);
export type TransportChoice = z.infer<typeof TransportChoice>;

/**
 * How to become root on a host. `auto`: sudo, where that is missing doas, then run0; `none`: not at all, what needs root is left
 * out.
 */
export const PrivilegeChoice = z.enum(['auto', 'none', 'sudo', 'doas', 'run0']);
export type PrivilegeChoice = z.infer<typeof PrivilegeChoice>;

/** Which terminals are recorded without being asked: none, what is printed, or also what is typed, passwords included. */
export const RecordChoice = z.enum(['no', 'output', 'input']);
export type RecordChoice = z.infer<typeof RecordChoice>;

/**
 * Where a host was imported from, and as what it is called there. `file` is an absolute path, `line` counts from 1 (null where
 * the format has none); of a command, `file` is the command.
 */
export const HostSource = z.object({
  kind: z.enum(['ssh-config', 'ansible', 'list', 'command']),
  file: z.string().max(4096),
  line: z.int().min(1).nullable(),
  name: z.string().max(255),
});
export type HostSource = z.infer<typeof HostSource>;

/**
 * A host of the inventory: what the user said about it, nothing that was read from it. `address` is what one would type after
 * `ssh`: a name of the ssh configuration, a DNS name, an IPv4 or an IPv6 address without brackets. What is null is left to the
 * ssh configuration, then to ssh's own defaults: `user` the one who runs Berth, `port` 22, `keyFile` the agent and the usual files
 * in ~/.ssh. `transport`, `privilege`, `clipboard` and `record` left out are as the group says, else the settings. `clipboard`: programs
 * in a terminal there may write the clipboard of this computer (OSC 52). `createdAt` is epoch milliseconds.
 */
export const Host = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(hostLimits.name),
  address: z.string().min(1).max(hostLimits.address),
  port: z.int().min(1).max(65535).nullable(),
  user: z.string().max(hostLimits.user).nullable(),
  keyFile: z.string().max(hostLimits.keyFile).nullable(),
  group: z.string().max(hostLimits.group).nullable(),
  tags: z.array(z.string().min(1).max(hostLimits.tag)).max(hostLimits.tags),
  note: z.string().max(hostLimits.note),
  transport: TransportChoice.optional(),
  privilege: PrivilegeChoice.optional(),
  clipboard: z.boolean().optional(),
  record: RecordChoice.optional(),
  source: HostSource.nullable().default(null),
  createdAt: z.number(),
});
export type Host = z.infer<typeof Host>;

/** What the user can say about a host; the core adds id and time. */
export const HostInput = Host.omit({ id: true, createdAt: true });
export type HostInput = z.infer<typeof HostInput>;
