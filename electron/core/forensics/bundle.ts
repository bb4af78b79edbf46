import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { Host } from '../../../shared/model/host.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Log } from '../log/log.ts';
import type { Operations } from '../operations/operations.ts';
import { version } from '../version.ts';
import {
  addExamination,
  addFailure,
  addStateDiff,
  createBundleFiles,
  type BundleFile,
  type BundleFiles,
} from './bundle-files.ts';
import { examine, type ForensicsOptions } from './examine.ts';
import { tarOf } from './tar.ts';

/** Hosts that are read at a time. */
const AT_A_TIME = 4;
/** Logs of operations that are taken along of each host, and how much of the end of each, in characters. */
const LOGS = 10;
const LOG_TAIL = 2 * 1024 * 1024;
/** All files of a bundle together, before they are compressed, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface BundleOptions extends ForensicsOptions {
  readonly operations: Pick<Operations, 'list' | 'exportLog'>;
  readonly log: Log;
}

/** An incident bundle: a tar.gz. `notRead`: names of hosts that could not be read; what Berth knew of them is in it all the same. */
export interface Bundle {
  readonly fileName: string;
  readonly bytes: Buffer;
  readonly files: number;
  readonly masked: number;
  readonly notRead: readonly string[];
}

const README = `An incident bundle of Berth: what was known of the hosts at one moment, for whoever looks into what happened.

MANIFEST.json          every file with its size and its sha256, and how many secrets were masked in it
<host>/verdict.txt     why the host runs what it runs, what to do, and the lines that show it
<host>/forensics.json  the same for programs, with the last boots
<host>/facts.json      deployments, space, health and tools, as last read
<host>/host/           what the host itself says: status of its tools, journals of this boot and the one before, changes in /etc (paths)
<host>/probe/          the parts of the journal that the verdict was made of
<host>/operations/     what Berth did to the host: states, logs, and what each changed of deployments, space and units (.diff)

What looks like a secret is replaced by [masked]: passwords, tokens, keys, credentials in addresses. Such masks have holes.
Look through the files before you hand them on.
`;

/** Reads the hosts and packs what is known of them. A host that cannot be read fails alone. Rejects with `input.host-unknown`. */
export async function makeBundle(options: BundleOptions, hostIds: readonly string[]): Promise<Bundle> {
  const createdAt = options.now();
  const hosts = [...new Set(hostIds)].map((hostId) => {
    const host = options.hosts.host(hostId);
    if (!host) throw new BerthError('input.host-unknown', { value: hostId });
    return host;
  });
  const files = createBundleFiles(MAX_BYTES);
  const folders = foldersOf(hosts);
  const failures = new Map<string, Failure>();
  const left = [...hosts];
  const worker = async () => {
    for (let host = left.shift(); host; host = left.shift()) {
      const reason = await addHost(options, files, folders.get(host.id) ?? host.id, host);
      if (reason) failures.set(host.name, reason);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  const stamp = new Date(createdAt).toISOString();
  const manifest = {
    kind: 'berth-incident-bundle',
    schemaVersion: 1,
    createdAt: stamp,
    berth: version,
    hosts: hosts.map(({ id, name, address }) => ({
      name,
      address,
      folder: folders.get(id),
      read: !failures.has(name),
    })),
    leftOut: [...files.leftOut].sort(),
    files: files.listed.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  const name = `berth-incident-${hosts.length === 1 ? (folders.get(hosts[0]?.id ?? '') ?? '') : `${String(hosts.length)}-hosts`}-${stamp.slice(0, 16).replaceAll(/[:T-]/g, '')}`;
  const all: BundleFile[] = [
    { path: 'MANIFEST.json', content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    { path: 'README.txt', content: Buffer.from(README) },
    ...files.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  ];
  const tar = tarOf(
    all.map(({ path, content }) => ({ path: `${name}/${path}`, content })),
    createdAt,
  );
  return {
    fileName: `${name}.tar.gz`,
    bytes: await promisify(gzip)(tar),
    files: all.length,
    masked: files.listed.reduce((sum, { masked }) => sum + masked, 0),
    notRead: [...failures.keys()],
  };
}

/** Resolves with why the host could not be read, null where it could. */
async function addHost(
  options: BundleOptions,
  files: BundleFiles,
  folder: string,
  host: Host,
): Promise<Failure | null> {
  let reason: Failure | null = null;
  let operations: readonly Operation[];
  try {
    const examination = await examine(options, host.id, 'bundle');
    addExamination(files, folder, examination);
    operations = examination.operations;
  } catch (error) {
    reason = error instanceof BerthError ? error.failure : unexpected(options.log, error);
    addFailure(files, folder, reason);
    const facts = options.hosts.facts(host.id);
    if (facts) files.addDocument(`${folder}/facts.json`, facts);
    operations = await options.operations.list({ hostId: host.id, hostName: null, before: null, limit: LOGS });
  }
  for (const operation of operations.slice(0, LOGS)) await addOperation(options, files, folder, operation);
  return reason;
}

async function addOperation(
  { operations, log }: BundleOptions,
  files: BundleFiles,
  folder: string,
  operation: Operation,
): Promise<void> {
  files.addDocument(`${folder}/operations/${operation.id}.json`, operation);
  addStateDiff(files, folder, operation);
  try {
    const { text } = await operations.exportLog(operation.id);
    const tail = text.length > LOG_TAIL ? `[only the end]\n${text.slice(-LOG_TAIL)}` : text;
    files.addText(`${folder}/operations/${operation.id}.log`, tail);
  } catch (error) {
    unexpected(log, error);
  }
}

function unexpected(log: Log, error: unknown): Failure {
  return failure('internal', { logId: log.error('bundle', 'A part of a bundle could not be read', error) });
}

/** A folder for each host, called as it is, as far as names of files allow; of the same ones each its own. */
function foldersOf(hosts: readonly Host[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    hosts.map(({ id, name }): [string, string] => {
      const clean =
        name
          .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
          .replace(/^[.-]+/, '')
          .slice(0, 60) || 'host';
      let folder = clean;
      for (let count = 2; taken.has(folder); count += 1) folder = `${clean}-${String(count)}`;
      taken.add(folder);
      return [id, folder];
    }),
  );
}
