import { readFile } from 'node:fs/promises';
import { BerthError } from '../../../shared/errors/failure.ts';
import { parseKnownHosts } from '../../../shared/parse/known-hosts.ts';
import type { Log } from '../log/log.ts';
import type { PromptBroker } from '../prompts/prompt-broker.ts';
import { createConnectQuestions, type Around, type RememberedSecrets } from './connect-questions.ts';
import type { HandshakeBudget } from './handshake-budget.ts';
import { createJumpHosts, type JumpLease } from './jump-hosts.ts';
import { fingerprint, type KnownHosts } from './known-hosts.ts';
import { masterArguments, type OpenSshProgram } from './openssh-arguments.ts';
import { createOpenSshConnection } from './openssh-connection.ts';
import { openFolders, type OpenSshFolders } from './openssh-folders.ts';
import { startMaster, type OpenSshMaster } from './openssh-master.ts';
import { ChannelRefused, openMux } from './openssh-mux.ts';
import { startPausableTimer } from './pausable-timer.ts';
import { atHop, chainKey, forwardFailure, hostPlace, jumpPlaces, pathHop, resolution } from './places.ts';
import type { ConnectManners, RoutedTransport, SshPlace } from './ssh-connection.ts';

/** From the start of ssh to being logged in, without the time the user thinks. Commands of the configuration run in it too. */
const READY_TIMEOUT_MS = 20_000;

export interface OpenSshTransportOptions extends OpenSshProgram {
  readonly prompts: PromptBroker;
  readonly knownHosts: KnownHosts;
  /** Berth's own file of known hosts, where accepted keys go. */
  readonly berthKnownHosts: string;
  readonly remembered?: RememberedSecrets | undefined;
  readonly budget: HandshakeBudget;
  readonly readyTimeoutMs?: number | undefined;
  /** The environment of ssh. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** A connection to a machine on the way, or to the host: its master, and all that it goes over. */
interface Link {
  readonly master: OpenSshMaster;
  readonly hops: ReturnType<typeof pathHop>[];
  readonly closed: boolean;
  onClose(listener: () => void): () => void;
  close(): void;
}

/**
 * OpenSSH's own client: a master for each host, so that whatever the configuration asks is done by ssh itself. Each jump host on the
 * way has a master of its own, shared by all behind it. Every question of ssh comes to Berth's dialogs.
 */
export function createOpenSshTransport(options: OpenSshTransportOptions): RoutedTransport {
  const { program, configFile, knownHosts, budget } = options;
  const jumps = createJumpHosts<Link>();
  const masters = new Set<OpenSshMaster>();
  let folders: Promise<OpenSshFolders> | null = null;

  async function logIn(places: readonly SshPlace[], signal: AbortSignal, manners: ConnectManners): Promise<Link> {
    const place = places.at(-1);
    if (!place) throw new Error('A way without an end');
    const before = await leaseJump(places.slice(0, -1), signal, manners);
    try {
      // Where a command of the user's leads is not known: all of them count as one.
      const isDirect = place.route.proxyCommand === null || before !== null;
      const sshd = isDirect ? chainKey(places.map((one) => ({ ...one, user: '' }))) : 'ProxyCommand';
      const master = await budget.spend(sshd, signal, manners.mayAsk(), () =>
        start(place, before?.link.master.socket ?? null, signal, manners),
      );
      if (before) master.onClose(before.release);
      const hops = [...(before?.link.hops ?? []), pathHop(place, master.hostKey)];
      const { onClose, close } = master;
      return {
        ...{ master, hops, onClose, close },
        get closed() {
          return master.closed;
        },
      };
    } catch (error) {
      const jump = places.at(-2);
      const reason = before && jump ? await whyNotReached(error, before.link, jump, place) : error;
      before?.release();
      throw atHop(reason, place);
    }
  }

  /** ssh only says that the connection was closed: the jump host is asked itself why it passed none on. */
  async function whyNotReached(
    error: unknown,
    via: Link,
    jump: SshPlace,
    { address, port }: SshPlace,
  ): Promise<unknown> {
    if (!(error instanceof BerthError) || error.failure.code !== 'ssh.reset' || via.closed) return error;
    try {
      const mux = await openMux(via.master.socket);
      await mux.reach(address, port).finally(() => mux.close());
    } catch (refusal) {
      if (refusal instanceof ChannelRefused)
        return forwardFailure(jump, address, port, refusal.reason, refusal.message);
    }
    return error;
  }

  async function leaseJump(
    places: readonly SshPlace[],
    signal: AbortSignal,
    manners: ConnectManners,
  ): Promise<JumpLease<Link> | null> {
    if (places.length === 0) return null;
    return jumps.lease(chainKey(places), signal, manners, (forAll, theirManners) =>
      logIn(places, forAll, theirManners),
    );
  }

  async function start(
    place: SshPlace,
    via: string | null,
    signal: AbortSignal,
    { mayAsk, onAsking }: ConnectManners,
  ): Promise<OpenSshMaster> {
    if (signal.aborted) throw new BerthError('ssh.cancelled', { address: place.address });
    folders ??= openFolders(options.env);
    const folder = await (await folders).make();
    const timeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
    const ended = new AbortController();
    let timer: ReturnType<typeof startPausableTimer> | null = null;
    const around: Around = async (wait, isQuestion) => {
      timer?.pause();
      if (isQuestion) onAsking(true);
      try {
        return await wait();
      } finally {
        if (isQuestion) onAsking(false);
        timer?.resume();
      }
    };
    const { berthKnownHosts, env, prompts, remembered } = options;
    const questions = createConnectQuestions(place, prompts, ended.signal, mayAsk, around, remembered);
    const isKnownToUser = await knownHosts.isKnownToUser(place);
    const controlPath = `${folder}/s`;
    const ssh = { program, configFile };
    try {
      const master = await startMaster(
        {
          ...{ program, folder, env, place, questions, timeoutMs },
          arguments: masterArguments(ssh, place, controlPath, via, berthKnownHosts, isKnownToUser, timeoutMs),
          startTimer: (onElapsed) => (timer = startPausableTimer(timeoutMs, onElapsed)),
        },
        signal,
      );
      masters.add(master);
      questions.loggedIn();
      master.onClose(() => masters.delete(master));
      await keepInUserFile(place, master);
      return master;
    } catch (error) {
      throw await noteFailure(questions.failed(error), place);
    } finally {
      ended.abort();
    }
  }

  /** What others have to know of a failure; resolves with the failure to be told. */
  async function noteFailure(error: unknown, place: SshPlace): Promise<unknown> {
    if (!(error instanceof BerthError)) return error;
    const { failure } = error;
    if (failure.code !== 'ssh.host-key-changed') return error;
    const { type = '', fingerprint: offered = '', file = '', line = 0 } = failure.params;
    knownHosts.noteChanged(place.hostId, { place, type: String(type), fingerprint: String(offered), key: null });
    // ssh names the line, not the key that stands there.
    const known = parseKnownHosts(await readFile(String(file), 'utf8').catch(() => '')).find(
      (one) => one.line === line,
    );
    if (!known) return error;
    return BerthError.of(
      { ...failure, params: { ...failure.params, knownFingerprint: fingerprint(known.key) } },
      error,
    );
  }

  /** ssh has put an accepted key into Berth's file; the user may have wanted it in his own too. */
  async function keepInUserFile(place: SshPlace, { answered }: OpenSshMaster): Promise<void> {
    const accepted = answered.hostKey;
    if (accepted?.saveTo !== 'user') return;
    try {
      const lines = parseKnownHosts(await readFile(options.berthKnownHosts, 'utf8'));
      const found = lines.find(({ key }) => fingerprint(key) === accepted.fingerprint);
      if (found) await knownHosts.add(place, { type: found.keyType, key: found.key }, 'user');
    } catch (error) {
      const { address } = place;
      options.log.error('known-hosts-write', 'An accepted host key could not be kept', error, { address });
    }
  }

  return {
    async connect({ target, route, reason, needs }, signal, manners) {
      const place = hostPlace(target, route);
      const places = [...jumpPlaces(target, route), place];
      const link = await logIn(places, signal, manners);
      try {
        const mux = await openMux(link.master.socket);
        const first = route.jumps[0] ?? route;
        const path = {
          transport: 'openssh',
          reason,
          needs,
          hops: link.hops,
          proxyCommand: first.proxyCommand,
          ...resolution(places),
        } as const;
        return createOpenSshConnection(link.master, mux, place, path);
      } catch (error) {
        link.close();
        throw new BerthError('ssh.closed', { address: place.address }, error);
      }
    },
    async dispose() {
      jumps.dispose();
      const all = [...masters];
      for (const master of all) master.close();
      await Promise.all(all.map(({ ended }) => ended));
      await (await folders)?.dispose();
    },
  };
}
