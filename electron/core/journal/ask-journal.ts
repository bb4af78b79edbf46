import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { JournalAccess } from '../../../shared/model/journal.ts';
import { failureOf } from '../../../shared/parse/facts-readers.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import { parseAssignments } from '../../../shared/parse/sections.ts';
import { cleanText, lastLine } from '../../../shared/parse/text.ts';
import { asRootOrUser } from '../hosts/root-or-user.ts';
import { runScript } from '../ssh/run-script.ts';
import type { JournalContext } from './journal-service.ts';

/** The script ends journalctl after 60 s. */
const TIMEOUT_MS = 75_000;
const QUERY_SECONDS = 60;
/** Of what journalctl prints as one answer; more is not waited for. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A question for `native/probes/journal.sh`. `words`: as of `journalWords`, and constants. */
export interface JournalQuestion {
  readonly direction: 'older' | 'newer' | 'all';
  /** Lines at most; `all` has none. */
  readonly count: number;
  readonly words: readonly string[];
  /** More is left alone, and the answer is `full`. */
  readonly maxBytes?: number | undefined;
}

/** `full`: the bytes end in the middle, as there were more than were asked for. */
export interface JournalAnswer {
  readonly bytes: Buffer;
  readonly full: boolean;
  readonly access: JournalAccess;
}

/** Nobody wants more of the answer. */
class Enough extends Error {}

/**
 * Asks the journal of a host, as root where that can be had; connects where needed. Rejects with BerthError: as `connect` and `runScript`
 * do, with `journal.*`, or with `facts.*` where journalctl fails.
 */
export async function askJournal(
  context: JournalContext,
  hostId: string,
  question: JournalQuestion,
): Promise<JournalAnswer> {
  const { hosts, scripts, signal } = context;
  const { direction, count, words, maxBytes = MAX_BYTES } = question;
  if (!hosts.host(hostId)) throw new BerthError('input.host-unknown', { value: hostId });
  const connection = await hosts.connect(hostId, 'user');
  // How root is had is among the facts.
  if (hosts.facts(hostId) === null) await hosts.readFacts(hostId);

  return asRootOrUser(hosts, connection, async (root) => {
    const chunks: Buffer[] = [];
    let identity = '';
    let room = maxBytes;
    let frames: readonly ParsedFrame[] = [];
    try {
      const result = await runScript(connection, scripts, {
        script: 'probes/journal',
        args: [direction, String(count), ...words],
        root,
        timeoutMs: TIMEOUT_MS,
        signal,
        onFrameData(name, bytes) {
          if (name === 'identity') identity = (identity + Buffer.from(bytes).toString()).slice(0, 4096);
          if (name !== 'entries') return;
          const kept = bytes.subarray(0, room);
          room -= kept.length;
          chunks.push(Buffer.from(kept));
          if (kept.length < bytes.length) throw new Enough();
        },
      });
      frames = result.frames;
      if (frames.length === 0) throw noShell(connection.target.user, result.stray);
    } catch (error) {
      if (!(error instanceof Enough)) throw error;
    }
    const bytes = Buffer.concat(chunks);
    const full = frames.length === 0;
    const frame = frames.find(({ name }) => name === 'entries') ?? null;
    const notices = frame?.stderr ?? '';
    if (!full) throwIfFailed(frame);
    return { bytes, full, access: accessOf(identity, notices, bytes.length === 0, root !== null) };
  });
}

function noShell(user: string, stray: string): BerthError {
  return new BerthError('facts.no-shell', { user, detail: lastLine(stray) || 'no output' });
}

/** Throws why journalctl has failed, by its frame; finding nothing is no failure. */
export function throwIfFailed(frame: ParsedFrame | null): void {
  const said = lastLine(frame?.stderr ?? '');
  if (frame?.complete && frame.exitCode === 124) throw new BerthError('journal.too-slow', { seconds: QUERY_SECONDS });
  const reason = failureOf(frame, 'journalctl');
  if (reason === null) return;
  if (reason.code !== 'facts.command-failed') throw BerthError.of(reason);
  // Without words: --grep found nothing.
  if (said === '' || said.includes('insufficient permissions') || said.includes('not seeing messages from')) return;
  // A pattern for units that none has.
  if (said.includes('Failed to add filter for units: No data available')) return;
  if (/without (?:pattern matching|PCRE2)/i.test(said)) throw new BerthError('journal.no-grep');
  const pattern = /^(?:Bad pattern|Failed to compile pattern).*?: (.*)$/.exec(said)?.[1];
  if (pattern !== undefined) throw new BerthError('journal.bad-pattern', { detail: pattern });
  if (/specified boot|No such boot ID|No boot ID matched/i.test(said)) throw new BerthError('journal.boot-gone');
  throw BerthError.of(reason);
}

/** What of a journal can be read: by the frame `identity` of lib/journal.sh and the notices of journalctl. */
export function accessOf(identity: string, notices: string, isEmpty: boolean, privileged: boolean): JournalAccess {
  const values = parseAssignments(identity);
  const user = cleanText(values.get('user') ?? '', 64);
  const persistent = values.get('persistent') === 'yes';
  const isRoot = values.get('user-id') === '0';
  const files = values.get('journal');
  const timeZone = /zoneinfo\/([A-Za-z0-9_+/-]{1,64})$/.exec(values.get('zone') ?? '')?.[1] ?? null;
  const access = { user, persistent, privileged: privileged || isRoot, timeZone };
  const volatile: Failure[] = persistent ? [] : [failure('journal.volatile')];
  if (notices.includes('insufficient permissions') || (isEmpty && files === 'unreadable' && !isRoot)) {
    return { ...access, readable: 'none', why: [failure('journal.unreadable', { user }), ...volatile] };
  }
  if (!isRoot && (notices.includes('not seeing messages from') || files === 'unreadable')) {
    return { ...access, readable: 'own', why: [failure('journal.own-only', { user }), ...volatile] };
  }
  if (isEmpty && files === 'none' && !persistent) {
    return { ...access, readable: 'none', why: [failure('journal.missing')] };
  }
  return { ...access, readable: 'all', why: volatile };
}
