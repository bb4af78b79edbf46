import type { RootTool } from '../../../shared/model/host-facts.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { lastLine } from '../../../shared/parse/text.ts';
import type { RootAccess } from './root-access.ts';
import { shellQuote } from './shell-quote.ts';
import type { SshChannel, SshConnection } from './ssh-connection.ts';

/**
 * How a script gets its shell. Every command line is made of constants and quoted arguments; `script` and `nonce` come first
 * in it, so that `ps` on the host tells what runs.
 *
 * As the login user, or when that is root:   sh -s -- <script> <nonce> <argument>…
 * Through sudo, doas or run0:                sh -c <OUTER> <script> <nonce> <argument>…
 *
 * OUTER says `<nonce> no-sudo` when there is none; else it starts INNER as root, which says `<nonce> ready` and becomes the shell
 * that reads the script. Nothing is written before that word was seen, but the password after sudo's own prompt, which
 * holds the nonce: so it reaches sudo and nothing else, and it is not even sent where sudo does not ask for it.
 */
const INNER = 'echo "$1 ready"; exec sh -s -- "$0" "$@"';
/** doas and run0 take a password from a terminal only, so that they serve where they want none. */
const BECOME_ROOT: Readonly<Record<RootTool, string>> = {
  sudo: 'sudo -n --',
  doas: 'doas -n --',
  run0: 'run0 --no-ask-password --',
};
const WITH_PASSWORD = 'sudo -k -S -p "$1-prompt" --';
const outer = (tool: RootTool, become: string) =>
  `command -v ${tool} >/dev/null 2>&1 || { echo "$1 no-sudo"; exit 127; }; ` +
  `exec env LC_ALL=C ${become} sh -c '${INNER}' "$0" "$@"`;

/** sudo asks and answers at once, or after the delay of a directory server or of a refused password. */
const SUDO_TIMEOUT_MS = 30_000;
/** What is kept of the words before the shell is ready: enough for a banner and for sudo's reasons. */
const MAX_WORDS = 64 * 1024;

/** The command line for a script; `root` null or of kind `root` needs no sudo. */
export function remoteCommand(root: RootAccess | null, script: string, nonce: string, args: readonly string[]): string {
  const words = [script, nonce, ...args].map(shellQuote).join(' ');
  if (root === null || root.kind === 'root') return `sh -s -- ${words}`;
  if (root.kind === 'none') throw new BerthError('facts.needs-root', { what: script });
  const tool = root.kind === 'sudo' ? (root.by ?? 'sudo') : 'sudo';
  const become = root.kind === 'sudo' ? BECOME_ROOT[tool] : WITH_PASSWORD;
  return `sh -c ${shellQuote(outer(tool, become))} ${words}`;
}

/** A shell that waits for a script on `channel.stdin`, and what was printed before it was there. */
export interface RootShell {
  readonly channel: SshChannel;
  readonly stray: string;
}

/**
 * Starts the shell for a script; with sudo, waits until it is root. Rejects with `privilege.*`, `facts.needs-root`,
 * `ssh.closed` or `ssh.channel-refused`. A password is tried exactly once. When `signal` aborts, now or later, the channel
 * is closed.
 */
export async function openShell(
  connection: SshConnection,
  root: RootAccess | null,
  script: string,
  nonce: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<RootShell> {
  // sudo reads a line: what stood behind a line break would be a second attempt, or worse, input for the root shell.
  if (root?.kind === 'sudo-password' && /[\r\n\0]/.test(root.password))
    throw new BerthError('privilege.password-wrong');
  const channel = await connection.exec(remoteCommand(root, script, nonce, args));
  if (signal.aborted) channel.close();
  else signal.addEventListener('abort', () => channel.close(), { once: true });
  if (root?.kind !== 'sudo' && root?.kind !== 'sudo-password') return { channel, stray: '' };

  const password = root.kind === 'sudo-password' ? root.password : null;
  let stdout = '';
  let stderr = '';
  let isPasswordSent = false;
  return new Promise<RootShell>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      channel.stdout.off('data', onStdout);
      channel.stderr.off('data', onStderr);
      channel.stdout.pause();
      channel.stderr.pause();
    };
    const fail = (error: BerthError) => {
      stop();
      channel.close();
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(notAllowed(connection, `sudo did not answer within ${SUDO_TIMEOUT_MS / 1000} s`));
    }, SUDO_TIMEOUT_MS);

    function onStdout(chunk: Buffer): void {
      stdout += chunk.toString('latin1');
      const ready = `${nonce} ready\n`;
      const at = stdout.indexOf(ready);
      if (at === -1) {
        stdout = stdout.slice(-MAX_WORDS);
        return;
      }
      stop();
      // Nothing follows before the script is sent; but if it does, it is not lost.
      const rest = stdout.slice(at + ready.length);
      if (rest !== '') channel.stdout.unshift(Buffer.from(rest, 'latin1'));
      resolve({ channel, stray: stdout.slice(0, at) });
    }

    function onStderr(chunk: Buffer): void {
      stderr = (stderr + chunk.toString('latin1')).slice(-MAX_WORDS);
      const prompts = stderr.split(`${nonce}-prompt`).length - 1;
      if (prompts === 1 && !isPasswordSent && password !== null) {
        isPasswordSent = true;
        channel.stdin.write(`${password}\n`);
      } else if (prompts > 1) {
        // The second question says that the first answer was wrong. It is never answered.
        channel.stdin.end();
        fail(new BerthError('privilege.password-wrong'));
      }
    }

    channel.stdout.on('data', onStdout);
    channel.stderr.on('data', onStderr);
    void channel.exit.then(({ code, signal }) => {
      if (code === null && signal === null) fail(new BerthError('ssh.closed', { address: connection.target.address }));
      else fail(refusal(connection, stdout, stderr, nonce, isPasswordSent));
    });
  });
}

/**
 * Why sudo started no shell; that it did not is known without reading its words, which (in the C locale) only choose
 * among the explanations. sudo and sudo-rs speak differently.
 */
function refusal(
  connection: SshConnection,
  stdout: string,
  stderr: string,
  nonce: string,
  isPasswordSent: boolean,
): BerthError {
  const { user } = connection.target;
  if (stdout.includes(`${nonce} no-sudo`)) return new BerthError('privilege.no-sudo', { user });
  const words = stderr.split(`${nonce}-prompt`).join('');
  if (/must have a tty|requiretty/.test(words)) return new BerthError('privilege.requires-tty', { user });
  if (/not in the sudoers|not allowed to|may not run sudo|afraid I can't do that/i.test(words)) {
    return notAllowed(connection, lastLine(words));
  }
  if (/^doas: Authentication required|Interactive authentication required/im.test(words)) {
    return new BerthError('privilege.needs-terminal', { user, detail: lastLine(words) });
  }
  if (/account .*(expired|locked)|temporarily locked/i.test(words)) return notAllowed(connection, lastLine(words));
  if (isPasswordSent) return new BerthError('privilege.password-wrong');
  if (/password is required|authentication (is )?required/i.test(words))
    return new BerthError('privilege.password-needed');
  return notAllowed(connection, lastLine(words) || 'sudo did not say why');
}

function notAllowed({ target }: SshConnection, detail: string): BerthError {
  return new BerthError('privilege.not-allowed', { user: target.user, detail });
}
