import { failure, type Failure } from '../errors/failure.ts';
import type { HostSnapshot, OperationOutcome } from '../model/operation.ts';
import type { VerbRequest } from '../model/verb.ts';
import { lastLine } from '../parse/text.ts';
import { etcNames } from './etc-act-words.ts';
import { pathFromBytes } from './etc-path.ts';
import { bytesOfWord } from './etc-step-lines.ts';
import { listed, proveEtc } from './etc-steps.ts';
import type { Proof } from './proofs.ts';

type EtcRequest = Extract<VerbRequest, { verb: 'etc' }>;

/** Exit codes of `etc_change` in `native/lib/etc-program.sh`, and of `native/actions/etc-prepare.sh`. */
export const ETC_CHANGED = 81;
const ETC_STOPPED = 82;

/** Why a unit, or what prepares it, ended with an exit code of those; null: it is another one. */
export function etcFailure(exitCode: number, stderr: string): Failure | null {
  if (exitCode === ETC_CHANGED) return failure('etc.changed', { paths: changedPaths(stderr) });
  if (exitCode !== ETC_STOPPED) return null;
  const isWord = (line: string) => !line.startsWith('berth: ') && line.trim() !== '';
  const words = lastLine(stderr.split('\n').filter(isWord).join('\n'));
  const where = /^berth: (stopped at .*)$/m.exec(stderr)?.[1] ?? 'stopped';
  return failure('etc.stopped', { detail: words === '' ? where : `${where}: ${words}` });
}

function changedPaths(stderr: string): string {
  const words = [...stderr.matchAll(/^changed (\S+)$/gm)].map(([, word = '']) => bytesOfWord(word));
  return listed(words.flatMap((bytes) => (bytes ? [pathFromBytes(bytes)] : []))) || 'Something';
}

/** How a change of /etc that ended well did end: by what is there now; null: that is not known. */
export function etcOutcome({ files }: EtcRequest, before: HostSnapshot, after: HostSnapshot): OperationOutcome | null {
  const proof = proveEtc(files, before.etc, after.etc);
  if (!proof) return null;
  if (proof.missed.length === 0) return { kind: 'done' };
  return { kind: 'unknown', failure: failure('operation.result-unexpected') };
}

/** What was read of the paths afterwards. */
export function etcProofs({ files }: EtcRequest, before: HostSnapshot, after: HostSnapshot): readonly Proof[] {
  const proof = proveEtc(files, before.etc, after.etc);
  if (!proof)
    return [{ kind: 'open', text: 'What is in /etc now is not known', detail: 'It could not be read again.' }];
  const { reached, missed } = proof;
  const found: Proof[] = [];
  if (reached.length > 0) {
    found.push({
      kind: 'proven',
      text: `As foreseen: ${etcNames(reached)}`,
      detail: 'Type, mode, owner and content were read again',
    });
  }
  if (missed.length > 0) {
    found.push({
      kind: 'contrary',
      text: `Not as foreseen: ${etcNames(missed)}`,
      detail: 'Read again after the unit had ended',
    });
  }
  if (files.some(({ act }) => act === 'restore')) {
    found.push({
      kind: 'open',
      text: 'Not proven: what the next boot makes of it',
      detail: 'What is as the booted image ships it follows the image: the merge is at shutdown.',
    });
  }
  return found;
}
