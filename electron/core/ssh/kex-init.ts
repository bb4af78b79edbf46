import { cleanText } from '../../../shared/parse/text.ts';
import { createReader } from './agent.ts';

/** What one side of a handshake can do (RFC 4253, 7.1), each list in its order of preference. */
export interface AlgorithmLists {
  readonly keyExchange: readonly string[];
  readonly hostKey: readonly string[];
  readonly cipher: readonly string[];
  readonly mac: readonly string[];
}

const KEXINIT = 20;
const COOKIE_BYTES = 16;
/** An honest first packet has some 1,500 bytes, and what an sshd may say before its version is short. */
const MAX_BYTES = 64 * 1024;
/** As the lists are shown in a failure. */
const MAX_LIST = 600;

/** Finds the lists of a host in the first bytes that it sends: that packet is never encrypted. */
export interface KexInitReader {
  /** True as long as more bytes may help. */
  push(chunk: Buffer): boolean;
  lists(): AlgorithmLists | null;
}

export function createKexInitReader(): KexInitReader {
  let bytes: Buffer = Buffer.alloc(0);
  let found: AlgorithmLists | null = null;
  return {
    push(chunk) {
      bytes = Buffer.concat([bytes, chunk]);
      found = findLists(bytes);
      if (found === null && bytes.length <= MAX_BYTES) return true;
      bytes = Buffer.alloc(0);
      return false;
    },
    lists: () => found,
  };
}

function findLists(bytes: Buffer): AlgorithmLists | null {
  const version = /^SSH-[^\n]*\n/m.exec(bytes.toString('latin1'));
  const packet = version && bytes.subarray(version.index + version[0].length);
  if (!packet || packet.length < 5) return null;
  const length = packet.readUInt32BE(0);
  // The length of the padding stands before the payload, and the padding behind it.
  if (packet.length < 4 + length) return null;
  return parseKexInit(packet.subarray(5, 4 + length));
}

/** The lists of a KEXINIT message, from its message number on; null when it is none. */
export function parseKexInit(payload: Buffer): AlgorithmLists | null {
  if (payload[0] !== KEXINIT) return null;
  try {
    const reader = createReader(payload.subarray(1 + COOKIE_BYTES));
    const list = () => reader.bytes().toString('latin1').split(',').filter(Boolean);
    const [keyExchange, hostKey, cipher, , mac] = [list(), list(), list(), list(), list()];
    return { keyExchange, hostKey, cipher, mac };
  } catch {
    return null;
  }
}

/** Names that stand for extensions of the protocol, not for algorithms. */
const MARKERS = /^(?:ext-info-[cs]|kex-strict-[cs]-v00@openssh\.com)$/;

/** One list as plain, bounded text. */
export function showAlgorithms(names: readonly string[]): string {
  return cleanText(names.filter((name) => !MARKERS.test(name)).join(', '), MAX_LIST) || 'none';
}

/** Which list had nothing in common, from what the library says. */
export function mismatchOf(message: string): { readonly list: keyof AlgorithmLists; readonly name: string } | null {
  if (/key exchange/i.test(message)) return { list: 'keyExchange', name: 'key exchange' };
  if (/host key/i.test(message)) return { list: 'hostKey', name: 'host key algorithm' };
  if (/cipher/i.test(message)) return { list: 'cipher', name: 'cipher' };
  if (/\bMAC\b/i.test(message)) return { list: 'mac', name: 'message authentication code' };
  return null;
}
