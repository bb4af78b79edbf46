import type { EtcFileAct } from '../model/etc-act.ts';
import type { OperationPlan } from '../model/operation.ts';
import { showPath } from './etc-path.ts';
import { etcSteps, type EtcStep } from './etc-steps.ts';
import { plural, versionLabel } from './format.ts';
import type { VerbNotes } from './verb-notes.ts';

/** How many paths a sentence names. */
const NAMED = 3;

/** Paths as text: the first few, and how many more. */
export function etcNames(paths: readonly string[], named = NAMED): string {
  const shown = paths.slice(0, named).map((path) => `/etc/${showPath(path)}`);
  const rest = paths.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${plural(rest, 'more path', 'more paths')}` : shown.join(', ');
}

const DONE: Readonly<Record<EtcFileAct['act'], string>> = {
  restore: 'image’s version',
  write: 'written',
  link: 'link',
  directory: 'directory',
  delete: 'deleted',
};

/** What it was about, for a line of the history: “/etc/chrony.conf (image’s version)”. */
export function etcAbout(files: readonly EtcFileAct[]): string {
  const kinds = [...new Set(files.map(({ act }) => DONE[act]))];
  const names = etcNames(files.map(({ path }) => path));
  return `${names.replaceAll('/etc/', '')} (${kinds.join(', ')})`;
}

/** What the button says. */
export function etcConfirm(files: readonly EtcFileAct[]): string {
  const acts = new Set(files.map(({ act }) => act));
  if (acts.size > 1) return 'Change /etc';
  if (acts.has('restore')) return files.length === 1 ? 'Take the image’s version' : 'Take the image’s versions';
  if (acts.has('delete')) return 'Delete';
  return 'Write';
}

/**
 * A plan for /etc in words: what is true at once, and what the next boot makes of it (reference 4.1, 4.5).
 */
export function etcNotes({ request, before }: Pick<OperationPlan, 'request' | 'before'>): VerbNotes {
  if (request.verb !== 'etc') return { effects: [], losses: [], notes: [] };
  const { steps } = etcSteps(request.files, before.etc ?? []);
  const booted = before.deployments.booted ? versionLabel(before.deployments.booted) : 'the booted image';
  const next = before.deployments.staged ? versionLabel(before.deployments.staged) : null;
  const effects: string[] = [];
  const of = (kind: EtcFileAct['act']) => request.files.filter(({ act }) => act === kind).map(({ path }) => path);
  const [restored, deleted] = [of('restore'), of('delete')];
  const put = [...of('write'), ...of('link'), ...of('directory')];
  const shipped = restored.filter((path) => before.etc?.find((one) => one.path === path)?.base);
  const unshipped = restored.filter((path) => !shipped.includes(path));
  if (shipped.length > 0) {
    effects.push(`Now: ${etcNames(shipped)} becomes what ${booted} ships: content, mode and owner.`);
    effects.push(
      next
        ? `At the next boot: it follows the image, and is what ${next} ships.`
        : 'From then on it follows the image: an update brings its own version.',
    );
  }
  if (unshipped.length > 0) {
    effects.push(`Now: ${etcNames(unshipped)} is taken away, as ${booted} does not ship it.`);
    effects.push(`At the next boot: it is what ${next ?? 'the image'} ships, if it ships it.`);
  }
  if (put.length > 0) {
    effects.push(`Now: ${etcNames(put)} is put in place at once, as a whole.`);
    effects.push('At the next boot: it stays, whatever the image ships, unless it is the same.');
  }
  if (deleted.length > 0) {
    effects.push(`Now: ${etcNames(deleted)} is deleted${withAll(steps ?? [], request.files.length)}.`);
    effects.push('At the next boot: what the image ships there stays deleted too.');
  }
  const notes = [
    'A service that has read the file goes on with what it read, until it is reloaded or started again.',
    ...furtherNotes(steps ?? []),
  ];
  return { effects, losses: lossesOf(steps ?? []), notes };
}

/** What is in directories goes with them, and is not named. */
function withAll(steps: readonly EtcStep[], named: number): string {
  const gone = steps.filter(({ kind }) => kind === 'remove').length;
  return gone > named ? `, with all that is in it: ${plural(gone, 'path')}` : '';
}

function furtherNotes(steps: readonly EtcStep[]): readonly string[] {
  const notes: string[] = [];
  const home = replaced(steps).filter(({ isSecret }) => !isSecret);
  if (home.length > 0) {
    notes.push(
      `What is in ${etcNames(pathsOf(home))} now is saved with this operation, and can be put back from there.`,
    );
  }
  if (steps.some(({ expect, then }) => expect !== null && expect !== 'made' && then && expect.type !== then.type)) {
    notes.push('A path becomes of another type here.');
  }
  const removed = new Set(pathsOf(steps.filter(({ kind }) => kind === 'remove')));
  const exchanged = pathsOf(steps).filter((path, index) => removed.has(path) && steps[index]?.kind !== 'remove');
  if (exchanged.length > 0) {
    notes.push(
      `For a moment nothing stands at ${etcNames(exchanged)}: a directory is not exchanged for something else in one step.`,
    );
  }
  return [...notes, 'Everything is looked at once more right before: what is not as it was stops all of it.'];
}

/** Steps that take away or replace the content of a file. */
function replaced(steps: readonly EtcStep[]): readonly EtcStep[] {
  return steps.filter(({ expect }) => expect !== null && expect !== 'made' && expect.type === 'file');
}

const pathsOf = (steps: readonly EtcStep[]) => steps.map(({ path }) => path);

function lossesOf(steps: readonly EtcStep[]): readonly string[] {
  const secret = replaced(steps).filter(({ isSecret }) => isSecret);
  if (secret.length === 0) return [];
  return [
    `${etcNames(pathsOf(secret))} may be secret: what is in it now is saved on the host alone, in /run, and gone with its next boot.`,
  ];
}
