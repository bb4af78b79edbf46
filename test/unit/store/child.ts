/** What the processes of children.ts do. Arguments: task, its options as JSON. */
import * as z from 'zod';
import { createHistoryIndex } from '../../../electron/core/operations/history-index.ts';
import { writeOperation } from '../../../electron/core/operations/operation-files.ts';
import { appendJsonLines } from '../../../electron/core/store/append-log.ts';
import { lockFile } from '../../../electron/core/store/file-lock.ts';
import { openJsonFile } from '../../../electron/core/store/json-file.ts';
import { makeOperation } from '../operations/samples.ts';

interface Options {
  readonly path: string;
  readonly index: number;
  readonly times: number;
}

async function main(task: string, { path, index, times }: Options): Promise<void> {
  const names = Array.from({ length: times }, (_each, time) => `${String(index)}-${String(time)}`);
  if (task === 'json-file') {
    const schema = z.object({ names: z.array(z.string()) });
    const file = await openJsonFile({ path, schema, version: 1, defaults: { names: ['default'] } });
    for (const name of names) await file.update((value) => ({ names: [...value.names, name] }));
    await file.dispose();
  } else if (task === 'append') {
    for (const name of names) await appendJsonLines(path, [{ name, filler: 'x'.repeat(index * 500) }], false);
  } else if (task === 'history') {
    const history = createHistoryIndex(path);
    for (let time = 0; time < times; time += 1) {
      const number = index * times + time + 1;
      await history.put(makeOperation(number));
      const ended = makeOperation(number, { phase: 'ended', endedAt: number + 1, outcome: { kind: 'no-update' } });
      await writeOperation(path, ended);
      await history.seal(ended);
    }
  } else {
    await lockFile(path);
    process.stdout.write('held\n');
    setInterval(() => undefined, 60_000);
  }
}

void main(process.argv[2] ?? '', JSON.parse(process.argv[3] ?? '{}') as Options);
