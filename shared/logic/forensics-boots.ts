import type { BootRecord } from '../model/forensics.ts';
import type { ForensicsProbe } from '../parse/forensics.ts';
import { journalLine, type JournalEntry, type ListedBoot } from '../parse/journal.ts';
import { cleanText } from '../parse/text.ts';
import { greenbootOf } from './forensics-greenboot.ts';

/** How many boots are told, the newest ones: those whose errors the probe reads. */
export const TOLD_BOOTS = 8;
/** Lines of one unit that are kept of a boot. */
const MAX_LINES = 40;

/** Ids of journal messages: systemd's, ostree's, bootc's (reference 2.1, 4.6, 5.8). */
const MESSAGE = {
  stopping: 'de5b426a63be47a7b6ac3eaac82e2f6f',
  stopped: '9d1aaa27d60140bd96365438aad20286',
  journalStopped: 'd93fb3c9c24d451a97cea615ce59c00b',
  startupFinished: 'b07a249cd024414a82dd00cd181378ff',
  finalizing: 'e8646cd63dff4625b77909a8e7a40994',
  deployed: 'dd440e3e549083b63d0efc7dc15255f1',
  staged: '8f7a2b1c3d4e5f6a7b8c9d0e1f2a3b4c',
  rollback: '26f3b1eb24464d12aa5e7b544a6b5468',
} as const;

const FINALIZE_UNITS: ReadonlySet<string> = new Set([
  'ostree-finalize-staged.service',
  'bootc-finalize-staged.service',
]);
const BOOT_COMPLETE = 'ostree-boot-complete.service';

/** What the boots cannot tell of themselves. */
export interface BootContext {
  /** The deployment that runs now, null where it is not known. */
  readonly bootedId: string | null;
  /** Whether something is staged now; null: not known. */
  readonly isStaged: boolean | null;
  /** What deployments are called, by their ids. */
  readonly names: ReadonlyMap<string, string>;
}

/** The newest boots of a host, newest first. */
export function readBoots(probe: ForensicsProbe, context: BootContext): BootRecord[] {
  // Of a boot before the first event that is known, the half would be told as if it were all.
  const since = probe.eventsCut ? (probe.events[0]?.at ?? 0) : 0;
  const listed = probe.boots.filter(({ firstAt, id }) => firstAt >= since || id === probe.bootId).slice(-TOLD_BOOTS);
  const records = listed.map((boot) => readBoot(boot, probe, context));
  return records.map((record, index) => withHindsight(record, records[index + 1], probe)).reverse();
}

function readBoot(boot: ListedBoot, probe: ForensicsProbe, context: BootContext): BootRecord {
  const entries = probe.events.filter(({ bootId }) => bootId === boot.id);
  const isNow = boot.id === probe.bootId;
  const deployment = (isNow ? context.bootedId : null) ?? probe.deployments.get(boot.id) ?? null;
  return {
    id: boot.id,
    startedAt: boot.firstAt,
    endedAt: isNow ? null : boot.lastAt,
    deployment,
    version: deployment === null ? null : (context.names.get(deployment) ?? null),
    end: isNow ? 'running' : hasShutDown(entries) ? 'clean' : 'cut',
    cameUp: cameUp(entries, isNow),
    staged: stagingOf(entries),
    finalize: finalizeOf(entries, isNow, context.isStaged),
    greenboot: greenbootOf(entries),
    rollbacks: rollbacksOf(entries),
    autoUpdates: autoUpdatesOf(probe.autoUpdates.filter(({ bootId }) => bootId === boot.id)),
    errors: [...(probe.errors.get(boot.id) ?? [])],
  };
}

/** The unit of systemd's that an entry is about, or the one that said it. */
function unitOf(entry: JournalEntry): string {
  return entry.field('UNIT') || entry.field('_SYSTEMD_UNIT');
}

const isMessage = (entry: JournalEntry, id: string) => entry.field('MESSAGE_ID') === id;
/** bootc's events; since 1.8 its fields have a prefix, also the id. */
const isBootcMessage = (entry: JournalEntry, id: string) =>
  entry.field('MESSAGE_ID') === id || entry.field('F_MESSAGE_ID') === id;
const bootcField = (entry: JournalEntry, name: string) => entry.field(`F_${name}`) || entry.field(name);

function hasShutDown(entries: readonly JournalEntry[]): boolean {
  return entries.some(
    (entry) =>
      isMessage(entry, MESSAGE.journalStopped) ||
      (entry.field('UNIT') === 'shutdown.target' &&
        entry.field('JOB_TYPE') === 'start' &&
        entry.field('JOB_RESULT') === 'done'),
  );
}

/** The boot that runs has to come up first before it has failed to; an older one without a word of it did not, where units were heard of. */
function cameUp(entries: readonly JournalEntry[], isNow: boolean): boolean | null {
  const isUp = entries.some(
    (entry) =>
      isMessage(entry, MESSAGE.startupFinished) ||
      (entry.field('UNIT') === 'multi-user.target' &&
        entry.field('JOB_TYPE') === 'start' &&
        entry.field('JOB_RESULT') === 'done'),
  );
  if (isUp) return true;
  return isNow ? null : false;
}

function stagingOf(entries: readonly JournalEntry[]): BootRecord['staged'] {
  const entry = entries.findLast((each) => isBootcMessage(each, MESSAGE.staged));
  if (!entry) return null;
  return {
    at: entry.at,
    reference: cleanText(bootcField(entry, 'BOOTC_IMAGE_REFERENCE'), 300) || null,
    digest: cleanText(bootcField(entry, 'BOOTC_MANIFEST_DIGEST'), 100) || null,
    by: cleanText(entry.field('_SYSTEMD_UNIT'), 200),
  };
}

function finalizeOf(
  entries: readonly JournalEntry[],
  isNow: boolean,
  isStagedNow: boolean | null,
): BootRecord['finalize'] {
  const own = entries.filter((entry) => FINALIZE_UNITS.has(unitOf(entry)));
  const lines = own
    .map(journalLine)
    .filter(({ text }) => text !== '')
    .slice(-MAX_LINES);
  const finalizing = own.findLast((entry) => isMessage(entry, MESSAGE.finalizing));
  const checksum = finalizing?.field('OSTREE_CHECKSUM') ?? '';
  const found = {
    deployment: /^[0-9a-f]{64}$/.test(checksum) ? `${checksum}.${serialOf(finalizing)}` : null,
    lines,
  };
  const wasStaged = own.length > 0 || entries.some((entry) => isBootcMessage(entry, MESSAGE.staged));
  if (isNow) {
    const result = isStagedNow === true ? 'waiting' : wasStaged && isStagedNow === false ? 'removed' : 'nothing';
    return { ...found, result, at: null, reason: null };
  }
  const end = endOf(own, finalizing !== undefined);
  if (end) return { ...found, ...end };
  return { ...found, result: wasStaged ? 'cut' : 'nothing', at: null, reason: null };
}

function serialOf(entry: JournalEntry | undefined): string {
  return /^\d{1,9}$/.exec(entry?.field('OSTREE_DEPLOYSERIAL') ?? '')?.[0] ?? '0';
}

/** How the unit that finalizes ended; null where it did not. What systemd says decides; ostree's words only tell a skipped one apart. */
function endOf(
  own: readonly JournalEntry[],
  isFinalizing: boolean,
): Pick<BootRecord['finalize'], 'result' | 'at' | 'reason'> | null {
  const failed = own.findLast((entry) => !['', 'success', 'done'].includes(entry.field('UNIT_RESULT')));
  if (failed) {
    const isTimeout = failed.field('UNIT_RESULT') === 'timeout';
    return { result: isTimeout ? 'timeout' : 'failed', at: failed.at, reason: errorOf(own) };
  }
  const deployed = own.findLast((entry) => isMessage(entry, MESSAGE.deployed));
  if (deployed) return { result: 'done', at: deployed.at, reason: null };
  const stopped = own.findLast((entry) => isMessage(entry, MESSAGE.stopped));
  if (!stopped) return null;
  const stop = own.findIndex((entry) => isMessage(entry, MESSAGE.stopping));
  const said = own.slice(stop + 1).map((entry) => cleanText(entry.field('MESSAGE'), 400));
  const held = said.find((text) => /not finalizing|finalization.*locked|locked for finalization/i.test(text));
  if (held !== undefined) return { result: 'held', at: stopped.at, reason: held };
  if (isFinalizing || stopped.field('UNIT').startsWith('bootc-'))
    return { result: 'done', at: stopped.at, reason: null };
  const removed = said.find((text) => /no (?:deployment )?staged|no deployment staged/i.test(text));
  return { result: 'removed', at: stopped.at, reason: removed ?? null };
}

/** What the tool itself said it failed of: its last line that begins as an error does, else its last one. */
function errorOf(own: readonly JournalEntry[]): string | null {
  const said = own
    .filter((entry) => entry.field('_SYSTEMD_UNIT') !== 'init.scope' && entry.field('UNIT') === '')
    .map((entry) => cleanText(entry.field('MESSAGE'), 600))
    .filter((text) => text !== '');
  const error = said.findLast((text) => /^(?:error|ERROR)\b/.test(text)) ?? said.at(-1);
  return error === undefined ? null : withoutPrefix(error);
}

function withoutPrefix(text: string): string {
  return text.replace(/^(?:error|ERROR):? +/, '');
}

const FAILED_BEFORE = /ostree-finalize-staged\.service failed on previous boot: (.+)$/;

/** What the boot after it, or the stamp, knows better: where the journal ended before finalization did. */
function withHindsight(record: BootRecord, next: BootRecord | undefined, probe: ForensicsProbe): BootRecord {
  const { finalize } = record;
  if (!next || finalize.result === 'failed' || finalize.result === 'timeout') return record;
  const line = probe.events
    .filter((entry) => entry.bootId === next.id && unitOf(entry) === BOOT_COMPLETE)
    .map(journalLine)
    .find(({ text }) => FAILED_BEFORE.test(text));
  if (line) {
    const reason = FAILED_BEFORE.exec(line.text)?.[1] ?? null;
    return {
      ...record,
      finalize: { ...finalize, result: 'failed', at: line.at, reason, lines: [...finalize.lines, line] },
    };
  }
  if (finalize.result === 'cut' && ranWhatWasStaged(record, next)) {
    return { ...record, finalize: { ...finalize, result: 'done', deployment: next.deployment } };
  }
  if (finalize.result === 'cut' && next.end === 'running' && probe.stamp !== null) {
    return { ...record, finalize: { ...finalize, result: 'failed', reason: probe.stamp } };
  }
  return record;
}

function ranWhatWasStaged({ finalize, deployment, end }: BootRecord, next: BootRecord): boolean {
  if (next.deployment === null) return false;
  if (finalize.deployment !== null) return finalize.deployment === next.deployment;
  return end === 'clean' && deployment !== null && deployment !== next.deployment;
}

function rollbacksOf(entries: readonly JournalEntry[]): BootRecord['rollbacks'] {
  return entries
    .filter((entry) => isBootcMessage(entry, MESSAGE.rollback))
    .slice(-20)
    .map((entry) => ({
      at: entry.at,
      kind: bootcField(entry, 'BOOTC_ROLLBACK_TYPE') === 'revert' ? 'revert' : 'rollback',
      by: cleanText(entry.field('_SYSTEMD_UNIT'), 200),
      text: cleanText(entry.field('MESSAGE'), 300),
    }));
}

/** Runs of update units, from what systemd says of their jobs. */
function autoUpdatesOf(entries: readonly JournalEntry[]): BootRecord['autoUpdates'] {
  const runs: { at: number; unit: string; result: 'done' | 'failed' | null }[] = [];
  const last = (unit: string) => runs.findLast((run) => run.unit === unit && run.result === null);
  for (const entry of entries) {
    const unit = cleanText(entry.field('UNIT'), 200) || cleanText(entry.field('_SYSTEMD_UNIT'), 200);
    const isFailure = !['', 'success'].includes(entry.field('UNIT_RESULT'));
    const isEnd = isFailure || (entry.field('JOB_TYPE') === 'start' && entry.field('JOB_RESULT') === 'done');
    const run = last(unit);
    if (!run) runs.push({ at: entry.at, unit, result: isFailure ? 'failed' : isEnd ? 'done' : null });
    else if (isEnd) run.result = isFailure ? 'failed' : 'done';
  }
  return runs.slice(-20);
}
