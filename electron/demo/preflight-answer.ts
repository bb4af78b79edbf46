import { disks, type Moment } from './facts-answer.ts';
import type { FrameWriter, Printed } from './frame-writer.ts';
import { deployments, type HostState } from './host-state.ts';
import { imageNames, images, layersOf, newestOf } from './releases.ts';

const PULLS = new Set(['check', 'download', 'upgrade', 'switch']);
const APPLIES = new Set([
  'download',
  'upgrade',
  'switch',
  'kernel-arguments',
  'apply-download',
  'reboot',
  'soft-reboot',
]);
const REBOOTS = new Set(['reboot', 'soft-reboot']);
const WITHOUT_LOCK = new Set(['usr-overlay', 'pause-updates', 'resume-updates', 'etc']);

/** How a simulated host is asked. `operations`: the ids of those that run, with their verbs. */
export interface PreflightQuestion {
  readonly isRoot: boolean;
  readonly verb: string;
  readonly registry: string;
  readonly image: string;
  readonly operations: readonly { readonly id: string; readonly verb: string }[];
}

/** Answers `native/probes/preflight.sh`, frame by frame, in its order. */
export function answerPreflight(
  state: HostState,
  { now }: Pick<Moment, 'now'>,
  { isRoot, verb, registry, image, operations }: PreflightQuestion,
  { frame }: FrameWriter,
): void {
  const { spec } = state;
  frame('clock', { stdout: `${String(Math.floor(now / 1000))}\n` });
  frame('arguments', {});
  frame('user', { stdout: isRoot ? '0\n' : '1000\n' });
  if (!WITHOUT_LOCK.has(verb)) {
    frame('lock', {
      stdout: spec.statusBlocked ? 'held\nholder 4711 rpm-ostreed.service /usr/bin/rpm-ostree start-daemon\n' : '',
    });
    frame('operations', {
      stdout: operations.map((one) => `\n== ${one.id}\nverb=${one.verb}\nstarted-by=jb@desk\n`).join(''),
    });
  }
  if (APPLIES.has(verb)) frame('space', { stdout: `${disks(state)}\n== reserve\n` });
  if (PULLS.has(verb)) {
    if (registry !== '') {
      frame('registry', { stdout: registryAnswer(state) });
      frame('auth', { stdout: `file=/etc/ostree/auth.json\n"auths": {\n"${registry}": {\n` });
    }
    frame('policy', { stdout: policy(state) });
    if (image !== '' && verb !== 'check') {
      frame('image', imageAnswer(image));
      frame('layers', { stdout: layersHere(state) });
    }
  }
  if (REBOOTS.has(verb)) {
    frame('users', { stdout: users(state) });
    frame('inhibitors', { stdout: inhibitors(state) });
    frame('battery', {});
  }
}

function registryAnswer({ spec }: HostState): string {
  return spec.upgrade === 'registry-unreachable'
    ? 'tool=curl\nexit=6\nstatus=000\n'
    : 'tool=curl\nexit=0\nstatus=401\n';
}

function imageAnswer(reference: string): Printed {
  const name = imageNames.find((one) => images[one].reference === reference);
  if (!name) return { stderr: `Error reading manifest of ${reference}: manifest unknown\n`, code: 1 };
  const newest = newestOf(name);
  const layers = layersOf(name, newest).map(({ id, bytes }) => ({ Digest: digestOf(id), Size: bytes }));
  const labels = { 'redhat.id': images[name].os.id, 'org.opencontainers.image.version': newest.version };
  const told = { Name: reference, Digest: newest.digest, Architecture: 'amd64', Labels: labels, LayersData: layers };
  return { stdout: `\n== image\n${JSON.stringify(told)}\n` };
}

/** The layers of what is deployed, as ostree calls them. */
function layersHere(state: HostState): string {
  const here = deployments(state).flatMap(({ image, release }) => (image === null ? [] : layersOf(image, release)));
  return here.map(({ id }) => `ostree/container/blob/${digestOf(id).replace(':', '_3A_')}\n`).join('');
}

/** Layers of the demo have short ids. */
function digestOf(id: string): string {
  return `sha256:${id.padEnd(64, '0')}`;
}

function policy({ spec }: HostState): string {
  const acme = { 'quay.io/acme': [{ type: 'sigstoreSigned' }] };
  const transports = spec.signature === null ? {} : { docker: acme };
  return `\n== /etc/containers/policy.json\n${JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }], transports })}`;
}

function session(id: number, name: string, from: string): string {
  return `Id=${String(id)}\nName=${name}\nTTY=pts/${String(id)}\nRemoteHost=${from}\nClass=user\nState=active\n`;
}

function users({ spec }: HostState): string {
  const own = `own=7\n\n${session(7, 'admin', '10.20.1.5')}`;
  return spec.preflight === 'people' ? `${own}\n${session(9, 'anna', '10.20.9.4')}` : own;
}

function inhibitors({ spec }: HostState): string {
  const backup = ['shutdown', 'acme-backup', 'Nightly backup is running', 'block', 0, 2211];
  return JSON.stringify({ type: 'a(ssssuu)', data: [spec.preflight === 'people' ? [backup] : []] });
}
