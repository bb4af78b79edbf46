import type {
  BootsCompared,
  JournalAccess,
  JournalBoot,
  JournalDetails,
  JournalExportPiece,
  JournalFormat,
  JournalPage,
} from '../../../shared/model/journal.ts';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import type { JournalRequest } from '../../../shared/model/stream.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import { createLifetime } from '../lifetime.ts';
import type { Log } from '../log/log.ts';
import type { Operations } from '../operations/operations.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';

export interface JournalOptions {
  readonly hosts: HostAccess;
  /** For how versions are called. */
  readonly operations: Pick<Operations, 'list'>;
  readonly scripts: NativeScripts;
  readonly log: Log;
  readonly now: () => number;
}

/** What reads journals needs; `signal` ends it with the core. */
export interface JournalContext extends JournalOptions {
  readonly signal: AbortSignal;
}

/** A question for a page: `shared/contract/journal.ts`. */
export interface PageQuestion {
  readonly hostId: string;
  readonly filter: JournalFilter;
  readonly cursor: string | null;
  readonly at: number | null;
  readonly direction: 'older' | 'newer' | 'around';
  readonly count: number;
}

export interface ExportQuestion {
  readonly hostIds: readonly string[];
  readonly filter: JournalFilter;
  readonly format: JournalFormat;
}

/** The journals of hosts, read when somebody asks. Rejections are BerthErrors. The code for it is loaded with the first question. */
export interface JournalService {
  boots(hostId: string): Promise<{ readonly boots: JournalBoot[]; readonly access: JournalAccess }>;
  page(question: PageQuestion): Promise<JournalPage>;
  details(hostId: string, cursor: string): Promise<JournalDetails>;
  values(hostId: string, field: string): Promise<{ readonly values: string[]; readonly cut: boolean }>;
  compareBoots(hostId: string, bad: string, good: string): Promise<BootsCompared>;
  export(question: ExportQuestion, signal: AbortSignal): AsyncGenerator<JournalExportPiece>;
  /** Lines of JSON (`JournalStreamLine`), until its iterator is returned or the core ends. */
  follow(request: JournalRequest): AsyncIterable<Uint8Array>;
  /** Whether the host is being followed: its connection is in use. */
  isFollowed(hostId: string): boolean;
  dispose(): void;
}

export function createJournal(options: JournalOptions): JournalService {
  const lifetime = createLifetime();
  const context: JournalContext = { ...options, signal: lifetime.signal };
  const followed = new Map<string, number>();
  const count = (hostId: string, by: number) => void followed.set(hostId, (followed.get(hostId) ?? 0) + by);

  return {
    boots: async (hostId) => (await import('./boots.ts')).readJournalBoots(context, hostId),
    page: async (question) => (await import('./page.ts')).readPage(context, question),
    details: async (hostId, cursor) => (await import('./details.ts')).readDetails(context, hostId, cursor),
    values: async (hostId, field) => (await import('./values.ts')).readValues(context, hostId, field),
    compareBoots: async (hostId, bad, good) =>
      (await import('./compare-boots.ts')).compareBoots(context, hostId, bad, good),
    async *export(question, signal) {
      const { exportJournals } = await import('./export-journals.ts');
      yield* exportJournals(context, question, AbortSignal.any([signal, lifetime.signal]));
    },
    follow(request) {
      return {
        [Symbol.asyncIterator]() {
          for (const hostId of request.hostIds) count(hostId, 1);
          let isOver = false;
          const opening = import('./follow.ts').then(({ followJournals }) => followJournals(context, request));
          const close = () => {
            if (isOver) return;
            isOver = true;
            for (const hostId of request.hostIds) count(hostId, -1);
            void opening.then((follow) => follow.close());
          };
          return {
            async next() {
              const bytes = await (await opening).next();
              if (bytes) return { done: false, value: bytes };
              close();
              return { done: true, value: undefined };
            },
            return() {
              close();
              return Promise.resolve({ done: true, value: undefined });
            },
          };
        },
      };
    },
    isFollowed: (hostId) => (followed.get(hostId) ?? 0) > 0,
    dispose: () => lifetime.abort(),
  };
}
