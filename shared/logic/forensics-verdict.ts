import type { DeploymentSet } from '../model/deployment.ts';
import type { BootRecord, JournalLine, Verdict, VerdictKind } from '../model/forensics.ts';
import type { Operation } from '../model/operation.ts';
import { byWhom, name, operationOf, rollbackLines, stagedLines, stagedName, type Names } from './forensics-names.ts';
import { versionLabel } from './format.ts';

/** What is judged. `boots` newest first; `set` null where the deployments are not known; `operations` of this host, newest first. */
export interface ForensicCase {
  readonly journal: 'readable' | 'unreadable' | 'none';
  readonly persistent: boolean;
  readonly user: string;
  readonly boots: readonly BootRecord[];
  readonly set: DeploymentSet | null;
  /** Greenboot's message of this boot, or its counter, tells of a fallback. */
  readonly fallbackTold: boolean;
  /** So many boots greenboot gives an update. */
  readonly maxAttempts: number;
  readonly operations: readonly Operation[];
  /** See `namesOf`. */
  readonly names: Names;
}

const EVIDENCE = 12;
const UPDATERS =
  /^(?:bootc-fetch-apply-updates|rpm-ostreed-automatic|uupd|ublue-update|zincati|flightctl-agent)\.service$/;

/**
 * Why the host runs what it runs. The newest change that was tried decides: boots are looked at from now backwards, and the first
 * one that ended with something to tell is the answer. Deterministic and total; sources: reference 2.5, 4.6, 5.6, 5.7.
 */
export function judge(given: ForensicCase): Verdict {
  const found = now(given) ?? past(given);
  if (found?.kind === 'as-expected') return waiting(given) ?? found;
  return found ?? withoutJournal(given) ?? waiting(given) ?? nothingWrong(given);
}

/** What holds in the boot that runs. */
function now({ boots: [boot], set, operations }: ForensicCase): Verdict | null {
  if (boot?.greenboot.verdict === 'red') {
    return verdict('greenboot-red', {
      at: boot.greenboot.lines[0]?.at ?? boot.startedAt,
      params: { version: name(boot), ...checkOf([boot]) },
      evidence: boot.greenboot.lines,
      failedBoot: boot.id,
    });
  }
  if (set?.rollbackQueued !== true) return null;
  const event = boot?.rollbacks.at(-1);
  return verdict('rollback-queued', {
    at: event?.at ?? null,
    params: { version: set.rollback ? versionLabel(set.rollback) : '', ...byWhom(event?.by, operations) },
    evidence: boot ? rollbackLines(boot) : [],
    operationId: operationOf(event?.by),
  });
}

/** The newest boot that ended with something to tell. */
function past(given: ForensicCase): Verdict | null {
  const { boots } = given;
  for (let index = 0; index + 1 < boots.length; index += 1) {
    const [after, before] = [boots[index], boots[index + 1]];
    if (!after || !before) break;
    const found = greenboot(given, index) ?? turn(given, before, after, index);
    if (found) return found;
  }
  return null;
}

/** What one boot (`before`) left for the next (`after`). */
function turn(given: ForensicCase, before: BootRecord, after: BootRecord, index: number): Verdict | null {
  const { finalize } = before;
  const pair = { failedBoot: before.id, goodBoot: after.id };
  const params = { version: stagedName(before, given.names), ...byWhom(before.staged?.by, given.operations) };
  const base = { ...pair, params, evidence: finalize.lines, operationId: operationOf(before.staged?.by) };
  switch (finalize.result) {
    case 'failed':
      return failed(before, base);
    case 'timeout':
      return verdict('finalize-timeout', { ...base, at: finalize.at });
    case 'held':
      return verdict('held', { ...base, at: finalize.at });
    case 'cut':
      return cut(before, base);
    case 'done':
      return done(given, before, after, index, base);
    case 'removed':
    case 'waiting':
    case 'nothing':
      return rolledBack(given, before, after) ?? removed(before, base) ?? unexplained(before, after);
  }
}

type Base = Partial<Verdict>;

const ETC_CONFLICT =
  /Modified config file newly defaults to (directory) '([^']+)'|File '([^']+)' now defaults to a (directory)|Directory '([^']+)' now defaults to a (file)|Unmergable (?:File|Directory) '([^']+)'|opendir\(([^)]+)\): (?:Not a directory|No such file or directory)/;

function failed({ finalize }: BootRecord, base: Base): Verdict {
  const reason = finalize.reason ?? '';
  const all = { ...base, at: finalize.at, params: { ...base.params, reason } };
  const conflict = ETC_CONFLICT.exec(reason);
  const [, , intoFolder, fileIntoFolder, , folderIntoFile, , either, unopened] = conflict ?? [];
  const path = intoFolder ?? fileIntoFolder ?? folderIntoFile ?? either ?? unopened;
  if (path !== undefined || /merge conflicts? (?:found )?in etc|During \/etc merge/i.test(reason)) {
    const becomes =
      (intoFolder ?? fileIntoFolder) !== undefined
        ? 'directory'
        : (folderIntoFile ?? unopened) !== undefined
          ? 'file'
          : '';
    return verdict('etc-conflict', { ...all, params: { ...all.params, path: etcPath(path ?? ''), becomes } });
  }
  if (/No space left on device|Insufficient free space|min-free-space/i.test(reason)) return verdict('boot-full', all);
  return verdict('finalize-failed', all);
}

function etcPath(path: string): string {
  const clean = path.replace(/^\/+/, '');
  return clean === '' || clean.startsWith('etc/') ? clean : `etc/${clean}`;
}

/** It ended before the staged update was finalized: with a shutdown that had begun, or without any. */
function cut(before: BootRecord, base: Base): Verdict {
  const hadBegun = before.end === 'clean' || before.finalize.deployment !== null;
  return verdict(hadBegun ? 'finalize-cut' : 'power-cut', {
    ...base,
    at: before.endedAt,
    evidence: [...before.finalize.lines, ...before.errors.slice(-3)],
  });
}

/** It was finalized: then the next boot runs it, or something is wrong with it. */
function done(given: ForensicCase, before: BootRecord, after: BootRecord, index: number, base: Base): Verdict {
  const { finalize } = before;
  const isOther = finalize.deployment !== null && after.deployment !== null && finalize.deployment !== after.deployment;
  if (isOther) {
    return verdict('did-not-come-up', {
      ...base,
      at: finalize.at,
      failedBoot: null,
      params: { ...base.params, told: 'nothing', version: stagedName(before, given.names), booted: name(after) },
    });
  }
  const undone = undoneRollback(given, before, index);
  if (undone) return undone;
  return verdict('as-expected', {
    ...base,
    at: after.startedAt,
    failedBoot: null,
    params: { ...base.params, version: name(after) || stagedName(before, given.names), since: after.startedAt },
  });
}

/** Staged by an auto-update unit, and the very deployment (or image) that somebody had rolled back from before. */
function undoneRollback({ boots }: ForensicCase, before: BootRecord, index: number): Verdict | null {
  const updater = before.staged?.by ?? before.autoUpdates.at(-1)?.unit ?? '';
  if (!UPDATERS.test(updater)) return null;
  const isSame = (old: BootRecord) =>
    old.deployment !== null && before.finalize.deployment !== null
      ? checksum(old.deployment) === checksum(before.finalize.deployment)
      : old.version !== null && old.version === boots[index]?.version;
  const rolled = boots.slice(index + 1).find((old) => old.rollbacks.length > 0 && isSame(old));
  if (!rolled) return null;
  const rollback = rolled.rollbacks.at(-1);
  return verdict('auto-update-undid-rollback', {
    at: before.staged?.at ?? before.finalize.at,
    params: { unit: updater, version: name(rolled), rolledBackAt: rollback?.at ?? rolled.startedAt },
    evidence: [...rollbackLines(rolled), ...stagedLines(before), ...before.finalize.lines.slice(-4)],
  });
}

const checksum = (id: string) => id.split('.')[0];

/** A rollback that a person, a tool or Berth asked for in `before`. Greenboot's own are told by `greenboot`. */
function rolledBack(given: ForensicCase, before: BootRecord, after: BootRecord): Verdict | null {
  const events = before.rollbacks.filter(({ by }) => !/^(?:greenboot|redboot)/.test(by));
  const last = events.at(-1);
  if (!last) return null;
  const all = {
    at: last.at,
    params: {
      version: name(after),
      from: name(before),
      lost: before.staged && before.staged.at < last.at ? stagedName(before, given.names) || 'the update' : '',
      ...byWhom(last.by, given.operations),
    },
    evidence: [...stagedLines(before), ...rollbackLines(before)],
    operationId: operationOf(last.by),
  };
  const isSame = before.deployment !== null && before.deployment === after.deployment;
  if (events.length > 1 && (isSame || last.kind === 'revert')) {
    return verdict('rollback-toggled', { ...all, params: { ...all.params, times: events.length } });
  }
  return verdict('rolled-back', all);
}

/** Something had been staged, and nothing was when the host went down. */
function removed(before: BootRecord, base: Base): Verdict | null {
  if (before.finalize.result !== 'removed') return null;
  return verdict('stage-removed', { ...base, at: before.finalize.at });
}

/** Another deployment than before, and nothing in the journal that would have brought it. */
function unexplained(before: BootRecord, after: BootRecord): Verdict | null {
  if (before.deployment === null || after.deployment === null || before.deployment === after.deployment) return null;
  const params = { version: name(before), booted: name(after), told: 'some' };
  const shown = { failedBoot: before.id, goodBoot: after.id, evidence: before.errors.slice(-EVIDENCE) };
  if (before.cameUp === false && before.end === 'cut') {
    return verdict('did-not-come-up', { ...shown, at: before.endedAt, params });
  }
  return verdict('other-entry', { ...shown, at: after.startedAt, failedBoot: null, params });
}

/** Boots that greenboot found unhealthy, up to the one that runs something else. */
function greenboot({ boots, fallbackTold, maxAttempts }: ForensicCase, index: number): Verdict | null {
  const after = boots[index];
  if (!after) return null;
  const rest = boots.slice(index + 1);
  const healthy = rest.findIndex(({ greenboot: { verdict } }) => verdict !== 'red');
  const red = healthy === -1 ? rest : rest.slice(0, healthy);
  const isFallback = after.greenboot.fallback || (fallbackTold && index === 0);
  const [last] = red;
  const isOther =
    (last?.deployment ?? null) !== null && after.deployment !== null && last?.deployment !== after.deployment;
  if (!isFallback && !isOther) return null;
  return verdict('greenboot-rollback', {
    at: after.startedAt,
    params: {
      boots: red.length,
      attempts: maxAttempts,
      version: last ? name(last) : '',
      back: name(after),
      ...checkOf(red),
    },
    evidence: [
      ...(last ? evidenceOfRed(last) : []),
      ...after.greenboot.lines.filter(({ text }) => /FALLBACK|[Rr]oll/.test(text)),
    ],
    failedBoot: last?.id ?? null,
    goodBoot: after.id,
  });
}

function evidenceOfRed({ greenboot: { lines, checks } }: BootRecord): JournalLine[] {
  const said = new Set(checks.flatMap(({ output }) => output));
  return lines.filter(({ text }) => said.has(text) || /FAIL|failed|RED|UNHEALTHY/.test(text));
}

function checkOf(boots: readonly BootRecord[]): { check: string; output: string } {
  const checks = boots.flatMap(({ greenboot: { checks } }) => checks);
  const check = checks.find(({ required }) => required) ?? checks[0];
  return { check: check?.name ?? '', output: check?.output.join(' ') ?? '' };
}

/** What Berth itself knows where the journal tells nothing. */
function withoutJournal({ journal, persistent, user, set, operations, boots }: ForensicCase): Verdict | null {
  const gone = updateGone(set, operations, boots);
  const why = journal !== 'readable' ? 'unreadable' : persistent ? '' : 'volatile';
  if (gone) return { ...gone, params: { ...gone.params, journal: why, user } };
  if (journal === 'unreadable') return verdict('journal-unreadable', { params: { user } });
  if (journal === 'none') return verdict('journal-volatile', { params: { known: 'none' } });
  return persistent ? null : verdict('journal-volatile', { params: { known: 'this boot' } });
}

/** Berth staged something, the host was started anew since, and neither runs it nor has it staged. */
function updateGone(
  set: DeploymentSet | null,
  operations: readonly Operation[],
  boots: readonly BootRecord[],
): Verdict | null {
  const [boot] = boots;
  const operation = operations.find(({ outcome }) => outcome !== null);
  if (!operation || !set?.booted || !boot) return null;
  const { outcome } = operation;
  if (outcome?.kind !== 'staged' && outcome?.kind !== 'already-staged') return null;
  const isElsewhere = [set.booted, set.staged].some((each) => each?.image?.digest === outcome.digest);
  const endedAt = operation.endedAt ?? operation.startedAt;
  if (outcome.digest === null || isElsewhere || boot.startedAt < endedAt) return null;
  return verdict('update-gone', {
    at: endedAt,
    params: { version: outcome.version ?? '', booted: versionLabel(set.booted), by: operation.startedBy },
    operationId: operation.id,
  });
}

function waiting({ set }: ForensicCase): Verdict | null {
  if (!set?.staged || set.staged.downloadOnly) return null;
  const version = set.booted ? versionLabel(set.booted) : '';
  return verdict('waiting', { params: { version, staged: versionLabel(set.staged) } });
}

function nothingWrong({ boots: [boot], set }: ForensicCase): Verdict {
  const version = set?.booted ? versionLabel(set.booted) : boot ? name(boot) : '';
  return verdict('as-expected', { params: { version, since: boot?.startedAt ?? 0 } });
}

function verdict(kind: VerdictKind, rest: Partial<Verdict>): Verdict {
  const evidence = [...(rest.evidence ?? [])].sort((a, b) => a.at - b.at).slice(-EVIDENCE);
  return { at: null, params: {}, failedBoot: null, goodBoot: null, operationId: null, ...rest, kind, evidence };
}
