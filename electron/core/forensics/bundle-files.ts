import { createHash } from 'node:crypto';
import { describe } from '../../../shared/errors/describe.ts';
import type { Failure } from '../../../shared/errors/failure.ts';
import { verdictWords } from '../../../shared/logic/forensics-words.ts';
import { unifiedDiff } from '../../../shared/logic/line-patch.ts';
import { maskDocument, maskSecrets } from '../../../shared/logic/mask-secrets.ts';
import type { JournalLine } from '../../../shared/model/forensics.ts';
import type { HostSnapshot, Operation } from '../../../shared/model/operation.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import { journalLine, parseJournal } from '../../../shared/parse/journal.ts';
import { parseSections } from '../../../shared/parse/sections.ts';
import type { Examination } from './examine.ts';

/** A file of a bundle. */
export interface BundleFile {
  readonly path: string;
  readonly content: Buffer;
}

/** A file as the manifest tells of it. `size` bytes; `masked`: how many secrets were masked in it. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly masked: number;
}

/** The files of a bundle as they come, secrets masked; what goes beyond the limit is left out, and listed. */
export interface BundleFiles {
  /** `already`: how many secrets were masked in it before. */
  addText(path: string, text: string, already?: number): void;
  addDocument(path: string, document: unknown): void;
  readonly files: readonly BundleFile[];
  readonly listed: readonly ListedFile[];
  readonly leftOut: readonly string[];
}

export function createBundleFiles(limit: number): BundleFiles {
  const files: BundleFile[] = [];
  const listed: ListedFile[] = [];
  const leftOut: string[] = [];
  let total = 0;
  const add = (path: string, text: string, masked: number) => {
    const content = Buffer.from(text);
    if (total + content.length > limit) {
      leftOut.push(path);
      return;
    }
    total += content.length;
    files.push({ path, content });
    listed.push({ path, size: content.length, sha256: createHash('sha256').update(content).digest('hex'), masked });
  };
  return {
    files,
    listed,
    leftOut,
    addText(path, text, already = 0) {
      const masked = maskSecrets(text);
      add(path, masked.text, already + masked.count);
    },
    addDocument(path, document) {
      let count = 0;
      const masked = maskDocument(document, (more) => (count += more));
      add(path, `${JSON.stringify(masked, null, 2)}\n`, count);
    },
  };
}

/** What was read of a host. Journals are rendered as text: bytes that hid a secret as numbers would escape the masks. */
export function addExamination(files: BundleFiles, folder: string, { forensics, facts, frames }: Examination): void {
  const { title, why, remedies } = verdictWords(forensics.verdict, 'utc');
  const evidence = forensics.verdict.evidence.map(lineText);
  files.addText(
    `${folder}/verdict.txt`,
    [title, why, '', ...remedies.map((each) => `- ${each}`), '', ...evidence, ''].join('\n'),
  );
  files.addDocument(`${folder}/forensics.json`, forensics);
  if (facts) files.addDocument(`${folder}/facts.json`, facts);
  for (const frame of frames) addFrame(files, folder, frame);
}

const JOURNALS: ReadonlySet<string> = new Set(['deployments', 'events', 'auto-updates']);
const TEXTS: ReadonlySet<string> = new Set([
  'boots',
  'command-lines',
  'boot-links',
  'stamp',
  'boot-status',
  'greenboot-conf',
  'systemd',
  'crashes',
]);

function addFrame(files: BundleFiles, folder: string, { name, stdout, stderr, exitCode, complete }: ParsedFrame): void {
  const isText = name.startsWith('text-');
  const body = JOURNALS.has(name)
    ? linesText(stdout)
    : name === 'errors'
      ? parseSections(stdout, 50)
          .map(({ title, text }) => `== ${title}\n${linesText(text)}`)
          .join('')
      : isText || TEXTS.has(name)
        ? stdout
        : null;
  if (body === null) return;
  const trouble =
    complete && exitCode === 0 ? '' : `\n[${complete ? `exit code ${String(exitCode)}` : 'cut'}] ${stderr}\n`;
  if (body === '' && trouble === '') return;
  const path = isText ? `${folder}/host/${name.slice('text-'.length)}.txt` : `${folder}/probe/${name}.txt`;
  files.addText(path, `${body}${trouble}`);
}

function linesText(text: string): string {
  return parseJournal(text)
    .map(journalLine)
    .map((line) => `${lineText(line)}\n`)
    .join('');
}

function lineText({ at, unit, text, bootId }: JournalLine): string {
  return `${new Date(at).toISOString()} ${bootId.slice(0, 8)} ${unit}: ${text}`;
}

/** What an operation changed of the state of its host, as a unified diff; nothing where it changed nothing, or its end was not seen. */
export function addStateDiff(files: BundleFiles, folder: string, { id, plan, after }: Operation): void {
  if (!after) return;
  let masked = 0;
  // Masked first: what is a secret is known by its key.
  const side = (when: string, { readAt, ...state }: HostSnapshot) => ({
    name: `${when} ${id}, read ${new Date(readAt).toISOString()}`,
    text: `${JSON.stringify(
      maskDocument(state, (more) => (masked += more)),
      null,
      2,
    )}\n`,
  });
  const text = unifiedDiff(side('before', plan.before), side('after', after));
  if (text !== '') files.addText(`${folder}/operations/${id}.diff`, text, masked);
}

/** Why a host could not be read. */
export function addFailure(files: BundleFiles, folder: string, failure: Failure): void {
  const { text, remedy } = describe(failure);
  files.addText(`${folder}/not-read.txt`, `${text} ${remedy}\n`);
}
