import { implement } from '@orpc/server';
import { journal as journalContract } from '../../../shared/contract/journal.ts';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import type {
  BootsCompared,
  JournalAccess,
  JournalBoot,
  JournalEntry,
  JournalPage,
  JournalStreamLine,
} from '../../../shared/model/journal.ts';
import type { JournalRequest } from '../../../shared/model/stream.ts';
import type { ByteStream } from '../../../renderer/connection/berth-connection.ts';
import { NOW } from './hosts.ts';

const hex = (number: number) => number.toString(16).padStart(32, '0');

/** The entry with a number: one a second, `entry <number>`. */
export function entryOf(number: number, changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    cursor: `s=${hex(1)};i=${number.toString(16)}`,
    realtimeUs: (NOW - 3_600_000 + number * 1000) * 1000 + 42,
    monotonicUs: number * 1_000_000,
    bootId: hex(7),
    priority: 6,
    identifier: 'app',
    unit: 'app.service',
    pid: 812,
    message: `entry ${String(number)}`,
    cut: 0,
    binary: false,
    ...changes,
  };
}

export function bootOf(index: number, changes: Partial<JournalBoot> = {}): JournalBoot {
  return {
    id: hex(7 + index),
    firstAt: NOW - 3_600_000 * (1 - index),
    lastAt: NOW + 3_600_000 * index,
    index,
    running: index === 0,
    deployment: null,
    ...changes,
  };
}

/** The journal of a fixture, the same for every host. */
export interface JournalWorld {
  entries: readonly JournalEntry[];
  access: JournalAccess;
  boots: readonly JournalBoot[];
  compared: (bad: string, good: string) => BootsCompared | Failure;
  /** Why the next page is refused. */
  refusal: Failure | null;
  /** Filters of the pages that were asked for. */
  readonly filters: JournalFilter[];
  readonly follows: JournalRequest[];
  /** Sends lines to the newest follow. */
  send(...lines: readonly JournalStreamLine[]): void;
}

export function createJournalWorld(): JournalWorld & { open(request: JournalRequest): ByteStream } {
  let listener: ((bytes: Uint8Array, parsed: () => void) => void) | null = null;
  return {
    entries: [],
    access: {
      user: 'admin',
      persistent: true,
      privileged: true,
      readable: 'all',
      timeZone: 'Pacific/Kiritimati',
      why: [],
    },
    boots: [bootOf(0), bootOf(-1)],
    compared: () => failure('journal.boot-gone'),
    refusal: null,
    filters: [],
    follows: [],
    send(...lines) {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      listener?.(new TextEncoder().encode(text), () => undefined);
    },
    open(request) {
      this.follows.push(request);
      return {
        onBytes: (next) => (listener = next),
        onEnd: () => undefined,
        ...{ write: () => undefined, waiting: 0, dropWaiting: () => undefined, send: () => undefined },
        onMessage: () => undefined,
        close: () => (listener = null),
      };
    },
  };
}

/** The fixture behind the contract. Of a filter it knows the text. */
export function journalProcedures(world: JournalWorld = createJournalWorld()) {
  const os = implement(journalContract).use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof BerthError) throw errors.FAILURE({ data: error.failure });
      throw error;
    }
  });
  return {
    journal: os.router({
      boots: os.boots.handler(() => ({ boots: [...world.boots], access: world.access })),
      page: os.page.handler(({ input }) => {
        world.filters.push(input.filter);
        const { refusal } = world;
        if (refusal) throw new BerthError(refusal.code, refusal.params);
        return pageOf(world, input);
      }),
      details: os.details.handler(({ input }) => {
        const entry = world.entries.find(({ cursor }) => cursor === input.cursor);
        if (!entry) throw new BerthError('journal.entry-gone');
        const field = (name: string, value: string) => ({ name, value, binary: false, cut: 0 });
        return {
          cursor: entry.cursor,
          complete: true,
          fields: [field('MESSAGE', entry.message), field('_SYSTEMD_UNIT', entry.unit ?? ''), field('_PID', '812')],
        };
      }),
      values: os.values.handler(() => ({ values: ['app.service', 'sshd.service'], cut: false })),
      compareBoots: os.compareBoots.handler(({ input }) => {
        const found = world.compared(input.bad, input.good);
        if ('code' in found) throw new BerthError(found.code, found.params);
        return found;
      }),
      export: os.export.handler(async function* ({ input }) {
        await Promise.resolve();
        yield { kind: 'begin' as const, fileName: `journal.${input.format}` };
        yield { kind: 'piece' as const, base64: btoa('line\n'), entries: 1 };
        yield { kind: 'end' as const, entries: 1, masked: 2, cut: false, notRead: [] };
      }),
    }),
  };
}

function pageOf(
  world: JournalWorld,
  asked: {
    readonly filter: JournalFilter;
    readonly cursor: string | null;
    readonly direction: 'older' | 'newer' | 'around';
    readonly count: number;
  },
): JournalPage {
  const word = asked.filter.text?.value.toLowerCase() ?? '';
  const all = world.entries.filter(({ message }) => message.toLowerCase().includes(word));
  const at = all.findIndex(({ cursor }) => cursor === asked.cursor);
  const half = Math.floor(asked.count / 2);
  const [from, to]: readonly [number, number] =
    asked.direction === 'older'
      ? [(at === -1 ? all.length : at) - asked.count, at === -1 ? all.length : at]
      : asked.direction === 'newer'
        ? [at + 1, at + 1 + asked.count]
        : [at - half, at + half];
  const [first, last] = [Math.max(0, from), Math.min(all.length, to)];
  return {
    entries: all.slice(first, last),
    olderLeft: first > 0,
    newerLeft: last < all.length,
    access: world.access,
  };
}
