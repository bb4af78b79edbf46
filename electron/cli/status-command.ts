import { describe } from '../../shared/errors/describe.ts';
import type { Failure } from '../../shared/errors/failure.ts';
import { formatAge, imageShortener, shortDigest, UNKNOWN } from '../../shared/logic/format.ts';
import { cleanText } from '../../shared/parse/text.ts';
import type { FleetRow } from '../../shared/model/fleet.ts';
import type { Host } from '../../shared/model/host.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';
import { readHost, type HostReading } from './read-host.ts';
import { statusDocument } from './status-document.ts';
import { renderTable } from './table.ts';

export interface StatusOptions {
  /** Names or addresses; none: all hosts of the inventory. */
  readonly hosts: readonly string[];
  readonly json: boolean;
}

/** Hosts that are read at a time. Their handshakes are fewer still: the core sees to that. */
const AT_A_TIME = 32;

interface Read {
  readonly host: Host;
  readonly reading: HostReading;
  readonly row: FleetRow;
}

/** `berth status [HOST…]`: reads the hosts now and prints a table, or a line of JSON for each as soon as it is known. */
export async function statusCommand(
  core: Core,
  terminal: Console,
  { hosts: words, json }: StatusOptions,
): Promise<number> {
  const hosts = words.length === 0 ? core.inventory.list() : [...new Set(words.map((word) => findHost(core, word)))];
  if (hosts.length === 0) {
    terminal.err('There are no hosts yet. Name one by its address: berth status admin@box\n');
    return exitCode.done;
  }
  let count = 0;
  const reads = await inOrder(hosts, AT_A_TIME, async (host): Promise<Read> => {
    const reading = await readHost(core, host.id);
    const row = core.fleet.row(host.id);
    if (!row) throw new Error(`${host.name} has vanished from the inventory.`);
    core.hosts.disconnect(host.id);
    count += 1;
    terminal.progress(`${count} of ${hosts.length} read`);
    if (json) terminal.out(`${JSON.stringify(statusDocument(host, reading, row))}\n`);
    return { host, reading, row };
  });
  terminal.progress(null);

  if (!json) terminal.out(statusTable(reads, core.options.now?.() ?? Date.now()));
  for (const { host, reading } of reads) {
    for (const failure of troubles(reading)) terminal.err(`${host.name}: ${sentence(failure)}\n`);
  }
  return reads.every(({ reading }) => isFine(reading)) ? exitCode.done : exitCode.failed;
}

/** A host counts as read when its deployments are known, or when it has none because it is not in image mode. */
function isFine(reading: HostReading): boolean {
  if (!reading.ok) return false;
  const { deployments } = reading.facts;
  return deployments.state === 'known' || deployments.failure.code === 'facts.not-image-mode';
}

/** What to say about a host below the table: why it could not be read, or why a part of it is missing. */
function troubles(reading: HostReading): readonly Failure[] {
  if (!reading.ok) return [reading.failure];
  const { privilege, bootcFailure, deployments } = reading.facts;
  if (bootcFailure && privilege.kind === 'none') return [privilege.failure];
  if (bootcFailure) return [bootcFailure];
  return isFine(reading) || deployments.state === 'known' ? [] : [deployments.failure];
}

function sentence(failure: Failure): string {
  const { text, remedy } = describe(failure);
  return cleanText(remedy === '' ? text : `${text} ${remedy}`);
}

const HEAD = ['HOST', 'STATE', 'IMAGE', 'VERSION', 'AGE', 'NEXT BOOT', 'UPDATE', 'HEALTH', 'BACKEND'] as const;

function statusTable(reads: readonly Read[], now: number): string {
  const shortened = imageShortener(reads.flatMap(({ row }) => row.booted?.image ?? []));
  const rows = reads.map(({ row }) => {
    const { booted, nextBoot, update } = row;
    const digest = booted?.digest ? `@${shortDigest(booted.digest, 'table')}` : null;
    const version = [booted?.version, digest].filter((part) => typeof part === 'string').join(' ');
    return [
      row.name,
      row.condition.text,
      booted?.image ? shortened(booted.image) : UNKNOWN,
      version === '' ? (row.os ?? UNKNOWN) : version,
      formatAge(booted?.timestamp ?? null, now),
      nextBoot === null ? UNKNOWN : nextBoot.kind === 'same' ? 'same' : (nextBoot.version ?? nextBoot.kind),
      update === null ? UNKNOWN : (update.version ?? `@${shortDigest(update.digest, 'table')}`),
      health(row),
      row.backend ?? UNKNOWN,
    ];
  });
  return renderTable(HEAD, rows);
}

function health({ failedUnits, fallback }: FleetRow): string {
  if (fallback) return 'fallback';
  if (failedUnits === null) return UNKNOWN;
  return failedUnits === 0 ? 'healthy' : `${failedUnits} failed`;
}

/** Runs `work` for all items, at most `limit` at a time; the results are in the order of the items. */
async function inOrder<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
