import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chainLine, type HistoryRecord } from '../../../electron/core/operations/history-chain.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { OperationOutcome } from '../../../shared/model/operation.ts';

const OUTCOMES: readonly OperationOutcome[] = [
  {
    kind: 'staged',
    version: '2.15.0',
    digest: 'sha256:8d41f0c2a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c',
  },
  { kind: 'no-update' },
  {
    kind: 'update-found',
    version: '2.15.0',
    digest: 'sha256:8d41f0c2a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c',
  },
  {
    kind: 'failed',
    failure: failure('operation.registry-unreachable', { registry: 'quay.io', detail: 'timeout' }),
    staged: false,
  },
  { kind: 'rebooted', version: '2.15.0', digest: null, failedUnits: [] },
];
const VERBS = ['upgrade', 'check', 'check', 'upgrade', 'reboot'] as const;

/** Of so many operations the folders are taken for kept; of older ones only the line is left, as after a limit of their number. */
const KEPT = 300;
/** Ids in one line. */
const REMOVED_AT_ONCE = 1000;

/** Writes `index.jsonl` as that many operations on 500 hosts over two years would have left it. */
export async function seedHistory(path: string, operations: number, now: number): Promise<void> {
  const lines: string[] = [];
  let hash = '';
  const add = (record: HistoryRecord) => {
    const line = chainLine(record, hash);
    hash = line.hash;
    lines.push(`${line.text}\n`);
  };
  add({ is: 'began', at: now, because: 'new', lines: 0, bytes: 0, sha256: '' });
  const step = (2 * 365 * 24 * 3600_000) / operations;
  for (let number = 0; number < operations; number += 1) {
    const id = number.toString(16).padStart(12, '0');
    const host = String(number % 500).padStart(3, '0');
    const at = Math.round(now - (operations - number) * step);
    const verb = VERBS[number % VERBS.length] ?? 'check';
    const request = verb === 'reboot' ? ({ verb, delayMinutes: 0, message: '' } as const) : ({ verb } as const);
    const by = number % 3 === 0 ? 'mk@desk' : 'jb@laptop';
    add({ is: 'started', id, hostId: `host-${host}`, hostName: `web-${host}.ber`, request, by, at });
    const outcome = OUTCOMES[number % OUTCOMES.length] ?? null;
    const seal = 'b5mC2kZyJ0h3Yc1Z0vW5sQ0a7e2o4m6k8i0g2e4c6a8';
    add({ is: 'ended', id, at: at + 40_000, outcome, open: false, seal, logBytes: 4_000, stateBytes: 20_000 });
  }
  for (let from = 0; from < operations - KEPT; from += REMOVED_AT_ONCE) {
    const count = Math.min(REMOVED_AT_ONCE, operations - KEPT - from);
    const ids = Array.from({ length: count }, (_, place) => (from + place).toString(16).padStart(12, '0'));
    add({ is: 'removed', ids, what: 'all', at: now });
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.join(''));
}
