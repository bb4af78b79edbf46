import { valueOf } from '../model/fact-value.ts';
import type { FleetRow, HostDetail, NextBootSign } from '../model/fleet.ts';
import type { HostFacts } from '../model/host-facts.ts';
import { conditionOf, type RunningOperation } from './condition.ts';
import { forecast, type Forecast } from './forecast.ts';
import { digestOf, versionLabel } from './format.ts';
import { backendOf, osLabel } from './host-kind.ts';
import { foundUpdate } from './update.ts';

export type { RunningOperation } from './condition.ts';

/** The row of a host: what the inventory says, what is happening, and what its newest facts say, however old they are. */
export function toFleetRow(detail: HostDetail, running: RunningOperation | null, now: number): FleetRow {
  const { host, facts } = detail;
  return {
    id: host.id,
    name: host.name,
    address: host.address,
    group: host.group,
    tags: host.tags,
    connection: detail.connection.kind,
    condition: conditionOf(detail, running, now),
    ...(facts ? fromFacts(facts, detail.etcBlockers) : nothingRead),
    etc: detail.etc,
  };
}

type FromFacts = Omit<FleetRow, 'id' | 'name' | 'address' | 'group' | 'tags' | 'connection' | 'condition' | 'etc'>;

const nothingRead: FromFacts = {
  os: null,
  backend: null,
  booted: null,
  nextBoot: null,
  update: null,
  staged: false,
  rollbackQueued: false,
  failedUnits: null,
  fallback: false,
  factsReadAt: null,
};

function fromFacts(facts: HostFacts, etcBlockers: HostDetail['etcBlockers']): FromFacts {
  const set = valueOf(facts.deployments);
  const identity = valueOf(facts.identity);
  const booted = set?.booted ?? null;
  const next = forecast(facts, { etcBlockers });
  const update = set && foundUpdate(set);
  return {
    os: identity && osLabel(identity),
    backend: backendOf(facts),
    booted: booted && {
      image: booted.image?.reference.image ?? booted.origin,
      version: booted.version,
      digest: digestOf(booted),
      timestamp: booted.timestamp,
    },
    nextBoot: next && { kind: next.kind, version: versionLabel(next.deployment), sign: signOf(next) },
    update: update && { version: update.version, digest: update.digest },
    staged: next?.kind === 'staged',
    rollbackQueued: set?.rollbackQueued ?? false,
    failedUnits: valueOf(facts.failedUnits)?.length ?? null,
    fallback: valueOf(facts.greenboot)?.fallback ?? false,
    factsReadAt: facts.readAt,
  };
}

function signOf({ blockers, losses, timer }: Forecast): NextBootSign | null {
  if (blockers.some(({ kind }) => kind !== 'failed-before')) return 'blocked';
  if (losses.some(({ kind }) => kind === 'download')) return 'download-discarded';
  return timer?.state === 'on' && timer.reboots ? 'may-reboot' : null;
}
