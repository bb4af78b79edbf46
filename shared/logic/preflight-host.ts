import { describe } from '../errors/describe.ts';
import { valueOf } from '../model/fact-value.ts';
import type { HostFacts } from '../model/host-facts.ts';
import type { ImageReference } from '../model/image.ts';
import { formatDate, plural, versionLabel } from './format.ts';
import { hostKind } from './host-kind.ts';
import { nextBoot } from './next-boot.ts';
import { fail, over, pass, unknown, warn, type Check, type PreflightContext } from './preflight-check.ts';
import { foundUpdate } from './update.ts';

const ROOT_WORDS = {
  root: 'Logged in as root',
  sudo: 'Root, without a password',
  'sudo-password': 'Root by sudo, with the password that is held',
  none: 'Root',
} as const;

/** Root was had for the checks themselves, or not. */
export const checkPrivilege: Check = ({ facts: { privilege }, probe: { isRoot } }) =>
  over(isRoot, 'Whether root can be had is not known.', 'id -u', (root) => {
    if (root) return pass(ROOT_WORDS[privilege.kind], 'id -u');
    const { text, remedy } = privilege.kind === 'none' ? describe(privilege.failure) : { text: '', remedy: '' };
    return fail(text || 'Root cannot be had.', remedy || 'Log in as root, or allow sudo.', 'id -u');
  });

const LOCK_COMMAND = 'grep ":$(stat -c %i /ostree/lock) " /proc/locks';
const OPERATIONS_COMMAND = 'systemctl list-units "berth-*"';
const IS_REBOOT: ReadonlySet<string> = new Set(['reboot', 'soft-reboot']);

/** Whoever writes to the sysroot holds its lock to the end; a verb would wait, and a reboot would cut it off. */
export const checkLock: Check = ({ request, probe: { lock, operations } }) => {
  const others = operations && valueOf(operations);
  const [other] = others ?? [];
  if (other) {
    const who = other.startedBy === '' ? 'somebody' : other.startedBy;
    return fail(
      `An operation of Berth runs on this host: ${other.verb || 'a verb'}, started by ${who}.`,
      'Wait until it has ended, or stop it where it was started.',
      OPERATIONS_COMMAND,
    );
  }
  return over(lock, 'Whether something holds the lock of the sysroot is not known.', LOCK_COMMAND, (holders) => {
    if (holders === null) return pass('Nothing else holds the lock of the sysroot', LOCK_COMMAND);
    const [holder] = holders;
    const name = holder
      ? `${holder.command.trim() || 'a process'} (pid ${String(holder.pid)}${holder.unit === null ? '' : `, ${holder.unit}`})`
      : 'Another process';
    return IS_REBOOT.has(request.verb)
      ? warn(`${name} holds the lock of the sysroot: the reboot cuts it off.`, 'Wait until it has ended.', LOCK_COMMAND)
      : fail(
          `${name} holds the lock of the sysroot.`,
          'Wait until it has ended: the verb would wait for it.',
          LOCK_COMMAND,
        );
  });
};

/** What `uname -m` calls the machine, in the words of images. */
const OCI_ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
};

/** The machine of a host in the words of images; null: not known. */
function ownArchitecture({ identity }: HostFacts): string | null {
  const machine = valueOf(identity)?.architecture ?? '';
  return machine === '' ? null : (OCI_ARCHITECTURES[machine] ?? machine);
}

/** bootc refuses an image for another machine: what was found tells it, and of another image its registry. */
export const checkArchitecture: Check = ({ request, facts, probe: { image } }) => {
  const ours = ownArchitecture(facts);
  const set = valueOf(facts.deployments);
  if (ours === null || !set) return null;
  if (request.verb === 'switch') return ofImage(ours, request.image, image);
  const theirs = foundUpdate(set)?.architecture ?? null;
  if (theirs === null) return null;
  return theirs === ours
    ? pass(`The update is for ${ours}, as this host is`)
    : fail(`The update is for ${theirs}, this host is ${ours}.`, 'Switch to an image for this host.');
};

function ofImage(ours: string, { image: name, transport }: ImageReference, image: PreflightContext['probe']['image']) {
  const open = `The image is not looked at before the pull; bootc refuses one that is not for ${ours}.`;
  const command = `skopeo inspect docker://${name}`;
  if (transport !== 'registry') return unknown(open, null);
  return over(image, open, command, ({ architectures }) => {
    if (architectures.length === 0) return unknown('The image does not say for which machines it is.', null, command);
    return architectures.includes(ours)
      ? pass(`The image is for ${ours}, as this host is`, command)
      : fail(
          `The image is for ${architectures.join(', ')}, this host is ${ours}: bootc refuses it.`,
          'Switch to an image for this host.',
          command,
        );
  });
}

/** Whether the image is of the distribution that runs: /etc and /var stay, and were made by that. */
export const checkDistribution: Check = ({ request, facts, probe: { image } }) => {
  const ours = valueOf(facts.identity);
  if (request.verb !== 'switch' || request.image.transport !== 'registry' || !ours || ours.osId === '') return null;
  const command = `skopeo inspect docker://${request.image.image}`;
  return over(image, 'Which distribution the image is of is not known.', command, ({ osId }) => {
    if (osId === null) {
      return unknown('The image does not say which distribution it is of: it has no label for that.', null, command);
    }
    return osId === ours.osId
      ? pass(`The image is of the same distribution, ${osId}`, command)
      : warn(
          `The image is of another distribution: ${osId}, this host runs ${ours.osId}. /etc and /var stay as they are.`,
          'Look whether it gets along with the accounts and settings of this host.',
          command,
        );
  });
};

/** Local layering, which bootc does not carry over and therefore refuses (reference 1.2, 2.2). */
export const checkLayering: Check = ({ facts }) => {
  if (hostKind(facts) !== 'bootc') return null;
  const set = valueOf(facts.deployments);
  const layered = [set?.booted, set?.staged].find((deployment) => deployment?.incompatible);
  if (!layered) return pass('No layered packages');
  const what = layered.layers.length > 0 ? `: ${layered.layers.join(', ')}` : '';
  return fail(
    `Something is layered with rpm-ostree${what}. bootc refuses such a host.`,
    'Put it into the image; then `sudo rpm-ostree reset` undoes the layering, and the host follows the image again.',
    'rpm-ostree status',
  );
};

/** A rollback deletes what is staged (reference 2.4), which nobody asks for by that word. */
export const checkStaged: Check = ({ facts }) => {
  const staged = valueOf(facts.deployments)?.staged ?? null;
  if (!staged) return pass('Nothing is staged that a rollback would delete');
  return warn(
    `${versionLabel(staged)} is staged, and a rollback deletes it.`,
    'Go on if that is meant; an upgrade stages it again.',
  );
};

/** What the trees of /etc say of the merge, where they were compared. */
export const checkEtcMerge: Check = ({ request, facts, etcBlockers }) => {
  if (etcBlockers === null) return null;
  const set = valueOf(facts.deployments);
  if (IS_REBOOT.has(request.verb) && set && nextBoot(set).kind !== 'staged') return null;
  const [first] = etcBlockers;
  if (!first) return pass('Nothing in /etc makes the merge fail');
  const more = etcBlockers.length > 1 ? ` and ${plural(etcBlockers.length - 1, 'more path', 'more paths')}` : '';
  const text = `The /etc merge will fail at shutdown: ${first.path} (${first.reason})${more}. The update is then lost.`;
  const remedy = 'Move these files away, or take what the image has.';
  return IS_REBOOT.has(request.verb) ? warn(text, remedy) : fail(text, remedy);
};

/** Timers and agents that update without being asked (reference 5.6). */
export const checkTimer: Check = ({ request, facts: { autoUpdate } }) =>
  over(
    autoUpdate,
    'Whether something updates this host by itself is not known.',
    'systemctl list-timers --all',
    (timer) => {
      const command = timer && `systemctl status ${timer.unit}`;
      if (!timer) return pass('Nothing updates this host by itself', 'systemctl list-timers --all');
      if (timer.masked) return ofMaskedTimer(timer.unit, request.verb === 'rollback');
      if (!timer.active) return pass(`${timer.unit} is off`, command);
      const when = timer.nextAt === null ? '' : `, next ${formatDate(timer.nextAt)}`;
      if (request.verb === 'rollback') {
        return warn(
          `${timer.unit} is on and will undo the rollback${when}.`,
          'Pause automatic updates first.',
          command,
        );
      }
      return timer.reboots
        ? warn(
            `${timer.unit} may update and reboot this host by itself${when}.`,
            'Pause automatic updates, or take their time into account.',
            command,
          )
        : pass(`${timer.unit} updates this host, and does not reboot it${when}`, command);
    },
  );

function ofMaskedTimer(unit: string, isRollback: boolean) {
  const command = `systemctl status ${unit}`;
  if (!isRollback) return pass(`${unit} is masked`, command);
  return warn(
    `${unit} is masked in the /etc that runs; the rollback has its own, where it may be on.`,
    'Pause automatic updates again after the reboot.',
    command,
  );
}
