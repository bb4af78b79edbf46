import { setMaxListeners } from 'node:events';
import { describe } from '../../../shared/errors/describe.ts';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { journalWords } from '../../../shared/logic/journal-filter.ts';
import type { JournalRequest } from '../../../shared/model/stream.ts';
import { parseEntryLine } from '../../../shared/parse/journal-entry.ts';
import { asRootOrUser } from '../hosts/root-or-user.ts';
import { createHostWait } from '../operations/wait-for-host.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { runScript } from '../ssh/run-script.ts';
import type { SshConnection } from '../ssh/ssh-connection.ts';
import { accessOf, throwIfFailed } from './ask-journal.ts';
import type { JournalContext } from './journal-service.ts';
import { createLineReader } from './line-reader.ts';
import { createMerge, type Merge } from './merge.ts';
import { ENTRY_WORDS } from './page.ts';

/** How long an entry waits for earlier ones of other hosts. */
const WINDOW_MS = 300;
/** How long the first entries wait for hosts that are still connecting. */
const OPENING_MS = 2500;
/** Two batches are not closer than this, so that a trickle of single entries travels together. */
const BATCH_MS = 50;
/** What is kept of all hosts together, and of one, in UTF-16 units of JSON. */
const BUFFER = { all: 96 * 1024 * 1024, least: 480 * 1024, most: 8 * 1024 * 1024 } as const;
/** More than journald takes as one message, as JSON. */
const MAX_LINE = 1024 * 1024;

/** A follow of journals. `next` resolves with lines, with null once it is closed or the core has ended. */
export interface JournalFollow {
  next(): Promise<Uint8Array | null>;
  close(): void;
}

/** Follows the journals of hosts until it is closed. A host that is lost is tried again, and goes on where it was. */
export function followJournals(context: JournalContext, request: JournalRequest): JournalFollow {
  const { hostIds } = request;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, context.signal]);
  // Each host listens, which is no leak.
  setMaxListeners(0, signal);
  const merge = createMerge({
    hosts: hostIds.length,
    now: context.now,
    windowMs: hostIds.length > 1 ? WINDOW_MS : 0,
    openingMs: OPENING_MS,
    bufferPerHost: Math.min(BUFFER.most, Math.max(BUFFER.least, Math.floor(BUFFER.all / hostIds.length))),
  });
  let wake: (() => void) | null = null;
  const onNews = () => wake?.();
  for (const host of hostIds.keys()) void followHost({ ...context, signal }, request, host, merge, onNews);

  /** Waits so long, or until there is news; or for the signal. Timers may be late in a flood: what arrives looks at the time as well. */
  function rest(ms: number | null): Promise<void> {
    const until = context.now() + (ms ?? 0);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        wake = null;
        resolve();
      };
      const timer = ms === null ? undefined : setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      wake = () => {
        if (context.now() >= until) done();
      };
    });
  }

  let wasFull = true;
  return {
    async next() {
      if (!wasFull) await rest(BATCH_MS);
      while (!signal.aborted) {
        const { text, isMore } = merge.take();
        wasFull = isMore;
        if (text !== '') return Buffer.from(text);
        await rest(merge.waitMs());
      }
      return null;
    },
    close: () => over.abort(),
  };
}

async function followHost(
  context: JournalContext,
  request: JournalRequest,
  host: number,
  merge: Merge,
  onNews: () => void,
): Promise<void> {
  const { hosts, signal, log } = context;
  const hostId = request.hostIds[host] ?? '';
  const wait = createHostWait(hosts, hostId, signal);
  let cursor: string | null = null;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      if (!hosts.host(hostId)) throw new BerthError('input.host-unknown', { value: hostId });
      if (isFirst) merge.state(host, { kind: 'opening' });
      onNews();
      // Of many hosts none may bring up a question.
      const connection = await hosts.connect(hostId, request.hostIds.length === 1 && isFirst ? 'user' : 'retry');
      if (hosts.facts(hostId) === null) await hosts.readFacts(hostId);
      await asRootOrUser(hosts, connection, (root) =>
        followOnce(context, request, { host, connection, root, cursor }, merge, (told) => {
          cursor = told ?? cursor;
          wait.reset();
          onNews();
        }),
      );
      // It never ends by itself.
      throw new BerthError('facts.incomplete', { section: 'journalctl' });
    } catch (error) {
      if (signal.aborted) return;
      const reason: Failure =
        error instanceof BerthError
          ? error.failure
          : failure('internal', { logId: log.error('journal', 'A journal could not be followed', error, { hostId }) });
      const isRetried = describe(reason).retryable;
      merge.state(host, { kind: isRetried ? 'lost' : 'failed', failure: reason });
      onNews();
      if (!isRetried) return;
      await wait.next(reason, 60_000);
    }
  }
}

interface Place {
  readonly host: number;
  readonly connection: SshConnection;
  readonly root: RootAccess | null;
  /** Of the last entry that came. */
  readonly cursor: string | null;
}

/** Follows over one connection until that ends. Rejects as `runScript` does, or with why journalctl has ended. */
async function followOnce(
  { scripts, signal, now }: JournalContext,
  { filter, tail }: JournalRequest,
  { host, connection, root, cursor }: Place,
  merge: Merge,
  onCome: (cursor: string | null) => void,
): Promise<void> {
  const askedAt = now();
  let clock = '';
  let identity = '';
  const take = (line: string): boolean => {
    const entry = parseEntryLine(line);
    if (!entry) return false;
    merge.entry(host, entry);
    onCome(entry.cursor);
    return true;
  };
  const reader = createLineReader(
    MAX_LINE,
    (line) => void take(line),
    () => merge.lost(host, 1),
  );
  const words = [
    ...ENTRY_WORDS,
    '--all',
    // It has no end, and after a cursor no beginning.
    ...journalWords({ ...filter, until: null, since: cursor === null ? filter.since : null }),
    ...(cursor === null ? [`--lines=${String(tail)}`] : ['--no-tail', `--after-cursor=${cursor}`]),
  ];
  const { frames } = await runScript(connection, scripts, {
    script: 'probes/journal-follow',
    args: words,
    root,
    timeoutMs: null,
    signal,
    onFrameData(name, bytes) {
      if (name === 'entries') {
        reader.push(bytes);
        // The line feed of the last line may be the beginning of a marker, and is held back until more comes.
        reader.offer(take);
        return merge.room(host) ?? undefined;
      }
      if (name === 'clock') clock = (clock + Buffer.from(bytes).toString()).slice(0, 100);
      else identity = (identity + Buffer.from(bytes).toString()).slice(0, 4096);
      return undefined;
    },
    onFrameEnd(name) {
      if (name === 'clock') tellSkew(merge, host, clock, { askedAt, heardAt: now(), latencyMs: connection.latencyMs });
    },
    onFrameBegin(name) {
      if (name !== 'entries') return;
      merge.state(host, { kind: 'live', access: accessOf(identity, '', false, root !== null) });
      onCome(null);
    },
  });
  const frame = frames.find(({ name }) => name === 'entries') ?? null;
  // Ended by a signal (128 and more): somebody or something there ended it, which is no reason not to try again.
  if (frame && frame.exitCode > 128) throw new BerthError('facts.incomplete', { section: 'journalctl' });
  throwIfFailed(frame);
}

/** How far a host's clock is ahead: most likely it said its time half a round trip before that was heard. */
function tellSkew(
  merge: Merge,
  host: number,
  clock: string,
  { askedAt, heardAt, latencyMs }: { readonly askedAt: number; readonly heardAt: number; readonly latencyMs: number },
): void {
  const [, seconds, fraction] = /^(\d{9,11})(?:\.(\d{1,9}))?/.exec(clock.trim()) ?? [];
  if (seconds === undefined) return;
  const asked = heardAt - askedAt;
  const way = latencyMs > 0 ? Math.min(latencyMs / 2, asked / 2) : asked / 2;
  // A date that knows only whole seconds: the middle of one.
  const millis = fraction === undefined ? 500 : Number(`0.${fraction}`) * 1000;
  const ms = Number(seconds) * 1000 + millis - (heardAt - way);
  // It looked at its clock at some time between the question and the answer; more is not sure.
  merge.skew(host, Math.round(ms), Math.ceil(asked - way + (fraction === undefined ? 500 : 1)));
}
