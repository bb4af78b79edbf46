import { timingSafeEqual } from 'node:crypto';
import { createServer, type AddressInfo, type Server as NetServer } from 'node:net';
import ssh2, {
  type Connection,
  type ParsedKey,
  type PublicKeyAuthContext,
  type Server,
  type ServerChannel,
} from 'ssh2';
import type { DemoCommand, DemoHost } from './demo-host.ts';

/** The account that every simulated host has. */
export const DEMO_USER = 'admin';
/** Where every simulated host listens. */
export const LOOPBACK = '127.0.0.1';
const PORT_RETRY_MS = 200;
/** More than any script is sent. */
const MAX_INPUT = 32 * 1024 * 1024;

export interface DemoServerOptions {
  /** The private host key, as OpenSSH writes it. */
  readonly hostKey: string;
  /** The public key that may log in. */
  readonly userKey: ParsedKey;
  readonly host: DemoHost;
  /** A connection has logged in; `port` is the client's. */
  readonly onLogin?: ((port: number) => void) | undefined;
}

/** One simulated host on the network: real SSH by ssh2's Server. */
export interface DemoServer {
  /** Not yet listening. */
  readonly server: NetServer;
  /** Ends all connections and listens no more, until `comeBack`: on the same port. */
  goDown(): void;
  comeBack(): void;
  /** Ends all connections and stops listening. */
  dispose(): Promise<void>;
}

/** The end of every script: sh runs it when this line has come, and then waits for the end of its stdin. */
const SCRIPT_END = 'main "$@"\n';

export function createDemoServer(options: DemoServerOptions): DemoServer {
  const connections = new Set<Connection>();
  // Made when somebody connects: thousands of hosts that nobody looks at stay small.
  let ssh: Server | null = null;

  const server = createServer({ noDelay: true }, (socket) => {
    ssh ??= new ssh2.Server({ hostKeys: [options.hostKey], ident: 'OpenSSH_9.9' }, (connection, { port }) => {
      connections.add(connection);
      // A client that goes in the middle of anything is daily life for a server.
      connection.on('error', () => undefined);
      connection.on('close', () => connections.delete(connection));
      serve(connection, options, port);
    });
    ssh.injectSocket(socket);
  });

  let port: number | null = null;
  let retry: NodeJS.Timeout | undefined;

  function listenAgain(): void {
    if (port !== null) server.listen({ host: LOOPBACK, port });
  }
  function endAll(): void {
    for (const connection of connections) connection.end();
  }

  server.on('error', () => {
    // Somebody has got the port meanwhile: they will not keep it for long.
    if (port !== null) retry = setTimeout(listenAgain, PORT_RETRY_MS);
  });

  return {
    server,
    goDown() {
      port ??= (server.address() as AddressInfo | null)?.port ?? null;
      endAll();
      server.close();
    },
    comeBack() {
      listenAgain();
    },
    async dispose() {
      clearTimeout(retry);
      port = null;
      endAll();
      if (!server.listening) return;
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function serve(connection: Connection, { userKey, host, onLogin }: DemoServerOptions, port: number): void {
  connection.on('authentication', (context) => {
    if (context.method === 'publickey' && context.username === DEMO_USER && isAccepted(context, userKey))
      context.accept();
    else context.reject(['publickey']);
  });
  connection.on('ready', () => onLogin?.(port));
  connection.on('session', (acceptSession) => {
    const session = acceptSession();
    let size = { columns: 80, rows: 24 };
    session.on('pty', (accept, _, { cols, rows }) => {
      size = { columns: cols, rows };
      granted(accept);
    });
    session.on('window-change', (accept, _, { cols, rows }) => {
      size = { columns: cols, rows };
      granted(accept);
    });
    session.on('exec', (acceptExec, _, { command }) => {
      run(host.open(command), acceptExec());
    });
    session.on('shell', (acceptShell) => {
      openShell(host, acceptShell(), () => size);
    });
  });
}

/** Nobody has to want an answer, which the types of ssh2 do not say. */
function granted(accept: (() => void) | undefined): void {
  accept?.();
}

function openShell(
  host: DemoHost,
  channel: ServerChannel,
  size: () => { readonly columns: number; readonly rows: number },
): void {
  let isOver = false;
  /** Whoever waits for room. */
  let wake: (() => void) | null = null;
  const over = () => {
    isOver = true;
    wake?.();
    shell.hangUp();
  };
  channel.on('drain', () => wake?.());
  const shell = host.openShell(
    {
      size,
      async write(text) {
        if (isOver || channel.write(text)) return;
        await new Promise<void>((resolve) => (wake = resolve));
      },
      exit(code) {
        isOver = true;
        finish(channel, code);
      },
    },
    DEMO_USER,
  );
  channel.on('data', (bytes: Buffer) => {
    if (!isOver) shell.push(bytes);
  });
  channel.on('close', over);
  channel.on('error', over);
  channel.on('end', () => {
    if (!isOver) finish(channel, 0);
    over();
  });
}

function isAccepted({ key, signature, blob, hashAlgo }: PublicKeyAuthContext, userKey: ParsedKey): boolean {
  const expected = userKey.getPublicSSH();
  if (key.algo !== userKey.type || key.data.length !== expected.length || !timingSafeEqual(key.data, expected))
    return false;
  // Without a signature the client only asks whether this key would do.
  if (signature === undefined) return true;
  // ssh2 may answer with an Error, which its types do not say.
  const isVerified: unknown = blob !== undefined && userKey.verify(blob, signature, hashAlgo);
  return isVerified === true;
}

function run(command: DemoCommand, channel: ServerChannel): void {
  if (command.kind === 'ended') {
    channel.stderr.write(command.stderr);
    finish(channel, command.code);
    return;
  }
  const gone = new AbortController();
  const output = {
    stdout(bytes: string | Uint8Array) {
      if (!gone.signal.aborted) channel.write(bytes);
    },
    stderr(text: string) {
      if (!gone.signal.aborted) channel.stderr.write(text);
    },
  };
  let tail = '';
  let code: number | null = null;
  let isStarted = false;
  let isStdinOpen = true;

  /** What comes behind the script. */
  const inputs: Buffer[] = [];
  let room = MAX_INPUT;
  const given = new Promise<Buffer>((resolve) => {
    const end = () => {
      resolve(Buffer.concat(inputs));
    };
    channel.once('end', end);
    channel.once('close', end);
  });

  const finishWhenDone = () => {
    if (code !== null && !isStdinOpen && !gone.signal.aborted) finish(channel, code);
  };
  const start = () => {
    if (isStarted) return;
    isStarted = true;
    void command
      .run(output, gone.signal, () => given)
      .then((result) => {
        code = result;
        finishWhenDone();
      });
  };
  if (command.greeting !== '') channel.write(command.greeting);
  channel.on('data', (bytes: Buffer) => {
    if (isStarted) {
      inputs.push(bytes.subarray(0, room));
      room = Math.max(0, room - bytes.length);
      return;
    }
    tail = (tail + bytes.toString('latin1')).slice(-SCRIPT_END.length);
    if (tail === SCRIPT_END) start();
  });
  channel.once('end', () => {
    isStdinOpen = false;
    start();
    finishWhenDone();
  });
  channel.on('close', () => {
    gone.abort();
  });
  channel.on('error', () => {
    gone.abort();
  });
}

function finish(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}
