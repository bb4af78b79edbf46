import type { Readable, Writable } from 'node:stream';
import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import type { TransportChoice } from '../../../shared/model/host.ts';
import type { TerminalSize } from '../../../shared/model/terminal-size.ts';
import type { ShellRequest } from './pty.ts';
import type { SshRoute, SshWish } from './ssh-route.ts';

/** The wish: which host, and what its inventory entry says of the way there. What is null, the ssh configuration decides. */
export interface SshTarget extends SshWish {
  readonly hostId: string;
  readonly name: string;
  readonly transport: TransportChoice;
}

/** One machine that a handshake is made with, as the ssh configuration has resolved it: the host, or a jump host before it. */
export interface SshPlace {
  /** The host of the inventory that is wanted, also for a jump host on the way to it. */
  readonly hostId: string;
  readonly name: string;
  /** `route.address`, `route.port` and `route.user`. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** The key file that the inventory names; it must be usable. Null for jump hosts. */
  readonly keyFile: string | null;
  /** What a jump host is called in questions and failures; null for the host itself. */
  readonly hop: string | null;
  readonly route: SshRoute;
}

/** How a remote command ended: `code` null when a signal ended it or the connection was lost before the host told. */
export interface SshExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * One command on a connection. The streams carry back-pressure down to the SSH window: when nobody reads, the remote
 * process blocks. Both outputs share one window, so that both must be read (or resumed). `exit` never rejects; it resolves
 * after both output streams have ended. What is written to `stdin` after that is dropped without a callback: wait for
 * `exit`, not for `finish`.
 */
export interface SshChannel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Promise<SshExit>;
  /**
   * Closes the channel from this side; `exit` resolves at once, without code. sshd ends no process for that: it gets EOF on
   * its stdin, and SIGPIPE when it prints again.
   */
  close(): void;
}

/** A shell at a terminal of its own; all that it prints is on `stdout`, and nobody need read the other. Closing it hangs it up. */
export interface SshShell extends SshChannel {
  /** Tells the host the size of the terminal; nothing once it has ended. */
  resize(size: TerminalSize): void;
}

/** An authenticated connection whose host key was checked. Many channels at a time. */
export interface SshConnection {
  readonly target: SshPlace;
  /** The way it goes, and who made it. */
  readonly path: ConnectionPath;
  /** Round trip of the newest keepalive in milliseconds. */
  readonly latencyMs: number;
  readonly closed: boolean;
  /**
   * Runs a command line through the login shell of the user. Rejects with BerthError `ssh.closed` or `ssh.channel-refused`.
   * `command` must be built with `shellQuote` from constant words and quoted arguments.
   */
  exec(command: string): Promise<SshChannel>;
  /**
   * Opens a terminal on the host, with the login shell or a command in it. Shells stay for long, so that they take no place of what is run
   * with `exec`: whoever opens them sees to it that they are few. Rejects with BerthError `ssh.closed`, `ssh.channel-refused` or `terminal.no-pty`.
   */
  shell(request: ShellRequest): Promise<SshShell>;
  /** Wants a sign of life of the host now; without one within this time the connection ends, as a lost one does. */
  prove(timeoutMs: number): void;
  /** Calls back once, when the connection has ended for whatever reason. Returns the function that unsubscribes. */
  onClose(listener: () => void): () => void;
  /** Ends the connection and all its channels. */
  close(): void;
}

/** How a connection that is being opened behaves towards the user. */
export interface ConnectManners {
  /**
   * Whether it may ask at all, looked at when the question comes up. One that nobody asked for may not: it fails with
   * `ssh.host-key-unknown` or `auth.answer-needed` instead, and no dialog comes out of the blue.
   */
  readonly mayAsk: () => boolean;
  /** Told when it begins (true) and ceases (false) to wait for an answer. */
  readonly onAsking: (isAsking: boolean) => void;
}

/**
 * Opens connections. Rejects with BerthError `ssh.*`, `auth.*` or `config.*`; asks the user through the prompts it was made with.
 */
export interface SshTransport {
  connect(target: SshTarget, signal: AbortSignal, manners?: ConnectManners): Promise<SshConnection>;
  /** Ends what it shares between connections, and what it runs. */
  dispose(): Promise<void>;
}

/** A wish, what the ssh configuration made of it, and why this transport was chosen. */
export interface Way extends Pick<ConnectionPath, 'reason' | 'needs'> {
  readonly target: SshTarget;
  readonly route: SshRoute;
}

/** One of the two transports, which follows a way that has been found. */
export interface RoutedTransport {
  connect(way: Way, signal: AbortSignal, manners: ConnectManners): Promise<SshConnection>;
  dispose(): Promise<void>;
}

/** The transport that is a library and not all of ssh. */
export interface BuiltInTransport extends RoutedTransport {
  /** The lists of algorithms that the configuration sets and of which it has nothing, in words. */
  lacks(route: SshRoute): readonly string[];
}
