import { createHash } from 'node:crypto';
import { bytesOfPath, pathFromBytes } from '../../shared/logic/etc-path.ts';
import { bytesOfWord, etcState, etcWord } from '../../shared/logic/etc-step-lines.ts';
import type { EtcSeen } from '../../shared/model/etc-act.ts';
import { fails, says, type Decision } from './decision.ts';
import { changedAt } from './etc-answer.ts';
import { editedEtc, editEtc, editsOf } from './etc-edits.ts';
import { shippedEtc, type DemoEtc, type DemoFile } from './etc-files.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { HostState } from './host-state.ts';

/** What a unit of the verb `etc` has to do: the lines of its steps (`shared/logic/etc-step-lines.ts`), and new contents. */
export interface DemoEtcWork {
  readonly lines: readonly string[];
  readonly contents: readonly string[];
}

/** What comes on stdin once the frame `input` has begun. */
export type DemoInput = () => Promise<Buffer>;

interface Trees {
  readonly base: DemoEtc;
  readonly local: DemoEtc;
}

function treesOf(state: HostState): Trees {
  const { booted } = state;
  return booted
    ? { base: shippedEtc(booted), local: editedEtc(booted, editsOf(state)) }
    : { base: new Map(), local: new Map() };
}

function seenOf(node: DemoFile | undefined): EtcSeen | null {
  if (!node) return null;
  const rest = { uid: 0, gid: 0, size: 0, hash: null, link: null, changedAt: 0 };
  switch (node.type) {
    case 'directory':
      return { ...rest, type: 'directory', mode: node.mode };
    case 'symlink':
      return { ...rest, type: 'symlink', mode: 0o777, size: bytesOfPath(node.target).length, link: node.target };
    case 'file': {
      const hash = createHash('sha256').update(node.text).digest('hex');
      return { ...rest, type: 'file', mode: node.mode, size: Buffer.byteLength(node.text), hash };
    }
  }
}

const textOf = (word: string) => pathFromBytes(bytesOfWord(word) ?? new Uint8Array());

/** Answers native/probes/etc-look.sh: the paths that are asked for, above them and below them. */
export async function answerEtcLook(state: () => HostState, input: DemoInput, { frame }: FrameWriter): Promise<void> {
  frame('input', {});
  const asked = (await input()).toString('latin1').split('\n').filter(Boolean).map(textOf);
  const now = state();
  const { base, local } = treesOf(now);
  const isNear = (path: string) =>
    asked.some((each) => each === path || each.startsWith(`${path}/`) || path.startsWith(`${each}/`));
  const lines = (side: 'base' | 'local', tree: DemoEtc) =>
    [...tree].flatMap(([path, node]) => {
      const time = side === 'local' ? Math.floor(changedAt(now, path) / 1000) : 0;
      return isNear(path) ? [`${side} ${etcWord(path)} ${etcState(seenOf(node))} ${String(time)}`] : [];
    });
  frame('etc', { stdout: [...lines('base', base), ...lines('local', local), 'end', ''].join('\n') });
}

/** Answers native/actions/etc-prepare.sh; null: nothing was prepared. */
export async function answerEtcPrepare(
  state: () => HostState,
  args: readonly string[],
  input: DemoInput,
  { frame }: FrameWriter,
): Promise<DemoEtcWork | null> {
  const [, bootId = '', ...lengths] = args;
  frame('input', {});
  const bytes = await input();
  if (bootId !== state().bootId) {
    frame('prepare', { stderr: 'the host was rebooted\n', code: 65 });
    return null;
  }
  let at = 0;
  const [steps = '', ...contents] = lengths.map((length) =>
    bytes.subarray(at, (at += Number(length))).toString('utf8'),
  );
  const work = { lines: steps.split('\n').filter(Boolean), contents };
  const changed = changedLines(state(), work);
  if (changed.length > 0) {
    frame('prepare', { stderr: changed.map((word) => `changed ${word}\n`).join(''), code: 81 });
    return null;
  }
  frame('prepare', {});
  const { local } = treesOf(state());
  for (const [index, line] of work.lines.entries()) {
    const [, word = '', , place] = line.split(' ');
    const node = local.get(textOf(word));
    if (place !== 'home' || node?.type !== 'file') continue;
    frame('saved', { stdout: node.text }, [String(index + 1), String(Buffer.byteLength(node.text))]);
  }
  frame('ready', {});
  return work;
}

function changedLines(state: HostState, { lines }: DemoEtcWork): readonly string[] {
  const { local } = treesOf(state);
  return lines.flatMap((line) => {
    const [, word = '', expected = ''] = line.split(' ');
    return expected === 'made' || etcState(seenOf(local.get(textOf(word)))) === expected ? [] : [word];
  });
}

/** What the unit comes to. */
export function decideEtc(state: HostState, work: DemoEtcWork | undefined): Decision {
  if (!work) return fails('what is to be done is not here');
  const changed = changedLines(state, work);
  if (changed.length > 0) return fails(changed.map((word) => `changed ${word}`).join('\n'), { code: 81 });
  const said = work.lines.map((line) => line.split(' ').slice(0, 2).join(' /etc/'));
  return says(said, (host) => work.lines.reduce((now, line) => step(now, line, work.contents), host));
}

function step(state: HostState, line: string, contents: readonly string[]): HostState {
  const [kind, word = '', , , ...rest] = line.split(' ');
  const path = textOf(word);
  const [first = '', , third = ''] = rest;
  const shipped = treesOf(state).base;
  switch (kind) {
    case 'image':
      return editEtc(state, path, 'shipped');
    case 'file': {
      const text = contents[Number(first) - 1] ?? '';
      return put(state, path, { type: 'file', mode: Number.parseInt(third, 8), text }, shipped);
    }
    case 'link':
      return put(state, path, { type: 'symlink', target: textOf(first) }, shipped);
    case 'directory':
      return put(state, path, { type: 'directory', mode: Number.parseInt(first, 8) }, shipped);
    default:
      return editEtc(state, path, shipped.has(path) ? null : 'shipped');
  }
}

/** What is as the image has it is no edit. */
function put(state: HostState, path: string, node: DemoFile, shipped: DemoEtc): HostState {
  const isShipped = etcState(seenOf(node)) === etcState(seenOf(shipped.get(path)));
  return editEtc(state, path, isShipped ? 'shipped' : node);
}
