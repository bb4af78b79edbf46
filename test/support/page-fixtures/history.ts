import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { hostIdOf, startOf } from '../../../shared/logic/history-words.ts';
import { matchesHistory, parseHistoryFilter } from '../../../shared/logic/history-filter.ts';
import type { HistoryEntry, HistoryOperation, HistoryProof } from '../../../shared/model/history.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Cell } from './connection.ts';

/** What a whole history says of itself. */
export const wholeHistory: HistoryProof = {
  checkedAt: 0,
  beganAt: 0,
  because: 'new',
  lines: 7,
  before: 0,
  head: 'b5mC2kZyJ0h3Yc1Z0vW5sQ0a7e2o4m6k8i0g2e4c6a8',
  operations: 3,
  removed: 0,
  mended: 0,
  files: 15,
  bytes: 48_000,
  firstBroken: null,
  differing: [],
  differingTotal: 0,
};

export interface HistoryWorld {
  readonly entries: Pick<Cell<unknown>, 'watch'> & { get(): readonly HistoryEntry[] };
  readonly proof: () => HistoryProof;
  readonly calls: string[];
}

/** The history of a fixture: the real filter over entries in memory, newest first. */
export function historyProcedures({ entries, calls, proof }: HistoryWorld) {
  const os = implement(contract).history;
  const passing = ({ filter, hostId }: { readonly filter: string; readonly hostId: string | null }) => {
    const all = [...entries.get()]
      .filter((entry) => hostId === null || hostIdOf(entry) === hostId)
      .sort((a, b) => startOf(b) - startOf(a));
    const parsed = parseHistoryFilter(filter);
    return { all, found: all.filter((entry) => matchesHistory(entry, parsed, Date.now())) };
  };
  return {
    list: os.list.handler(({ input }) => {
      calls.push(`history.list ${input.filter}`.trim());
      const { all, found } = passing(input);
      const page = found.slice(input.offset, input.offset + input.limit);
      return { entries: page, total: found.length, all: all.length, revision: 1 };
    }),
    watch: os.watch.handler(async function* ({ signal }) {
      for await (const _ of entries.watch(signal)) yield { at: 0 };
    }),
    verify: os.verify.handler(() => {
      calls.push('history.verify');
      return proof();
    }),
    export: os.export.handler(({ input }) => {
      calls.push(`history.export ${input.format} ${input.filter}`.trim());
      return { fileName: `history.${input.format}`, text: String(passing(input).found.length) };
    }),
  };
}

/** An operation as a line of the history. */
export function historyOf({ id, plan, startedBy, startedAt, endedAt, outcome }: Operation): HistoryOperation {
  const { hostId, hostName, request } = plan;
  return { kind: 'operation', id, hostId, hostName, request, startedBy, startedAt, endedAt, outcome, kept: 'all' };
}
