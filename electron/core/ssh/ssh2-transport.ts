import { connect as connectSocket } from 'node:net';
import ssh2, { type AnyAuthMethod, type HostVerifier, type ParsedKey } from 'ssh2';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { Log } from '../log/log.ts';
import type { PromptBroker } from '../prompts/prompt-broker.ts';
import { createAuthFlow, type AuthStep } from './auth.ts';
import { createConnectQuestions } from './connect-questions.ts';
import { toConnectError } from './errors.ts';
import { createHostKeyCheck, orderAlgorithms, type HostKeyAlgorithm } from './host-key-check.ts';
import type { Identity } from './identities.ts';
import type { KeyParser } from './key-files.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import type { KnownHosts } from './known-hosts.ts';
import { startPausableTimer } from './pausable-timer.ts';
import { createSsh2Connection } from './ssh2-connection.ts';
import type { ConnectManners, SshConnection, SshPlace, SshTransport } from './ssh-connection.ts';
import type { SshRouter } from './ssh-route.ts';

/** From the first packet to being logged in, without the time the user thinks. Two packets lost on the way fit in. */
const READY_TIMEOUT_MS = 15_000;
/** What is looked at of the first bytes of the other side, to tell SSH from anything else. */
const FIRST_BYTES = 512;
/** Reasons (RFC 4253, 11.1) with which a host ends a connection that has tried too often, or has nothing left to try. */
const DENIED_REASONS: readonly unknown[] = [2, 14];

export interface Ssh2TransportOptions {
  readonly prompts: PromptBroker;
  readonly knownHosts: KnownHosts;
  readonly router: SshRouter;
  readonly readyTimeoutMs?: number | undefined;
  /** See `Ssh2ConnectionOptions`. */
  readonly keepaliveMs?: number | undefined;
  readonly log: Log;
}

/** As when a person asked for the connection. */
const FOR_A_PERSON: ConnectManners = { mayAsk: () => true, onAsking: () => undefined };

/** The transport of every home: ssh2. The only place where a client of it is made, so that no host key goes unchecked. */
export function createSsh2Transport(options: Ssh2TransportOptions): SshTransport {
  const keyRing = createKeyRing(keyParser);
  return {
    async connect(target, signal, manners = FOR_A_PERSON) {
      const route = await options.router.resolve(target, signal);
      const { hostId, name, keyFile } = target;
      const { address, port, user } = route;
      const place: SshPlace = { hostId, name, address, port, user, keyFile, hop: null, route };
      const algorithms = orderAlgorithms(await options.knownHosts.keyTypes(place));
      if (signal.aborted) throw new BerthError('ssh.cancelled', { address });
      return open(options, keyRing, place, algorithms, signal, manners);
    },
  };
}

function open(
  options: Ssh2TransportOptions,
  keyRing: KeyRing,
  target: SshPlace,
  algorithms: HostKeyAlgorithm[],
  signal: AbortSignal,
  { mayAsk, onAsking }: ConnectManners,
): Promise<SshConnection> {
  const { address, port } = target;
  const readyTimeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    // Node tries the addresses of a name in turn, and at once knows why none of them answers.
    const socket = connectSocket({ host: address, port, noDelay: true });
    const ended = new AbortController();
    let firstBytes = '';
    let isSettled = false;

    const timer = startPausableTimer(readyTimeoutMs, () =>
      fail(new BerthError('ssh.timeout', { address, port, seconds: Math.round(readyTimeoutMs / 1000) })),
    );
    const settle = () => {
      isSettled = true;
      timer.clear();
      signal.removeEventListener('abort', onAbort);
      ended.abort();
    };
    const fail = (error: unknown) => {
      if (isSettled) return;
      settle();
      socket.destroy();
      reject(toConnectError(error, target, readyTimeoutMs, firstBytes));
    };
    const onAbort = () => fail(new BerthError('ssh.cancelled', { address }));
    signal.addEventListener('abort', onAbort, { once: true });

    const questions = createConnectQuestions(target, options.prompts, ended.signal, mayAsk, async (question) => {
      timer.pause();
      onAsking(true);
      try {
        return await question();
      } finally {
        onAsking(false);
        timer.resume();
      }
    });
    const hostKey = createHostKeyCheck(target, options.knownHosts, questions.hostKey, options.log);
    const auth = createAuthFlow({ target, parser: keyParser, keyRing, questions });

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
    client.on('change password', () => fail(auth.passwordExpired()));
    client.on('ready', () => {
      if (isSettled) return;
      settle();
      const connection = createSsh2Connection(client, socket, target, options.keepaliveMs);
      // Whoever connects next finds the key.
      void keyKept.then(() => resolve(connection));
    });

    const hostVerifier: HostVerifier = (blob, verify) => {
      if (hostKey.isTrusted(blob)) {
        verify(true);
        return;
      }
      hostKey.check(blob).then(
        () => verify(true),
        (error: unknown) => {
          fail(error);
          verify(false);
        },
      );
    };
    client.connect({
      sock: socket,
      username: target.user,
      // The clocks are Berth's own: they stop while the user thinks, and any byte of the host counts as life.
      readyTimeout: 0,
      keepaliveInterval: 0,
      algorithms: { serverHostKey: algorithms },
      hostVerifier,
      authHandler(methods, partial, next) {
        hasAuthBegun = true;
        auth.next(methods, partial).then((step) => {
          // ssh2 takes `false` for “nothing left”, which its types leave out.
          if (step) next(toMethod(step, target.user, fail));
          else fail(auth.denied());
        }, fail);
      },
    });
    // Only now that ssh2 has paused the socket: a listener would set it flowing before.
    socket.on('data', function look(chunk: Buffer) {
      firstBytes += chunk.toString('latin1', 0, FIRST_BYTES);
      if (firstBytes.length >= FIRST_BYTES || firstBytes.includes('SSH-')) socket.off('data', look);
    });
  });
}

function toMethod(step: AuthStep, username: string, fail: (error: unknown) => void): AnyAuthMethod {
  switch (step.kind) {
    case 'none':
      return { type: 'none', username };
    case 'password':
      return { type: 'password', username, password: step.password };
    case 'key':
      return { type: 'agent', username, agent: new SingleKey(step.identity, fail) };
    case 'keyboard-interactive':
      return {
        type: 'keyboard-interactive',
        username,
        prompt(title, instruction, _language, prompts, finish) {
          const fields = prompts.map(({ prompt, echo }) => ({ label: prompt, echo: echo === true }));
          step.answer({ title, instruction, fields }).then((answers) => finish([...answers]), fail);
        },
      };
  }
}

/**
 * One key in the shape of an agent, the only way in which ssh2 offers a public key first and waits for the signature: a
 * passphrase is asked for only when the host would take the key. A class because ssh2 wants an instance.
 */
class SingleKey extends ssh2.BaseAgent<ParsedKey> {
  readonly identity: Identity;
  readonly fail: (error: unknown) => void;

  constructor(identity: Identity, fail: (error: unknown) => void) {
    super();
    this.identity = identity;
    this.fail = fail;
  }

  override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    const key = parseOne(this.identity.blob);
    if (key instanceof Error) callback(key);
    else callback(null, [key]);
  }

  override sign(_key: unknown, data: Buffer, ...rest: unknown[]): void {
    const callback = rest.pop() as (error?: Error | null, signature?: Buffer) => void;
    const options = rest[0] as { hash?: string } | undefined;
    this.identity.sign(data, options?.hash).then(
      (signature) => callback(null, signature),
      (error: unknown) => {
        // The user did not open the key: that ends the connection. An agent that refuses only ends this key.
        if (error instanceof BerthError) this.fail(error);
        callback(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }
}

const keyParser: KeyParser = {
  private(text, passphrase) {
    const key = parseOne(text, passphrase ?? undefined);
    if (key instanceof Error) {
      return passphrase !== null && /passphrase/i.test(key.message) ? 'wrong-passphrase' : { unusable: key.message };
    }
    if (!key.isPrivateKey()) return { unusable: 'it holds no private key' };
    return {
      blob: key.getPublicSSH(),
      sign(data, hash) {
        const signature: Buffer | Error = key.sign(data, hash);
        if (signature instanceof Error) throw signature;
        return signature;
      },
    };
  },
  public(text) {
    const key = parseOne(text);
    return key instanceof Error || key.isPrivateKey() ? null : key.getPublicSSH();
  },
  isUsable: (blob) => !(parseOne(blob) instanceof Error),
};

/** OpenSSH's format could hold several keys; nothing has ever written more than one. */
function parseOne(key: string | Buffer, passphrase?: string): ParsedKey | Error {
  const parsed: ParsedKey | readonly ParsedKey[] | Error = ssh2.utils.parseKey(key, passphrase);
  return isList(parsed) ? (parsed[0] ?? new Error('it holds no key')) : parsed;
}

function isList(parsed: ParsedKey | readonly ParsedKey[] | Error): parsed is readonly ParsedKey[] {
  return Array.isArray(parsed);
}
