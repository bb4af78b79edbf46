import * as z from 'zod';
import { BootFacts, bootNeverRead } from './boot-facts.ts';
import { DeploymentSet } from './deployment.ts';
import { fact } from './fact.ts';
import { Failure } from './failure.ts';

/** Who a host says it is. `uptimeSeconds` since this boot; `osId`, `osVersion`, `osName` from os-release. */
export const Identity = z.object({
  hostname: z.string(),
  machineId: z.string().nullable(),
  osId: z.string(),
  osVersion: z.string().nullable(),
  osName: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  bootId: z.string(),
  uptimeSeconds: z.number(),
  cmdline: z.string(),
  ostreeBooted: z.boolean(),
  composefsBooted: z.boolean(),
});
export type Identity = z.infer<typeof Identity>;

/** Versions of the tools on a host; null: not there; '' : there, version not told. */
export const Tools = z.object({
  bootc: z.string().nullable(),
  rpmOstree: z.string().nullable(),
  ostree: z.string().nullable(),
  systemd: z.string().nullable(),
  systemdRun: z.boolean(),
  sudo: z.boolean(),
});
export type Tools = z.infer<typeof Tools>;

/** What makes a user root on a host. */
export const RootTool = z.enum(['sudo', 'doas', 'run0']);
export type RootTool = z.infer<typeof RootTool>;

/**
 * How Berth gets root on a host. `root`: logged in as root; `sudo`: without a password, through `by` (left out: sudo itself);
 * `sudo-password`: with a password that is held in memory; `none`: not at all, and why.
 */
export const Privilege = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('root') }),
  z.object({ kind: z.literal('sudo'), by: RootTool.optional() }),
  z.object({ kind: z.literal('sudo-password') }),
  z.object({ kind: z.literal('none'), failure: Failure }),
]);
export type Privilege = z.infer<typeof Privilege>;

/** Space of one file system, in bytes. */
export const Disk = z.object({ mount: z.string(), size: z.number(), used: z.number(), available: z.number() });
export type Disk = z.infer<typeof Disk>;

/** An auto-update timer that exists on the host. `reboots`: its service reboots by itself (from ExecStart). `nextAt` epoch ms. */
export const AutoUpdate = z.object({
  unit: z.string(),
  active: z.boolean(),
  masked: z.boolean(),
  reboots: z.boolean(),
  nextAt: z.number().nullable(),
});
export type AutoUpdate = z.infer<typeof AutoUpdate>;

/** Greenboot's verdict on this boot; `fallback`: greenboot brought the previous deployment back. */
export const Greenboot = z.object({
  verdict: z.enum(['absent', 'in-progress', 'green', 'red', 'unknown']),
  fallback: z.boolean(),
  message: z.string(),
});
export type Greenboot = z.infer<typeof Greenboot>;

/** An operation of Berth that runs on a host, from whichever workstation. `verb` as its unit is called; `startedBy` empty: not told. */
export const RunningUnit = z.object({ id: z.string(), verb: z.string(), startedBy: z.string() });
export type RunningUnit = z.infer<typeof RunningUnit>;

/**
 * Everything one round trip of `native/probes/facts.sh` told. `stamps` are the mtimes of the few paths that change
 * with the deployments, one opaque line: equal stamps and boot id, equal deployments. `kernels` maps a deployment id
 * to its kernel release. `bootcFailure`: bootc is there and its status could not be had, so that `deployments` comes from another
 * tool or is not known either; null when bootc answered or is not on the host. `stagedAt` epoch ms of the staging, null when nothing is staged or it is not known.
 * `operations` are those of Berth that ran at the time, also this one's own.
 */
export const HostFacts = z.object({
  readAt: z.number(),
  durationMs: z.number(),
  identity: fact(Identity),
  tools: fact(Tools),
  privilege: Privilege,
  deployments: fact(DeploymentSet),
  bootcFailure: Failure.nullable(),
  kernels: fact(z.record(z.string(), z.string())),
  boot: BootFacts.default(bootNeverRead),
  stagedAt: z.number().nullable(),
  disks: fact(z.array(Disk)),
  failedUnits: fact(z.array(z.string())),
  autoUpdate: fact(AutoUpdate.nullable()),
  greenboot: fact(Greenboot),
  rebootRequired: fact(z.string().nullable()),
  operations: fact(z.array(RunningUnit)).default({ state: 'known', value: [], readAt: 0 }),
  stamps: z.string(),
});
export type HostFacts = z.infer<typeof HostFacts>;
