import { createHash } from 'node:crypto';
import { describe } from '../../../shared/errors/describe.ts';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { groupHosts, type EtcHostMatrix } from '../../../shared/logic/etc-hosts.ts';
import { etcReport, etcReportName, type EtcReportFormat } from '../../../shared/logic/etc-report.ts';
import type { EtcComparison, EtcView } from '../../../shared/model/etc.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { Log } from '../log/log.ts';
import type { EtcService } from './etc-service.ts';

/** Hosts that are read at a time. */
const AT_A_TIME = 4;

/** What of a core is needed; a whole one fits. */
export interface CompareHostsOptions {
  readonly etc: Pick<EtcService, 'compare' | 'last'>;
  readonly hosts: Pick<HostAccess, 'host'>;
  readonly log: Log;
  readonly options: { readonly now?: (() => number) | undefined };
}

/** A host's comparison, or why there is none. */
export type EtcReading =
  | { readonly hostId: string; readonly name: string; readonly comparison: EtcComparison }
  | { readonly hostId: string; readonly name: string; readonly comparison: null; readonly failure: Failure };

/** The last comparisons of hosts, each once and in their order; those without one are read now. A host that cannot be read fails alone. */
export async function readHosts(
  options: CompareHostsOptions,
  hostIds: readonly string[],
  view: EtcView,
): Promise<EtcReading[]> {
  const wanted = [...new Set(hostIds)];
  const readings = new Map<string, EtcReading>();
  const left = [...wanted];
  const worker = async () => {
    for (let hostId = left.shift(); hostId !== undefined; hostId = left.shift()) {
      readings.set(hostId, await readHost(options, hostId, view));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return wanted.flatMap((hostId) => readings.get(hostId) ?? []);
}

async function readHost({ etc, hosts, log }: CompareHostsOptions, hostId: string, view: EtcView): Promise<EtcReading> {
  const name = hosts.host(hostId)?.name ?? hostId;
  try {
    return { hostId, name, comparison: etc.last({ hostId, view }) ?? (await etc.compare({ hostId, view })) };
  } catch (error) {
    if (error instanceof BerthError) return { hostId, name, comparison: null, failure: error.failure };
    const logId = log.error('etc-hosts', 'The /etc of a host could not be compared', error, { hostId });
    return { hostId, name, comparison: null, failure: failure('internal', { logId }) };
  }
}

/** `shared/contract/etc.ts`, `compareHosts`. */
export interface ComparedHosts extends EtcHostMatrix {
  readonly notRead: { hostId: string; why: string }[];
}

export async function compareHosts(
  options: CompareHostsOptions,
  hostIds: readonly string[],
  view: EtcView,
): Promise<ComparedHosts> {
  const readings = await readHosts(options, hostIds, view);
  const comparisons = readings.flatMap(({ comparison }) => comparison ?? []);
  return {
    ...groupHosts(comparisons, (text) => createHash('sha256').update(text).digest('hex')),
    notRead: readings.flatMap((reading) =>
      reading.comparison ? [] : [{ hostId: reading.hostId, why: describe(reading.failure).text }],
    ),
  };
}

export async function reportOf(
  options: CompareHostsOptions,
  hostIds: readonly string[],
  view: EtcView,
  format: EtcReportFormat,
): Promise<{ readonly fileName: string; readonly text: string }> {
  const readings = await readHosts(options, hostIds, view);
  const input = {
    view,
    madeAt: options.options.now?.() ?? Date.now(),
    hosts: readings.map((reading) => ({
      name: reading.name,
      comparison: reading.comparison,
      why: reading.comparison ? '' : describe(reading.failure).text,
    })),
  };
  return { fileName: etcReportName(input, format), text: etcReport(input, format) };
}
