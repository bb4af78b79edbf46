import type { ConnectionPath, NotUnderstood } from '../../../shared/model/connection-path.ts';

/**
 * What `ssh <address>` would do on this workstation: the ssh configuration, resolved for one host. Everything is expanded (tokens,
 * environment, `~`), paths are absolute where the configuration's are.
 */
export interface SshRoute {
  /** What was resolved: `ssh [-p port] [-l user] [-i keyFile] address`; of a jump, as ProxyJump has it. */
  readonly wish: SshWish;
  /** HostName: what to connect to. */
  readonly address: string;
  readonly port: number;
  /** Never empty. */
  readonly user: string;
  /** HostKeyAlias: the name to look up in known_hosts instead of the address. Such a name stands there without a port. */
  readonly hostKeyName: string | null;
  /** IdentityFile, in the order to be tried; files may be missing. */
  readonly keyFiles: readonly string[];
  /** Whether `keyFiles` are ssh's usual ones, since nobody named any: one that is missing is then no news. */
  readonly keyFilesByDefault: boolean;
  /** IdentitiesOnly: of the agent's keys only those that are in `keyFiles`. */
  readonly keyFilesOnly: boolean;
  /** CertificateFile, and the `…-cert.pub` that exist beside `keyFiles`. */
  readonly certificateFiles: readonly string[];
  /** IdentityAgent, else SSH_AUTH_SOCK; null: none. */
  readonly agentSocket: string | null;
  /**
   * ProxyJump, from the workstation to the host. Each hop is resolved in turn and stands here flattened: its own `jumps` are empty.
   */
  readonly jumps: readonly SshRoute[];
  /** ProxyCommand for display, with what can be expanded without connecting. What runs it is ssh itself, which expands it anew. */
  readonly proxyCommand: string | null;
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly strictHostKeyChecking: 'yes' | 'no' | 'ask' | 'accept-new';
  /** ConnectTimeout in milliseconds; null: the caller's own. */
  readonly connectTimeoutMs: number | null;
  readonly addressFamily: 'any' | 'inet' | 'inet6';
  readonly algorithms: RouteAlgorithms;
  /** RequiredRSASize, in bits; null: as each transport thinks right. */
  readonly minimumRsaBits: number | null;
  /** UpdateHostKeys: what a host proves to hold besides the key that it is known by is kept in known_hosts. False for `ask`. */
  readonly updateHostKeys: boolean;
  /** HashKnownHosts: names in the files of the user are written as hashes. */
  readonly hashKnownHosts: boolean;
  /**
   * What the configuration asks of this hop that the built-in transport cannot do, in words: `ProxyCommand`, `a user certificate`,
   * `GSSAPI`, `PKCS#11 provider …`, `PreferredAuthentications …`. Those of the jumps stand with the jumps.
   */
  readonly needsOpenSsh: readonly string[];
  readonly resolvedBy: ConnectionPath['resolvedBy'];
  /** What the own resolver met and does not know; empty after `ssh -G`. */
  readonly notUnderstood: readonly NotUnderstood[];
}

/**
 * The lists of algorithms that the configuration sets; null: it says nothing. `userKey`: PubkeyAcceptedAlgorithms. What is not in a
 * list must never be offered.
 */
export interface RouteAlgorithms {
  readonly keyExchange: AlgorithmRule | null;
  readonly hostKey: AlgorithmRule | null;
  readonly cipher: AlgorithmRule | null;
  readonly mac: AlgorithmRule | null;
  readonly userKey: AlgorithmRule | null;
}

/**
 * A list, best first: `only` these; or a change of the usual ones (`+`, `^` and `-` of ssh_config(5)), of which `ssh -G` has made a
 * plain list already. Names may be patterns then.
 */
export interface AlgorithmRule {
  readonly how: 'only' | 'append' | 'prepend' | 'remove';
  readonly names: readonly string[];
}

/** What one would type: `ssh [-p port] [-l user] [-i keyFile] address`. Null: as the configuration says. */
export interface SshWish {
  readonly address: string;
  readonly port: number | null;
  readonly user: string | null;
  readonly keyFile: string | null;
}

/** Resolves hosts as OpenSSH does. */
export interface SshRouter {
  /**
   * Where the wish leads. Answers are kept until a file of the configuration changes. Rejects with BerthError `config.*`, or
   * with the reason of `signal`.
   */
  resolve(wish: SshWish, signal?: AbortSignal): Promise<SshRoute>;
}
