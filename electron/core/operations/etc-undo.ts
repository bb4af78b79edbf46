import { readFile } from 'node:fs/promises';
import { BerthError } from '../../../shared/errors/failure.ts';
import { comparePaths } from '../../../shared/logic/etc-path.ts';
import { etcSteps, type EtcStep } from '../../../shared/logic/etc-steps.ts';
import type { EtcFileAct, EtcSeen } from '../../../shared/model/etc-act.ts';
import { etcActLimits } from '../../../shared/model/etc-limits.ts';
import type { EtcPath } from '../../../shared/model/etc.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { EtcContents } from './etc-contents.ts';
import { savedFile } from './etc-prepare.ts';

/** How what was there before an operation can be put back, and what cannot. */
export interface EtcUndo {
  readonly files: EtcFileAct[];
  readonly leftOut: { readonly path: EtcPath; readonly why: string }[];
}

/**
 * What puts back what was there before an operation on /etc; a request of its own, which is planned and looked at like any other. `folder`: that
 * of the operation. Rejects with `operation.unknown` for other verbs, `etc.not-saved` when nothing of it can be put back, `etc.too-many`.
 */
export async function undoEtc(operation: Operation, folder: string, contents: EtcContents): Promise<EtcUndo> {
  const { request, before } = operation.plan;
  if (request.verb !== 'etc') throw new BerthError('operation.unknown', { id: operation.id });
  const { steps } = etcSteps(request.files, before.etc ?? []);
  const after = new Map((operation.after?.etc ?? []).map(({ path, local }) => [path, local]));
  const leftOut: { path: EtcPath; why: string }[] = [];
  const files: EtcFileAct[] = [];
  for (const { path, first, line, then } of byPath(steps ?? [])) {
    const was = first.expect === 'made' ? null : first.expect;
    // A step that was not reached left what it found.
    const seen = operation.after ? (after.get(path) ?? null) : then;
    const act = await actOf({ path, seen, was, isSecret: first.isSecret }, savedFile(folder, line), contents);
    if (typeof act === 'string') leftOut.push({ path, why: act });
    else files.push(act);
  }
  if (files.length === 0) throw new BerthError('etc.not-saved', { paths: leftOut[0]?.path ?? '/etc' });
  if (files.length > etcActLimits.files) throw new BerthError('etc.too-many', { limit: etcActLimits.files });
  // What is in the way goes first, and a directory comes before what is in it.
  const rank = ({ act }: EtcFileAct) => (act === 'delete' ? 0 : 1);
  files.sort((a, b) => rank(a) - rank(b) || comparePaths(a.path, b.path));
  return { files, leftOut };
}

interface Touched {
  readonly path: EtcPath;
  readonly first: EtcStep;
  /** Of the first step, from 1 on. */
  readonly line: number;
  readonly then: EtcSeen | null;
}

function byPath(steps: readonly EtcStep[]): readonly Touched[] {
  const found = new Map<EtcPath, Touched>();
  for (const [index, step] of steps.entries()) {
    const { path, then } = step;
    const known = found.get(path);
    found.set(path, known ? { ...known, then } : { path, first: step, line: index + 1, then });
  }
  return [...found.values()];
}

interface Previous {
  readonly path: EtcPath;
  readonly seen: EtcSeen | null;
  readonly was: EtcSeen | null;
  readonly isSecret: boolean;
}

/** What puts back one path, or why nothing does. */
async function actOf({ path, seen, was, isSecret }: Previous, saved: string, contents: EtcContents) {
  if (!was) return { act: 'delete', path, seen } as const;
  const { mode, uid, gid } = was;
  switch (was.type) {
    case 'directory':
      return { act: 'directory', path, seen, mode, uid, gid } as const;
    case 'symlink':
      return { act: 'link', path, seen, target: was.link ?? '', uid, gid } as const;
    case 'file': {
      if (isSecret) return 'It may be secret: what was in it was kept on the host alone, until its next boot.';
      const bytes = await readFile(saved).catch(() => null);
      if (!bytes) return 'What was in it is not kept here: it held a private key, or was removed since.';
      if (bytes.length > etcActLimits.content) return 'It is too large to be brought back from here.';
      const content = contents.put(bytes);
      if (content.hash !== was.hash) return 'What is kept here is not what was there.';
      return { act: 'write', path, seen, content, mode, uid, gid } as const;
    }
    default:
      return 'It was neither a file nor a directory nor a link.';
  }
}
