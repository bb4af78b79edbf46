import type { Fact } from '../model/fact.ts';
import type { Disk, RunningUnit } from '../model/host-facts.ts';
import * as z from 'zod';
import { failure } from '../errors/failure.ts';
import { frameReader, parseDisks, type FrameReader } from './facts-readers.ts';
import type { ParsedFrame } from './frames.ts';
import { looseList, looseText, parseJsonObject } from './json.ts';
import { parseAssignments, parseSections } from './sections.ts';
import { parseUnits } from './systemd.ts';
import { cleanLines, cleanText } from './text.ts';

/*
 * The frames of native/probes/preflight.sh, those that concern the verb:
 *
 *   clock        `date +%s`
 *   arguments    empty; exit code 64: the verb or the registry is not one
 *   user         `id -u`
 *   lock         empty, or `held` and `holder <pid> <unit, or -> <command line>` lines
 *   operations   `== <id>`, then the meta file of each operation of Berth that runs (native/actions/start.sh)
 *   space        `== <path>`, then `df -P -k <path>`; `== reserve`, then ostree's `min-free-space-…=` lines
 *   registry     `key=value` lines, see the script
 *   auth         `file=<path>`, then `"<registry>": {` lines, or `unreadable=yes`; else `podman=<path>` lines
 *   policy       `== <path>`, then policy.json; empty where there is none
 *   image        `== image`, then `skopeo inspect`; where that fails `== index`, then the manifest as it is (`skopeo inspect --raw`)
 *   layers       `ostree/container/blob/sha256_3A_<hex>` lines: the layers that ostree has
 *   users        `own=<session>`, then `loginctl show-session` of every session
 *   inhibitors   `busctl --json=short call … ListInhibitors`
 *   battery      `battery=<per cent> <status>` and `mains=<0 or 1>` lines
 */

/** Who holds the lock of the sysroot. */
export interface LockHolder {
  readonly pid: number;
  readonly unit: string | null;
  readonly command: string;
}

/** Space, in bytes; what ostree keeps free of /sysroot: a share in per cent, or so many bytes. */
export interface SpaceAnswer {
  readonly disks: readonly Disk[];
  readonly reserve:
    { readonly kind: 'percent'; readonly percent: number } | { readonly kind: 'bytes'; readonly bytes: number };
}

/** What became of asking a registry, see `ask_registry` in the script. */
export interface RegistryAnswer {
  readonly tool: string;
  readonly exitCode: number | null;
  readonly status: number | null;
  readonly plainStatus: number | null;
  readonly isOpen: boolean | null;
  readonly hasProxy: boolean;
  readonly isConfigured: boolean;
}

/** The login file that bootc reads, with the names of its entries; `podman`: those that it does not read. */
export interface AuthAnswer {
  readonly file: string | null;
  readonly isReadable: boolean;
  readonly entries: readonly string[];
  readonly podman: readonly string[];
}

/** A signature policy: what it asks for by default, and for images by the beginning of their name. */
export interface PolicyAnswer {
  readonly file: string;
  readonly byDefault: string;
  readonly byName: Readonly<Record<string, string>>;
}

/**
 * What a registry says of an image before it is pulled. `architectures`: of the one for this machine, or where there is none for it, of all.
 * `osId`: as os-release has it, from a label that images of Fedora and its kin carry; null: it does not say. Layers with their compressed sizes in bytes.
 */
export interface ImageAnswer {
  readonly architectures: readonly string[];
  readonly osId: string | null;
  readonly digest: string | null;
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

/** Somebody who is logged in. */
export interface LoggedIn {
  readonly name: string;
  readonly from: string;
}

/** Something that wants to hold up a shutdown, and insists. */
export interface Inhibitor {
  readonly who: string;
  readonly why: string;
}

/** Power: `percent` of the fullest battery. */
export interface PowerAnswer {
  readonly percent: number;
  readonly isDischarging: boolean;
}

/** What one run of the script told. Null: not asked, as it does not concern the verb. Times epoch ms. */
export interface PreflightProbe {
  readonly hostTime: Fact<number>;
  readonly isRoot: Fact<boolean>;
  readonly lock: Fact<readonly LockHolder[] | null> | null;
  readonly operations: Fact<readonly RunningUnit[]> | null;
  readonly space: Fact<SpaceAnswer> | null;
  readonly registry: Fact<RegistryAnswer> | null;
  readonly auth: Fact<AuthAnswer> | null;
  readonly policy: Fact<PolicyAnswer | null> | null;
  readonly image: Fact<ImageAnswer> | null;
  /** Digests of the layers that are there. */
  readonly layers: Fact<ReadonlySet<string>> | null;
  readonly users: Fact<readonly LoggedIn[]> | null;
  readonly inhibitors: Fact<readonly Inhibitor[]> | null;
  readonly battery: Fact<PowerAnswer | null> | null;
}

/** Reads the frames. Never throws; what is missing or cut is unknown, with the reason. */
export function parsePreflight(frames: readonly ParsedFrame[], readAt: number): PreflightProbe {
  const reader = frameReader(frames, readAt);
  const asked = <T>(name: string, command: string, parse: (stdout: string) => T): Fact<T> | null =>
    reader.frame(name) ? reader.read(name, command, parse) : null;
  return {
    hostTime: reader.read('clock', 'date', (stdout) => Number(stdout.trim()) * 1000),
    isRoot: reader.read('user', 'id', (stdout) => stdout.trim() === '0'),
    lock: asked('lock', 'reading /proc/locks', parseLock),
    operations: asked('operations', 'reading /run/berth', parseOperations),
    space: asked('space', 'df', parseSpace),
    registry: asked('registry', 'curl', parseRegistry),
    auth: asked('auth', 'reading auth.json', parseAuth),
    policy: readPolicy(reader),
    image: readImage(reader),
    layers: asked('layers', 'ostree refs', parseLayers),
    users: asked('users', 'loginctl', parseUsers),
    inhibitors: readInhibitors(reader),
    battery: asked('battery', 'reading /sys/class/power_supply', parseBattery),
  };
}

function parseLock(text: string): readonly LockHolder[] | null {
  const lines = cleanLines(text, 50);
  if (lines[0] !== 'held') return null;
  return lines.flatMap((line) => {
    const match = /^holder (\d{1,9}) (\S{1,256})(?: (.*))?$/.exec(line);
    if (!match) return [];
    const unit = match[2] ?? '-';
    return [{ pid: Number(match[1]), unit: unit === '-' ? null : unit, command: match[3] ?? '' }];
  });
}

function parseOperations(text: string): readonly RunningUnit[] {
  return parseSections(text, 50)
    .filter(({ title }) => /^[0-9a-f]{12}$/.test(title))
    .map(({ title, text: meta }) => {
      const values = parseAssignments(meta);
      const value = (key: string) => cleanText(values.get(key) ?? '', 200);
      return { id: title, verb: value('verb'), startedBy: value('started-by') };
    });
}

const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };
/** What ostree keeps free where nothing is configured. */
const USUAL_RESERVE = 3;

function parseSpace(text: string): SpaceAnswer {
  const settings = parseAssignments(parseSections(text, 20).find(({ title }) => title === 'reserve')?.text ?? '');
  const size = /^(\d{1,9})(MB|GB|TB)$/.exec(settings.get('min-free-space-size') ?? '');
  const percent = /^\d{1,2}$/.exec(settings.get('min-free-space-percent') ?? '')?.[0];
  return {
    disks: parseDisks(text),
    reserve: size
      ? { kind: 'bytes', bytes: Number(size[1]) * (UNITS[size[2] ?? ''] ?? 0) }
      : { kind: 'percent', percent: percent === undefined ? USUAL_RESERVE : Number(percent) },
  };
}

function parseRegistry(text: string): RegistryAnswer {
  const values = parseAssignments(text);
  const number = (key: string) => {
    const value = values.get(key) ?? '';
    return /^\d{1,3}$/.test(value) ? Number(value) : null;
  };
  // curl writes 000 where there was no answer.
  const status = (key: string) => {
    const found = number(key);
    return found === 0 ? null : found;
  };
  const open = values.get('open');
  return {
    tool: cleanText(values.get('tool') ?? '', 40),
    exitCode: number('exit'),
    status: status('status'),
    plainStatus: status('plain'),
    isOpen: open === undefined ? null : open === 'yes',
    hasProxy: values.get('proxy') === 'yes',
    isConfigured: values.get('configured') === 'yes',
  };
}

/** Keys of an auth.json that hold an object and are no registries. */
const NO_REGISTRY = new Set(['auths', 'credHelpers', 'HttpHeaders', 'psFormat', 'plugins', 'aliases', 'proxies']);

function parseAuth(text: string): AuthAnswer {
  const lines = cleanLines(text, 300);
  const paths = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=/`)).map((line) => line.slice(key.length + 1));
  return {
    file: paths('file')[0] ?? null,
    isReadable: !lines.includes('unreadable=yes'),
    entries: lines.flatMap((line) => {
      const name = /^"([A-Za-z0-9][\w.:/@-]{0,255})" ?: ?\{$/.exec(line)?.[1];
      return name === undefined || NO_REGISTRY.has(name) ? [] : [name];
    }),
    podman: paths('podman'),
  };
}

const Requirements = looseList(z.object({ type: z.string().max(60) }), 10);
const PolicyFile = z.object({
  default: Requirements,
  transports: z.record(z.string(), z.record(z.string(), Requirements).catch({})).catch({}),
});

function readPolicy(reader: FrameReader): Fact<PolicyAnswer | null> | null {
  if (!reader.frame('policy')) return null;
  const read = reader.read('policy', 'reading policy.json', (stdout) => parseSections(stdout, 2)[0] ?? null);
  if (read.state === 'unknown') return read;
  if (read.value === null) return reader.known(null);
  const json = parseJsonObject(read.value.text, 'policy.json');
  if (!json.ok) return reader.unknown(json.failure);
  const parsed = PolicyFile.safeParse(json.value);
  const policy = parsed.success ? parsed.data : { default: [], transports: {} };
  // All requirements must be met: the first that refuses or lets everything pass decides.
  const typeOf = (requirements: readonly { readonly type: string }[]) =>
    cleanText(requirements[0]?.type ?? 'reject', 60);
  const docker = Object.entries(policy.transports['docker'] ?? {}).slice(0, 200);
  return reader.known({
    file: cleanText(read.value.title, 200),
    byDefault: typeOf(policy.default),
    byName: Object.fromEntries(docker.map(([name, requirements]) => [cleanText(name, 300), typeOf(requirements)])),
  });
}

const Inspected = z.object({
  Digest: looseText,
  Architecture: looseText,
  Labels: z.record(z.string(), z.unknown()).nullable().catch(null),
  LayersData: looseList(z.object({ Digest: z.string().max(200), Size: z.number().nonnegative() }), 1000),
});
const Index = z.object({
  manifests: looseList(z.object({ platform: z.object({ architecture: z.string().max(40) }) }), 100),
});
/** The label for `ID` of os-release. */
const OS_ID = 'redhat.id';

function readImage(reader: FrameReader): Fact<ImageAnswer> | null {
  const frame = reader.frame('image');
  if (!frame) return null;
  const sections = new Map(parseSections(frame.stdout, 3).map(({ title, text }) => [title, text]));
  const index = Index.safeParse(jsonOf(sections.get('index')));
  const architectures = index.success ? index.data.manifests.map(({ platform }) => platform.architecture) : [];
  // A list without one for this machine is an answer too.
  if (architectures.length > 0) {
    return reader.known({
      architectures: [...new Set(architectures)].map((one) => cleanText(one, 40)),
      osId: null,
      digest: null,
      layers: [],
    });
  }
  const asked = reader.read('image', 'skopeo inspect', () => Inspected.safeParse(jsonOf(sections.get('image'))));
  if (asked.state === 'unknown') return asked;
  if (!asked.value.success)
    return reader.unknown(failure('facts.unreadable', { command: 'skopeo inspect', detail: 'it is not JSON' }));
  const { Digest: digest, Architecture: architecture, Labels: labels, LayersData: layers } = asked.value.data;
  const osId = labels?.[OS_ID];
  return reader.known({
    architectures: architecture === null ? [] : [architecture],
    osId: typeof osId === 'string' && osId !== '' ? cleanText(osId, 60) : null,
    digest,
    layers: layers.map(({ Digest, Size }) => ({ digest: Digest, size: Size })),
  });
}

function jsonOf(text: string | undefined): unknown {
  const json = parseJsonObject(text ?? '', 'skopeo inspect');
  return json.ok ? json.value : null;
}

/** As ostree's container store names layers: what is not a letter or a figure is written as its code. */
function parseLayers(text: string): ReadonlySet<string> {
  return new Set(
    cleanLines(text, 5000).flatMap((line) => {
      const hex = /(?:^|\/)sha256_3A_([0-9a-f]{64})$/.exec(line)?.[1];
      return hex === undefined ? [] : [`sha256:${hex}`];
    }),
  );
}

function parseUsers(text: string): readonly LoggedIn[] {
  const own = /^own=([A-Za-z0-9]{1,20})$/m.exec(text)?.[1];
  const found: LoggedIn[] = [];
  // parseUnits splits by Id, which sessions have as well.
  for (const [id, session] of parseUnits(text)) {
    const value = (key: string) => cleanText(session.get(key) ?? '', 100);
    if (id === own || !/^user(?:-early|-incomplete)?$/.test(value('Class')) || value('State') === 'closing') continue;
    found.push({ name: value('Name') || 'somebody', from: value('RemoteHost') || value('TTY') });
  }
  return found;
}

const Inhibitors = z.object({ data: z.array(z.unknown()).max(1) });
const InhibitorRow = z.tuple([z.string(), z.string(), z.string(), z.string()], z.unknown());

function readInhibitors(reader: FrameReader): Fact<readonly Inhibitor[]> | null {
  if (!reader.frame('inhibitors')) return null;
  const read = reader.read('inhibitors', 'busctl', (stdout) => parseJsonObject(stdout, 'busctl'));
  if (read.state === 'unknown') return read;
  if (!read.value.ok) return reader.unknown(read.value.failure);
  const parsed = Inhibitors.safeParse(read.value.value);
  const rows = parsed.success ? looseList(InhibitorRow, 100).parse(parsed.data.data[0]) : [];
  return reader.known(
    rows
      .filter(([what, , , mode]) => what.split(':').includes('shutdown') && mode.startsWith('block'))
      .map(([, who, why]) => ({ who: cleanText(who, 100), why: cleanText(why, 200) })),
  );
}

function parseBattery(text: string): PowerAnswer | null {
  const lines = cleanLines(text, 20);
  const batteries = lines.flatMap((line) => {
    const match = /^battery=(\d{1,3}) ?([\w ]{0,30})$/.exec(line);
    return match ? [{ percent: Number(match[1]), status: match[2] ?? '' }] : [];
  });
  const fullest = batteries.sort((a, b) => b.percent - a.percent)[0];
  if (!fullest) return null;
  const hasMains = lines.includes('mains=1');
  return {
    percent: fullest.percent,
    isDischarging: !hasMains && batteries.some(({ status }) => status === 'Discharging'),
  };
}
