import * as z from 'zod';
import { fail, succeed, type Result } from '../errors/result.ts';
import type { Deployment, DeploymentSet, UsrOverlay } from '../model/deployment.ts';
import type { ImageReference, ImageStatus } from '../model/image.ts';
import { looseCount, looseFlag, looseList, looseText, parseJsonObject } from './json.ts';

/** `set` null: the null host, which bootc prints in containers and on hosts made of packages. */
export interface BootcStatus {
  readonly apiVersion: string;
  readonly set: DeploymentSet | null;
}

const COMMAND = 'bootc status';

const Signature = z
  .union([
    z.literal('containerPolicy'),
    z
      .object({ ostreeRemote: looseText })
      .transform(({ ostreeRemote }) => ostreeRemote && `ostreeRemote:${ostreeRemote}`),
  ])
  .nullable()
  .catch(null); // omitted, or the old `insecure`: bootc verifies nothing

const Reference = z
  .object({ image: looseText, transport: looseText, signature: Signature })
  .transform(({ image, transport, signature }): ImageReference | null =>
    image === null ? null : { image, transport: transport ?? 'registry', signature },
  )
  .nullable()
  .catch(null);

const Image = z
  .object({
    image: Reference,
    version: looseText,
    timestamp: looseText,
    imageDigest: looseText,
    architecture: looseText,
  })
  .transform(({ image, version, timestamp, imageDigest, architecture }): ImageStatus | null =>
    image === null || imageDigest === null
      ? null
      : { reference: image, digest: imageDigest, version, timestamp: timeOf(timestamp), architecture },
  )
  .nullable()
  .catch(null);

const Entry = z
  .object({
    image: Image,
    cachedUpdate: Image,
    incompatible: looseFlag,
    pinned: looseFlag,
    softRebootCapable: looseFlag,
    downloadOnly: looseFlag,
    ostree: z.object({ stateroot: looseText, checksum: looseText, deploySerial: looseCount }).nullable().catch(null),
    composefs: z.object({ verity: looseText }).nullable().catch(null),
  })
  .nullable()
  .catch(null);
type Entry = NonNullable<z.infer<typeof Entry>>;

const Overlay = z
  .object({ accessMode: looseText, persistence: looseText })
  .transform(({ accessMode, persistence }): UsrOverlay => ({
    access: accessMode === 'readWrite' ? 'read-write' : 'read-only',
    persistence: persistence === 'persistent' ? 'persistent' : 'transient',
  }))
  .nullable()
  .catch(null);

const Host = z.object({
  apiVersion: looseText,
  kind: looseText,
  spec: z.object({ image: Reference }).catch({ image: null }),
  status: z
    .object({
      staged: Entry,
      booted: Entry,
      rollback: Entry,
      otherDeployments: looseList(Entry),
      rollbackQueued: looseFlag,
      readOnly: looseFlag,
      usrOverlay: Overlay,
      // Undefined before bootc 0.1.6, null where bootc does not manage the booted system.
      type: z.string().nullish().catch(null),
    })
    .nullable()
    .catch(null),
});

/**
 * Reads `bootc status --format=json`: org.containers.bootc/v1 and v1alpha1, text around it, keys missing or unknown.
 * Fails with `facts.unreadable` when there is no such document in the text. Layers are not known to bootc: empty here.
 */
export function parseBootcStatus(text: string): Result<BootcStatus> {
  const json = parseJsonObject(text, COMMAND);
  if (!json.ok) return json;
  const host = Host.safeParse(json.value);
  const apiVersion = host.data?.apiVersion ?? '';
  if (!host.success || host.data.status === null || !apiVersion.startsWith('org.containers.bootc/')) {
    return fail('facts.unreadable', { command: COMMAND, detail: 'it is not a document of bootc' });
  }
  const { status, spec } = host.data;
  const others = status.otherDeployments.filter((entry) => entry !== null);
  const entries = [status.booted, status.staged, status.rollback, ...others].filter((entry) => entry !== null);
  if (entries.length === 0) return succeed({ apiVersion, set: null });
  const hasImage = status.booted !== null && status.booted.image !== null;
  return succeed({
    apiVersion,
    set: {
      source: 'bootc',
      backend: entries.some((entry) => entry.composefs !== null) ? 'composefs' : 'ostree',
      managedByBootc: status.type === undefined ? hasImage : status.type === 'bootcHost',
      booted: status.booted && toDeployment(status.booted, 'booted'),
      staged: status.staged && toDeployment(status.staged, 'staged'),
      rollback: status.rollback && toDeployment(status.rollback, 'rollback'),
      others: others.map((entry, index) => toDeployment(entry, `other-${index}`)),
      rollbackQueued: status.rollbackQueued,
      tracked: spec.image,
      readOnly: status.readOnly,
      usrOverlay: status.usrOverlay,
    },
  });
}

/** `slot` names a deployment that has no identity of its own, which only broken output can bring about. */
function toDeployment(entry: Entry, slot: string): Deployment {
  const { image, ostree, composefs } = entry;
  const checksum = ostree?.checksum ?? null;
  const serial = ostree?.deploySerial ?? null;
  return {
    id: checksum !== null ? `${checksum}.${serial ?? 0}` : (composefs?.verity ?? image?.digest ?? slot),
    image,
    cachedUpdate: entry.cachedUpdate,
    origin: null,
    version: image?.version ?? null,
    timestamp: image?.timestamp ?? null,
    stateroot: ostree?.stateroot ?? null,
    checksum,
    serial,
    pinned: entry.pinned,
    incompatible: entry.incompatible,
    layers: [],
    softRebootCapable: entry.softRebootCapable,
    downloadOnly: entry.downloadOnly,
  };
}

/** RFC 3339 to epoch milliseconds. */
function timeOf(text: string | null): number | null {
  const time = text === null ? NaN : Date.parse(text);
  return Number.isFinite(time) ? time : null;
}
