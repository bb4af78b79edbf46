import { join } from 'node:path';
import { SnippetsFile } from '../../../shared/model/snippet.ts';
import { openJsonFile } from '../store/json-file.ts';
import { createRunRecords, type RunRecords } from './run-records.ts';
import { createRuns, type Runs, type RunsOptions } from './runs.ts';
import { createSnippets, type Snippets } from './snippets.ts';

/** Commands on many hosts, and the snippets for them. */
export interface RunsService {
  readonly runs: Runs;
  readonly records: RunRecords;
  readonly snippets: Snippets;
  dispose(): Promise<void>;
}

/** Opens them, with the first question: no start of Berth pays for it. Rejects with `store.newer-version`. */
export async function openRuns(
  options: Omit<RunsOptions, 'records'> & { readonly dataDir: string },
): Promise<RunsService> {
  const records = createRunRecords(join(options.dataDir, 'runs.jsonl'), options.log);
  const file = await openJsonFile({
    path: join(options.dataDir, 'snippets.json'),
    schema: SnippetsFile,
    version: 1,
    defaults: { snippets: [] },
  });
  const runs = createRuns({ ...options, records });
  return {
    runs,
    records,
    snippets: createSnippets(file),
    async dispose() {
      await runs.dispose();
      await file.dispose();
    },
  };
}
