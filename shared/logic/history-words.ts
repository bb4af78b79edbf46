import type { EtcReveal, EtcSide } from '../model/etc.ts';
import type { HistoryEntry, HistoryKeyChange, HistoryReveal } from '../model/history.ts';
import type { HostKeyChange } from '../model/host-key-change.ts';
import type { VerbRequest } from '../model/verb.ts';
import { etcAbout } from './etc-act-words.ts';
import { showPath } from './etc-path.ts';
import { outcomeText } from './outcome.ts';
import { verbWords } from './verb-words.ts';

/** Which version of a file it was. */
const SIDE_WORDS = {
  base: 'as the image ships it',
  local: 'as it is on the host',
  target: 'as the new image or the rollback has it',
} as const satisfies Record<EtcSide, string>;

/** What is no operation: one moment, told by itself. */
export function noteOf(entry: HistoryKeyChange | HistoryReveal): HostKeyChange | EtcReveal {
  return entry.kind === 'host-key' ? entry.change : entry.reveal;
}

/** The name that the host had then. */
export function hostNameOf(entry: HistoryEntry): string {
  return entry.kind === 'operation' ? entry.hostName : noteOf(entry).hostName;
}

export function hostIdOf(entry: HistoryEntry): string {
  return entry.kind === 'operation' ? entry.hostId : noteOf(entry).hostId;
}

/** When it began, epoch ms. */
export function startOf(entry: HistoryEntry): number {
  return entry.kind === 'operation' ? entry.startedAt : noteOf(entry).at;
}

/** `user@workstation`. */
export function whoOf(entry: HistoryEntry): string {
  if (entry.kind === 'operation') return entry.startedBy;
  return entry.kind === 'host-key' ? entry.change.replacedBy : entry.reveal.by;
}

/** What was done, with what it was about: “Switch image to quay.io/acme/web:next”. */
export function whatWords(entry: HistoryEntry): string {
  if (entry.kind === 'host-key') return 'Host key replaced';
  if (entry.kind === 'etc-reveal') return 'Secret shown';
  const about = aboutOf(entry.request);
  const { name } = verbWords(entry.request.verb);
  return about === '' ? name : `${name} ${about}`;
}

function aboutOf(request: VerbRequest): string {
  switch (request.verb) {
    case 'switch':
      return `to ${request.image.image}`;
    case 'kernel-arguments':
      return [...request.append.map((each) => `+${each}`), ...request.remove.map((each) => `-${each}`)].join(' ');
    case 'etc':
      return etcAbout(request.files);
    default:
      return '';
  }
}

/** How it ended, as one sentence. */
export function outcomeWords(entry: HistoryEntry): string {
  if (entry.kind === 'host-key') {
    const { change } = entry;
    return `${change.oldFingerprints.join(', ')} was replaced by ${change.keyType} ${change.newFingerprint}.`;
  }
  if (entry.kind === 'etc-reveal') {
    const { path, side } = entry.reveal;
    return `/etc/${showPath(path)} was shown, ${SIDE_WORDS[side]}; what is in it is not kept.`;
  }
  if (entry.outcome) return outcomeText(entry.outcome);
  return entry.endedAt === null ? 'Not ended yet.' : 'Of a kind that only a newer Berth knows.';
}
