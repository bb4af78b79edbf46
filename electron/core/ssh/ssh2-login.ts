import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type HostVerifier } from 'ssh2';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { ConnectionHop } from '../../../shared/model/connection-path.ts';
import type { Log } from '../log/log.ts';
import type { PromptBroker } from '../prompts/prompt-broker.ts';
import { createAuthFlow } from './auth.ts';
import { createConnectQuestions, type Around, type RememberedSecrets } from './connect-questions.ts';
import { toConnectError } from './errors.ts';
import { createHostKeyCheck } from './host-key-check.ts';
import { createKexInitReader, parseKexInit, type AlgorithmLists } from './kex-init.ts';
import type { KeyRing } from './key-ring.ts';
import { fingerprint, type KnownHosts } from './known-hosts.ts';
import { startPausableTimer } from './pausable-timer.ts';
import { acceptedKeys, hostKeyAlgorithms, keyTypeOfAlgorithm, ssh2Algorithms } from './ssh2-algorithms.ts';
import { keyParser, toMethod } from './ssh2-keys.ts';
import type { ConnectManners, SshPlace } from './ssh-connection.ts';

/** What is looked at of the first bytes of the other side, to tell SSH from anything else. */
const FIRST_BYTES = 512;
/** Reasons (RFC 4253, 11.1) with which a host ends a connection that has tried too often, or has nothing left to try. */
const DENIED_REASONS: readonly unknown[] = [2, 14];

export interface Ssh2LoginOptions {
  readonly prompts: PromptBroker;
  readonly knownHosts: KnownHosts;
  readonly keyRing: KeyRing;
  readonly remembered?: RememberedSecrets | undefined;
  readonly readyTimeoutMs: number;
  readonly log: Log;
}

/** A client of ssh2 that is logged in over `stream`, and the host key that it was shown. */
export interface Ssh2Login {
  readonly stream: Duplex;
  readonly client: Client;
  readonly hostKey: ConnectionHop['hostKey'];
}

/**
 * One handshake: host key, then authentication, over the stream to `place` that `dial` makes (and that may still be connecting).
 * The only place where a client of ssh2 is made, so that no host key goes unchecked. Rejects with BerthError; the stream is
 * destroyed then.
 */
export async function loginSsh2(
  options: Ssh2LoginOptions,
  place: SshPlace,
  dial: () => Duplex | Promise<Duplex>,
  signal: AbortSignal,
  manners: ConnectManners,
): Promise<Ssh2Login> {
  const serverHostKey = hostKeyAlgorithms(place.route, await options.knownHosts.keyTypes(place));
  const cancelled = () => new BerthError('ssh.cancelled', { address: place.address });
  if (signal.aborted) throw cancelled();
  const dialled = dial();
  // A stream that is connecting gets its listener at once: an error that nobody hears would end the process.
  const stream = dialled instanceof Promise ? await dialled : dialled;
  if (signal.aborted) {
    stream.destroy();
    throw cancelled();
  }
  return handshake(options, place, stream, serverHostKey, signal, manners);
}

function handshake(
  options: Ssh2LoginOptions,
  place: SshPlace,
  stream: Duplex,
  serverHostKey: ReturnType<typeof hostKeyAlgorithms>,
  signal: AbortSignal,
  { mayAsk, onAsking }: ConnectManners,
): Promise<Ssh2Login> {
  const { prompts, knownHosts, keyRing, readyTimeoutMs, log } = options;
  const { address, port, user } = place;
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const ended = new AbortController();
    let firstBytes = '';
    let shownKey: ConnectionHop['hostKey'] = null;
    let isSettled = false;

    const kexInit = createKexInitReader();
    const timer = startPausableTimer(readyTimeoutMs, () => {
      const isSilent = firstBytes === '' && !(stream instanceof Socket && stream.connecting);
      const code = isSilent ? 'ssh.silent' : 'ssh.timeout';
      fail(new BerthError(code, { address, port, seconds: Math.round(readyTimeoutMs / 1000) }));
    });
    const settle = () => {
      isSettled = true;
      timer.clear();
      signal.removeEventListener('abort', onAbort);
      ended.abort();
    };
    const fail = (error: unknown) => {
      if (isSettled) return;
      const heard = { firstBytes, theirs: kexInit.lists(), ours: ownLists(client) };
      // First: what was offered is settled before the end of the connection leaves it open.
      const reason = questions.failed(toConnectError(error, place, readyTimeoutMs, heard));
      settle();
      stream.destroy();
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const onAbort = () => fail(new BerthError('ssh.cancelled', { address }));
    signal.addEventListener('abort', onAbort, { once: true });

    const around: Around = async (wait, isQuestion) => {
      timer.pause();
      if (isQuestion) onAsking(true);
      try {
        return await wait();
      } finally {
        if (isQuestion) onAsking(false);
        timer.resume();
      }
    };
    const questions = createConnectQuestions(place, prompts, ended.signal, mayAsk, around, options.remembered);
    const keyTypes = new Set(serverHostKey.map(keyTypeOfAlgorithm));
    const hostKey = createHostKeyCheck(place, knownHosts, keyTypes, questions.hostKey, log);
    const auth = createAuthFlow({
      ...{ target: place, parser: keyParser, keyRing, questions },
      accepted: acceptedKeys(place.route),
    });

    let hasAuthBegun = false;
    client.on('error', (error: Error & { level?: string; code?: unknown }) => {
      // A key that could not sign is not the end: the next one is tried.
      if (error.level === 'agent') return;
      const isDenied = error.level === 'client-authentication' || DENIED_REASONS.includes(error.code);
      fail(hasAuthBegun && isDenied ? auth.denied() : error);
    });
    client.on('close', () => fail(new Error('The connection was closed')));
    let keyKept: Promise<void> = Promise.resolve();
    client.on('handshake', () => {
      keyKept = hostKey.proven();
    });
    if (place.route.updateHostKeys) {
      // ssh2 has had each of them prove itself. The key that was accepted just now is to be found in its file first.
      client.once('hostkeys', (keys) => {
        const held = keys.map((key) => key.getPublicSSH());
        void keyKept.then(() => hostKey.keep(held));
      });
    }
    client.on('change password', () => fail(auth.passwordExpired()));
    client.on('ready', () => {
      if (isSettled) return;
      questions.loggedIn();
      settle();
      // Whoever connects next finds the key.
      void keyKept.then(() => resolve({ stream, client, hostKey: shownKey }));
    });

    const hostVerifier: HostVerifier = (blob, verify) => {
      if (hostKey.isTrusted(blob)) {
        verify(true);
        return;
      }
      hostKey.check(blob).then(
        () => {
          const type = blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
          shownKey = { type, fingerprint: fingerprint(blob.toString('base64')) };
          // A handshake that has ended meanwhile wants no answer: ssh2 would throw.
          if (!isSettled) verify(true);
        },
        // Ends the connection; ssh2 is not told, see above.
        fail,
      );
    };
    client.connect({
      sock: stream,
      username: user,
      // The clocks are Berth's own: they stop while the user thinks, and any byte of the host counts as life.
      readyTimeout: 0,
      keepaliveInterval: 0,
      algorithms: { ...ssh2Algorithms(place.route), serverHostKey },
      hostVerifier,
      authHandler(methods, partial, next) {
        hasAuthBegun = true;
        auth.next(methods, partial).then((step) => {
          // ssh2 takes `false` for “nothing left”, which its types leave out.
          if (step) next(toMethod(step, user, fail));
          else fail(auth.denied());
        }, fail);
      },
    });
    // Only now that ssh2 has paused the stream: a listener would set it flowing before.
    stream.on('data', function look(chunk: Buffer) {
      if (firstBytes.length < FIRST_BYTES) firstBytes += chunk.toString('latin1', 0, FIRST_BYTES);
      if (!kexInit.push(chunk)) stream.off('data', look);
    });
  });
}

/** What ssh2 offers depends on what this Node can do, and it tells nobody; its own first packet has it. */
function ownLists(client: object): AlgorithmLists | null {
  const protocol: unknown = '_protocol' in client ? client._protocol : null;
  const packet: unknown =
    typeof protocol === 'object' && protocol !== null && '_kexinit' in protocol ? protocol._kexinit : null;
  return Buffer.isBuffer(packet) ? parseKexInit(packet) : null;
}
