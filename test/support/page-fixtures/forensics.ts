import type { BootRecord, Forensics, JournalLine, Verdict } from '../../../shared/model/forensics.ts';

const MINUTE = 60_000;
/** When the host of these fixtures booted last. */
export const BOOTED_AT = Date.UTC(2026, 10, 20, 6, 30);
const NEW = `${'c'.repeat(64)}.0`;
const OLD = `${'b'.repeat(64)}.0`;

/** The id of a boot, so many before the one that runs. */
export const bootId = (before: number): string => String(before).repeat(32).slice(0, 32);

/** A boot that ran well and shut down, or runs still (`before` 0). */
export function bootRecord(before: number, differs: Partial<BootRecord> = {}): BootRecord {
  const startedAt = BOOTED_AT - before * 10 * MINUTE;
  return {
    id: bootId(before),
    startedAt,
    endedAt: before === 0 ? null : startedAt + 9 * MINUTE,
    deployment: OLD,
    version: '42.1',
    end: before === 0 ? 'running' : 'clean',
    cameUp: true,
    staged: null,
    finalize: { result: 'nothing', at: null, deployment: null, reason: null, lines: [] },
    greenboot: { verdict: 'none', fallback: false, checks: [], lines: [] },
    rollbacks: [],
    autoUpdates: [],
    errors: [],
    ...differs,
  };
}

export function line(before: number, unit: string, text: string, priority = 6): JournalLine {
  return { at: BOOTED_AT - before * 10 * MINUTE + MINUTE, bootId: bootId(before), unit, text, priority };
}

/** A verdict without anything that it does not need. */
export function verdictOf(kind: Verdict['kind'], differs: Partial<Verdict> = {}): Verdict {
  const nothing = { at: null, params: {}, evidence: [], failedBoot: null, goodBoot: null, operationId: null };
  return { ...nothing, ...differs, kind };
}

/** A host that greenboot brought back to 42.1 after three boots of 42.2. */
export function rolledBackByGreenboot(): Forensics {
  const failure = (before: number) =>
    line(before, 'greenboot-healthcheck.service', "Script '10-app.sh' FAILURE (exit code '1')", 0);
  const red = (before: number) =>
    bootRecord(before, {
      deployment: NEW,
      version: '42.2',
      cameUp: false,
      greenboot: {
        verdict: 'red',
        fallback: false,
        checks: [{ name: '10-app.sh', required: true, output: ['app: the database is too old'] }],
        lines: [failure(before)],
      },
      errors: [failure(before)],
    });
  return forensicsOf({
    boots: [bootRecord(0), red(1), red(2), red(3), bootRecord(4)],
    verdict: verdictOf('greenboot-rollback', {
      at: BOOTED_AT,
      params: {
        boots: 3,
        attempts: 3,
        version: '42.2',
        back: '42.1',
        check: '10-app.sh',
        output: 'app: the database is too old',
      },
      evidence: [failure(1)],
      failedBoot: bootId(1),
      goodBoot: bootId(0),
    }),
  });
}

/** A host of one boot with which nothing is wrong, but for what differs. */
export function forensicsOf(differs: Partial<Forensics> = {}): Forensics {
  const boots = differs.boots ?? [bootRecord(0)];
  return {
    readAt: BOOTED_AT + 5 * MINUTE,
    durationMs: 400,
    journal: 'readable',
    persistent: true,
    user: 'admin',
    bootCount: boots.length,
    boots,
    softReboots: 0,
    stamp: null,
    crashes: [],
    failures: [],
    verdict: verdictOf('as-expected', { params: { version: '42.1', since: BOOTED_AT } }),
    ...differs,
  };
}
