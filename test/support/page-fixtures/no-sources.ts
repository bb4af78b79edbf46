import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { BerthError } from '../../../shared/errors/failure.ts';

const os = implement(contract).source;
const unknown = (id: string) => new BerthError('source.unknown', { id });

/** The part of a fixture's router that knows of no source at all; for pages that are not about them. */
export const noSources = {
  discover: os.discover.handler(() => ({ hosts: [], leftOut: [], problems: [], files: [] })),
  import: os.import.handler(() => ({ sourceId: 'none', added: [], updated: [], unchanged: [], refused: [] })),
  watch: os.watch.handler(async function* () {
    yield [];
  }),
  refresh: os.refresh.handler(({ input }) => {
    throw unknown(input.id);
  }),
  apply: os.apply.handler(({ input }) => {
    throw unknown(input.id);
  }),
  setApply: os.setApply.handler(({ input }) => {
    throw unknown(input.id);
  }),
  forget: os.forget.handler(() => undefined),
  export: os.export.handler(() => ({ fileName: 'hosts.txt', text: '', hosts: 0, leftOut: [] })),
};
