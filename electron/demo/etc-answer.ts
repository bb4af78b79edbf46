import { createHash } from 'node:crypto';
import { bytesOfPath } from '../../shared/logic/etc-path.ts';
import type { DemoDeployment } from './deployment.ts';
import { editedEtc, editsOf, rollbackEdits } from './etc-edits.ts';
import { shippedEtc, type DemoEtc, type DemoFile } from './etc-files.ts';
import type { FrameWriter } from './frame-writer.ts';
import { deploymentId, type HostState } from './host-state.ts';

/** Who asks. */
export interface EtcAsker {
  readonly isRoot: boolean;
}

type Side = 'base' | 'local' | 'target';
const ACCOUNTS = ['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid'];
/** S_IFMT of stat(2), as hexadecimal `%f` has it. */
const FORMATS: Readonly<Record<DemoFile['type'], number>> = { file: 0o100000, directory: 0o040000, symlink: 0o120000 };

/** What the versions of /etc are that a script is asked for; null: there is no such folder. */
function treesFor(state: HostState, target: string): Readonly<Record<Side, DemoEtc | null>> {
  const { booted } = state;
  return {
    base: booted && shippedEtc(booted),
    local: booted && editedEtc(booted, editsOf(state)),
    target: targetOf(state, target),
  };
}

function targetOf(state: HostState, folder: string): DemoEtc | null {
  const { staged, rollback } = state;
  const names = (deployment: DemoDeployment | null): deployment is DemoDeployment =>
    deployment !== null && folder.split('/').includes(deploymentId(state, deployment));
  // One commit may be there twice: what is staged is asked for by what it ships.
  const isShipped = folder.endsWith('/usr/etc') || state.spec.backend === 'composefs';
  if (isShipped && names(staged)) return shippedEtc(staged);
  return names(rollback) ? editedEtc(rollback, rollbackEdits(state)) : null;
}

/** Answers native/probes/etc.sh: the frames are documented in shared/parse/etc.ts. */
export function answerEtc(
  state: HostState,
  args: readonly string[],
  { isRoot }: EtcAsker,
  { frame }: FrameWriter,
): void {
  const [, , , target = ''] = args;
  const trees = treesFor(state, target);
  const isMissing = target !== '' && !trees.target;
  frame('host', {
    stdout: `user-id=${isRoot ? '0' : '1000'}\nlocal=/etc\nbase=/usr/etc\ntarget=${target}\n`,
    ...(isMissing ? { stderr: 'no folder that can be looked into\n' } : {}),
  });
  if (isMissing) return;
  frame('mounts', { stdout: '41 28 252:3 /etc /etc rw,relatime shared:1 - xfs /dev/vda4 rw\n' });
  const sides = (['local', 'base', 'target'] as const).flatMap((side) => {
    const tree = trees[side];
    const folder = side === 'local' ? '/etc' : side === 'base' ? '/usr/etc' : target;
    return tree ? [{ side, tree, folder }] : [];
  });
  const isSeen = (node: DemoFile) => isRoot || node.type !== 'file' || (node.mode & 0o004) !== 0;
  for (const { side, tree } of sides) {
    frame(`list-${side}/find`, { stdout: [...tree].map(([path, node]) => listed(state, path, node)).join('') }, [
      'plain',
    ]);
  }
  const hashes = sides.flatMap(({ tree, folder }) =>
    [...tree].flatMap(([path, node]) =>
      node.type === 'file' && isSeen(node) ? [`${hashOf(node.text)}  ${folder}/./${path}\0`] : [],
    ),
  );
  frame('hashes/nul', { stdout: hashes.join('') }, ['plain']);
  for (const { side, tree, folder } of isRoot ? [] : sides) {
    const blind = [...tree].filter(([, node]) => !isSeen(node)).map(([path]) => `${folder}/./${path}\0`);
    frame(`find_blind/${side}`, { stdout: blind.join('') }, ['plain']);
  }
  for (const { side, tree } of sides) {
    const texts = ACCOUNTS.flatMap((name) => {
      const node = tree.get(name);
      return node?.type === 'file' && isSeen(node) ? [`${name}\0${node.text.replaceAll(/:.*/g, '')}\0`] : [];
    });
    frame(`read_accounts/${side}`, { stdout: texts.join('') }, ['plain']);
  }
}

/** Answers native/probes/etc-content.sh. */
export function answerEtcContent(
  state: HostState,
  args: readonly string[],
  { isRoot }: EtcAsker,
  { frame }: FrameWriter,
): void {
  const [, , , target = '', side = '', octal = '', offset = '0', length = '0'] = args;
  const path = Buffer.from((octal.match(/\\0[0-7]{3}/g) ?? []).map((each) => parseInt(each.slice(2), 8))).toString();
  const trees = treesFor(state, target);
  const node = (side === 'base' || side === 'local' || side === 'target' ? trees[side] : null)?.get(path);
  if (!node) {
    frame('content', { stderr: `stat: cannot statx './${path}': No such file or directory\n`, code: 1 });
    return;
  }
  if (node.type === 'file' && !isRoot && (node.mode & 0o004) === 0) {
    frame('content', { stderr: `sh: cannot open ./${path}: Permission denied\n`, code: 2 });
    return;
  }
  const bytes = Buffer.from(node.type === 'file' ? node.text : node.type === 'symlink' ? node.target : '');
  const raw = (FORMATS[node.type] + modeOf(node)).toString(16);
  const changed = new Date(changedAt(state, path)).toISOString();
  const head = `${raw} 0 0 ${String(bytes.length)} ${changed.slice(0, 10)} ${changed.slice(11, 23)} +0000 64515 ${inodeOf(path, node)}\n`;
  const piece = node.type === 'symlink' ? bytes : bytes.subarray(Number(offset), Number(offset) + Number(length));
  frame('content', { stdout: Buffer.concat([Buffer.from(head), piece]) });
}

function listed(state: HostState, path: string, node: DemoFile): string {
  const letter = node.type === 'file' ? 'f' : node.type === 'directory' ? 'd' : 'l';
  const size =
    node.type === 'file'
      ? Buffer.byteLength(node.text)
      : node.type === 'symlink'
        ? bytesOfPath(node.target).length
        : 4096;
  const time = Math.floor(changedAt(state, path) / 1000);
  const head = `${letter}${modeOf(node).toString(8)} 0 0 ${String(size)} ${String(time)}.0 64515 ${inodeOf(path, node)}`;
  return `${head}\0${path}\0${node.type === 'symlink' ? node.target : ''}\0`;
}

function modeOf(node: DemoFile): number {
  return node.type === 'symlink' ? 0o777 : node.mode;
}

/** Files that are the same are one file, as links into the repository are. */
function inodeOf(path: string, node: DemoFile): string {
  return String(parseInt(hashOf(JSON.stringify([path, node])).slice(0, 10), 16));
}

/** What people edited they did some days before the boot; everything else is as old as the installation. */
export function changedAt(state: HostState, path: string): number {
  const installedAt = state.boots[0]?.startedAt ?? state.bootedAt;
  return editsOf(state).has(path) ? installedAt + 36_000_000 : 0;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
