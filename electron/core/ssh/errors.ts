import { BerthError, type FailureCode } from '../../../shared/errors/failure.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import type { SshPlace } from './ssh-connection.ts';

const DETAIL_LENGTH = 200;

/** Codes of Node's sockets and resolver; those of getaddrinfo differ by system. */
const NODE_CODES: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'ssh.dns',
  EAI_AGAIN: 'ssh.dns',
  EAI_FAIL: 'ssh.dns',
  EAI_NODATA: 'ssh.dns',
  EAI_NONAME: 'ssh.dns',
  ECONNREFUSED: 'ssh.refused',
  EHOSTUNREACH: 'ssh.unreachable',
  ENETUNREACH: 'ssh.unreachable',
  EHOSTDOWN: 'ssh.unreachable',
  ENETDOWN: 'ssh.unreachable',
  EADDRNOTAVAIL: 'ssh.unreachable',
  EACCES: 'ssh.unreachable',
  EPERM: 'ssh.unreachable',
  ETIMEDOUT: 'ssh.timeout',
  ECONNRESET: 'ssh.reset',
  EPIPE: 'ssh.reset',
};

/** What sshd says, in place of its version, when it has too much to do or is angry: it may work later. */
const BUSY_SSHD = /^(Exceeded MaxStartups|Not allowed at this time)/;

/**
 * The one place where errors of Node and of the SSH library, met while connecting, become failures of Berth.
 * `firstBytes`: what the other side sent first, as far as it is known; it tells SSH from anything else.
 */
export function toConnectError(error: unknown, target: SshPlace, timeoutMs: number, firstBytes: string): BerthError {
  if (error instanceof BerthError) return error;
  const { address, port } = target;
  const params = { address, port, seconds: Math.round(timeoutMs / 1000) };
  const nodeCode = codeOf(error);
  const known = typeof nodeCode === 'string' ? NODE_CODES[nodeCode] : undefined;
  if (known) return new BerthError(known, params, error);

  const detail = cleanText(error instanceof Error ? error.message : String(error), DETAIL_LENGTH);
  if (/no matching .*algorithm|no matching /.test(detail)) {
    return new BerthError('ssh.no-common-algorithm', { ...params, detail }, error);
  }
  if (firstBytes !== '' && !/^SSH-/m.test(firstBytes) && !BUSY_SSHD.test(firstBytes)) {
    const said = cleanText(firstBytes.split('\n', 1)[0] ?? '', DETAIL_LENGTH);
    return new BerthError('ssh.protocol', { ...params, detail: `it says “${said}”` }, error);
  }
  if (levelOf(error) === 'handshake' || /header|ident/i.test(detail)) {
    return new BerthError('ssh.protocol', { ...params, detail }, error);
  }
  return new BerthError('ssh.reset', params, error);
}

/** Node wraps the failures of all addresses of a name into one AggregateError, which has the code of one of them. */
function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function levelOf(error: unknown): unknown {
  return error instanceof Error && 'level' in error ? error.level : undefined;
}
