import type { DemoBoot, DemoEvent } from './boots.ts';
import type { Moment } from './facts-answer.ts';
import type { FrameWriter } from './frame-writer.ts';
import { deploymentId, type HostState } from './host-state.ts';
import { bootcStatus, ostreeStatus } from './status-json.ts';

type Fields = Readonly<Record<string, string>>;

/** An entry of a simulated journal that tells of something that happened. `at` epoch ms. */
export interface JournalEvent {
  readonly at: number;
  readonly boot: DemoBoot;
  readonly fields: Fields;
}

const FINALIZE = 'ostree-finalize-staged.service';
const HEALTH_CHECK = 'greenboot-healthcheck.service';
const BOOT_COMPLETE = 'ostree-boot-complete.service';

const ID = {
  stopping: 'de5b426a63be47a7b6ac3eaac82e2f6f',
  stopped: '9d1aaa27d60140bd96365438aad20286',
  journalStopped: 'd93fb3c9c24d451a97cea615ce59c00b',
  finalizing: 'e8646cd63dff4625b77909a8e7a40994',
  deployed: 'dd440e3e549083b63d0efc7dc15255f1',
  staged: '8f7a2b1c3d4e5f6a7b8c9d0e1f2a3b4c',
  rollback: '26f3b1eb24464d12aa5e7b544a6b5468',
} as const;

/** Answers `native/probes/forensics.sh`, frame by frame, from the boots that the host has had. */
export function answerForensics(
  state: HostState,
  moment: Moment,
  { isRoot, scope }: { readonly isRoot: boolean; readonly scope: string },
  { frame }: FrameWriter,
): void {
  const readable = isRoot ? state : { ...state, boots: [] };
  const entries = readable.boots.flatMap((boot) => journalOf(state, boot));
  const newestFirst = entries.toReversed().sort((a, b) => b.at - a.at);
  const newest = readable.boots.slice(-8).toReversed();

  answerBoots(state, moment, isRoot, { frame });
  frame('events', { stdout: lines(newestFirst) });
  frame('auto-updates', {});
  frame('errors', {
    stdout: newest
      .map(
        (boot) =>
          `\n== ${plain(boot.id)}\n${lines(entries.filter((entry) => entry.boot === boot && Number(entry.fields['PRIORITY']) <= 3))}`,
      )
      .join(''),
  });
  frame('stamp', {});
  frame('boot-status', {
    stdout:
      state.greenboot === 'fallback' ? 'FALLBACK BOOT DETECTED! Default bootc deployment has been rolled back.\n' : '',
  });
  frame('greenboot-conf', {});
  frame('systemd', { stdout: `SoftRebootsCount=${String(state.softReboots)}\n` });
  frame('crashes', {});
  if (scope === 'bundle') answerBundle(state, moment, entries, isRoot, { frame });
}

/** Answers `native/probes/journal-boots.sh`, which is the beginning of the other one as well. */
export function answerBoots(state: HostState, moment: Moment, isRoot: boolean, { frame }: FrameWriter): void {
  const boots = isRoot ? state.boots : [];
  const newest = boots.slice(-8).toReversed();
  frame('identity', { stdout: identity(state, moment, isRoot) });
  frame('boots', {
    stdout: `${JSON.stringify(boots.map((boot, index) => listed(boot, index - boots.length + 1, moment)))}\n`,
  });
  frame('deployments', {
    stdout: state.spec.backend === 'ostree' ? lines(newest.flatMap((boot) => resolved(state, boot))) : '',
  });
  frame('command-lines', {
    stdout: newest.map((boot) => `\n== ${plain(boot.id)}\n${commandLine(state, boot)}`).join(''),
  });
  frame('boot-links', {});
}

function answerBundle(
  state: HostState,
  moment: Moment,
  entries: readonly JournalEvent[],
  isRoot: boolean,
  { frame }: FrameWriter,
): void {
  const [now, before] = state.boots.toReversed();
  const text = (boot: DemoBoot | undefined) => ({
    stdout: entries.flatMap((entry) => (entry.boot === boot ? `${shown(entry, state)}\n` : [])).join(''),
  });
  const needsRoot = { stderr: 'error: Status: This command must be executed as the root user\n', code: 1 };
  const isBootc = state.spec.kind === 'bootc';
  frame('text-journal-this-boot', text(now));
  frame('text-journal-previous-boot', text(before));
  if (isBootc) frame('text-bootc-status', isRoot ? { stdout: bootcStatus(state, moment) } : needsRoot);
  if (state.booted && state.spec.backend === 'ostree')
    frame('text-ostree-status', { stdout: `${ostreeStatus(state)}\n` });
  frame('text-units', { stdout: state.failedUnits.map((unit) => `${unit} loaded failed failed\n`).join('') });
}

/** The frame `identity` of lib/journal.sh. */
export function identity(state: HostState, { now }: Moment, isRoot: boolean): string {
  const values = {
    'boot-id': state.bootId,
    'user-id': isRoot ? '0' : '1000',
    user: isRoot ? 'root' : 'admin',
    time: String(Math.floor(now / 1000)),
    persistent: 'yes',
    journal: isRoot ? 'readable' : 'unreadable',
    zone: '../usr/share/zoneinfo/Europe/Berlin',
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

const plain = (id: string) => id.replaceAll('-', '');
const micros = (at: number) => Math.round(at * 1000);

function listed({ id, startedAt, endedAt }: DemoBoot, index: number, { now }: Moment): object {
  return { index, boot_id: plain(id), first_entry: micros(startedAt), last_entry: micros(endedAt ?? now) };
}

function resolved(state: HostState, boot: DemoBoot): JournalEvent[] {
  if (boot.deployment === null) return [];
  const path = `/sysroot/ostree/deploy/default/deploy/${deploymentId(state, boot.deployment)}`;
  return [
    { at: boot.startedAt, boot, fields: { MESSAGE: `Resolved OSTree target to: ${path}`, DEPLOYMENT_PATH: path } },
  ];
}

function commandLine({ spec }: HostState, { deployment }: DemoBoot): string {
  if (deployment === null || spec.backend !== 'composefs') return '';
  return `Command line: BOOT_IMAGE=/vmlinuz-${deployment.release.kernel} composefs=${deployment.verity} rw\n`;
}

/** What a boot has in its journal: that it came up, what happened, and that it went down. */
export function journalOf(state: HostState, boot: DemoBoot): JournalEvent[] {
  const { startedAt, endedAt, greenboot, fallback } = boot;
  const add = (at: number, ...fields: readonly Fields[]) =>
    fields.map((each): JournalEvent => ({ at, boot, fields: { PRIORITY: '6', ...each } }));
  return [
    ...(fallback
      ? add(
          startedAt,
          said(
            'greenboot-rollback.service',
            'FALLBACK BOOT DETECTED! Default bootc deployment has been rolled back.',
            '3',
          ),
        )
      : []),
    ...(greenboot === 'green'
      ? add(startedAt, job(HEALTH_CHECK, 'done', 'Finished greenboot Health Checks Runner.'))
      : []),
    ...(greenboot === 'red'
      ? []
      : add(startedAt, job('multi-user.target', 'done', 'Reached target multi-user.target - Multi-User System.'))),
    ...boot.events.flatMap((event) => add(event.at, ...fieldsOf(state, event))),
    ...(endedAt === null ? [] : add(endedAt, ...unfinalized(boot))),
    ...(endedAt === null
      ? []
      : add(endedAt, {
          MESSAGE_ID: ID.journalStopped,
          _SYSTEMD_UNIT: 'systemd-journald.service',
          MESSAGE: 'Journal stopped',
        })),
  ];
}

function fieldsOf(state: HostState, event: DemoEvent): readonly Fields[] {
  switch (event.kind) {
    case 'staged': {
      const { reference, release } = event.deployment;
      const image = { F_BOOTC_IMAGE_REFERENCE: reference, F_BOOTC_MANIFEST_DIGEST: release.digest };
      const message = `Staging image for deployment: ${reference} (digest: ${release.digest})`;
      return [
        { ...said(event.by, message), F_MESSAGE_ID: ID.staged, ...image },
        job(FINALIZE, 'done', 'Finished OSTree Finalize Staged Deployment.'),
      ];
    }
    case 'unstaged':
      return [said(event.by, 'Deleted the staged deployment')];
    case 'rollback':
      return [
        {
          ...said(event.by, event.queued ? 'Rolling back' : 'Reverting the queued rollback'),
          F_MESSAGE_ID: ID.rollback,
          F_BOOTC_ROLLBACK_TYPE: event.queued ? 'rollback' : 'revert',
        },
      ];
    case 'finalized':
      return [
        ...finalizing(state, event),
        { ...said(FINALIZE, 'Bootloader updated; bootconfig swap: yes'), MESSAGE_ID: ID.deployed },
        stopped,
      ];
    case 'finalize-failed':
      return [
        ...finalizing(state, event),
        said(FINALIZE, `error: ${event.reason}`, '3'),
        { ...about(FINALIZE, `${FINALIZE}: Failed with result 'exit-code'.`, '4'), UNIT_RESULT: 'exit-code' },
        stopped,
      ];
    case 'check-failed': {
      const name = event.check.split('/').at(-1) ?? event.check;
      return [
        said(HEALTH_CHECK, 'Running Required Health Check Scripts...'),
        said(HEALTH_CHECK, event.output),
        said(HEALTH_CHECK, `Script '${name}' FAILURE (exit code '1')`, '0'),
        { ...about(HEALTH_CHECK, `${HEALTH_CHECK}: Failed with result 'exit-code'.`, '4'), UNIT_RESULT: 'exit-code' },
      ];
    }
    case 'unit-failed':
      return event.unit === BOOT_COMPLETE
        ? [said(event.unit, `error: ${event.reason}`, '3')]
        : [about(event.unit, event.reason, '3')];
  }
}

/** What finalization says at shutdown where it had nothing to do: what was staged is download-only, or there no more. */
function unfinalized({ events }: DemoBoot): readonly Fields[] {
  const last = events.findLast(({ kind }) => kind !== 'check-failed' && kind !== 'unit-failed');
  const wasStaged = events.some(({ kind }) => kind === 'staged');
  if (!wasStaged || !last || last.kind === 'finalized' || last.kind === 'finalize-failed') return [];
  const reason =
    last.kind === 'staged'
      ? 'Not finalizing; deployment is locked for finalization'
      : 'No deployment staged for finalization or soft reboot';
  return [stopping, said(FINALIZE, reason), stopped];
}

const stopping: Fields = {
  ...about(FINALIZE, 'Stopping OSTree Finalize Staged Deployment...'),
  ...{ MESSAGE_ID: ID.stopping, JOB_TYPE: 'stop' },
};
const stopped: Fields = {
  ...about(FINALIZE, 'Stopped OSTree Finalize Staged Deployment.'),
  ...{ MESSAGE_ID: ID.stopped, JOB_TYPE: 'stop', JOB_RESULT: 'done' },
};

function finalizing(
  state: HostState,
  { deployment }: Extract<DemoEvent, { kind: 'finalized' | 'finalize-failed' }>,
): Fields[] {
  const isOstree = state.spec.backend === 'ostree';
  const which = isOstree
    ? { OSTREE_CHECKSUM: deployment.checksum, OSTREE_DEPLOYSERIAL: String(deployment.serial) }
    : {};
  return [stopping, { ...said(FINALIZE, 'Finalizing staged deployment'), MESSAGE_ID: ID.finalizing, ...which }];
}

function said(unit: string, message: string, priority = '6'): Fields {
  return { _SYSTEMD_UNIT: unit, SYSLOG_IDENTIFIER: unit.replace(/\.\w+$/, ''), MESSAGE: message, PRIORITY: priority };
}

function about(unit: string, message: string, priority = '6'): Fields {
  return { ...said('init.scope', message, priority), SYSLOG_IDENTIFIER: 'systemd', UNIT: unit };
}

function job(unit: string, result: string, message: string): Fields {
  return { ...about(unit, message), JOB_TYPE: 'start', JOB_RESULT: result };
}

function lines(entries: readonly JournalEvent[]): string {
  return entries
    .map(({ at, boot, fields }) =>
      JSON.stringify({ __REALTIME_TIMESTAMP: String(micros(at)), _BOOT_ID: plain(boot.id), ...fields }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function shown({ at, fields }: JournalEvent, { spec }: HostState): string {
  return `${new Date(at).toISOString()} ${spec.name} ${fields['SYSLOG_IDENTIFIER'] ?? 'kernel'}: ${fields['MESSAGE'] ?? ''}`;
}
