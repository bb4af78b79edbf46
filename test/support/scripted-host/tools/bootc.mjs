// Scripted bootc: keeps real state and answers as bootc 1.15 on the ostree backend does (exit codes, texts, progress on a
// file descriptor that must be a pipe, mtimes, /run/reboot-required). What the registry holds and what goes wrong is read
// from /scripted/scenario.json at every call.
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootedOf, overlay, rollback, stagedOf, statusOf, switchTo, ToolError, upgrade as upgraded } from './model.mjs';

const STATE = '/scripted/state.json';
const scenario = JSON.parse(readFileSync('/scripted/scenario.json', 'utf8'));
let state = JSON.parse(readFileSync(STATE, 'utf8'));
const args = process.argv.slice(2);

const out = (text) => writeFully(1, `${text}\n`);
const err = (text) => writeFully(2, `${text}\n`);

function writeFully(fd, text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function end(code) {
  process.exit(code);
}

function fail(text, code = 1) {
  err(`error: ${text}`);
  end(code);
}

function usage(flag) {
  err(
    `error: unexpected argument '${flag}' found\n\nUsage: bootc ${args[0] ?? ''} [OPTIONS]\n\nFor more information, try '--help'.`,
  );
  end(2);
}

function save() {
  writeFileSync(`${STATE}.new`, JSON.stringify(state));
  renameSync(`${STATE}.new`, STATE);
}

function bump(path) {
  const now = new Date();
  utimesSync(path, now, now);
}

function requireRoot(verb) {
  if (process.getuid() === 0) return;
  fail(`${verb}Querying root privilege: This command must be executed as the root user`);
}

/** The options of upgrade and switch; what is no option is the image. */
function parseOptions() {
  const options = { progressFd: null, image: null, transport: 'registry' };
  for (let index = 1; index < args.length; index += 1) {
    const flag = args[index];
    if (flag === '--progress-fd' && scenario.progress) options.progressFd = Number(args[(index += 1)]);
    else if (flag === '--transport' && args[0] === 'switch') options.transport = args[(index += 1)];
    else if (FLAGS[args[0]].includes(flag)) options[flag] = true;
    else if (args[0] === 'switch' && !flag.startsWith('-') && options.image === null) options.image = flag;
    else usage(flag);
  }
  return options;
}

const FLAGS = {
  upgrade: ['--check', '--quiet', '--help', '--download-only', '--from-downloaded', '--soft-reboot=required'],
  switch: ['--retain', '--enforce-container-sigpolicy'],
};

/** One JSON line of progress. A reader that has gone is told on stderr, and the upgrade goes on. */
function progressTo(fd) {
  if (fd === null) return () => undefined;
  if (fd < 3) fail(`Cannot use fd ${fd} for progress JSON`);
  const stat = fstatSync(fd);
  if (!stat.isFIFO()) fail('Upgrading: not a pipe');
  let started = false;
  let broken = false;
  return (event) => {
    if (broken) return;
    try {
      if (!started) writeFully(fd, `${JSON.stringify({ type: 'Start', version: '0.1.0' })}\n`);
      started = true;
      writeFully(fd, `${JSON.stringify(event)}\n`);
    } catch (error) {
      broken = true;
      err(`Failed to write to jsonl: ${error.message}`);
    }
  };
}

/** Waits while the test holds this place. */
async function gate(name) {
  if (existsSync(`/scripted/hold-${name}`)) writeFileSync(`/scripted/at-${name}`, '');
  while (existsSync(`/scripted/hold-${name}`)) await sleep(10);
}

async function pull(release, report) {
  const { layers, layerBytes, cachedLayers, eventDelayMs } = scenario;
  const done = [];
  const common = {
    description: `Pulling Image: ${release.digest}`,
    id: release.digest,
    task: 'pulling',
    type: 'ProgressBytes',
    bytesCached: cachedLayers * layerBytes,
    bytesTotal: layers * layerBytes,
    stepsCached: cachedLayers,
    stepsTotal: layers,
  };
  for (let layer = 0; layer < layers; layer += 1) {
    if (layer === Math.floor(layers / 2)) await gate('pull');
    const id = createHash('sha256').update(`${release.digest}${layer}`).digest('hex').slice(0, 21);
    const subtask = {
      subtask: 'ostree chunk',
      description: `ostree chunk: ${id}`,
      id,
      bytesCached: 0,
      bytesTotal: layerBytes,
    };
    for (const share of [0.3, 1]) {
      const bytes = Math.floor(layerBytes * share);
      const steps = share === 1 ? layer + 1 : layer;
      report({ ...common, bytes: layer * layerBytes + bytes, steps, subtasks: [...done, { ...subtask, bytes }] });
      if (eventDelayMs > 0) await sleep(eventDelayMs);
    }
    done.push({ ...subtask, bytes: layerBytes });
  }
}

function stepEvent(task, description, steps, stepsTotal, subtasks) {
  return { type: 'ProgressSteps', task, description, id: task, stepsCached: 0, steps, stepsTotal, subtasks };
}

/** What staging does besides the new state, with the events that it tells. */
function deploy(next, report) {
  const { id, release } = stagedOf(next);
  const subtasks = [];
  const step = (steps, subtask) => {
    for (const earlier of subtasks) earlier.completed = true;
    if (subtask) subtasks.push({ subtask, description: subtask, id: subtask, completed: false });
    report(stepEvent('staging', 'Deploying Image', steps, 3, subtasks));
  };
  step(0, 'merging');
  step(1, 'deploying');
  err('Deploying...done (3 seconds)');
  const modules = `/ostree/deploy/default/deploy/${id}/usr/lib/modules/${release.kernel}`;
  mkdirSync(modules, { recursive: true });
  writeFileSync(`${modules}/vmlinuz`, '');
  state = next;
  save();
  mkdirSync('/run/ostree', { recursive: true });
  writeFileSync('/run/ostree/staged-deployment', release.digest);
  bump('/ostree/deploy');
  step(1, 'bound_images');
  if (scenario.boundImageFails) {
    fail(
      'Upgrading: Staging: Pulling bound images: Failed to pull image: Subprocess failed: ExitStatus(unix_wait_status(32000))',
    );
  }
  step(2, 'cleanup');
  step(3, null);
}

function layerLines() {
  const size = `${((scenario.layers * scenario.layerBytes) / 1e6).toFixed(1)} MB`;
  out(`Total new layers: ${scenario.layers + scenario.cachedLayers}    Size: ${size}`);
  out(`Removed layers:   ${scenario.layers}     Size: ${size}`);
  out(`Added layers:     ${scenario.layers}     Size: ${size}`);
}

function hugeLog(bytes) {
  const line = Buffer.from(`${'0123456789abcdef'.repeat(7)}0123456789a\n`);
  const block = Buffer.alloc(line.length * 512);
  for (let at = 0; at < block.length; at += line.length) line.copy(block, at);
  for (let written = 0; written < bytes; written += block.length) writeFully(2, block);
}

/** What every verb that pulls begins with. */
async function begin(options) {
  appendFileSync('/scripted/calls', `${args.join(' ')}\n`);
  const report = progressTo(options.progressFd);
  await gate('begin');
  if (scenario.crash) process.kill(process.pid, 'SIGABRT');
  if (scenario.hugeLogBytes > 0) hugeLog(scenario.hugeLogBytes);
  for (const line of scenario.stderrLines) err(line);
  if (scenario.fails) fail(scenario.fails, scenario.exitCode);
  return report;
}

async function pullAndDeploy(next, report) {
  const { release, image } = stagedOf(next);
  out(`layers already present: ${scenario.cachedLayers}; layers needed: ${scenario.layers}`);
  await pull(release, report);
  report(stepEvent('importing', 'Importing Image', 0, 1, []));
  await gate('import');
  report(stepEvent('importing', 'Importing Image', 1, 1, []));
  deploy(next, report);
  out(`Queued for next boot: docker://${image.image}\n  Version: ${release.version}\n  Digest: ${release.digest}`);
  layerLines();
  writeFileSync('/run/reboot-required', `bootc: Reboot required for image: ${release.digest}\n`);
  bump('/ostree/bootc');
}

async function upgrade() {
  const options = parseOptions();
  if (options['--help']) {
    out('Download and queue an updated container image to apply\n\nUsage: bootc upgrade [OPTIONS]');
    end(0);
  }
  requireRoot('');
  const report = await begin(options);
  const release = scenario.registry;
  const { image } = stagedOf(state)?.image ?? bootedOf(state).image;
  if (options['--check']) {
    // It compares with what was pulled last, not with what runs (reference 2.3).
    if (release.digest === (state.cached ?? stagedOf(state)?.release ?? bootedOf(state).release).digest) {
      out(`No changes in: docker://${image}`);
    } else {
      state = { ...state, cached: release };
      save();
      bump('/ostree/bootc');
      out(`Update available for: docker://${image}\n  Version: ${release.version}\n  Digest: ${release.digest}`);
      layerLines();
    }
    end(0);
  }
  const wish = { downloadOnly: options['--download-only'], fromDownloaded: options['--from-downloaded'] };
  const { state: next, did } = upgraded(state, release, wish);
  if (did === 'staged') {
    await pullAndDeploy(next, report);
    end(0);
  }
  if (!wish.fromDownloaded) out(`No changes in docker://${image} => ${release.digest}`);
  state = next;
  if (options['--soft-reboot=required']) {
    if (stagedOf(state)?.release.kernel !== bootedOf(state).release.kernel) {
      fail('Upgrading: Soft reboot was required but staged deployment is not soft-reboot capable');
    }
    state = { ...state, softTarget: stagedOf(state).id };
  }
  save();
  if (did !== 'nothing') bump('/ostree/deploy');
  out(
    {
      locked: 'Image downloaded, but will not be applied on reboot',
      unlocked: 'Staged deployment will now be applied on reboot',
      'unlocked-already': 'Staged deployment is already set to apply on reboot',
      nothing: stagedOf(state) ? 'Staged update present, not changed' : 'No update available.',
    }[did],
  );
  end(0);
}

async function switchImage() {
  const options = parseOptions();
  requireRoot('Switching: ');
  const report = await begin(options);
  const image = { image: options.image, transport: options.transport };
  if (options['--enforce-container-sigpolicy']) image.signature = 'containerPolicy';
  const current = stagedOf(state)?.image ?? bootedOf(state).image;
  if (JSON.stringify(image) === JSON.stringify(current)) {
    out('Image specification is unchanged.');
    end(0);
  }
  await pullAndDeploy(switchTo(state, scenario.registry, image), report);
}

function rollBack() {
  requireRoot('Rollback: ');
  appendFileSync('/scripted/calls', `${args.join(' ')}\n`);
  const { state: next, queued } = rollback(state);
  state = next;
  save();
  rmSync('/run/ostree/staged-deployment', { force: true });
  bump('/ostree/deploy');
  bump('/ostree/bootc');
  if (!queued) out('notice: Reverting queued rollback state');
  out(`Next boot: ${queued ? 'rollback' : 'current'} deployment`);
}

try {
  switch (args[0]) {
    case '--version':
      out('bootc 1.15.1');
      break;
    case 'status':
      requireRoot('Status: ');
      await gate('status');
      // The keys come in the order of the alphabet, as bootc writes them; no line feed at the end.
      writeFully(1, JSON.stringify(statusOf(state)));
      break;
    case 'upgrade':
      await upgrade();
      break;
    case 'switch':
      await switchImage();
      break;
    case 'rollback':
      rollBack();
      break;
    case 'usr-overlay':
      requireRoot('');
      state = overlay(state);
      save();
      out(
        'Development mode enabled.  A writable overlayfs is now mounted on /usr.\nAll changes there will be discarded on reboot.',
      );
      break;
    case 'internals':
      if (args[1] !== 'cleanup') usage(args[1]);
      requireRoot('');
      appendFileSync('/scripted/calls', `${args.join(' ')}\n`);
      out('Pruned images: 1 (layers: 3, objsize: 12.3 MB)');
      break;
    default:
      err(`error: unrecognized subcommand '${args[0] ?? ''}'`);
      end(2);
  }
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  fail(error.message);
}
