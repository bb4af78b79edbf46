import { readBoots } from '../../../shared/logic/forensics-boots.ts';
import { namesOf } from '../../../shared/logic/forensics-names.ts';
import { judge } from '../../../shared/logic/forensics-verdict.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { BootRecord, Verdict } from '../../../shared/model/forensics.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { parseForensics } from '../../../shared/parse/forensics.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';

type Fields = Readonly<Record<string, string>>;

/** When the first boot of a story starts, epoch ms. A boot lasts a thousand seconds, the next one starts right after. */
export const T0 = Date.UTC(2026, 10, 20, 6);
export const BOOT_MS = 1_000_000;

export const FINALIZE = 'ostree-finalize-staged.service';
const HEALTH = 'greenboot-healthcheck.service';
export const OLD = `${'a'.repeat(64)}.0`;
export const NEW = `${'b'.repeat(64)}.0`;
export const DIGEST = `sha256:${'d'.repeat(64)}`;

export const idOf = (number: number): string => number.toString(16).padStart(32, '0');

const systemd = (unit: string, fields: Fields): Fields => ({ UNIT: unit, _SYSTEMD_UNIT: 'init.scope', ...fields });
const said = (unit: string, text: string, fields: Fields = {}): Fields => ({
  _SYSTEMD_UNIT: unit,
  SYSLOG_IDENTIFIER: 'ostree',
  MESSAGE: text,
  ...fields,
});
const result = (unit: string, value: string) =>
  systemd(unit, { UNIT_RESULT: value, MESSAGE: `${unit}: Failed with result '${value}'.` });

const stopping = systemd(FINALIZE, {
  MESSAGE_ID: 'de5b426a63be47a7b6ac3eaac82e2f6f',
  JOB_TYPE: 'stop',
  MESSAGE: 'Stopping',
});
const stopped = systemd(FINALIZE, {
  MESSAGE_ID: '9d1aaa27d60140bd96365438aad20286',
  JOB_TYPE: 'stop',
  JOB_RESULT: 'done',
  MESSAGE: 'Stopped',
});
const finalizing = (deployment = NEW) =>
  said(FINALIZE, 'Finalizing staged deployment', {
    MESSAGE_ID: 'e8646cd63dff4625b77909a8e7a40994',
    OSTREE_CHECKSUM: deployment.slice(0, 64),
    OSTREE_DEPLOYSERIAL: deployment.slice(65),
  });

/** What the journal of a boot can have in it, in the words and fields of real hosts (systemd 257 to 262, ostree 2025). */
export const events = {
  up: [systemd('multi-user.target', { JOB_TYPE: 'start', JOB_RESULT: 'done', MESSAGE: 'Reached target' })],
  down: [
    {
      MESSAGE_ID: 'd93fb3c9c24d451a97cea615ce59c00b',
      _SYSTEMD_UNIT: 'systemd-journald.service',
      MESSAGE: 'Journal stopped',
    },
  ],
  staged: (by = 'session-c1.scope'): Fields[] => [
    {
      F_MESSAGE_ID: '8f7a2b1c3d4e5f6a7b8c9d0e1f2a3b4c',
      F_BOOTC_IMAGE_REFERENCE: 'quay.io/acme/os:stable',
      F_BOOTC_MANIFEST_DIGEST: DIGEST,
      _SYSTEMD_UNIT: by,
      MESSAGE: 'Staging image for deployment',
    },
    systemd(FINALIZE, { JOB_TYPE: 'start', JOB_RESULT: 'done', MESSAGE: 'Finished' }),
  ],
  applied: (deployment = NEW): Fields[] => [
    stopping,
    finalizing(deployment),
    said(FINALIZE, 'Bootloader updated', { MESSAGE_ID: 'dd440e3e549083b63d0efc7dc15255f1' }),
    stopped,
  ],
  failed: (error: string): Fields[] => [
    stopping,
    finalizing(),
    said(FINALIZE, `error: ${error}`),
    result(FINALIZE, 'exit-code'),
    stopped,
  ],
  timedOut: [stopping, finalizing(), result(FINALIZE, 'timeout'), stopped],
  halfway: [stopping, finalizing()],
  held: [stopping, said(FINALIZE, 'Not finalizing; deployment is locked for finalization'), stopped],
  heldBefore2023: [stopping, said(FINALIZE, 'Not finalizing; found /run/ostree/staged-deployment-locked'), stopped],
  nothingThere: [stopping, said(FINALIZE, 'No deployment staged for finalization or soft reboot'), stopped],
  bootComplete: (reason: string): Fields[] => [
    said('ostree-boot-complete.service', `error: ostree-finalize-staged.service failed on previous boot: ${reason}`),
  ],
  rollback: (kind: 'rollback' | 'revert' = 'rollback', by = 'session-c1.scope'): Fields[] => [
    {
      F_MESSAGE_ID: '26f3b1eb24464d12aa5e7b544a6b5468',
      F_BOOTC_ROLLBACK_TYPE: kind,
      _SYSTEMD_UNIT: by,
      MESSAGE: `Rolling back to image: ${DIGEST}`,
    },
  ],
  rollbackBefore18: (): Fields[] => [
    {
      MESSAGE_ID: '26f3b1eb24464d12aa5e7b544a6b5468',
      _SYSTEMD_UNIT: 'session-1.scope',
      MESSAGE: `Rolling back to image: ${DIGEST}`,
    },
  ],
  red: [
    said(HEALTH, 'Running Required Health Check Scripts...'),
    said(HEALTH, 'app: the database is too old'),
    said(HEALTH, "Script '10-app.sh' FAILURE (exit code '1')", { PRIORITY: '0' }),
    result(HEALTH, 'exit-code'),
  ],
  redOfRust: [
    said(HEALTH, 'running required check /usr/lib/greenboot/check/required.d/10-app.sh'),
    said(HEALTH, 'required script /usr/lib/greenboot/check/required.d/10-app.sh failed!'),
    result(HEALTH, 'exit-code'),
  ],
  green: [systemd(HEALTH, { JOB_TYPE: 'start', JOB_RESULT: 'done', MESSAGE: 'Finished' })],
  fallback: [
    said(
      'greenboot-rpm-ostree-grub2-check-fallback.service',
      'FALLBACK BOOT DETECTED! Default bootc deployment has been rolled back.',
    ),
    ...[
      {
        F_MESSAGE_ID: '26f3b1eb24464d12aa5e7b544a6b5468',
        F_BOOTC_ROLLBACK_TYPE: 'revert',
        _SYSTEMD_UNIT: 'greenboot-rpm-ostree-grub2-check-fallback.service',
        MESSAGE: 'Rolling back',
      },
    ],
  ],
} as const;

export interface StoryBoot {
  /** Null: the journal does not say. */
  readonly ran: string | null;
  readonly journal: readonly (readonly Fields[])[];
}

/** A boot of a story: what it ran, and what its journal has, in order. */
export const boot = (ran: string | null, ...journal: readonly (readonly Fields[])[]): StoryBoot => ({ ran, journal });
/** The same, come up and shut down as boots should. */
export const good = (ran: string | null, ...journal: readonly (readonly Fields[])[]): StoryBoot =>
  boot(ran, events.up, ...journal, events.down);

export interface Story {
  /** Oldest first; the last one runs. */
  readonly boots: readonly StoryBoot[];
  readonly set?: DeploymentSet | null;
  readonly operations?: readonly Operation[];
  readonly identity?: Fields;
  readonly frames?: Readonly<Record<string, string>>;
}

const frame = (name: string, stdout: string): ParsedFrame => ({
  name,
  args: [],
  stdout,
  stderr: '',
  exitCode: 0,
  complete: true,
});

/** The frames of a host that has this story. */
export function framesOf({ boots, identity = {}, frames = {} }: Story): ParsedFrame[] {
  const startOf = (index: number) => T0 + index * BOOT_MS;
  const micros = (at: number) => String(at * 1000);
  const entries = boots.flatMap(({ journal }, index) =>
    journal.flat().map((fields, place) =>
      JSON.stringify({
        __REALTIME_TIMESTAMP: micros(startOf(index) + place * 1000 + 1000),
        _BOOT_ID: idOf(index),
        PRIORITY: '6',
        ...fields,
      }),
    ),
  );
  const list = boots.map((_, index) => ({
    index: index - boots.length + 1,
    boot_id: idOf(index),
    first_entry: startOf(index) * 1000,
    last_entry: (startOf(index) + BOOT_MS - 1000) * 1000,
  }));
  const ran = boots.flatMap(({ ran: id }, index) =>
    id === null
      ? []
      : [
          JSON.stringify({
            __REALTIME_TIMESTAMP: micros(startOf(index)),
            _BOOT_ID: idOf(index),
            DEPLOYMENT_PATH: `/sysroot/ostree/deploy/default/deploy/${id}`,
          }),
        ],
  );
  const facts = {
    'boot-id': idOf(boots.length - 1),
    user: 'admin',
    'user-id': '0',
    persistent: 'yes',
    journal: 'readable',
    ...identity,
  };
  const texts: Record<string, string> = {
    identity: Object.entries(facts)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
    boots: JSON.stringify(list),
    deployments: ran.reverse().join('\n'),
    events: entries.reverse().join('\n'),
    'auto-updates': '',
    ...frames,
  };
  return Object.entries(texts).map(([name, text]) => frame(name, text));
}

export interface Judged {
  readonly verdict: Verdict;
  readonly boots: readonly BootRecord[];
}

/** A story as Berth reads and judges it. */
export function judged(story: Story): Judged {
  const { set = null, operations = [] } = story;
  const probe = parseForensics(framesOf(story));
  const names = namesOf(set, operations);
  const boots = readBoots(probe, {
    bootedId: set?.booted?.id ?? null,
    isStaged: set ? set.staged !== null : null,
    names,
  });
  const { journal, persistent, user, fallbackTold, maxAttempts } = probe;
  return {
    boots,
    verdict: judge({ journal, persistent, user, boots, set, fallbackTold, maxAttempts, operations, names }),
  };
}
