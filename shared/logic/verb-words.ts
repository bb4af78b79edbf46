import type { Verb } from '../model/verb.ts';

/**
 * A verb in words. `name` heads a list entry (“Upgrade”); `title` is the whole, with `{host}` in it; `doing` is what a host is at (“Upgrading”); `of` follows “Starting” and
 * “Stop” (“the upgrade”).
 */
export interface VerbWords {
  readonly name: string;
  readonly title: string;
  readonly doing: string;
  readonly of: string;
}

const words: Readonly<Record<Verb, VerbWords>> = {
  check: {
    name: 'Check for update',
    title: 'Check {host} for an update',
    doing: 'Checking for update',
    of: 'the check',
  },
  download: { name: 'Download', title: 'Download the update of {host}', doing: 'Downloading', of: 'the download' },
  'apply-download': {
    name: 'Apply the download',
    title: 'Let the next reboot of {host} apply its download',
    doing: 'Unlocking the download',
    of: 'the unlocking',
  },
  upgrade: { name: 'Upgrade', title: 'Upgrade {host}', doing: 'Upgrading', of: 'the upgrade' },
  switch: { name: 'Switch image', title: 'Switch {host} to another image', doing: 'Switching', of: 'the switch' },
  rollback: { name: 'Rollback', title: 'Roll {host} back', doing: 'Queueing the rollback', of: 'the rollback' },
  'undo-rollback': {
    name: 'Undo the rollback',
    title: 'Undo the queued rollback of {host}',
    doing: 'Undoing the rollback',
    of: 'the undoing',
  },
  unstage: {
    name: 'Cancel the staged update',
    title: 'Cancel the staged update of {host}',
    doing: 'Unstaging',
    of: 'the unstaging',
  },
  pin: { name: 'Pin', title: 'Pin a deployment of {host}', doing: 'Pinning', of: 'the pinning' },
  unpin: { name: 'Unpin', title: 'Unpin a deployment of {host}', doing: 'Unpinning', of: 'the unpinning' },
  remove: {
    name: 'Remove deployment',
    title: 'Remove a deployment of {host}',
    doing: 'Removing a deployment',
    of: 'the removal',
  },
  'usr-overlay': {
    name: 'Make /usr writable',
    title: 'Make /usr of {host} writable',
    doing: 'Making /usr writable',
    of: 'the overlay',
  },
  'kernel-arguments': {
    name: 'Kernel arguments',
    title: 'Change the kernel arguments of {host}',
    doing: 'Changing kernel arguments',
    of: 'the change',
  },
  reboot: { name: 'Reboot', title: 'Reboot {host}', doing: 'Rebooting', of: 'the reboot' },
  'soft-reboot': { name: 'Soft reboot', title: 'Soft reboot {host}', doing: 'Soft rebooting', of: 'the soft reboot' },
  'pause-updates': {
    name: 'Pause automatic updates',
    title: 'Pause the automatic updates of {host}',
    doing: 'Pausing updates',
    of: 'the pausing',
  },
  'resume-updates': {
    name: 'Resume automatic updates',
    title: 'Resume the automatic updates of {host}',
    doing: 'Resuming updates',
    of: 'the resuming',
  },
  'clean-up': { name: 'Clean up', title: 'Clean up {host}', doing: 'Cleaning up', of: 'the clean-up' },
  etc: { name: 'Change /etc', title: 'Change /etc of {host}', doing: 'Changing /etc', of: 'the change of /etc' },
};

/** What a verb is called, the same on the page, on the command line and in the history. */
export function verbWords(verb: Verb): VerbWords {
  return words[verb];
}

/** Whether a word is the name of a verb. */
export function isVerb(word: string): word is Verb {
  return Object.hasOwn(words, word);
}

/** What is done to a host, as a heading: `Upgrade web-03.ber`. */
export function verbTitle(verb: Verb, hostName: string): string {
  return words[verb].title.replace('{host}', () => hostName);
}
