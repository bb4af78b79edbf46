import type { BootRecord, Verdict, VerdictKind } from '../model/forensics.ts';
import { formatDate, type Zone } from './format.ts';

/** A verdict in words. `title` one sentence; `why` what that means; `remedies` what to do, most useful first. */
export interface VerdictWords {
  readonly title: string;
  readonly why: string;
  readonly remedies: readonly string[];
  readonly tone: 'ok' | 'info' | 'warn' | 'danger';
}

/** The words of a verdict, the same in the page and on the command line. Times in the zone that is asked for. */
export function verdictWords(verdict: Verdict, zone: Zone = 'local'): VerdictWords {
  return wordsOf[verdict.kind]({
    text: (name) => String(verdict.params[name] ?? ''),
    count: (name) => Number(verdict.params[name] ?? 0),
    at: verdict.at === null ? '' : ` at ${formatDate(verdict.at, zone)}`,
    when: verdict.at === null ? '' : ` (${formatDate(verdict.at, zone)})`,
    date: (time) => formatDate(time, zone),
  });
}

interface Given {
  /** A parameter, empty where there is none. */
  text(name: string): string;
  count(name: string): number;
  /** ` at <date>`, or nothing. */
  readonly at: string;
  /** ` (<date>)`, or nothing. */
  readonly when: string;
  date(time: number): string;
}

const the = (version: string, otherwise: string) => (version === '' ? otherwise : version);
const by = (who: string) => (who === '' ? '' : ` by ${who}`);
/** What a tool said ends our sentence with its own. */
const ended = (text: string) => text.replace(/[\s.]+$/, '');

const wordsOf: Readonly<Record<VerdictKind, (given: Given) => VerdictWords>> = {
  'as-expected': ({ text, count, date }) => ({
    title: `Nothing is wrong: the host runs what it should${text('version') === '' ? '' : `, ${text('version')}`}.`,
    why:
      count('since') > 0
        ? `It runs it since ${date(count('since'))}. The boots that the journal knows show no update that was lost.`
        : 'The boots that the journal knows show no update that was lost.',
    remedies: [],
    tone: 'ok',
  }),
  waiting: ({ text }) => ({
    title: `Nothing is wrong: ${text('staged')} waits for the next boot.`,
    why: `The host runs ${the(text('version'), 'what it did')} until then. Whether /etc can be merged shows at shutdown.`,
    remedies: ['Reboot to apply it.'],
    tone: 'ok',
  }),
  'rollback-queued': ({ text, at }) => ({
    title: `A rollback is queued: the next boot runs ${the(text('version'), 'the rollback')}.`,
    why: `It was asked for${at}${by(text('by'))}. Rollback is a toggle: asked once more it takes this back.`,
    remedies: ['Reboot to go back, or undo the rollback.'],
    tone: 'info',
  }),
  'rolled-back': ({ text, at }) => ({
    title: `Somebody rolled the host back${text('version') === '' ? '' : ` to ${text('version')}`}.`,
    why:
      `A rollback was asked for${at}${by(text('by'))}${text('from') === '' ? '' : `, while the host ran ${text('from')}`}. ` +
      (text('lost') === ''
        ? 'Nothing failed.'
        : `${text('lost')} had been staged before: a rollback deletes what is staged.`),
    remedies: [
      'Upgrade when what was rolled back from is mended: an auto-update would bring it back as it is.',
      ...(text('lost') === '' ? [] : ['Upgrade to stage the update again.']),
    ],
    tone: 'info',
  }),
  'rollback-toggled': ({ text, count, at }) => ({
    title: 'The rollback was taken back by asking for it again.',
    why: `It was asked for ${String(count('times'))} times in one boot, the last time${at}${by(text('by'))}: each time it swaps the order, so that the host stayed on ${the(text('version'), 'what it ran')}.`,
    remedies: ['Ask for the rollback once, and look at the next boot before asking again.'],
    tone: 'warn',
  }),
  'auto-update-undid-rollback': ({ text, count, at, date }) => ({
    title: `The auto-update undid the rollback${at}.`,
    why: `The host was rolled back from ${the(text('version'), 'this image')} at ${date(count('rolledBackAt'))}. ${text('unit')} staged the same image again, and the next boot ran it.`,
    remedies: [
      'Pause the auto-update, then roll back. The rollback has an /etc of its own: pause it there again after the boot.',
      'Or have the registry serve a newer, mended image under the tag.',
    ],
    tone: 'warn',
  }),
  'greenboot-red': ({ text }) => ({
    title: `Greenboot finds this boot unhealthy${checkPart(text)}.`,
    why: `${outputPart(text)}${the(text('version'), 'The image')} runs for now; greenboot reboots while it has attempts left, then the previous deployment comes back.`,
    remedies: [
      'Mend what the check looks at, then run greenboot’s health check again, or reboot.',
      'Roll back now, so as not to wait for it.',
    ],
    tone: 'danger',
  }),
  'greenboot-rollback': ({ text, count }) => ({
    title:
      count('boots') > 0
        ? `Greenboot rolled ${the(text('version'), 'the update')} back after ${boots(count('boots'))}${checkPart(text)}.`
        : `Greenboot rolled ${the(text('version'), 'the update')} back.`,
    why:
      count('boots') > 0
        ? `${outputPart(text)}After ${String(count('attempts'))} attempts the boot loader starts the previous deployment${text('back') === '' ? '' : `, ${text('back')}`}.`
        : 'Which check failed was in the journal of the boots before, which is not there any more.',
    remedies: [
      'Do not upgrade to the same image again: it would be staged, fail and be rolled back once more.',
      'Mend the image or what the check looks at, then upgrade.',
      'Pause the auto-update meanwhile: greenboot and a timer can go round in circles.',
    ],
    tone: 'danger',
  }),
  'etc-conflict': ({ text, when }) => ({
    title: conflictTitle(text('path'), text('becomes')),
    why: `At shutdown${when} ${the(text('version'), 'the update')} could not be merged with the host’s /etc and was dropped; the host booted what it ran before. “${ended(text('reason'))}”`,
    remedies: [
      text('path') === ''
        ? 'Look for a file in /etc that stands where the new image has a directory, or the other way round.'
        : `Move /${text('path')} away (its content may belong ${text('becomes') === 'directory' ? 'into a file of the new directory' : 'into the new file'}), then upgrade and reboot again.`,
      'The merge ends at the first conflict, so there may be more.',
    ],
    tone: 'danger',
  }),
  'boot-full': ({ text, when }) => ({
    title: 'Finalization failed: there was no room left for the new kernel.',
    why: `At shutdown${when} ${the(text('version'), 'the update')} could not be applied and was dropped. “${ended(text('reason'))}”`,
    remedies: [
      'Make room on /boot: unpin and remove deployments with other kernels, and delete files that no deployment owns.',
      'Then upgrade and reboot again.',
    ],
    tone: 'danger',
  }),
  'finalize-failed': ({ text, at }) => ({
    title: 'The staged update could not be finalized at shutdown.',
    why: `${the(text('version'), 'It')} was dropped${at}, and the host booted what it ran before. ${text('reason') === '' ? 'The reason is not in the journal.' : `“${ended(text('reason'))}”`}`,
    remedies: ['Mend what it failed of, then upgrade and reboot again.'],
    tone: 'danger',
  }),
  'finalize-timeout': ({ text, at }) => ({
    title: 'Finalization took too long and was killed at its timeout.',
    why: `At shutdown systemd gives it five minutes${at === '' ? '' : `, which were over${at}`}. ${the(text('version'), 'The update')} was not applied; a kill in the middle has broken bootc status before.`,
    remedies: [
      'Look at the disk: a slow or failing one is the usual reason.',
      'Upgrade again; give it longer with a drop-in for ostree-finalize-staged.service (TimeoutStopSec).',
      'If bootc status fails now, remove the broken deployment with ostree admin undeploy.',
    ],
    tone: 'danger',
  }),
  'finalize-cut': ({ text, at }) => ({
    title: 'The host went down before the staged update was finalized.',
    why: `A shutdown had begun${at === '' ? '' : `, and the journal ends${at}`} before finalization did. ${the(text('version'), 'The update')} was not applied, and what is staged is forgotten with the boot.`,
    remedies: [
      'Upgrade again; the layers are on the disk still.',
      'Reboot with systemctl reboot, without --force, and let it finish.',
    ],
    tone: 'warn',
  }),
  'power-cut': ({ text, at }) => ({
    title: `The power was cut, or the host crashed, while ${the(text('version'), 'an update')} was staged: the stage is lost.`,
    why: `The journal of that boot ends${at} without a shutdown. What is staged is kept in memory until a shutdown applies it, so that nothing was changed.`,
    remedies: ['Upgrade again: the layers are on the disk still.'],
    tone: 'warn',
  }),
  held: ({ text, when }) => ({
    title: `${the(text('version'), 'The update')} was only downloaded, and a plain reboot discarded it.`,
    why: `It was staged as download-only${by(text('by'))}, so that the shutdown${when} did not apply it. The layers are on the disk still.`,
    remedies: ['Upgrade (or apply the downloaded update first), then reboot.'],
    tone: 'info',
  }),
  'stage-removed': ({ text, when }) => ({
    title: 'The staged update was removed before the reboot.',
    why: `${the(text('version'), 'Something')} had been staged${by(text('by'))}, and at shutdown${when} there was nothing to apply: somebody cancelled it (ostree admin undeploy, rpm-ostree cleanup) or rolled back.`,
    remedies: ['Upgrade to stage it again, if it is wanted.'],
    tone: 'info',
  }),
  'did-not-come-up': ({ text, at }) => ({
    title: `${the(text('version'), 'The new deployment')} did not come up.`,
    why:
      text('told') === 'nothing'
        ? `It was finalized${at} and was to be booted. No boot of it has left a journal, and the host runs ${the(text('booted'), 'another one')}: its kernel did not get as far as the disk, or somebody chose the other entry in the boot menu.`
        : `Its boot ended${at} in the middle, without having come up; the host then booted ${the(text('booted'), 'another one')}.`,
    remedies: [
      'Look at the console of the host while it boots this entry, or at what the kernel left in pstore.',
      'Compare kernel arguments and the initramfs of both deployments.',
    ],
    tone: 'danger',
  }),
  'other-entry': ({ text, at }) => ({
    title: `The host booted ${the(text('booted'), 'another deployment')} without being told to by bootc.`,
    why: `It ran ${the(text('version'), 'another one')} before${at === '' ? '' : `, until${at.replace(' at', '')}`}. Neither greenboot, nor a rollback, nor a failed finalization is in the journal: somebody chose it in the boot menu, or made it the default with ostree or rpm-ostree.`,
    remedies: ['Look at who was at the console, and which entry is the default (ostree admin status).'],
    tone: 'warn',
  }),
  'update-gone': ({ text, at }) => ({
    title: `${the(text('version'), 'An update')} was staged and is gone, and the host does not tell why.`,
    why: `Berth saw it staged${at}${by(text('by'))}. The host was booted since and runs ${the(text('booted'), 'something else')}. ${journalPart(text)}`,
    remedies: [...journalRemedies(text('journal')), 'Upgrade again, and look here after the reboot.'],
    tone: 'warn',
  }),
  'journal-unreadable': ({ text }) => ({
    title: 'The journal cannot be read, so that the last boots are not known.',
    why: `${text('user') === '' ? 'The login user' : `The user ${text('user')}`} is neither root nor in the group systemd-journal.`,
    remedies: journalRemedies('unreadable'),
    tone: 'warn',
  }),
  'journal-volatile': ({ text }) => ({
    title:
      text('known') === 'none'
        ? 'This host has no journal, so that the last boots are not known.'
        : 'The journal of this host does not outlive a boot, so that earlier boots are not known.',
    why: 'Nothing in this boot says that something is wrong.',
    remedies: journalRemedies('volatile'),
    tone: 'warn',
  }),
};

function boots(count: number): string {
  return count === 1 ? '1 failed boot' : `${String(count)} failed boots`;
}

function checkPart(text: Given['text']): string {
  return text('check') === '' ? '' : `: the check ${text('check')} fails`;
}

function outputPart(text: Given['text']): string {
  return text('output') === '' ? '' : `The check says “${ended(text('output'))}”. `;
}

function conflictTitle(path: string, becomes: string): string {
  if (path === '') return '/etc merge failed.';
  if (becomes === '') return `/etc merge failed at ${path}.`;
  return `/etc merge failed: ${path} is a ${becomes} in the new image.`;
}

function journalPart(text: Given['text']): string {
  switch (text('journal')) {
    case 'unreadable':
      return `Its journal cannot be read by ${the(text('user'), 'the login user')}.`;
    case 'volatile':
      return 'Its journal does not outlive a boot.';
    default:
      return 'Its journal has nothing about it.';
  }
}

function journalRemedies(why: string): string[] {
  if (why === 'unreadable')
    return ['Allow sudo, or put the user into the group systemd-journal: sudo usermod -aG systemd-journal USER'];
  if (why === 'volatile')
    return [
      'Keep the journal: mkdir /var/log/journal, or Storage=persistent in a drop-in of journald.conf in the image.',
    ];
  return [];
}

/** How a boot ended, in a word or two. */
export function bootEndText({ end, cameUp, greenboot }: BootRecord): string {
  if (end === 'running') return greenboot.verdict === 'red' ? 'running, unhealthy' : 'running';
  if (greenboot.verdict === 'red') return 'unhealthy';
  if (end === 'cut') return cameUp === false ? 'did not come up' : 'ended without a shutdown';
  return 'shut down';
}

/** What became of what was staged in a boot; empty where nothing was. */
export function finalizeText({ finalize: { result } }: BootRecord): string {
  const texts = {
    nothing: '',
    waiting: 'update staged',
    done: 'update applied',
    failed: 'update failed to apply',
    timeout: 'applying timed out',
    held: 'download discarded',
    removed: 'staged update removed',
    cut: 'staged update lost',
  } as const;
  return texts[result];
}
