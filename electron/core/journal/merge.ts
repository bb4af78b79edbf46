import type { JournalEntry, JournalHostState, JournalStreamLine } from '../../../shared/model/journal.ts';

export interface MergeOptions {
  readonly hosts: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** How long an entry waits for earlier ones of other hosts. */
  readonly windowMs: number;
  /** For the first entries of all hosts it is waited so long at most. */
  readonly openingMs: number;
  /** What is kept of one host while nobody takes it, in UTF-16 units. */
  readonly bufferPerHost: number;
}

/** Somebody who has not taken anything for so long is not waited for. */
const PATIENCE_MS = 2000;
/** How much one `take` returns, in UTF-16 units: the next one follows at once. */
const BATCH = 256 * 1024;

/** Live journals of many hosts as lines of JSON in one order of time (`JournalStreamLine`). */
export interface Merge {
  entry(host: number, entry: JournalEntry): void;
  /** Null: there is room for more of a host. Else resolves when there is some; at the latest once nobody has taken anything for a while: what comes then drops the oldest. */
  room(host: number): Promise<void> | null;
  /** Entries of a host that could not be taken: they count as dropped. */
  lost(host: number, count: number): void;
  state(host: number, state: JournalHostState): void;
  /** The host's clock is ahead by `ms`, give or take. */
  skew(host: number, ms: number, errorMs: number): void;
  /** What may be told now; empty: nothing. `isMore`: there is more for now. */
  take(): { readonly text: string; readonly isMore: boolean };
  /** Milliseconds until there is something to take; null: until something comes. */
  waitMs(): number | null;
}

interface Waiting {
  readonly at: number;
  readonly arrivedAt: number;
  readonly line: string;
  readonly cursor: string;
}

/** What waits of one host: a list that is emptied from its front. */
interface Queue {
  items: Waiting[];
  front: number;
  size: number;
  skewMs: number;
  dropped: number;
  /** The cursor of the entry that was told last. */
  told: string | null;
  isOpening: boolean;
}

/**
 * An entry is told once it has waited for the window, and no entry of another host that is known is earlier: by its clock set right. A host's own order is
 * never changed. A host is made to wait while somebody takes what there is; when nobody does, what does not fit is dropped, the oldest first, and counted
 * where it would have stood.
 */
export function createMerge({ hosts, now, windowMs, openingMs, bufferPerHost }: MergeOptions): Merge {
  const queues = Array.from({ length: hosts }, (): Queue => ({
    items: [],
    front: 0,
    size: 0,
    skewMs: 0,
    dropped: 0,
    told: null,
    isOpening: true,
  }));
  let notices: string[] = [];
  let opening = hosts;
  let takenAt = now();
  let waiting: { readonly host: number; readonly go: () => void }[] = [];
  let heldUntil = now() + openingMs;

  const queueOf = (host: number): Queue => {
    const queue = queues[host];
    if (!queue) throw new Error(`There is no host ${String(host)}.`);
    return queue;
  };
  const notice = (line: JournalStreamLine) => void notices.push(`${JSON.stringify(line)}\n`);

  function settle(queue: Queue): void {
    if (!queue.isOpening) return;
    queue.isOpening = false;
    opening -= 1;
    // Its first entries are on their way.
    if (opening === 0) heldUntil = Math.min(heldUntil, now() + windowMs);
  }

  function dropOldest(queue: Queue): void {
    while (queue.size > bufferPerHost) {
      const oldest = shift(queue);
      if (!oldest) return;
      queue.dropped += 1;
    }
  }

  /** The host whose first entry is the earliest; -1: none has any. Asked for every entry, so without a list of its own. */
  function earliest(): number {
    let found = -1;
    let at = Infinity;
    for (let host = 0; host < queues.length; host += 1) {
      const head = headOf(host);
      if (head && head.at < at) {
        found = host;
        at = head.at;
      }
    }
    return found;
  }

  const headOf = (host: number): Waiting | undefined => {
    const queue = queues[host];
    return queue?.items[queue.front];
  };
  /** Half of it is left for what is on its way. */
  const hasRoom = (host: number) => queueOf(host).size <= bufferPerHost / 2;

  function admit(): void {
    if (waiting.length === 0) return;
    const all = waiting;
    waiting = all.filter(({ host }) => !hasRoom(host));
    for (const { host, go } of all) if (hasRoom(host)) go();
  }

  const ripeAt = ({ arrivedAt }: Waiting) => Math.max(arrivedAt + windowMs, heldUntil);

  return {
    entry(host, entry) {
      const queue = queueOf(host);
      const line = `${JSON.stringify({ h: host, e: entry })}\n`;
      queue.items.push({
        at: entry.realtimeUs / 1000 - queue.skewMs,
        arrivedAt: now(),
        line,
        cursor: entry.cursor,
      });
      queue.size += line.length;
      dropOldest(queue);
    },
    room(host) {
      const left = () => takenAt + PATIENCE_MS - now();
      if (hasRoom(host) || left() <= 0) return null;
      return new Promise((resolve) => {
        // Others may be taken from meanwhile: that is no reason to drop anything of this one.
        const look = () => {
          if (left() <= 0) resolve();
          else timer = setTimeout(look, left());
        };
        let timer = setTimeout(look, left());
        const go = () => {
          clearTimeout(timer);
          resolve();
        };
        waiting.push({ host, go });
      });
    },
    lost(host, count) {
      queueOf(host).dropped += count;
    },
    state(host, state) {
      if (state.kind !== 'opening') settle(queueOf(host));
      notice({ h: host, state });
    },
    skew(host, ms, errorMs) {
      // Less than what is sure of it would only bring good clocks into disorder.
      queueOf(host).skewMs = Math.abs(ms) > errorMs ? ms : 0;
      notice({ h: host, skew: { ms, errorMs } });
    },
    take() {
      const lines = notices;
      notices = [];
      const time = now();
      takenAt = time;
      let size = 0;
      while (size < BATCH) {
        const host = earliest();
        const head = headOf(host);
        if (!head || ripeAt(head) > time) break;
        const queue = queueOf(host);
        if (queue.dropped > 0) {
          lines.push(`${JSON.stringify({ h: host, dropped: queue.dropped, after: queue.told })}\n`);
          queue.dropped = 0;
        }
        shift(queue);
        queue.told = head.cursor;
        lines.push(head.line);
        size += head.line.length;
      }
      admit();
      return { text: lines.join(''), isMore: size >= BATCH };
    },
    waitMs() {
      if (notices.length > 0) return 0;
      const head = headOf(earliest());
      return head ? Math.max(0, ripeAt(head) - now()) : null;
    },
  };
}

function shift(queue: Queue): Waiting | undefined {
  const item = queue.items[queue.front];
  if (!item) return undefined;
  queue.front += 1;
  queue.size -= item.line.length;
  // The front is cut off when it is the larger part.
  if (queue.front > 1024 && queue.front * 2 > queue.items.length) {
    queue.items = queue.items.slice(queue.front);
    queue.front = 0;
  }
  return item;
}
