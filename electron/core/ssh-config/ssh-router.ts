import { BerthError } from '../../../shared/errors/failure.ts';
import { isUserName } from '../../../shared/parse/address.ts';
import { isAlias } from '../../../shared/parse/ssh-alias.ts';
import { parseJumps } from '../../../shared/parse/ssh-jump.ts';
import type { SshRoute, SshRouter, SshWish } from '../ssh/ssh-route.ts';
import type { LoadedConfig } from './config-files.ts';
import { effectiveOptions, type SshOptions } from './effective-options.ts';
import { createLimit } from './limit.ts';
import { routeFromOptions, type SingleRoute, type Workstation } from './route-from-options.ts';
import { HOP_BEFORE, runSshG, type SshGOptions } from './run-ssh-g.ts';
import type { SshConfig } from './ssh-config.ts';

export interface SshRouterOptions {
  readonly config: SshConfig;
  /** OpenSSH's client; null: there is none, or it is not to be asked. */
  readonly sshProgram: string | null;
  /** Whether ssh reads the same files by itself; else it is told the user's, and reads no other. */
  readonly isUsual: boolean;
  readonly workstation: Workstation;
}

/** How many `ssh -G` run at a time: each takes some milliseconds of a processor, and may run commands of the user's. */
const AT_A_TIME = 8;
/** No honest way is longer; the circle that ends here has names that differ every time. */
const MAX_JUMPS = 16;
/** How long an answer holds that commands of the user's have had a say in: they may look at the network. */
const MATCH_EXEC_HOLDS_MS = 10_000;
/** Answers that are kept. */
const MAX_KEPT = 20_000;
/** Resolved without any configuration, to tell what was set from what ssh would do anyway. */
const NOBODY = { address: 'berth-defaults', port: null, user: null } as const;

interface Hop {
  readonly wish: SshWish;
  /** Reached through the hop before it, whatever its own configuration says. */
  readonly isBehindAnother: boolean;
}

/**
 * Routes by `ssh -G` where OpenSSH's client is installed, else by the own subset. Nothing is resolved before it is asked for;
 * answers are kept until a file of the configuration changes.
 */
export function createSshRouter(options: SshRouterOptions): SshRouter {
  const { config, workstation } = options;
  const limit = createLimit(AT_A_TIME);
  let keptFor: LoadedConfig | null = null;
  let kept = new Map<string, { readonly route: Promise<SingleRoute>; readonly at: number }>();
  let defaults: Promise<SshOptions | null> | null = null;

  function ask(hop: Hop, loaded: LoadedConfig): Promise<SingleRoute> {
    const { address, port, user, keyFile } = hop.wish;
    const key = JSON.stringify([address, port, user, keyFile, hop.isBehindAnother]);
    const known = kept.get(key);
    if (known && (!asksCommands(loaded) || performance.now() - known.at < MATCH_EXEC_HOLDS_MS)) return known.route;
    const route = limit(() => single(hop, loaded));
    if (kept.size >= MAX_KEPT) kept.clear();
    const keptNow = kept;
    keptNow.set(key, { route, at: performance.now() });
    // A failure is not kept: what failed may have been the moment.
    route.catch(() => keptNow.delete(key));
    return route;
  }

  async function single({ wish, isBehindAnother }: Hop, loaded: LoadedConfig): Promise<SingleRoute> {
    if (!isAlias(wish.address)) throw new BerthError('config.name-refused', { value: wish.address });
    if (wish.user !== null && !isUserName(wish.user)) throw new BerthError('config.name-refused', { value: wish.user });
    if (options.sshProgram !== null) {
      const sshG: SshGOptions = {
        program: options.sshProgram,
        configFile: options.isUsual ? null : ownFile(loaded),
        env: workstation.env,
        isBehindAnother,
      };
      const [found, usual] = await Promise.all([runSshG(wish, sshG), askDefaults(sshG)]);
      if (found && usual) return routeFromOptions(wish, found, usual, [], workstation);
    }
    const given: SshOptions = isBehindAnother ? new Map([['proxyjump', [HOP_BEFORE]]]) : new Map();
    const own = effectiveOptions(loaded.roots, wish, workstation.user, given);
    return routeFromOptions(wish, own.options, null, own.notUnderstood, workstation);
  }

  function askDefaults(sshG: SshGOptions): Promise<SshOptions | null> {
    defaults ??= runSshG(NOBODY, { ...sshG, configFile: 'none', isBehindAnother: false }).catch((error: unknown) => {
      defaults = null;
      throw error;
    });
    return defaults;
  }

  /** A file that is not there makes ssh fail when it is told to read it. */
  function ownFile({ files }: LoadedConfig): string {
    const { userFile } = config.places;
    return userFile !== null && files.includes(userFile) ? userFile : 'none';
  }

  /** The way to a hop, the hop itself last. `above`: the names that led here, to tell a circle. */
  async function way(hop: Hop, loaded: LoadedConfig, above: readonly string[]): Promise<readonly SshRoute[]> {
    const { route, proxyJump } = await ask(hop, loaded);
    if (proxyJump === null || hop.isBehindAnother) return [route];
    const name = hop.wish.address;
    const jumps = parseJumps(proxyJump);
    if (!jumps) throw new BerthError('config.jump-invalid', { name, value: proxyJump });
    const chain = [...above, name];
    const before: SshRoute[] = [];
    for (const [index, jump] of jumps.entries()) {
      if (chain.includes(jump.address)) {
        throw new BerthError('config.jump-loop', {
          name: chain[0] ?? name,
          chain: [...chain, jump.address].join(' → '),
        });
      }
      const next = { wish: { ...jump, keyFile: null }, isBehindAnother: index > 0 };
      before.push(...(await way(next, loaded, chain)));
      if (before.length > MAX_JUMPS || chain.length > MAX_JUMPS) {
        throw new BerthError('config.jump-depth', { name: chain[0] ?? name, max: MAX_JUMPS });
      }
    }
    return [...before, route];
  }

  return {
    async resolve(wish, signal) {
      const loaded = await config.current();
      if (keptFor !== loaded) {
        keptFor = loaded;
        kept = new Map();
      }
      // Others may wait for the same answer: who leaves does not take it away from them.
      const hops = await unlessAborted(() => way({ wish, isBehindAnother: false }, loaded, []), signal);
      const route = hops.at(-1);
      if (!route) throw new Error('A way without an end');
      return { ...route, jumps: hops.slice(0, -1) };
    },
  };
}

/** Whether a `Match exec` stands anywhere in the configuration. */
function asksCommands({ roots }: LoadedConfig): boolean {
  const asks = (file: LoadedConfig['roots'][number]): boolean =>
    file.lines.some(({ keyword, rest }) => keyword === 'match' && /\bexec\b/i.test(rest)) ||
    [...file.includes.values()].flat().some(asks);
  return roots.some(asks);
}

async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('Aborted'));
    };
    signal.addEventListener('abort', leave, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', leave);
      });
  });
}
