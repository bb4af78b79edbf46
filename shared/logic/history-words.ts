import type { HistoryEntry } from '../model/history.ts';
import type { VerbRequest } from '../model/verb.ts';
import { etcAbout } from './etc-act-words.ts';
import { outcomeText } from './outcome.ts';
import { verbWords } from './verb-words.ts';

/** The name that the host had then. */
export function hostNameOf(entry: HistoryEntry): string {
  return entry.kind === 'operation' ? entry.hostName : entry.change.hostName;
}

export function hostIdOf(entry: HistoryEntry): string {
  return entry.kind === 'operation' ? entry.hostId : entry.change.hostId;
}

/** When it began, epoch ms. */
export function startOf(entry: HistoryEntry): number {
  return entry.kind === 'operation' ? entry.startedAt : entry.change.at;
}

/** `user@workstation`. */
export function whoOf(entry: HistoryEntry): string {
  return entry.kind === 'operation' ? entry.startedBy : entry.change.replacedBy;
}

/** What was done, with what it was about: “Switch image to quay.io/acme/web:next”. */
export function whatWords(entry: HistoryEntry): string {
  if (entry.kind === 'host-key') return 'Host key replaced';
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
  if (entry.outcome) return outcomeText(entry.outcome);
  return entry.endedAt === null ? 'Not ended yet.' : 'Of a kind that only a newer Berth knows.';
}
