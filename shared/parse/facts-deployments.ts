import { failure, type Failure } from '../errors/failure.ts';
import type { Result } from '../errors/result.ts';
import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { Fact } from '../model/fact.ts';
import type { Identity, Tools } from '../model/host-facts.ts';
import { trackedBy } from './boot-order.ts';
import { parseBootcStatus } from './bootc-status.ts';
import { failureOf, type FrameReader } from './facts-readers.ts';
import { parseImageOrigin, parseOrigin, type Origin } from './origin.ts';
import { parseOstreeStatusJson, parseOstreeStatusText } from './ostree-admin-status.ts';
import { parseRpmOstreeStatus } from './rpm-ostree-status.ts';
import { parseSections } from './sections.ts';
import { cleanLines } from './text.ts';

interface Surroundings {
  readonly identity: Identity | null;
  readonly tools: Tools | null;
  readonly hasRoot: boolean;
}

interface DeploymentFacts {
  readonly deployments: Fact<DeploymentSet>;
  /** As in HostFacts: bootc is there, and its status could not be had. */
  readonly bootcFailure: Failure | null;
  /** What ostree itself told, whoever `deployments` is from; null where it could not. */
  readonly ostree: DeploymentSet | null;
}

/** The deployments, from bootc, else from rpm-ostree, else from ostree; each completed by what only the others know. */
export function readDeployments(reader: FrameReader, surroundings: Surroundings): DeploymentFacts {
  const ostree =
    reader.frame('ostree')?.exitCode === 0
      ? readWith(reader, 'ostree', 'ostree admin status', parseOstreeStatusJson)
      : readWith(reader, 'ostree-text', 'ostree admin status', parseOstreeStatusText);
  return { ...chooseDeployments(reader, surroundings, ostree), ostree: ostree.ok ? ostree.value : null };
}

function chooseDeployments(
  reader: FrameReader,
  { identity, tools, hasRoot }: Surroundings,
  ostree: Result<DeploymentSet>,
): Omit<DeploymentFacts, 'ostree'> {
  const bootc = readBootc(reader, tools, hasRoot);
  const rpmOstree = readWith(reader, 'rpm-ostree', 'rpm-ostree status', parseRpmOstreeStatus);
  const origins = readOrigins(reader);
  const digests = readDigests(reader);

  const bootcFailure = bootc.state === 'failed' ? bootc.failure : null;
  if (bootc.state === 'read' && bootc.set !== null) {
    const others = [rpmOstree, ostree].flatMap((other) => (other.ok ? [other.value] : []));
    return { deployments: reader.known(complete(bootc.set, others, origins, digests)), bootcFailure };
  }

  const fallback = [rpmOstree, ostree].find((other) => other.ok && deploymentsOf(other.value).length > 0);
  const imageMode = identity === null || identity.ostreeBooted || identity.composefsBooted;
  if (fallback?.ok && (imageMode || fallback.value.booted !== null)) {
    const others = ostree.ok && ostree !== fallback ? [ostree.value] : [];
    const set = complete(fallback.value, others, origins, digests);
    const current = set.staged ?? set.booted;
    const tracked = current && trackedBy(current);
    const managedByBootc = typeof tools?.bootc === 'string' && set.booted !== null && trackedBy(set.booted) !== null;
    return { deployments: reader.known({ ...set, tracked, managedByBootc }), bootcFailure };
  }
  // bootc answered that there is nothing, or nothing of an image-mode host is here.
  if (identity !== null && !imageMode)
    return { deployments: reader.unknown(failure('facts.not-image-mode')), bootcFailure };
  return { deployments: reader.unknown(bootcFailure ?? lastReason(bootc, rpmOstree, ostree)), bootcFailure };
}

type BootcAnswer =
  | { readonly state: 'read'; readonly set: DeploymentSet | null }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly failure: Failure };

function readBootc(reader: FrameReader, tools: Tools | null, hasRoot: boolean): BootcAnswer {
  const frame = reader.frame('bootc');
  const reason = failureOf(frame, 'bootc status');
  if (frame && reason === null) {
    const status = parseBootcStatus(frame.stdout);
    return status.ok ? { state: 'read', set: status.value.set } : { state: 'failed', failure: status.failure };
  }
  if (tools?.bootc === null) return { state: 'missing' };
  if (!frame?.complete || reason === null)
    return { state: 'failed', failure: reason ?? failure('facts.incomplete', { section: 'bootc status' }) };
  if (frame.exitCode === 127) return { state: 'missing' };
  if (frame.exitCode === 124) return { state: 'failed', failure: failure('facts.status-blocked') };
  return { state: 'failed', failure: hasRoot ? reason : failure('facts.needs-root', { what: 'bootc status' }) };
}

function readWith(
  reader: FrameReader,
  name: string,
  command: string,
  parse: (text: string) => Result<DeploymentSet>,
): Result<DeploymentSet> {
  const frame = reader.frame(name);
  const reason = failureOf(frame, command);
  return frame && reason === null
    ? parse(frame.stdout)
    : { ok: false, failure: reason ?? failure('facts.incomplete', { section: command }) };
}

function lastReason(bootc: BootcAnswer, ...others: readonly Result<DeploymentSet>[]): Failure {
  if (bootc.state === 'read')
    return failure('facts.unreadable', { command: 'bootc status', detail: 'it lists no deployment' });
  const reasons = others.flatMap((other) => (other.ok ? [] : [other.failure]));
  const telling = reasons.find(({ code }) => code !== 'facts.tool-missing' && code !== 'facts.incomplete');
  return telling ?? failure('facts.tool-missing', { tool: 'bootc' });
}

function deploymentsOf(set: DeploymentSet): Deployment[] {
  return [set.booted, set.staged, set.rollback, ...set.others].filter((item) => item !== null);
}

/** Fills what a set does not know from the other tools and the origin files, by the id of the deployment. */
function complete(
  set: DeploymentSet,
  others: readonly DeploymentSet[],
  origins: ReadonlyMap<string, Origin>,
  digests: ReadonlyMap<string, string>,
): DeploymentSet {
  const known = others.flatMap(deploymentsOf);
  const fill = (item: Deployment): Deployment => {
    const same = known.filter(({ id }) => id === item.id);
    const origin = origins.get(item.id);
    const version = item.version ?? firstOf(same, 'version');
    const timestamp = item.timestamp ?? firstOf(same, 'timestamp');
    const layers = [item.layers, ...same.map((other) => other.layers), [...(origin?.layers ?? [])]].find(
      (list) => list.length > 0,
    );
    const incompatible = item.incompatible || (set.source !== 'bootc' && origin?.layered === true);
    const source = item.origin ?? origin?.source ?? firstOf(same, 'origin');
    const reference = parseImageOrigin(source ?? '');
    const digest = digests.get(item.id);
    // bootc has its own say about images; the others name one without knowing what is in it.
    const found =
      set.source !== 'bootc' && reference && digest !== undefined
        ? { reference, digest, version, timestamp, architecture: null }
        : null;
    const image = item.image ?? found;
    return { ...item, image, origin: image ? null : source, version, timestamp, incompatible, layers: layers ?? [] };
  };
  return {
    ...set,
    booted: set.booted && fill(set.booted),
    staged: set.staged && fill(set.staged),
    rollback: set.rollback && fill(set.rollback),
    others: set.others.map(fill),
    usrOverlay: set.usrOverlay ?? others.find(({ usrOverlay }) => usrOverlay !== null)?.usrOverlay ?? null,
  };
}

function firstOf<K extends 'version' | 'timestamp' | 'origin'>(
  items: readonly Deployment[],
  key: K,
): Deployment[K] | null {
  return items.find((item) => item[key] !== null)?.[key] ?? null;
}

function readOrigins(reader: FrameReader): ReadonlyMap<string, Origin> {
  // Also where one origin could not be read: the others are there.
  const text = reader.frame('origins')?.stdout ?? '';
  return new Map(
    parseSections(text).flatMap(({ title, text: content }): [string, Origin][] => {
      const id = title.split(' ')[1];
      return id === undefined ? [] : [[id, parseOrigin(content)]];
    }),
  );
}

function readDigests(reader: FrameReader): ReadonlyMap<string, string> {
  return new Map(
    cleanLines(reader.text('digests'), 200).flatMap((line): [string, string][] => {
      const match = /^([0-9a-f]{64}\.\d{1,9}) '?(sha256:[0-9a-f]{64})'?$/.exec(line);
      return match ? [[match[1] ?? '', match[2] ?? '']] : [];
    }),
  );
}
