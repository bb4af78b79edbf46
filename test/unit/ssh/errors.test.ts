import { describe, expect, it } from 'vitest';
import { BerthError } from '../../../shared/errors/failure.ts';
import { toConnectError } from '../../../electron/core/ssh/errors.ts';
import { placeOf } from '../../support/ssh-places.ts';

const target = placeOf({ port: 2222, user: 'root' });
const translate = (error: unknown, firstBytes = '') => toConnectError(error, target, 15_000, { firstBytes }).failure;
const withCode = (code: unknown) => Object.assign(new Error('x'), { code });
const withLevel = (level: string, message: string) => Object.assign(new Error(message), { level });

describe('toConnectError', () => {
  it.each([
    ['ENOTFOUND', 'ssh.dns'],
    ['EAI_AGAIN', 'ssh.dns'],
    ['ECONNREFUSED', 'ssh.refused'],
    ['EHOSTUNREACH', 'ssh.unreachable'],
    ['ENETUNREACH', 'ssh.unreachable'],
    ['ETIMEDOUT', 'ssh.timeout'],
    ['ECONNRESET', 'ssh.reset'],
    ['EPIPE', 'ssh.reset'],
  ])('knows the code %s', (code, expected) => {
    expect(translate(withCode(code))).toEqual({ code: expected, params: { address: 'box', port: 2222, seconds: 15 } });
    expect(translate(Object.assign(new AggregateError([withCode(code)]), { code })).code).toBe(expected);
  });

  it('passes on what has a code of Berth already', () => {
    const error = new BerthError('auth.denied', { address: 'box' });
    expect(toConnectError(error, target, 15_000, { firstBytes: '' })).toBe(error);
  });

  it('tells SSH from anything else by the first bytes', () => {
    const lost = withLevel('protocol', 'Connection lost before handshake');
    expect(translate(lost).code).toBe('ssh.reset');
    expect(translate(lost, 'SSH-2.0-OpenSSH_9.9\r\n').code).toBe('ssh.reset');
    expect(translate(lost, 'Exceeded MaxStartups\r\n').code).toBe('ssh.reset');
    expect(translate(lost, 'Not allowed at this time\r\n').code).toBe('ssh.reset');
    expect(translate(lost, '220 mail ESMTP\u001b[31m\r\nmore')).toMatchObject({
      code: 'ssh.protocol',
      params: { detail: 'it says “220 mail ESMTP”' },
    });
  });

  it('names the algorithm that is missing', () => {
    const error = withLevel('handshake', 'Handshake failed: no matching key exchange algorithm');
    expect(translate(error, 'SSH-2.0-x').code).toBe('ssh.no-common-algorithm');
  });

  it('takes a broken handshake for another protocol, and everything unknown for a dropped connection', () => {
    expect(translate(withLevel('handshake', 'Handshake failed: signature verification failed'), 'SSH-2.0-x').code).toBe(
      'ssh.protocol',
    );
    expect(translate('a string').code).toBe('ssh.reset');
    expect(translate(null).code).toBe('ssh.reset');
  });
});
