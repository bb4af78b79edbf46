import { BerthError } from '../../../shared/errors/failure.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { listAgentKeys, signWithAgent } from './agent.ts';
import { expandHome, readKeyFile, type KeyFile, type KeyParser } from './key-files.ts';
import type { KeyRing } from './key-ring.ts';
import { fingerprint } from './known-hosts.ts';
import type { SshPlace } from './ssh-connection.ts';

/** The names of the ways in are the host's; the honest ones are far shorter together. */
const METHODS_LENGTH = 200;

/** A key that may be offered. It signs only after the host said that it would accept it. */
export interface Identity {
  readonly blob: Buffer;
  /** Rejects with BerthError when the user did not open the key; that ends the connection. */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
}

/** A question of the host in keyboard-interactive authentication (RFC 4256). Texts are the host's: plain text. */
export interface KeyboardQuestion {
  readonly title: string;
  readonly instruction: string;
  readonly fields: readonly { readonly label: string; readonly echo: boolean }[];
}

/** The next way to try. */
export type AuthStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly identity: Identity }
  | { readonly kind: 'keyboard-interactive'; answer(question: KeyboardQuestion): Promise<readonly string[]> }
  | { readonly kind: 'password'; readonly password: string };

/** Asks the user. Each rejects with `auth.prompt-cancelled`, `auth.prompt-unavailable` or `ssh.cancelled`. */
export interface AuthQuestions {
  passphrase(keyFile: string): Promise<string>;
  keyboard(question: KeyboardQuestion): Promise<readonly string[]>;
  password(): Promise<string>;
}

export interface AuthOptions {
  readonly target: SshPlace;
  readonly agentSocket: string | null;
  readonly defaultKeyFiles: readonly string[];
  readonly parser: KeyParser;
  readonly keyRing: KeyRing;
  readonly questions: AuthQuestions;
}

/** Decides how one connection authenticates. */
export interface AuthFlow {
  /**
   * What to try now, null when nothing is left. `methodsLeft`: what the host says could still work, null before it said
   * anything; `partial`: it took the last answer and wants another factor. Rejects with BerthError when the connection
   * should end.
   */
  next(methodsLeft: readonly string[] | null, partial: boolean): Promise<AuthStep | null>;
  /** The failure to report when the host accepted nothing. */
  denied(): BerthError;
}

/**
 * The order of OpenSSH: `none` (which asks the host what it takes), keys, keyboard-interactive, password.
 * Keys: those of the agent, then the default files; or, for a host with a key file of its own, only that key, from the agent
 * if it holds it. A key is offered by its public half first, and a passphrase asked for only when the host would take
 * the key. Nothing is tried twice: a refused answer of the user ends it, and he is asked again when he connects again.
 */
export function createAuthFlow(options: AuthOptions): AuthFlow {
  const { target, questions } = options;
  const tried: string[] = [];
  let methods: readonly string[] = [];
  let identities: AsyncGenerator<Identity, void> | null = null;
  let last: AuthStep['kind'] | null = null;
  let hasSigned = false;
  let hasAnswered = false;

  async function nextKey(): Promise<AuthStep | null> {
    identities ??= offerIdentities(options, (label) => tried.push(label));
    const offered: IteratorResult<Identity, void> = await identities.next();
    if (offered.done) return null;
    const { blob, sign } = offered.value;
    hasSigned = false;
    const signOnce: Identity['sign'] = async (data, hash) => {
      const signature = await sign(data, hash);
      hasSigned = true;
      return signature;
    };
    return { kind: 'key', identity: { blob, sign: signOnce } };
  }

  function keyboard(): AuthStep {
    tried.push('keyboard-interactive');
    const answer = async (question: KeyboardQuestion) => {
      const values = await questions.keyboard(question);
      hasAnswered = true;
      return values;
    };
    return { kind: 'keyboard-interactive', answer };
  }

  async function choose(): Promise<AuthStep | null> {
    if (last === null) return { kind: 'none' };
    // The library forgets what the host answered to a key. Where the host took the signature and still wants more (two
    // factors), or refused it, another `none` asks what is left.
    if (last === 'key' && hasSigned) return { kind: 'none' };
    if (methods.includes('publickey')) {
      const step = await nextKey();
      if (step) return step;
    }
    if (methods.includes('keyboard-interactive') && !tried.includes('keyboard-interactive')) return keyboard();
    // Who has just typed a password that was refused is not asked for it once more under another name.
    if (last === 'keyboard-interactive' && hasAnswered) return null;
    if (methods.includes('password') && !tried.includes('password')) {
      tried.push('password');
      return { kind: 'password', password: await questions.password() };
    }
    return null;
  }

  return {
    async next(methodsLeft, partial) {
      // After a key the library repeats an older answer, see above.
      if (methodsLeft && last !== 'key') methods = methodsLeft;
      if (partial) hasAnswered = false;
      const step = await choose();
      last = step?.kind ?? last;
      return step;
    },
    denied: () =>
      new BerthError('auth.denied', {
        address: target.address,
        user: target.user,
        tried: tried.join(', ') || 'nothing that it takes',
        allowed: cleanText(methods.join(', '), METHODS_LENGTH) || 'nothing it told of',
      }),
  };
}

/** The keys in the order of offering; `onOffer` is told each one's name for the list of what was tried. */
async function* offerIdentities(
  options: AuthOptions,
  onOffer: (label: string) => void,
): AsyncGenerator<Identity, void> {
  const { target, agentSocket } = options;
  // An agent that does not answer is as good as none: the files remain.
  const held = agentSocket === null ? [] : await listAgentKeys(agentSocket).catch(() => []);
  const files = await readKeyFiles(options);
  const wanted =
    target.keyFile === null ? held : held.filter(({ blob }) => files.some((file) => file.blob?.equals(blob)));
  const offered: Buffer[] = [];

  for (const { blob, comment } of wanted) {
    const label = `agent key ${fingerprint(blob.toString('base64'))}${comment === '' ? '' : ` (${cleanText(comment, 80)})`}`;
    if (!options.parser.isUsable(blob)) {
      onOffer(`${label}: not offered, of a kind that Berth cannot use`);
      continue;
    }
    offered.push(blob);
    onOffer(label);
    yield { blob, sign: (data, hash) => signWithAgent(agentSocket ?? '', blob, data, hash) };
  }
  for (const file of files) {
    if (file.isPublic || (file.blob && offered.some((blob) => file.blob?.equals(blob)))) continue;
    onOffer(`key file ${file.path}`);
    const open = () => options.keyRing.open(file, () => options.questions.passphrase(file.path));
    // Without its public half a key cannot be offered before it is opened.
    const blob = file.blob ?? (await open()).blob;
    offered.push(blob);
    yield { blob, sign: async (data, hash) => (await open()).sign(data, hash) };
  }
}

/** The host's own key file, which must be usable; or those default files that are. */
async function readKeyFiles({ target, defaultKeyFiles, parser }: AuthOptions): Promise<readonly KeyFile[]> {
  if (target.keyFile !== null) return [await readKeyFile(expandHome(target.keyFile), parser)];
  const read = await Promise.allSettled(defaultKeyFiles.map((path) => readKeyFile(path, parser)));
  return read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
