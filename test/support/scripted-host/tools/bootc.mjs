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
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const STATE = '/scripted/state.json';
const scenario = JSON.parse(readFileSync('/scripted/scenario.json', 'utf8'));
const state = JSON.parse(readFileSync(STATE, 'utf8'));
const args = process.argv.slice(2);

const out = (text) => writeFully(1, `${text}\n`);
const err = (text) => writeFully(2, `${text}\n`);
const reference = { image: state.image, transport: 'registry' };

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

function imageStatus(release) {
  return {
    architecture: 'amd64',
    image: reference,
    imageDigest: release.digest,
    timestamp: release.timestamp,
    version: release.version,
  };
}

function bootEntry(deployment, cachedUpdate) {
  if (!deployment) return null;
  return {
    cachedUpdate: cachedUpdate ? imageStatus(cachedUpdate) : null,
    composefs: null,
    downloadOnly: deployment.downloadOnly ?? false,
    image: imageStatus(deployment),
    incompatible: false,
    ostree: { checksum: checksumOf(deployment), deploySerial: 0, stateroot: 'default' },
    pinned: false,
    softRebootCapable: false,
    store: 'ostreeContainer',
  };
}

function checksumOf(release) {
  return createHash('sha256').update(release.digest).digest('hex');
}

/** The keys come in the order of the alphabet, as bootc writes them; no line feed at the end. */
function status() {
  return JSON.stringify({
    apiVersion: 'org.containers.bootc/v1',
    kind: 'BootcHost',
    metadata: { name: 'host' },
    spec: { bootOrder: 'default', image: reference },
    status: {
      booted: bootEntry(state.booted, state.cached),
      readOnly: false,
      rollback: bootEntry(state.rollback, null),
      rollbackQueued: false,
      staged: bootEntry(state.staged, null),
      type: 'bootcHost',
      usrOverlay: null,
    },
  });
}

function requireRoot(verb) {
  if (process.getuid() === 0) return;
  fail(`${verb}Querying root privilege: This command must be executed as the root user`);
}

function parseUpgrade() {
  const options = { check: false, progressFd: null, help: false };
  for (let index = 1; index < args.length; index += 1) {
    const flag = args[index];
    if (flag === '--check') options.check = true;
    else if (flag === '--quiet') continue;
    else if (flag === '--help') options.help = true;
    else if (flag === '--progress-fd' && scenario.progress) {
      index += 1;
      options.progressFd = Number(args[index]);
    } else usage(flag);
  }
  return options;
}

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

function stage(release, report) {
  const subtasks = [];
  const step = (steps, subtask) => {
    for (const earlier of subtasks) earlier.completed = true;
    if (subtask) subtasks.push({ subtask, description: subtask, id: subtask, completed: false });
    report(stepEvent('staging', 'Deploying Image', steps, 3, subtasks));
  };
  step(0, 'merging');
  step(1, 'deploying');
  err('Deploying...done (3 seconds)');
  const modules = `/ostree/deploy/default/deploy/${checksumOf(release)}.0/usr/lib/modules/${release.kernel}`;
  mkdirSync(modules, { recursive: true });
  writeFileSync(`${modules}/vmlinuz`, '');
  state.staged = release;
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

async function upgrade() {
  const options = parseUpgrade();
  if (options.help) {
    out('Download and queue an updated container image to apply\n\nUsage: bootc upgrade [OPTIONS]');
    end(0);
  }
  requireRoot('');
  appendFileSync('/scripted/calls', `${args.join(' ')}\n`);
  const report = progressTo(options.progressFd);
  await gate('begin');
  if (scenario.crash) process.kill(process.pid, 'SIGABRT');
  if (scenario.hugeLogBytes > 0) hugeLog(scenario.hugeLogBytes);
  for (const line of scenario.stderrLines) err(line);
  if (scenario.fails) fail(scenario.fails, scenario.exitCode);

  const release = scenario.registry;
  const newest = state.staged ?? state.booted;
  if (options.check) {
    if (release.digest === (state.cached ?? state.staged ?? state.booted).digest) {
      out(`No changes in: docker://${state.image}`);
    } else {
      state.cached = release;
      save();
      bump('/ostree/bootc');
      out(`Update available for: docker://${state.image}\n  Version: ${release.version}\n  Digest: ${release.digest}`);
      layerLines();
    }
    end(0);
  }
  if (release.digest === newest.digest) {
    out(`No changes in docker://${state.image} => ${release.digest}`);
    out(state.staged ? 'Staged update present, not changed' : 'No update available.');
    end(0);
  }
  out(`layers already present: ${scenario.cachedLayers}; layers needed: ${scenario.layers}`);
  await pull(release, report);
  report(stepEvent('importing', 'Importing Image', 0, 1, []));
  await gate('import');
  report(stepEvent('importing', 'Importing Image', 1, 1, []));
  state.cached = release;
  stage(release, report);
  out(`Queued for next boot: docker://${state.image}\n  Version: ${release.version}\n  Digest: ${release.digest}`);
  layerLines();
  writeFileSync('/run/reboot-required', `bootc: Reboot required for image: ${release.digest}\n`);
  bump('/ostree/bootc');
  end(0);
}

switch (args[0]) {
  case '--version':
    out('bootc 1.15.1');
    break;
  case 'status':
    requireRoot('Status: ');
    await gate('status');
    writeFully(1, status());
    break;
  case 'upgrade':
    await upgrade();
    break;
  default:
    err(`error: unrecognized subcommand '${args[0] ?? ''}'`);
    end(2);
}
