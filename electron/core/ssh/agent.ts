import { connect } from 'node:net';

/** A key that an ssh-agent holds: its public blob (RFC 4253) and the comment it was added with. */
export interface AgentKey {
  readonly blob: Buffer;
  readonly comment: string;
}

// draft-ietf-sshm-ssh-agent, section 5.
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const FLAG_RSA_SHA2_256 = 2;
const FLAG_RSA_SHA2_512 = 4;

/** An agent answers at once when it lists, unless something is wrong with it. */
const LIST_TIMEOUT_MS = 5_000;
/** A signature may wait for a person: `ssh-add -c` asks, a token wants to be touched. */
const SIGN_TIMEOUT_MS = 60_000;
/** OpenSSH's agent sends no longer message. */
const MAX_MESSAGE = 256 * 1024;

/** The keys of the agent at a socket path (or named pipe). Rejects when nothing answers there. */
export async function listAgentKeys(socketPath: string): Promise<readonly AgentKey[]> {
  const reader = createReader(
    await ask(socketPath, Buffer.from([REQUEST_IDENTITIES]), IDENTITIES_ANSWER, LIST_TIMEOUT_MS),
  );
  const keys: AgentKey[] = [];
  for (let count = reader.uint32(); count > 0; count -= 1) {
    const blob = reader.bytes();
    keys.push({ blob, comment: reader.bytes().toString('utf8') });
  }
  return keys;
}

/** How many keys the agent holds; null when there is none. */
export async function countAgentKeys(socketPath: string | null): Promise<number | null> {
  if (socketPath === null) return null;
  try {
    return (await listAgentKeys(socketPath)).length;
  } catch {
    return null;
  }
}

/**
 * Has the agent sign `data`. `hash` chooses the signature of an RSA key (RFC 8332). Resolves with the bare signature,
 * without the name of its algorithm; rejects when the agent or its user refuses.
 */
export async function signWithAgent(
  socketPath: string,
  blob: Buffer,
  data: Buffer,
  hash: string | undefined,
): Promise<Buffer> {
  const flags = hash === 'sha256' ? FLAG_RSA_SHA2_256 : hash === 'sha512' ? FLAG_RSA_SHA2_512 : 0;
  const request = Buffer.concat([
    Buffer.from([SIGN_REQUEST]),
    lengthPrefixed(blob),
    lengthPrefixed(data),
    uint32(flags),
  ]);
  const answer = createReader(await ask(socketPath, request, SIGN_RESPONSE, SIGN_TIMEOUT_MS));
  const signature = createReader(answer.bytes());
  signature.bytes();
  return signature.bytes();
}

/** Sends one message, and resolves with the payload of the answer (without its type byte). */
function ask(socketPath: string, message: Buffer, expectedType: number, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let received = Buffer.alloc(0);
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error('The ssh-agent did not answer')));
    socket.on('connect', () => socket.write(lengthPrefixed(message)));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The ssh-agent closed the connection')));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4) return;
      const length = received.readUInt32BE(0);
      if (length < 1 || length > MAX_MESSAGE) {
        fail(new Error('The ssh-agent sent nonsense'));
      } else if (received.length >= 4 + length) {
        if (received[4] === expectedType) resolve(received.subarray(5, 4 + length));
        fail(new Error('The ssh-agent refused'));
      }
    });
  });
}

/** Reads the fields of an SSH message; throws RangeError beyond its end. */
export function createReader(message: Buffer) {
  let at = 0;
  return {
    uint32() {
      at += 4;
      return message.readUInt32BE(at - 4);
    },
    flag() {
      at += 1;
      return message.readUInt8(at - 1) !== 0;
    },
    /** A field of bytes with its length before it. */
    bytes() {
      const length = this.uint32();
      if (length > message.length - at) throw new RangeError('The message ends early');
      at += length;
      return message.subarray(at - length, at);
    },
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function lengthPrefixed(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}
