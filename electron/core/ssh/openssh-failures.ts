import { describeAttempt } from '../../../shared/errors/describe-attempt.ts';
import { BerthError, type FailureCode } from '../../../shared/errors/failure.ts';
import type { ConnectionHop } from '../../../shared/model/connection-path.ts';
import { cleanText } from '../../../shared/parse/text.ts';
import { createAuthLedger } from './auth-ledger.ts';
import { fingerprintCommand } from './known-hosts.ts';
import { keyTypeOf, type Answered } from './openssh-questions.ts';
import type { SshPlace } from './ssh-connection.ts';

const DETAIL_LENGTH = 300;
/** The ways that OpenSSH's client knows. */
const METHODS = ['gssapi-with-mic', 'publickey', 'keyboard-interactive', 'password'];

/** What the system said when the socket could not be connected, as strerror(3) and getaddrinfo(3) put it. */
const CONNECT_WORDS: readonly (readonly [RegExp, FailureCode])[] = [
  [/refused/i, 'ssh.refused'],
  [/timed out/i, 'ssh.timeout'],
  [/no route|unreachable|is down|not permitted|permission denied|can't assign/i, 'ssh.unreachable'],
];

/** The host key that ssh was shown, from its log; null when it came that far with none. */
export function shownHostKey(log: string): ConnectionHop['hostKey'] {
  const [, type, fingerprint] = /^debug1: Server host key: (\S+) (SHA256:[\w+/]+)/m.exec(log) ?? [];
  return type === undefined || fingerprint === undefined ? null : { type, fingerprint };
}

/**
 * Why ssh did not connect, from what it said (LogLevel DEBUG1). Its sentences are constants of its source; what the host may say comes
 * after its key was checked, so that the first match of everything before that is ssh's own.
 */
export function opensshFailure(log: string, place: SshPlace, answered: Answered, timeoutMs: number): BerthError {
  const { address, port } = place;
  const params = { address, port, seconds: Math.round(timeoutMs / 1000) };
  const find = (pattern: RegExp) => pattern.exec(log);

  if (find(/^ssh: Could not resolve hostname /m)) return new BerthError('ssh.dns', params);
  const connecting = find(/^ssh: connect to (?:host|address) \S+ port \d+: (.*)$/m)?.[1];
  if (connecting !== undefined) {
    const code = CONNECT_WORDS.find(([pattern]) => pattern.test(connecting))?.[1] ?? 'ssh.unreachable';
    return new BerthError(code, params);
  }
  if (find(/timed out during banner exchange/)) return new BerthError('ssh.silent', params);
  if (find(/^Timeout, server .* not responding/m)) return new BerthError('ssh.timeout', params);
  const hostKey = hostKeyFailure(log, place);
  if (hostKey) return hostKey;
  const denied = find(/^\S+: Permission denied(?: \((.*)\))?\.\s*$/m) ?? find(/Too many authentication failures/);
  if (denied) return deniedFailure(log, place, answered);
  if (find(/^Unable to negotiate with /m)) return failed(place, find(/: (no matching .*)$/m)?.[1] ?? '');
  if (find(/^banner exchange: .*invalid format|protocol version|banner line (?:too long|contains)/im)) {
    return new BerthError('ssh.protocol', { ...params, detail: lastWords(log) });
  }
  if (
    place.route.proxyCommand === null &&
    find(/^(?:kex_exchange_identification: )?(?:Connection (?:closed|reset)|read: Connection reset)/m)
  ) {
    return new BerthError('ssh.reset', params);
  }
  return failed(place, lastWords(log));
}

function failed({ address }: SshPlace, detail: string): BerthError {
  return new BerthError('ssh.openssh-failed', {
    address,
    detail: cleanText(detail, DETAIL_LENGTH) || 'it did not say why',
  });
}

/** The last thing that was said, other than ssh's account of its doings. */
function lastWords(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !/^debug\d: |^OpenSSH_/.test(line));
  // “Connection closed” after a command that said why is no reason.
  const telling = lines.filter(
    (line) => !/^Connection closed by |^kex_exchange_identification: Connection closed/.test(line),
  );
  return cleanText(telling.at(-1) ?? lines.at(-1) ?? '', DETAIL_LENGTH);
}

function hostKeyFailure(log: string, { address, hop, route }: SshPlace): BerthError | null {
  const shown = shownHostKey(log);
  const type = shown?.type ?? 'unknown';
  const facts = { address, type, fingerprint: shown?.fingerprint ?? '', command: fingerprintCommand(type) };
  const name = hop ?? address;
  if (log.includes('REMOTE HOST IDENTIFICATION HAS CHANGED')) {
    const [, file = '', line = '0'] =
      /^(?:Offending|Add correct host key in).* (?:key|cert) in (.*):(\d+)\s*$/m.exec(log) ?? [];
    return new BerthError('ssh.host-key-changed', { ...facts, knownFingerprint: '', file, line: Number(line) });
  }
  if (/REVOKED HOST KEY DETECTED|host key .* revoked/i.test(log)) {
    return new BerthError('ssh.host-key-revoked', { ...facts, file: 'known_hosts', line: 0 });
  }
  // First: without a valid certificate ssh goes on to look for the plain key, and tells of that one.
  const certificate = /^(?:error: )?(Certificate invalid: .*)$/m.exec(log)?.[1];
  if (certificate !== undefined) {
    return new BerthError('ssh.host-certificate', { address, detail: cleanText(certificate, DETAIL_LENGTH) });
  }
  const minimum = route.minimumRsaBits;
  if (minimum !== null && /^Bad server host key: Invalid key length\s*$/m.test(log)) {
    return new BerthError('ssh.host-key-short', { address, bits: 'fewer', minimum });
  }
  const strict = /^No (\S+) host key is known for .* strict checking/m.exec(log);
  if (strict) return new BerthError('ssh.host-key-strict', { ...facts, type: keyTypeOf(strict[1] ?? '') });
  return log.includes('Host key verification failed.')
    ? new BerthError('ssh.host-key-refused', { address: name })
    : null;
}

/** The table of what was tried, from the lines that ssh writes about it. */
function deniedFailure(log: string, place: SshPlace, answered: Answered): BerthError {
  const { address, user } = place;
  const ledger = createAuthLedger(METHODS);
  let line: ReturnType<typeof ledger.begin> | null = null;
  for (const text of log.split('\n')) {
    const offered = /^debug1: Authentications that can continue: (.*)$/.exec(text)?.[1];
    if (offered !== undefined) ledger.offers(offered.trim().split(','));
    const [, name, fingerprint, how = ''] = /^debug1: Offering public key: (.*) \S+ (SHA256:\S+)(.*)$/.exec(text) ?? [];
    if (name !== undefined && fingerprint !== undefined) {
      const from = how.includes('agent') ? 'agent' : 'file';
      line = ledger.begin('publickey', { from, name: cleanText(name, 200), fingerprint });
      line.close('key-refused');
    }
    if (text.startsWith('debug1: Server accepts key: ')) line?.close('signature-refused');
    if (/^Authenticated using "\S+" with partial success/.test(text)) line?.close('one-of-several');
    const method = /^debug1: Next authentication method: (password|keyboard-interactive)/.exec(text)?.[1];
    if (method !== undefined) {
      line = ledger.begin(method);
      line.close('answer-refused');
    }
    const unusable = /^Load key "(.*)": (.*)$/.exec(text);
    if (unusable) {
      const isOpen = unusable[2]?.includes('bad permissions') === true;
      const key = { from: 'file', name: cleanText(unusable[1] ?? '', 200), fingerprint: null } as const;
      ledger.begin('publickey', key).close(isOpen ? 'key-permissions' : 'key-format', cleanText(unusable[2] ?? '', 80));
    }
  }
  const attempts = ledger.attempts();
  // It is asked for when the host has said that it takes the key: one that was opened would have let us in.
  if (answered.passphraseFor !== null && !attempts.some(({ reason }) => reason === 'answer-refused')) {
    return new BerthError('auth.passphrase-wrong', { file: answered.passphraseFor });
  }
  const tried = attempts.filter(({ outcome }) => outcome !== 'not-tried').map((one) => describeAttempt(one).way);
  const params = {
    address,
    user,
    tried: tried.join(', ') || 'nothing that it takes',
    allowed: ledger.allowed() || 'nothing it told of',
  };
  return new BerthError('auth.denied', params, undefined, attempts);
}
