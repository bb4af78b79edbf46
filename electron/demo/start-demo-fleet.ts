import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { BerthError } from '../../shared/errors/failure.ts';
import type { HostInput } from '../../shared/model/host.ts';
import type { SimulatedFleet } from '../core/demo-workspaces.ts';
import { createDemoHost } from './demo-host.ts';
import type { HostSpec } from './host-spec.ts';
import { createSlowLink } from './slow-link.ts';
import { createDemoServer, DEMO_USER, LOOPBACK } from './ssh-server.ts';
import { demoHostSpecs } from './variations.ts';

export interface DemoFleetOptions {
  /** 1 to 5,000. The first 24 are the story, the rest follows from `seed`. */
  readonly hosts: number;
  readonly seed?: string | undefined;
  /** A folder of the demo's own, for the key that logs in. */
  readonly dir: string;
  /** How long things take on the simulated hosts: 1, the default, is as shown to people; tests take less. */
  readonly pace?: number | undefined;
  readonly now?: (() => number) | undefined;
}

/** Listening sockets that are opened at a time. */
const BATCH = 100;
/** Nothing listens on port 1 (tcpmux) of any computer that matters. */
const CLOSED_PORT = 1;
const SLOW_ROUND_TRIP_MS = 1_900;

interface Listening {
  readonly input: HostInput;
  readonly knownHosts: string;
  dispose(): Promise<void>;
}

/**
 * Starts simulated hosts: one SSH server each on a loopback port of its own, with a host key of its own. Only the key in
 * `keyFile`, made for this fleet, may log in. Rejects with BerthError `demo.start-failed`.
 */
export async function startDemoFleet(options: DemoFleetOptions): Promise<SimulatedFleet> {
  const { dir, hosts, seed = 'berth' } = options;
  const specs = demoHostSpecs(hosts, seed);
  const userKey = makeKeyPair();
  const keyFile = join(dir, 'demo_ed25519');
  const now = options.now ?? Date.now;
  const common = { userKey: parsePublicKey(userKey.public), startedAt: now(), now, pace: options.pace ?? 1 };
  const listening: Listening[] = [];
  const dispose = async () => {
    await Promise.all(listening.map((host) => host.dispose()));
  };
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFile(keyFile, userKey.private, { mode: 0o600 });
    for (let first = 0; first < specs.length; first += BATCH) {
      const batch = specs.slice(first, first + BATCH).map((spec, index) => startHost(spec, first + index, common));
      for (const result of await Promise.allSettled(batch)) {
        if (result.status === 'rejected') throw result.reason;
        listening.push(result.value);
      }
    }
  } catch (error) {
    await dispose();
    throw new BerthError(
      'demo.start-failed',
      { detail: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
  return {
    hosts: listening.map(({ input }) => input),
    knownHostsText: listening.map(({ knownHosts }) => knownHosts).join(''),
    keyFile,
    dispose,
  };
}

interface Common {
  readonly userKey: ParsedKey;
  readonly startedAt: number;
  readonly now: () => number;
  readonly pace: number;
}

async function startHost(spec: HostSpec, index: number, { userKey, ...clock }: Common): Promise<Listening> {
  if (spec.link === 'closed') {
    // Addresses of their own, so that two such hosts are not one.
    const address = `127.1.${String(Math.floor(index / 250))}.${String((index % 250) + 1)}`;
    return { input: toInput(spec, address, CLOSED_PORT), knownHosts: '', dispose: () => Promise.resolve() };
  }
  const hostKey = makeKeyPair();
  let onLogin: ((port: number) => void) | undefined;
  const host = createDemoHost({ spec, ...clock, onPower: (isUp) => (isUp ? comeBack() : goDown()) });
  const { server, goDown, comeBack, dispose } = createDemoServer({
    hostKey: hostKey.private,
    userKey,
    host,
    onLogin: (port) => onLogin?.(port),
  });
  let port = await listen(server);
  let front: Server | null = null;
  if (spec.link === 'slow') {
    const link = createSlowLink(server, SLOW_ROUND_TRIP_MS);
    onLogin = link.slowDown;
    front = link.server;
    port = await listen(front);
  }
  return {
    input: toInput(spec, LOOPBACK, port),
    knownHosts: knownHostsLine(spec, port, hostKey.public),
    async dispose() {
      host.dispose();
      front?.close();
      await dispose();
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port: 0 }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function toInput({ name, group, tags, note }: HostSpec, address: string, port: number): HostInput {
  return {
    name,
    address,
    port,
    user: DEMO_USER,
    keyFile: null,
    group,
    tags: [...tags],
    note,
    source: null,
  };
}

/** About one in 200 keys that ssh2 writes is one that ssh2 cannot read again: those are thrown away. */
function makeKeyPair(): { readonly public: string; readonly private: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'berth demo' });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function knownHostsLine({ hostKey }: HostSpec, port: number, publicKey: string): string {
  if (hostKey === 'unknown') return '';
  const known = hostKey === 'changed' ? makeKeyPair().public : publicKey;
  return `[${LOOPBACK}]:${String(port)} ${known.trim()}\n`;
}

function parsePublicKey(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}
