import { fail, succeed, type Result } from '../errors/result.ts';
import type { SudoRules } from '../model/sudo-rules.ts';

/**
 * What `native/probes/facts.sh` runs through sudo for a user who is allowed nothing else, word by word: sudo compares arguments.
 * The second line is bootc's spelling before 0.1.14, which the probe tries where the first is refused by bootc.
 */
export const SUDO_READS = [
  ['bootc', 'status', '--format=json', '--format-version=1'],
  ['bootc', 'status', '--json'],
  ['grub2-editenv', '-', 'list'],
] as const;

/** Where image-mode hosts have these programs, and what sudo's secure_path finds. */
const FOLDER = '/usr/bin';
/** Names that sudoers takes as they stand, or with a backslash; `ALL` is a word of its grammar. */
const USER_NAME = /^[A-Za-z_][A-Za-z0-9_.@\\-]{0,63}$/;

/**
 * The least that lets Berth show everything of a host without being root; for the journal that is a group, named in a comment.
 * Updating is left out on purpose: an update is started by
 * a script that is sent to `sh`, and a rule that allows `sh` allows everything. Fails with `input.user-invalid` for a name that
 * cannot stand in sudoers.
 */
export function sudoRules(user: string): Result<SudoRules> {
  if (!USER_NAME.test(user) || user === 'ALL') return fail('input.user-invalid', { value: user });
  const commands = SUDO_READS.map(([program, ...args]) => [`${FOLDER}/${program}`, ...args.map(escapeWord)].join(' '));
  // sudo leaves out files with a dot in their name.
  const name = `berth-${user.replace(/[^A-Za-z0-9_-]/g, '-')}`;
  const who = escapeWord(user);
  const text = [
    `# What Berth reads as root on this host, for ${user}. Nothing here changes anything.`,
    `Cmnd_Alias BERTH_READS = ${commands.join(', \\\n    ')}`,
    `${who} ALL=(root) NOPASSWD: BERTH_READS`,
    '',
    '# The journal needs no rule, and a rule for journalctl with any arguments would let it write files: this group may read all of it.',
    `# usermod --append --groups systemd-journal '${user}'`,
    '',
    '# Updates, and stopping one, are not in this file: they run as root through sh, and a rule that allows sh allows everything.',
    '# Where this user may update the host, this is the honest rule. sudo then asks for the password, and Berth asks you.',
    `# ${who} ALL=(root) ALL`,
    '',
  ].join('\n');
  return succeed({ user, path: `/etc/sudoers.d/${name}`, text, check: `visudo -cf /etc/sudoers.d/${name}` });
}

/** sudoers(5): these end a word of a command unless a backslash stands before them. */
function escapeWord(word: string): string {
  return word.replace(/[,:=\\@]/g, (character) => `\\${character}`);
}
