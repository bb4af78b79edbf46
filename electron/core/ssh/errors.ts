import { BerthError, type FailureCode } from '../../../shared/errors/failure.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { mismatchOf, showAlgorithms, type AlgorithmLists } from './kex-init.ts';
import type { SshPlace } from './ssh-connection.ts';

const DETAIL_LENGTH = 200;
/** Signed with SHA-1: OpenSSH has not taken them since 8.8. */
const SHA1_HOST_KEYS: ReadonlySet<string> = new Set(['ssh-rsa', 'ssh-dss']);

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

/** What is known of the other side when a handshake fails. */
export interface Heard {
  /** What it sent first; tells SSH from anything else. */
  readonly firstBytes: string;
  /** What it can do, and what we can; null: not known. */
  readonly theirs?: AlgorithmLists | null;
  readonly ours?: AlgorithmLists | null;
}

/** The one place where errors of Node and of the SSH library, met while connecting, become failures of Berth. */
export function toConnectError(error: unknown, target: SshPlace, timeoutMs: number, heard: Heard): BerthError {
  if (error instanceof BerthError) return error;
  const { firstBytes } = heard;
  const { address, port } = target;
  const params = { address, port, seconds: Math.round(timeoutMs / 1000) };
  const nodeCode = codeOf(error);
  const known = typeof nodeCode === 'string' ? NODE_CODES[nodeCode] : undefined;
  if (known) return new BerthError(known, params, error);

  const detail = cleanText(error instanceof Error ? error.message : String(error), DETAIL_LENGTH);
  if (/bad packet length/i.test(detail) && /^SSH-/m.test(firstBytes)) {
    return new BerthError('ssh.packet-too-long', params, error);
  }
  if (detail.includes('no matching ')) return noCommonAlgorithm(detail, params, heard, error);
  if (firstBytes !== '' && !/^SSH-/m.test(firstBytes) && !BUSY_SSHD.test(firstBytes)) {
    const said = cleanText(firstBytes.split('\n', 1)[0] ?? '', DETAIL_LENGTH);
    return new BerthError('ssh.protocol', { ...params, detail: `it says “${said}”` }, error);
  }
  if (levelOf(error) === 'handshake' || /header|ident/i.test(detail)) {
    return new BerthError('ssh.protocol', { ...params, detail }, error);
  }
  return new BerthError('ssh.reset', params, error);
}

/** A host key that is signed with SHA-1 alone is a reason of its own: OpenSSH refuses it as well. */
function noCommonAlgorithm(
  detail: string,
  params: Record<string, string | number>,
  { theirs, ours }: Heard,
  cause: unknown,
): BerthError {
  const mismatch = mismatchOf(detail);
  const offered = (mismatch && theirs?.[mismatch.list]) ?? [];
  const known = (mismatch && ours?.[mismatch.list]) ?? [];
  const lists = { theirs: showAlgorithms(offered), ours: showAlgorithms(known) };
  if (mismatch?.list === 'hostKey' && offered.length > 0 && offered.every((name) => SHA1_HOST_KEYS.has(name))) {
    return new BerthError('ssh.host-key-sha1', { ...params, ...lists }, cause);
  }
  const what = mismatch?.name ?? 'algorithm';
  return new BerthError('ssh.no-common-algorithm', { ...params, ...lists, what, detail }, cause);
}

/** Node wraps the failures of all addresses of a name into one AggregateError, which has the code of one of them. */
function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function levelOf(error: unknown): unknown {
  return error instanceof Error && 'level' in error ? error.level : undefined;
}
