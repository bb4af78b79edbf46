import { splitArguments } from '../logic/kernel-arguments.ts';
import type { BootEntry, BootFacts, StagedBoot } from '../model/boot-facts.ts';
import type { DeploymentSet } from '../model/deployment.ts';
import type { Fact } from '../model/fact.ts';
import type { FrameReader } from './facts-readers.ts';
import { readDictionary, readString, readStrings } from './gvariant.ts';
import { parseKargsToml } from './kargs-toml.ts';
import { parseSections } from './sections.ts';
import { cleanLines, cleanText } from './text.ts';

const ID = String.raw`[0-9a-f]{64}\.\d{1,9}`;

/** What the frames tell of the next boot. `ostree`: the deployments as ostree itself lists them, null where it could not. */
export function readBootFacts(reader: FrameReader, architecture: string, ostree: DeploymentSet | null): BootFacts {
  return {
    entries: readEntries(reader),
    staged: reader.read('staged-deployment', 'reading /run/ostree/staged-deployment', parseStagedDeployment),
    imageArguments: readImageArguments(reader, architecture),
    kernelBytes: reader.read('kernel-files', 'reading the kernels', parseKernelFiles),
    softRebootTarget: softRebootTarget(ostree),
  };
}

/** ostree's own word for soft-reboot capable is that it is prepared. */
function softRebootTarget(ostree: DeploymentSet | null): string | null {
  if (!ostree) return null;
  const all = [ostree.staged, ostree.booted, ostree.rollback, ...ostree.others];
  return all.find((deployment) => deployment?.softRebootCapable)?.id ?? null;
}

/** Entries are for deployments: through the link that `ostree=` names, or by the digest in `composefs=`. */
function readEntries(reader: FrameReader): Fact<Record<string, BootEntry>> {
  const links = parseLinks(reader.text('boot-links'));
  return reader.read('boot-entries', 'reading /boot/loader/entries', (stdout) => {
    const entries: Record<string, BootEntry> = {};
    const lines = cleanLines(stdout, 200);
    const own = new Map(
      lines.flatMap((line) => {
        const [, file, words = ''] = /^(.*\.conf):x-options-source-berth (.*)$/.exec(line) ?? [];
        return file === undefined ? [] : [[file, splitArguments(words)] as const];
      }),
    );
    for (const line of lines) {
      const options = /\.conf:options (.*)$/.exec(line)?.[1];
      if (options === undefined) continue;
      const link = links.get(/(?:^| )ostree=(\S{1,400})/.exec(options)?.[1] ?? '');
      const verity = /(?:^| )composefs=\??([0-9a-f]{128})(?: |$)/.exec(options)?.[1];
      const ours = own.get(line.slice(0, line.indexOf('.conf:') + '.conf'.length)) ?? [];
      if (link) entries[link.id] ??= { options, kernel: link.kernel, ...(ours.length > 0 && { own: ours }) };
      else if (verity !== undefined) entries[verity] ??= { options, kernel: null };
    }
    return entries;
  });
}

// `…/ostree/boot.1/default/<boot checksum>/0 ../../../deploy/default/deploy/<id>`
const LINK = new RegExp(String.raw`(/ostree/boot\.[01]/[^/ ]{1,255}/([0-9a-f]{64})/\d{1,9}) \S{1,400}/(${ID})$`);

function parseLinks(text: string): ReadonlyMap<string, { readonly id: string; readonly kernel: string }> {
  return new Map(
    cleanLines(text, 200).flatMap((line) => {
      const [, link = '', kernel = '', id = ''] = LINK.exec(line) ?? [];
      return link === '' ? [] : [[link, { id, kernel }] as const];
    }),
  );
}

/** Reads what `od -An -v -tx1` printed of /run/ostree/staged-deployment; null for the empty text. Unknown keys are ignored. */
export function parseStagedDeployment(text: string): StagedBoot | null {
  const bytes = text.slice(0, 1_000_000).match(/[0-9a-f]{2}/g) ?? [];
  if (bytes.length === 0) return null;
  const state = readDictionary(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
  const target = state.get('target');
  const kernel = target?.type === 'a{sv}' ? readString(readDictionary(target.bytes).get('bootcsum')) : null;
  const words = readStrings(state.get('kargs'));
  return {
    arguments: words?.map((word) => cleanText(word)).filter((word) => word !== '') ?? null,
    kernel: kernel !== null && /^[0-9a-f]{64}$/.test(kernel) ? kernel : null,
  };
}

function readImageArguments(reader: FrameReader, architecture: string): Fact<Record<string, string[]>> {
  return reader.read('image-arguments', 'reading kargs.d', (stdout) => {
    const found: Record<string, string[]> = {};
    for (const { title, text } of parseSections(stdout)) {
      if (!new RegExp(`^${ID}$`).test(title)) continue;
      const words = parseKargsToml(text, architecture).map((word) => cleanText(word));
      found[title] = [...(found[title] ?? []), ...words];
    }
    return found;
  });
}

const KERNEL_FILE = new RegExp(String.raw`^(\d{1,15}) \S{0,400}/deploy/(${ID})/usr/lib/modules/`);

function parseKernelFiles(text: string): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const line of cleanLines(text, 200)) {
    const [, bytes, id = ''] = KERNEL_FILE.exec(line) ?? [];
    if (bytes !== undefined) sizes[id] = (sizes[id] ?? 0) + Number(bytes);
  }
  return sizes;
}
