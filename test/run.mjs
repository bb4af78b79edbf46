// `npm test [-- --only unit,native]`: every tier, a table, and `N passed, N failed` as the last line.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from '../build/app-window.mjs';
import { build } from '../build/build.mjs';
import { root } from '../build/paths.mjs';
import { electronRuntime } from './support/electron-runtime.mjs';
import { useFastTemporary } from './support/fast-temporary.mjs';
import { createInterruptibleRuns } from './support/interruptible.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/**
 * `beside`: runs beside the other tiers without a build, after those with the same word; what it says comes when it has ended.
 */
/** @typedef {{ name: string, beside?: string, needsBuild?: boolean, missing?: () => Promise<string | null> | string | null, run: () => Promise<Counts> }} Tier */

/** How `npm run lab` ends on a machine that it cannot work on. */
const LAB_UNAVAILABLE = 69;
const reports = path.join(root, 'test-results', 'reports');
const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';

/** @type {readonly Tier[]} */
const tiers = [
  { name: 'typecheck', beside: 'compilers', run: () => script('typecheck') },
  { name: 'lint', beside: 'compilers', run: () => script('lint') },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'component', run: () => vitest('component') },
  {
    // Waits more than it computes.
    name: 'native',
    beside: 'scripts',
    missing: () => missingPrograms('dash', 'busybox', 'bash', 'shellcheck'),
    run: () => vitest('native', allAtOnce('native')),
  },
  {
    name: 'integration',
    needsBuild: true,
    missing: () => missingPrograms('sshd', 'ssh', 'ssh-keygen', 'ssh-agent', 'sudo'),
    run: () => vitest('integration'),
  },
  {
    name: 'e2e-browser',
    needsBuild: true,
    missing: () => (findChromium() ? null : 'no Chromium'),
    run: () => playwright('browser'),
  },
  {
    name: 'e2e-electron',
    needsBuild: true,
    missing: async () => {
      if (process.platform === 'linux' && !process.env.DISPLAY && missingPrograms('Xvfb'))
        return 'no display and no Xvfb';
      return electronRuntime().then(
        () => null,
        (error) => String(error.message),
      );
    },
    run: () => playwright('electron'),
  },
];

const wanted = selection(process.argv.slice(2));
const runs = createInterruptibleRuns(root);
/** @type {(Counts & { name: string, seconds: number, note: string })[]} */
const results = [];
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
prepareSystem();
useFastTemporary();
const buildProblem = wanted.some(({ needsBuild }) => needsBuild) ? await tryBuild() : null;

const plain = wanted.filter(({ needsBuild }) => !needsBuild);
const lanes = new Set(plain.map(({ beside }) => beside));
await Promise.all([...lanes].map((lane) => inOrder(plain.filter(({ beside }) => beside === lane))));
await inOrder(wanted.filter(({ needsBuild }) => needsBuild));
results.sort((a, b) => placeOf(a.name) - placeOf(b.name));

/** @param {string} name */
function placeOf(name) {
  return tiers.findIndex((tier) => tier.name === name);
}

/** @param {readonly Tier[]} some */
async function inOrder(some) {
  for (const tier of some) if (runs.interruptedAs === null) await runTier(tier);
}

/** @param {Tier} tier */
async function runTier(tier) {
  if (!tier.beside) console.log(heading(tier.name));
  const started = performance.now();
  const missing = await tier.missing?.();
  const blocked = missing ?? (tier.needsBuild ? buildProblem : null);
  /** @type {Counts} */
  let counts;
  if (blocked === null || blocked === undefined) counts = await tier.run();
  // What is missing on a desk is one thing; a CI that silently tests less is another. A build that fails is a failure anywhere.
  else if (missing && !inCi) counts = { passed: 0, failed: 0, skipped: 1 };
  else counts = { passed: 0, failed: 1, skipped: 0 };
  const note = blocked ? `${counts.failed ? 'failed' : 'skipped'}: ${blocked}` : '';
  if (note) console.log(note);
  results.push({ name: tier.name, ...counts, seconds: (performance.now() - started) / 1000, note });
}

/** @param {string} name */
function heading(name) {
  return `\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`;
}

const left = await takeDownLab();
if (left) results.push(left);

console.log(
  `\n${'tier'.padEnd(14)}${['passed', 'failed', 'skipped', 'seconds'].map((head) => head.padStart(9)).join('')}`,
);
for (const { name, passed, failed, skipped, seconds, note } of results) {
  const figures = [passed, failed, skipped, seconds.toFixed(1)].map((figure) => String(figure).padStart(9)).join('');
  console.log(`${name.padEnd(14)}${figures}  ${note}`.trimEnd());
}
const total = (/** @type {keyof Counts} */ key) => results.reduce((sum, result) => sum + result[key], 0);
const skipped = total('skipped');
if (skipped > 0) console.log(`\n${skipped} skipped, for the reasons above`);
if (runs.interruptedAs !== null) console.log('\nInterrupted: this was not all.');
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
process.exit(runs.interruptedAs ?? (total('failed') > 0 ? 1 : 0));

/** @param {readonly string[]} words */
function selection(words) {
  const [option, names] = words.flatMap((word) => word.split('='));
  if (option === undefined) return tiers;
  const chosen = (names ?? '').split(',');
  const unknown = chosen.filter((name) => !tiers.some((tier) => tier.name === name));
  if (option !== '--only' || unknown.length > 0) {
    console.error(`Usage: npm test [-- --only ${tiers.map(({ name }) => name).join(',')}]`);
    process.exit(2);
  }
  return tiers.filter(({ name }) => chosen.includes(name));
}

/** On Debian: installs what is missing when this is root, otherwise says how. */
function prepareSystem() {
  if (!existsSync('/etc/debian_version')) return;
  const { status, stdout } = spawnSync('bash', [path.join(root, 'test/support/install-debian.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) console.log(`For all tiers some packages are missing here. Run:\n  ${stdout.trim()}`);
}

/** Removes what tests have left of the lab: routes and settings of this machine, and hosts of those that were killed. */
async function takeDownLab() {
  if (!wanted.some(({ needsBuild }) => needsBuild)) return null;
  const started = performance.now();
  // A session of its own: an impatient Ctrl-C is not for this.
  const program = path.join(root, 'test/lab/run.mjs');
  const child = spawn(process.execPath, [program, 'down', '--tests'], { cwd: root, detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  const [status] = await once(child, 'close');
  if (status === 0 || status === LAB_UNAVAILABLE) return null;
  const seconds = (performance.now() - started) / 1000;
  return { name: 'lab down', passed: 0, failed: 1, skipped: 0, seconds, note: `failed: ${said.trim()}` };
}

async function tryBuild() {
  try {
    await build();
    return null;
  } catch (error) {
    console.error(error);
    return 'the build failed';
  }
}

/** @param {string[]} programs */
function missingPrograms(...programs) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(path.join(folder, program))));
  return missing.length > 0 ? `no ${missing.join(', ')}` : null;
}

/**
 * A script of package.json that passes or fails as a whole. What it says comes at once when it has ended, as it runs beside others.
 * @param {string} name
 * @returns {Promise<Counts>}
 */
async function script(name) {
  const ok = await runs.run('npm', ['run', '--silent', name], {}, allAtOnce(name));
  return ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** What a tier that runs beside others has said. @param {string} name @returns {(said: string) => void} */
function allAtOnce(name) {
  return (said) => void process.stdout.write(`${heading(name)}\n${said}`);
}

/**
 * @param {string} project
 * @param {(said: string) => void} [onSaid] Takes all that it says, when it has ended; else it is said at once.
 * @returns {Promise<Counts>}
 */
async function vitest(project, onSaid) {
  const file = path.join(reports, `${project}.json`);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const ok = await runs.run('npx', ['vitest', 'run', '--project', project, ...reporters], {}, onSaid);
  const report = readReport(file);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  // A file that cannot even be loaded has no failed test in it, and is one failure all the same.
  const unloaded = report.testResults.filter(
    (/** @type {any} */ { status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  ).length;
  return consistent(ok, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

/** @param {string} project @returns {Promise<Counts>} */
async function playwright(project) {
  const file = path.join(reports, `e2e-${project}.json`);
  const ok = await runs.run('npx', ['playwright', 'test', '--project', project, '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  });
  const stats = readReport(file)?.stats;
  if (!stats) return { passed: 0, failed: 1, skipped: 0 };
  return consistent(ok, { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped });
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * A runner that fails without a failed test (an unhandled error, no tests at all) counts as one failure.
 * @param {boolean} ok
 * @param {Counts} counts
 * @returns {Counts}
 */
function consistent(ok, counts) {
  return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
