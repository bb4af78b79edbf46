import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { BootRecord, JournalLine } from '../model/forensics.ts';
import type { Operation } from '../model/operation.ts';
import { shortDigest } from './format.ts';

/** Versions by deployment id and by manifest digest. */
export type Names = ReadonlyMap<string, string>;

/** What deployments are called: as the host says now, and as it said before and after what Berth did to it. */
export function namesOf(set: DeploymentSet | null, operations: readonly Operation[]): Names {
  const names = new Map<string, string>();
  const add = (key: string | null | undefined, version: string | null | undefined) => {
    if (typeof key === 'string' && key !== '' && typeof version === 'string') names.set(key, version);
  };
  const addDeployment = (deployment: Deployment | null) => {
    if (!deployment) return;
    const { id, image, cachedUpdate, version } = deployment;
    add(id, version);
    add(image?.digest, image?.version ?? version);
    add(cachedUpdate?.digest, cachedUpdate?.version);
  };
  const addSet = ({ booted, staged, rollback, others }: DeploymentSet) => {
    for (const each of [booted, staged, rollback, ...others]) addDeployment(each);
  };
  for (const { plan, after, outcome } of operations) {
    addSet(plan.before.deployments);
    if (after) addSet(after.deployments);
    if (outcome && 'digest' in outcome) add(outcome.digest, outcome.version);
  }
  if (set) addSet(set);
  return names;
}

/** Who ran something, from its unit: an update unit, Berth, greenboot, or somebody in a session. */
export function byWhom(unit: string | undefined, operations: readonly Operation[]): { by: string } {
  if (unit === undefined || unit === '') return { by: '' };
  const id = operationOf(unit);
  const operation = operations.find((each) => each.id === id);
  if (operation) return { by: `${operation.startedBy} with Berth` };
  if (id !== null) return { by: 'a Berth of another workstation' };
  if (/^session-.*\.scope$/.test(unit)) return { by: 'somebody who was logged in' };
  return { by: unit };
}

/** The operation of Berth's that a unit was. */
export function operationOf(unit: string | undefined): string | null {
  return /^berth-[\w-]+-([0-9a-f]{12})\.service$/.exec(unit ?? '')?.[1] ?? null;
}

/** What a boot ran. */
export function name(boot: BootRecord): string {
  return boot.version ?? (boot.deployment === null ? '' : `@${boot.deployment.slice(0, 8)}`);
}

/** What was staged in a boot, else its digest. */
export function stagedName({ staged, finalize }: BootRecord, names: Names): string {
  const keys = [staged?.digest, finalize.deployment].filter((key) => typeof key === 'string');
  const known = keys.map((key) => names.get(key)).find((each) => each !== undefined);
  return known ?? (keys[0] === undefined ? '' : `@${shortDigest(keys[0], 'text')}`);
}

/** What bootc told of a staging, as a line. */
export function stagedLines({ staged, id }: BootRecord): JournalLine[] {
  if (!staged) return [];
  const text = `Staged ${staged.reference ?? 'an image'}${staged.digest === null ? '' : ` (${staged.digest})`}`;
  return [{ at: staged.at, bootId: id, unit: staged.by || 'bootc', text, priority: 6 }];
}

/** What bootc told of its rollbacks, as lines. */
export function rollbackLines({ rollbacks, id }: BootRecord): JournalLine[] {
  return rollbacks.map(({ at, by, text }) => ({ at, bootId: id, unit: by || 'bootc', text, priority: 6 }));
}
