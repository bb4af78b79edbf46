import { createHash } from 'node:crypto';
import { BerthError } from '../../../shared/errors/failure.ts';
import { planPromotion, type PromotedChange } from '../../../shared/logic/etc-promote.ts';
import { isSecretPath } from '../../../shared/logic/etc-secrets.ts';
import { MAX_ETC_CONTENT } from '../../../shared/model/etc-limits.ts';
import type { EtcComparison, EtcEntry, EtcPath } from '../../../shared/model/etc.ts';
import type { Core } from '../create-core.ts';
import { tarOf } from '../forensics/tar.ts';
import type { EtcQuestion } from './etc-service.ts';

/** Contents that are read at a time. */
const AT_A_TIME = 4;
/** Of larger files an image is not made here, in bytes. */
const MAX_FILE = 4 * 1024 * 1024;

export interface PromoteRequest {
  readonly hostId: string;
  readonly paths: readonly EtcPath[];
  readonly format: 'tar' | 'patch';
}

/** `shared/contract/etc.ts`, `promote`. */
export interface Promoted {
  readonly fileName: string;
  readonly base64: string;
  readonly containerfile: string;
  readonly leftOut: { path: EtcPath; why: string }[];
}

type PromoteOptions = Pick<Core, 'etc' | 'hosts' | 'options'>;

/**
 * What was changed on a host, for its image. Contents are read now, of what is not secret by its name; what changed since it was
 * compared is left out. Rejects with `input.host-unknown`, `etc.*`, `ssh.*`, `auth.*`.
 */
export async function promote(core: PromoteOptions, { hostId, paths, format }: PromoteRequest): Promise<Promoted> {
  const host = core.hosts.host(hostId);
  if (!host) throw new BerthError('input.host-unknown', { value: hostId });
  const comparison = await comparisonOf(core, hostId);
  const question = { hostId, view: comparison.view };
  const wanted = new Set(paths);
  const entries = comparison.entries.filter(({ path }) => wanted.has(path));
  const changes = new Map<EtcPath, PromotedChange>();
  const left = [...entries];
  const worker = async () => {
    for (let entry = left.shift(); entry; entry = left.shift()) {
      const [local, base] = [
        await contentOf(core, question, entry, 'local'),
        await contentOf(core, question, entry, 'base'),
      ];
      changes.set(entry.path, { entry, local, base });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  const now = core.options.now?.() ?? Date.now();
  const plan = planPromotion([...changes.values()], {
    host: host.name,
    version: comparison.booted.version ?? comparison.booted.deployment,
    day: new Date(now).toISOString().slice(0, 10),
  });
  const isSame = paths.filter((path) => !changes.has(path));
  const leftOut = [...plan.leftOut, ...isSame.map((path) => ({ path, why: 'It is as the image has it.' }))];
  const name = `etc-${host.name.replaceAll(/[^\w.-]+/g, '-')}`;
  if (format === 'patch') {
    return { fileName: `${name}.patch`, base64: base64Of(plan.patch), containerfile: plan.containerfile, leftOut };
  }
  const fragment = { path: 'Containerfile', content: Buffer.from(plan.containerfile), mode: 0o644 };
  const files = plan.files.map(({ path, node, content }) => ({
    path,
    content,
    type: node.type === 'directory' || node.type === 'symlink' ? node.type : ('file' as const),
    link: node.link ?? '',
    mode: node.mode,
    uid: node.uid,
    gid: node.gid,
  }));
  const base64 = tarOf([fragment, ...files], now).toString('base64');
  return { fileName: `${name}.tar`, base64, containerfile: plan.containerfile, leftOut };
}

/** What was changed here is the same in all views. */
async function comparisonOf({ etc }: PromoteOptions, hostId: string): Promise<EtcComparison> {
  for (const view of ['drift', 'staged'] as const) {
    const last = etc.last({ hostId, view });
    if (last) return last;
  }
  return etc.compare({ hostId, view: 'drift' });
}

/** A file as it was compared; null: there is none, it is secret or too large, or it is another by now. */
async function contentOf(
  { etc }: PromoteOptions,
  question: EtcQuestion,
  { path, here, ...versions }: EtcEntry,
  side: 'local' | 'base',
): Promise<Uint8Array | null> {
  const node = versions[side];
  const isNeeded = here !== 'metadata' && node?.type === 'file' && node.isReadable && node.size <= MAX_FILE;
  if (!isNeeded || isSecretPath(path)) return null;
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < node.size; offset += MAX_ETC_CONTENT) {
    pieces.push((await etc.piece(question, { side, path, offset, length: MAX_ETC_CONTENT })).bytes);
  }
  const bytes = Buffer.concat(pieces);
  return createHash('sha256').update(bytes).digest('hex') === node.hash ? bytes : null;
}

function base64Of(text: string): string {
  return Buffer.from(text).toString('base64');
}
