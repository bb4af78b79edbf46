// `npm run typecheck`: every TypeScript project of the house, one after the other, all of them even when one fails.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const projects = ['shared', 'electron', 'electron/preload', 'renderer', 'test', 'build'];
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const failed = projects.filter((project) => {
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', project, '--pretty', String(Boolean(process.stdout.isTTY))],
    {
      stdio: 'inherit',
    },
  );
  return status !== 0;
});
if (failed.length > 0) {
  console.error(`Type errors in: ${failed.join(', ')}`);
  process.exit(1);
}
