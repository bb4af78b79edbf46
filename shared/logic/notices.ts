import type { Operation } from '../model/operation.ts';
import type { Prompt } from '../model/prompt.ts';
import { plural } from './format.ts';
import { outcomeHeadline } from './outcome.ts';
import { verbWords } from './verb-words.ts';

/**
 * What the desktop is told while nobody looks at Berth. A desktop shows, keeps and syncs these texts as it likes: they have names that the user gave and
 * Berth's own words, never a word from a host. `operationId` null: there is no one operation to open.
 */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly operationId: string | null;
}

const QUESTIONS: Readonly<Record<Prompt['kind'], string>> = {
  'host-key': 'Its host key is not known: compare it before you accept it.',
  passphrase: 'The passphrase of a key file is needed to log in.',
  password: 'A password is needed to log in.',
  'keyboard-interactive': 'It asks for something before it lets you in.',
  'sudo-password': 'The sudo password is needed.',
};

/** Questions that came together; they are shown in Berth one after another. */
export function noticeOfPrompts(prompts: readonly Prompt[]): Notice | null {
  const [first] = prompts;
  if (!first) return null;
  const hosts = new Set(prompts.map(({ hostName }) => hostName)).size;
  return prompts.length === 1
    ? { title: `${first.hostName} needs you`, body: QUESTIONS[first.kind], operationId: null }
    : { title: `${plural(hosts, 'host')} need you`, body: `${prompts.length} questions wait.`, operationId: null };
}

/** More operations than this that end together are told as one. */
export const TOLD_APART = 3;

/** Operations that ended within a moment. */
export function noticesOfEnds(ended: readonly Operation[]): Notice[] {
  if (ended.length <= TOLD_APART) {
    return ended.map(({ id, plan, outcome }) => ({
      title: `${verbWords(plan.request.verb).name}: ${plan.hostName}`,
      body: outcome ? `${outcomeHeadline(outcome).text}.` : 'It ended.',
      operationId: id,
    }));
  }
  const tones = ended.map(({ outcome }) => (outcome ? outcomeHeadline(outcome).tone : 'warning'));
  const failed = tones.filter((tone) => tone === 'danger').length;
  const unsure = tones.filter((tone) => tone === 'warning').length;
  const parts = [
    `${ended.length - failed - unsure} well`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unsure > 0 ? [`${unsure} to look at`] : []),
  ];
  return [{ title: `${ended.length} operations ended`, body: `${parts.join(', ')}.`, operationId: null }];
}
