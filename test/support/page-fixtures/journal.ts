import { implement } from '@orpc/server';
import { journal } from '../../../shared/contract/journal.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { JournalAccess } from '../../../shared/model/journal.ts';

const access: JournalAccess = { user: 'admin', persistent: true, privileged: true, readable: 'all', why: [] };

/** The journal of hosts that have said nothing. */
export function journalProcedures() {
  const os = implement(journal);
  return {
    journal: os.router({
      boots: os.boots.handler(() => ({ boots: [], access })),
      page: os.page.handler(() => ({ entries: [], olderLeft: false, newerLeft: false, access })),
      details: os.details.handler(() => {
        throw new BerthError('journal.entry-gone');
      }),
      values: os.values.handler(() => ({ values: [], cut: false })),
      compareBoots: os.compareBoots.handler(() => {
        throw new BerthError('journal.boot-gone');
      }),
      export: os.export.handler(async function* () {
        yield { kind: 'begin' as const, fileName: 'journal.log' };
        yield { kind: 'end' as const, entries: 0, masked: 0, cut: false, notRead: [] };
      }),
    }),
  };
}
