import type { Failure } from '../errors/failure.ts';
import type { JournalLine } from '../model/forensics.ts';
import { failureOf } from './facts-readers.ts';
import type { ParsedFrame } from './frames.ts';
import { journalLine, parseBootList, parseJournal, type JournalEntry, type ListedBoot } from './journal.ts';
import { parseAssignments, parseSections } from './sections.ts';
import { cleanLines, cleanText } from './text.ts';

/*
 * The frames of native/probes/forensics.sh, in their order. Entries are lines of `journalctl -o json` with the fields that the script names.
 *
 *   identity        `key=value` lines: boot-id, user-id, user, time (epoch s), persistent=yes|no, journal=readable|unreadable|none
 *   boots           `journalctl --list-boots -o json`, else its table
 *   deployments     entries: ostree-prepare-root's, with DEPLOYMENT_PATH, newest first
 *   command-lines   `== <boot id>`, then the kernel's message about its command line, for the newest boots
 *   boot-links      `boot.<n>/<stateroot>/<bootcsum>/<serial> <deployment id>` lines, of the boot entries of now
 *   events          entries: units and events that decide what is booted, newest first
 *   auto-updates    entries: units that update by themselves, newest first
 *   errors          `== <boot id>`, then entries of priority err and worse, for the newest boots
 *   stamp           /boot/ostree/finalize-failure.stamp, empty where there is none
 *   boot-status     greenboot's motd file, empty where there is none
 *   greenboot-conf  /etc/greenboot/greenboot.conf, empty where there is none
 *   systemd         `systemctl show`: SoftRebootsCount, and Id… of ostree-boot-complete and greenboot-healthcheck
 *   crashes         paths of what a kernel that died has left, one a line
 *   text-…          only for a bundle: texts that are not judged
 */

/** What the probe told, read but not judged. Times epoch ms by the host's clock. */
export interface ForensicsProbe {
  /** 32 hex; empty where it could not be read. */
  readonly bootId: string;
  readonly user: string;
  readonly isRoot: boolean;
  readonly journal: 'readable' | 'unreadable' | 'none';
  readonly persistent: boolean;
  /** Oldest first. */
  readonly boots: readonly ListedBoot[];
  /** Deployment ids by boot id, as far as the journal tells. */
  readonly deployments: ReadonlyMap<string, string>;
  /** Oldest first. */
  readonly events: readonly JournalEntry[];
  /** There were more events than the probe takes: the oldest are missing. */
  readonly eventsCut: boolean;
  readonly autoUpdates: readonly JournalEntry[];
  readonly errors: ReadonlyMap<string, readonly JournalLine[]>;
  readonly stamp: string | null;
  readonly fallbackTold: boolean;
  /** GREENBOOT_MAX_BOOT_ATTEMPTS, 3 where nothing is said. */
  readonly maxAttempts: number;
  readonly softReboots: number | null;
  readonly crashes: readonly string[];
  readonly failures: readonly Failure[];
}

/** The bounds of the events in the script: entries, and bytes of which JSON has none but ASCII as a rule. */
const MAX_EVENTS = 1500;
const MAX_EVENT_BYTES = 1_500_000;

const READERS = [
  ['boots', 'journalctl --list-boots'],
  ['deployments', 'journalctl'],
  ['events', 'journalctl'],
  ['auto-updates', 'journalctl'],
] as const;

/** Reads the frames of `native/probes/forensics.sh`. Never throws; what is missing is empty, and `failures` says why. */
export function parseForensics(frames: readonly ParsedFrame[]): ForensicsProbe {
  const byName = new Map(frames.map((frame) => [frame.name, frame]));
  const text = (name: string) => byName.get(name)?.stdout ?? '';
  const identity = parseAssignments(text('identity'));
  const journal = identity.get('journal');
  const attempts = /^\s*GREENBOOT_MAX_BOOT_ATTEMPTS=["']?(\d{1,3})/m.exec(text('greenboot-conf'))?.[1];
  const softReboots = parseAssignments(text('systemd')).get('SoftRebootsCount');
  const events = parseJournal(text('events'));
  return {
    bootId: (identity.get('boot-id') ?? '').replaceAll('-', '').toLowerCase(),
    user: cleanText(identity.get('user') ?? '', 64),
    isRoot: identity.get('user-id') === '0',
    journal: journal === 'readable' || journal === 'unreadable' ? journal : 'none',
    persistent: identity.get('persistent') === 'yes',
    boots: parseBootList(text('boots')),
    deployments: bootedDeployments(text('deployments'), text('command-lines'), text('boot-links')),
    events,
    eventsCut: events.length >= MAX_EVENTS || text('events').length >= MAX_EVENT_BYTES * 0.95,
    autoUpdates: parseJournal(text('auto-updates')),
    errors: new Map(
      parseSections(text('errors'), 50).map(({ title, text: entries }) => [
        title,
        parseJournal(entries, 200)
          .map(journalLine)
          .filter((line) => line.text !== ''),
      ]),
    ),
    stamp: cleanText(text('stamp'), 600) || null,
    fallbackTold: text('boot-status').includes('FALLBACK BOOT DETECTED'),
    maxAttempts: attempts === undefined ? 3 : Number(attempts),
    softReboots: softReboots !== undefined && /^\d{1,6}$/.test(softReboots) ? Number(softReboots) : null,
    crashes: cleanLines(text('crashes'), 50),
    failures: failuresOf(byName),
  };
}

function failuresOf(byName: ReadonlyMap<string, ParsedFrame>): Failure[] {
  const failures = READERS.flatMap(([name, command]) => failureOf(byName.get(name) ?? null, command) ?? []);
  // One journalctl that is missing or broken is one failure, not four.
  return failures.filter((failure, index) => failures.findIndex(({ code }) => code === failure.code) === index);
}

const DEPLOYMENT_PATH = /\/deploy\/[^/]+\/deploy\/([0-9a-f]{64}\.\d{1,9})\/?$/;
const OSTREE_LINE = /\bostree=\/ostree\/boot\.[01](?:\.\d+)?\/([^/\s]+)\/([0-9a-f]{64})\/\d+/;
const COMPOSEFS_LINE = /\bcomposefs=\??([0-9a-f]{64,128})\b/;
const BOOT_LINK = /^boot\.[01](?:\.\d+)?\/([^/\s]+)\/([0-9a-f]{64})\/\d+ ([0-9a-f]{64}\.\d{1,9})$/;

/**
 * Which deployment each boot ran: ostree-prepare-root says so; else the kernel's command line does, where the kernel that it names
 * belongs to one deployment alone.
 */
function bootedDeployments(entries: string, commandLines: string, links: string): Map<string, string> {
  const byKernel = new Map<string, Set<string>>();
  for (const line of cleanLines(links, 500)) {
    const [, stateroot = '', kernel = '', id = ''] = BOOT_LINK.exec(line) ?? [];
    if (id === '') continue;
    const key = `${stateroot} ${kernel}`;
    byKernel.set(key, (byKernel.get(key) ?? new Set()).add(id));
  }
  const found = new Map<string, string>();
  for (const { title, text } of parseSections(commandLines, 50)) {
    const [, stateroot = '', kernel = ''] = OSTREE_LINE.exec(text) ?? [];
    const candidates = [...(byKernel.get(`${stateroot} ${kernel}`) ?? [])];
    const id = COMPOSEFS_LINE.exec(text)?.[1] ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (id !== undefined) found.set(title, id);
  }
  for (const entry of parseJournal(entries, 500)) {
    const id = DEPLOYMENT_PATH.exec(entry.field('DEPLOYMENT_PATH'))?.[1];
    if (id !== undefined) found.set(entry.bootId, id);
  }
  return found;
}
