import { namesOf } from '../../../shared/logic/forensics-names.ts';
import { readBoots } from '../../../shared/logic/forensics-boots.ts';
import { judge } from '../../../shared/logic/forensics-verdict.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { Forensics } from '../../../shared/model/forensics.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { parseForensics, type ForensicsProbe } from '../../../shared/parse/forensics.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { Operations } from '../operations/operations.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import { probeHost, type ProbeScope } from './probe-host.ts';

/** Operations of a host that are looked at for what they staged and how versions are called. */
const OPERATIONS = 30;

export interface ForensicsOptions {
  readonly hosts: HostAccess;
  readonly operations: Pick<Operations, 'list'>;
  readonly scripts: NativeScripts;
  readonly now: () => number;
}

/** A host as it was examined, with what the verdict was made of. */
export interface Examination {
  readonly forensics: Forensics;
  readonly frames: readonly ParsedFrame[];
  /** Of this boot; null where they could not be read. */
  readonly facts: HostFacts | null;
  /** Newest first. */
  readonly operations: readonly Operation[];
}

/** Reads a host, with everything that the verdict was made of. Rejects with BerthError when the host cannot be reached. */
export async function examine(options: ForensicsOptions, hostId: string, scope: ProbeScope): Promise<Examination> {
  const { hosts, operations, scripts, now } = options;
  const startedAt = now();
  await hosts.connect(hostId, 'user');
  // How root is had is among the facts.
  if (hosts.facts(hostId) === null) await hosts.readFacts(hostId);
  const frames = await probeHost(hosts, scripts, hostId, scope);
  const probe = parseForensics(frames);
  const facts = await factsOfBoot(hosts, hostId, probe.bootId);
  const done = await operations.list({ hostId, hostName: null, before: null, limit: OPERATIONS });
  const readAt = now();
  const forensics = { readAt, durationMs: readAt - startedAt, ...assess(probe, facts, done) };
  return { forensics, frames, facts, operations: done };
}

/** The facts that are known, where they are of the boot that was examined; else they are read. */
async function factsOfBoot(hosts: HostAccess, hostId: string, bootId: string): Promise<HostFacts | null> {
  const isOfBoot = (facts: HostFacts | null) =>
    facts !== null && valueOf(facts.identity)?.bootId.replaceAll('-', '').toLowerCase() === bootId;
  const known = hosts.facts(hostId);
  if (isOfBoot(known)) return known;
  // Without facts there is still the journal.
  const read = await hosts.readFacts(hostId).catch(() => null);
  return isOfBoot(read) ? read : null;
}

function assess(
  probe: ForensicsProbe,
  facts: HostFacts | null,
  operations: readonly Operation[],
): Omit<Forensics, 'readAt' | 'durationMs'> {
  const { journal, persistent, user, fallbackTold, maxAttempts } = probe;
  const set = facts ? valueOf(facts.deployments) : null;
  const names = namesOf(set, operations);
  const isStaged = set ? set.staged !== null : null;
  const boots = readBoots(probe, { bootedId: set?.booted?.id ?? null, isStaged, names });
  const given = { journal, persistent, user, boots, set, fallbackTold, maxAttempts, operations, names };
  return {
    journal,
    persistent,
    user,
    bootCount: probe.boots.length,
    boots,
    softReboots: probe.softReboots,
    stamp: probe.stamp,
    crashes: [...probe.crashes],
    failures: [...probe.failures],
    verdict: judge(given),
  };
}
