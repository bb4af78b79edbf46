import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { EtcBlocker, EtcSummary } from '../../../shared/model/etc.ts';
import type { Log } from '../log/log.ts';
import { writeFileAtomically } from '../store/atomic-write.ts';
import { lockFile } from '../store/file-lock.ts';

/** Many hosts are compared one after the other: they are written together, so long after the first. */
const SETTLE_MS = 1_000;

/** What is said of a host's /etc, also when its comparison is not held any more. */
const Said = z.object({
  summary: EtcSummary,
  /** The id of what was staged when it was compared, and where the merge of that will fail. */
  staged: z.string().nullable(),
  blockers: z.array(EtcBlocker),
});
export type Said = z.infer<typeof Said>;

const SaidFile = z.object({ version: z.literal(1), hosts: z.record(z.string(), Said) });

/** What the fleet says of /etc, over a restart: figures and paths that block, no contents. */
export interface KeptSummaries {
  /** By id of the host; nothing where nothing can be read, as it can be compared again. */
  read(): Promise<ReadonlyMap<string, Said>>;
  /** Written soon, or by `dispose`. */
  note(hostId: string, said: Said): void;
  dispose(): Promise<void>;
}

export interface KeptSummariesOptions {
  readonly path: string;
  /** Hosts that are gone take theirs with them. */
  readonly isHost: (hostId: string) => boolean;
  /** Called after something was written. */
  readonly onWritten?: () => Promise<void>;
  readonly log: Log;
  readonly settleMs?: number;
}

export function createKeptSummaries(options: KeptSummariesOptions): KeptSummaries {
  const { path, isHost, onWritten, log, settleMs = SETTLE_MS } = options;
  const pending = new Map<string, Said>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function read(): Promise<Map<string, Said>> {
    try {
      return new Map(Object.entries(SaidFile.parse(JSON.parse(await readFile(path, 'utf8'))).hosts));
    } catch {
      return new Map();
    }
  }

  async function write(): Promise<void> {
    if (pending.size === 0) return;
    const lock = await lockFile(`${path}.lock`);
    try {
      const all = await read();
      for (const [hostId, said] of pending) {
        // Another process may have compared it later.
        if ((all.get(hostId)?.summary.at ?? 0) <= said.summary.at) all.set(hostId, said);
      }
      pending.clear();
      const hosts = Object.fromEntries([...all].filter(([hostId]) => isHost(hostId)));
      await writeFileAtomically(path, JSON.stringify({ version: 1, hosts }));
    } finally {
      await lock.release();
    }
    await onWritten?.();
  }

  function writeSoon(): Promise<void> {
    timer = null;
    writing = writing.then(write).catch((error: unknown) => {
      log.error('etc-summaries', 'What is known of /etc of the hosts could not be kept', error);
    });
    return writing;
  }

  return {
    read,
    note(hostId, said) {
      pending.set(hostId, said);
      timer ??= setTimeout(() => void writeSoon(), settleMs).unref();
    },
    async dispose() {
      if (timer) clearTimeout(timer);
      await writeSoon();
    },
  };
}
