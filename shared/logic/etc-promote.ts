import type { EtcEntry, EtcNode, EtcPath } from '../model/etc.ts';
import { dropInFor } from './etc-drop-ins.ts';
import { bytesOfPath, comparePaths, pathFromBytes, showPath } from './etc-path.ts';
import { people, sysusersOf } from './etc-promote-accounts.ts';
import { unifiedDiff } from './line-patch.ts';
import { maskSecrets } from './mask-secrets.ts';
import { quoted } from './shell-word.ts';

/** A local change with what is needed to put it into an image. `local` and `base`: contents, as bytes; null: there is none, or not read. */
export interface PromotedChange {
  readonly entry: EtcEntry;
  readonly local: Uint8Array | null;
  readonly base: Uint8Array | null;
}

/** A file of the build folder; `path` below it. */
export interface PromotedFile {
  readonly path: string;
  readonly node: Pick<EtcNode, 'type' | 'mode' | 'uid' | 'gid' | 'link'>;
  readonly content: Uint8Array;
}

export interface PromotePlan {
  readonly files: readonly PromotedFile[];
  /** A fragment for the Containerfile of the image. */
  readonly containerfile: string;
  readonly patch: string;
  readonly leftOut: readonly { readonly path: EtcPath; readonly why: string }[];
}

/** What is said at the head of the fragment. */
export interface PromoteContext {
  readonly host: string;
  readonly version: string;
  /** ISO date. */
  readonly day: string;
}

const SYSUSERS = 'usr/lib/sysusers.d/90-local.conf';
const TMPFILES = 'usr/lib/tmpfiles.d/90-local.conf';
const SHIPPED = { type: 'file', mode: 0o644, uid: 0, gid: 0, link: null } as const;
const ACCOUNT_FILES: ReadonlySet<EtcPath> = new Set(['passwd', 'group']);

/** Steps of a build that are more than copying, and what a person should know. */
interface Plan {
  readonly files: PromotedFile[];
  readonly commands: string[];
  readonly notes: string[];
  readonly tmpfiles: string[];
  readonly patches: string[];
  readonly leftOut: { path: EtcPath; why: string }[];
}

/**
 * What was changed on a host, for its image: files with their modes, drop-ins where a daemon reads them, accounts for sysusers.d(5),
 * directories for tmpfiles.d(5), and the lines of a Containerfile for owners and for what was deleted. Secrets are left out and named.
 */
export function planPromotion(changes: readonly PromotedChange[], context: PromoteContext): PromotePlan {
  const plan: Plan = { files: [], commands: [], notes: [], tmpfiles: [], patches: [], leftOut: [] };
  const accounts = { passwd: { base: '', local: '' }, group: { base: '', local: '' } };
  for (const change of [...changes].sort((a, b) => comparePaths(a.entry.path, b.entry.path))) {
    const { path } = change.entry;
    const why = refusal(change);
    if (why !== null) plan.leftOut.push({ path, why });
    else if (ACCOUNT_FILES.has(path)) {
      accounts[path as 'passwd' | 'group'] = { base: textOf(change.base) ?? '', local: textOf(change.local) ?? '' };
      plan.notes.push(`${path}: what was added is in ${SYSUSERS}, other changes are not taken.`);
    } else place(change, plan);
  }
  const sysusers = sysusersOf(accounts.passwd, accounts.group);
  const persons = people(accounts.passwd);
  if (sysusers.length > 0) plan.files.push(generated(SYSUSERS, sysusers));
  if (persons.length > 0)
    plan.notes.push(`Of ${persons.join(', ')} the account comes, not the password and not the keys.`);
  if (plan.tmpfiles.length > 0) plan.files.push(generated(TMPFILES, plan.tmpfiles));
  return {
    files: plan.files,
    containerfile: containerfileOf(plan, context),
    patch: plan.patches.join(''),
    leftOut: plan.leftOut,
  };
}

function generated(path: string, lines: readonly string[]): PromotedFile {
  return { path, node: SHIPPED, content: bytesOfPath(`${lines.join('\n')}\n`) };
}

/** Why a change cannot go into an image; null: it can. */
function refusal({ entry, local }: PromotedChange): string | null {
  if (entry.isSecret) return 'It holds a secret.';
  if (entry.here === 'same') return 'It was not changed here.';
  if (entry.outcome === 'unknown') return 'A version of it could not be read.';
  if (showPath(entry.path).replaceAll('\\\\', '\\') !== entry.path || entry.path.includes('<'))
    return 'Its name cannot be written in a Containerfile.';
  const node = entry.local;
  if (node === null || node.type === 'directory' || node.type === 'symlink') return null;
  if (node.type !== 'file') return 'It is neither a file nor a directory nor a link.';
  if (entry.here === 'metadata') return null;
  if (local === null)
    return node.isReadable ? 'It is too large, or changed while it was read.' : 'It could not be read.';
  return maskSecrets(latin1(local)).count > 0 ? 'What is in it looks like a password or a key.' : null;
}

function place({ entry, local, base }: PromotedChange, plan: Plan): void {
  const { path, here, local: node } = entry;
  const at = quoted(`/etc/${path}`);
  if (node === null) {
    plan.commands.push(`rm -rf -- ${at}`);
    if (entry.base?.type === 'file') plan.patches.push(patchOf(entry, base, null));
    return;
  }
  // What is of another type in the image is in the way of what is copied.
  if (here === 'type') plan.commands.push(`rm -rf -- ${at}`);
  const isNew = here === 'added' || here === 'type';
  if (node.type === 'directory') {
    if (isNew) plan.files.push({ path: `etc/${path}/`, node, content: new Uint8Array() });
    if (!isNew || node.mode !== 0o755 || node.uid !== 0 || node.gid !== 0) {
      plan.tmpfiles.push(`d ${tmpfilesPath(path)} ${octal(node.mode)} ${String(node.uid)} ${String(node.gid)} -`);
    }
    return;
  }
  if (here === 'metadata') {
    const { mode, uid, gid } = node;
    if (entry.base?.uid !== uid || entry.base.gid !== gid)
      plan.commands.push(`chown -h ${String(uid)}:${String(gid)} -- ${at}`);
    if (node.type === 'file') plan.commands.push(`chmod ${octal(mode)} -- ${at}`);
    return;
  }
  const [before, after] = [textOf(base), textOf(local)];
  if (node.type === 'file') plan.patches.push(patchOf(entry, base, local));
  const dropIn = here === 'content' && before !== null && after !== null ? dropInFor(path, before, after) : null;
  if (dropIn) {
    plan.files.push({ path: `etc/${dropIn.path}`, node: SHIPPED, content: bytesOfPath(dropIn.content) });
    plan.notes.push(`${path}: its changed lines are in ${dropIn.path}, so that the image’s own file goes on coming.`);
    return;
  }
  plan.files.push({ path: `etc/${path}`, node, content: local ?? new Uint8Array() });
  if (node.uid !== 0 || node.gid !== 0) plan.commands.push(`chown -h ${String(node.uid)}:${String(node.gid)} -- ${at}`);
  if (/^systemd\/system\/[^/]+\.(?:service|socket|timer|mount|path)$/.test(path) && node.type === 'file') {
    plan.notes.push(`${path}: it replaces a unit of the image whole; ${path}.d/*.conf would change single settings.`);
  }
}

/** A path for tmpfiles.d(5), where `%` begins a specifier. */
function tmpfilesPath(path: EtcPath): string {
  const plain = `/etc/${path}`.replaceAll('%', '%%');
  return /^[\w/.@%+:,-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, '\\$&')}"`;
}

function containerfileOf({ files, commands, notes, leftOut }: Plan, { host, version, day }: PromoteContext): string {
  const has = (folder: string) => files.some(({ path }) => path.startsWith(folder));
  const lines = [
    `# Changes to /etc of ${host}, which ran ${version}, taken by Berth on ${day}.`,
    ...notes.map((note) => `# ${note}`),
    ...leftOut.map(({ path, why }) => `# Left out: /etc/${showPath(path)}. ${why}`),
    // Before anything is copied: what is removed may be in the way.
    ...commands.filter((command) => command.startsWith('rm ')).map((command) => `RUN ${command}`),
    ...(has('etc/') ? ['COPY etc/ /etc/'] : []),
    ...(has('usr/') ? ['COPY usr/ /usr/'] : []),
    ...commands.filter((command) => !command.startsWith('rm ')).map((command) => `RUN ${command}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** A change as git writes it; of what is no text nothing but that. */
function patchOf(entry: EtcEntry, base: Uint8Array | null, local: Uint8Array | null): string {
  const [before, after] = [entry.base, entry.local].map((node) => (node?.type === 'file' ? node : null));
  const name = `etc/${entry.path}`;
  const mode = (node: EtcNode) => `100${(node.mode & 0o111) === 0 ? '644' : '755'}`;
  const head = [`diff --git a/${name} b/${name}`];
  if (!before && after) head.push(`new file mode ${mode(after)}`);
  else if (before && !after) head.push(`deleted file mode ${mode(before)}`);
  else if (before && after && mode(before) !== mode(after))
    head.push(`old mode ${mode(before)}`, `new mode ${mode(after)}`);
  const [from, to] = [before ? textOf(base) : '', after ? textOf(local) : ''];
  const names = [before ? `a/${name}` : '/dev/null', after ? `b/${name}` : '/dev/null'] as const;
  if (from === null || to === null)
    return `${[...head, `Binary files ${names[0]} and ${names[1]} differ`].join('\n')}\n`;
  const diff = unifiedDiff({ name: names[0], text: from }, { name: names[1], text: to }).replace(/^=+\n/, '');
  return `${head.join('\n')}\n${diff}`;
}

/** Content as text; null: it is none. */
function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null || bytes.includes(0)) return null;
  const text = pathFromBytes(bytes);
  return /[\udc80-\udcff]/.test(text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '')) ? null : text;
}

function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4096) parts.push(String.fromCharCode(...bytes.subarray(at, at + 4096)));
  return parts.join('');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
