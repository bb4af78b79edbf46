import { readFile, stat } from 'node:fs/promises';
import { maskSecrets } from '../../../shared/logic/mask-secrets.ts';
import { RunRecord, type Run } from '../../../shared/model/run.ts';
import type { Log } from '../log/log.ts';
import { appendJsonLines, readJsonLines } from '../store/append-log.ts';
import { writeFileAtomically } from '../store/atomic-write.ts';

/** From this size on the older half of the record is let go, in bytes. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Earlier runs that are told of. */
const TOLD = 100;

/** `runs.jsonl`: which commands were run, by whom, where, and how they ended. A line at the start and one at the end. */
export interface RunRecords {
  /** Never rejects: what cannot be written is logged, the command runs all the same. */
  add(run: Run): Promise<void>;
  /** The newest of earlier days, newest first, each as it was last told; `without`: runs that are known otherwise. */
  newest(without: ReadonlySet<string>): Promise<RunRecord[]>;
}

export function createRunRecords(path: string, log: Log): RunRecords {
  let adding: Promise<void> = Promise.resolve();

  async function write(run: Run): Promise<void> {
    try {
      await appendJsonLines(path, [recordOf(run)], false);
      if ((await stat(path)).size > MAX_BYTES) await halve(path);
    } catch (error) {
      log.error('run-record', 'A run could not be put on record', error, { run: run.id });
    }
  }

  return {
    add: (run) => (adding = adding.then(() => write(run))),
    async newest(without) {
      await adding;
      const lines = await readJsonLines(path, RunRecord);
      const newest = new Map<string, RunRecord>();
      for (const record of lines.reverse()) {
        if (!without.has(record.id) && !newest.has(record.id)) newest.set(record.id, record);
        if (newest.size === TOLD) break;
      }
      return [...newest.values()];
    },
  };
}

function recordOf({ id, command, asRoot, startedBy, startedAt, endedAt, hosts }: Run): RunRecord {
  return {
    ...{ id, command: maskSecrets(command).text, asRoot, startedBy, startedAt, endedAt },
    hosts: hosts.map(({ hostId, hostName, state, exitCode }) => ({ hostId, hostName, state, exitCode })),
  };
}

async function halve(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFileAtomically(path, text.slice(text.indexOf('\n', text.length / 2) + 1));
}
