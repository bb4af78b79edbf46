// Copies the two pictures of the README from the screenshots of the last end-to-end run in the browser home.
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../build/paths.mjs';

/** A README is read over slow links too. */
const MOST_BYTES = 200_000;

const pictures = { 'fleet-dark.png': 'fleet-dark.png', 'operation-done-light.png': 'outcome-light.png' };

const target = path.join(root, 'assets', 'screenshots');
mkdirSync(target, { recursive: true });
for (const [from, to] of Object.entries(pictures)) {
  const source = path.join(root, 'test-results', 'screenshots', 'browser', from);
  const { size } = statSync(source);
  if (size > MOST_BYTES) throw new Error(`${source} has ${size} bytes, more than ${MOST_BYTES}`);
  copyFileSync(source, path.join(target, to));
  console.log(`assets/screenshots/${to}: ${size} bytes`);
}
