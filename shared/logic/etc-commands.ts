import type { HostSnapshot } from '../model/operation.ts';
import type { VerbRequest } from '../model/verb.ts';
import { etcWord } from './etc-step-lines.ts';
import { etcSteps, type EtcStep } from './etc-steps.ts';
import { quoted } from './shell-word.ts';

/** More commands than this help nobody. */
const MAX_COMMANDS = 50;

/** What the verb `etc` comes to, as a person would type it as root; new content stands in for itself as `NEW`. */
export function etcCommands(request: VerbRequest, { deployments, etc }: HostSnapshot): readonly string[] {
  if (request.verb !== 'etc') return [];
  const { steps } = etcSteps(request.files, etc ?? []);
  if (!steps) return [];
  const shown = steps.slice(0, MAX_COMMANDS).map((step) => commandOf(step, deployments.backend === 'composefs'));
  const rest = steps.length - shown.length;
  return rest > 0 ? [...shown, `# and ${String(rest)} more like these`] : shown;
}

function commandOf({ kind, path, expect, then }: EtcStep, isComposefs: boolean): string {
  const place = fileName(`/etc/${path}`);
  if (!then) return expect !== 'made' && expect?.type === 'directory' ? `rmdir ${place}` : `rm ${place}`;
  const mode = then.mode.toString(8).padStart(4, '0');
  const owner = `${String(then.uid)}:${String(then.gid)}`;
  const isThere = expect !== null && expect !== 'made';
  switch (kind) {
    case 'image':
      if (then.type !== 'directory') return copy(path, place, isComposefs);
      break;
    case 'file':
      return `cat NEW >${place} && chown ${owner} ${place} && chmod ${mode} ${place}`;
    case 'link':
      return `ln -sfn -- ${fileName(then.link ?? '')} ${place}`;
    default:
  }
  return `${isThere ? '' : `mkdir ${place} && `}chown ${owner} ${place} && chmod ${mode} ${place}`;
}

/** Reference 4.5; with composefs the image's own /etc lies below the mount of /etc (reference 4.3). */
function copy(path: string, place: string, isComposefs: boolean): string {
  const of = (source: string) =>
    `cp -a --no-preserve=xattr,context ${source} ${place} && { ! command -v restorecon || restorecon ${place}; }`;
  if (!isComposefs) return of(fileName(`/usr/etc/${path}`));
  return `unshare -m sh -c ${quoted(`mount --bind / /run && ${of(fileName(`/run/etc/${path}`))}`)}`;
}

/** A name as a word for a shell, whatever its bytes are. */
function fileName(path: string): string {
  const word = etcWord(path);
  return word === path ? path : `"$(printf %b ${quoted(word)})"`;
}
