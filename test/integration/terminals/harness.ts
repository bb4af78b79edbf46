import { SerializeAddon } from '@xterm/addon-serialize';
import type { Terminal } from '@xterm/headless';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { createEmitter } from '../../../electron/core/emitter.ts';
import { silentLog } from '../../../electron/core/log/file-log.ts';
import { createConnectionPool, type ConnectionPool } from '../../../electron/core/ssh/connection-pool.ts';
import type { SshTarget } from '../../../electron/core/ssh/ssh-connection.ts';
import { createHeadless } from '../../../electron/core/terminals/headless.ts';
import { createTerminalService, type TerminalService } from '../../../electron/core/terminals/terminal-service.ts';
import { createPortEvents } from '../../../electron/transport/port-events.ts';
import type { BytePort } from '../../../electron/transport/byte-port.ts';
import { createByteStream } from '../../../renderer/connection/byte-stream.ts';
import type { ByteStream } from '../../../renderer/connection/berth-connection.ts';
import type { Host, RecordChoice } from '../../../shared/model/host.ts';
import { terminalWindow } from '../../../shared/model/stream-limits.ts';
import type { StreamEnd } from '../../../shared/model/stream.ts';
import type { Multiplexer, TerminalInfo, TerminalSize } from '../../../shared/model/terminal.ts';
import type { TestSshd } from '../../support/sshd.ts';
import { createConfiguredClient } from '../ssh/configured-client.ts';
import { trustHostKeys } from '../ssh/harness.ts';

export const SIZE: TerminalSize = { columns: 80, rows: 24 };

/** Waits for a condition; the machine may be busy. */
export const until = (condition: () => unknown, interval = 10) => vi.waitFor(condition, { timeout: 10_000, interval });

/** Terminals over a real transport, at one sshd, without the rest of a core. */
export interface TerminalWorld {
  readonly service: TerminalService;
  readonly pool: ConnectionPool;
  readonly dataDir: string;
  /** How it is with Berth, which a test may change. */
  readonly berth: { graceMs: number; isRebooting: boolean; record: RecordChoice };
  /** Opens one and waits for its shell. */
  open(size?: TerminalSize, attach?: Multiplexer | null): Promise<string>;
  info(id: string): TerminalInfo;
  page(id: string, size?: TerminalSize): Promise<Page>;
  connect(): Promise<void>;
  /** Tells that something about the host has changed. */
  hostChanged(): void;
  dispose(): Promise<void>;
}

export async function createTerminalWorld(sshd: TestSshd, transport: 'built-in' | 'openssh'): Promise<TerminalWorld> {
  const lines = ['Host box', 'HostName 127.0.0.1', `Port ${String(sshd.port)}`, `User ${sshd.user}`];
  const config = [...lines, `IdentityFile ${sshd.keyFile}`, 'IdentitiesOnly yes'];
  const client = await createConfiguredClient(`${config.join('\n')}\n`, trustHostKeys, { transport });
  const pool = createConnectionPool({ transport: client.transport, log: silentLog, random: () => 0 });
  const dataDir = await mkdtemp(join(tmpdir(), 'berth-terminals-'));
  const connected = createEmitter<string>();
  const changed = createEmitter<string>();
  const wish = { address: 'box', port: null, user: null, keyFile: null };
  const target: SshTarget = { hostId: 'h', name: 'box', transport, ...wish };
  const host: Host = { id: 'h', name: 'box', group: null, tags: [], note: '', source: null, createdAt: 0, ...wish };
  const berth = { graceMs: 60_000, isRebooting: false, record: 'no' as RecordChoice };
  pool.onState((hostId) => {
    if (pool.state(hostId).kind === 'connected') connected.emit(hostId);
    changed.emit(hostId);
  });
  const service = createTerminalService(
    {
      hosts: {
        connect: (_hostId, reason) => pool.connect(target, reason),
        host: (hostId) => (hostId === 'h' ? host : null),
        loginUser: () => sshd.user,
        state: (hostId) => {
          const nothing = { facts: null, factsFailure: null, reading: false };
          const choices = {
            transport: { value: transport, by: 'host' as const },
            privilege: { value: 'none' as const, by: 'host' as const },
          };
          return { host, choices, connection: pool.state(hostId), ...nothing };
        },
        onConnected: connected.subscribe,
        onChange: changed.subscribe,
      },
      pool,
      isRebooting: () => berth.isRebooting,
      graceMs: () => berth.graceMs,
      recordChoice: () => berth.record,
      dataDir,
      log: silentLog,
      now: Date.now,
    },
    () => undefined,
  );
  const info = (id: string) => {
    const found = service.get(id);
    if (!found) throw new Error(`There is no terminal ${id}`);
    return found;
  };
  const pages: Page[] = [];
  await pool.connect(target, 'user');
  return {
    service,
    pool,
    dataDir,
    berth,
    info,
    async open(size = SIZE, attach = null) {
      const { id } = await service.open('h', size, attach);
      await until(() => expect(info(id).state.kind).toBe('open'));
      return id;
    },
    async page(id, size = SIZE) {
      const page = createPage(size);
      pages.push(page);
      service.attach(id, size, page.port);
      await until(() => expect(page.leads()).not.toBeNull());
      return page;
    },
    async connect() {
      await pool.connect(target, 'user');
    },
    hostChanged: () => changed.emit('h'),
    async dispose() {
      for (const page of pages) page.close();
      await service.dispose();
      pool.dispose();
      await client.dispose();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A page with a real terminal, and Berth's own half of the stream; only the wire between them is missing. */
export interface Page {
  readonly port: BytePort;
  readonly stream: ByteStream;
  readonly terminal: Terminal;
  /** Null until the core has taken it up. */
  leads(): boolean | null;
  type(text: string): void;
  /** All that it was sent. */
  received(): string;
  readonly bytes: number;
  /** The most that was on its way to it at a time. */
  readonly mostBehind: number;
  /** The state of its terminal, as text that would bring another to it. */
  screen(): Promise<string>;
  /** What can be read on the screen. */
  lines(): readonly string[];
  /** Parses nothing until it is called with false. */
  stall(isStalled: boolean): void;
  readonly end: StreamEnd | null;
  close(): void;
}

/** Of a flood, so many chunks are remembered. */
const KEPT_CHUNKS = 20;

export function createPage(size: TerminalSize): Page {
  const terminal = createHeadless(size, 2000);
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  const events = createPortEvents(() => undefined);
  const later = (act: () => void) => queueMicrotask(act);
  const half = createByteStream(
    {
      send: (message) => later(() => events.message(message)),
      sendInput: (bytes) => later(() => events.input(Uint8Array.from(bytes))),
      close: () => later(() => events.closed()),
    },
    terminalWindow,
  );
  let [total, behind, mostBehind] = [0, 0, 0];
  let chunks: Buffer[] = [];
  let lead: boolean | null = null;
  let ended: StreamEnd | null = null;
  let stalled: (() => void)[] | null = null;
  half.stream.onMessage((news) => {
    if ('lead' in news) lead = news.lead;
  });
  half.stream.onEnd((end) => (ended = end));
  half.stream.onBytes((bytes, parsed) => {
    const parse = () =>
      terminal.write(bytes, () => {
        behind -= bytes.byteLength;
        parsed();
      });
    if (stalled) stalled.push(parse);
    else parse();
  });
  terminal.onData((data) => half.stream.write(Buffer.from(data)));
  const port: BytePort = {
    onAck: events.onAck,
    onInput: events.onInput,
    onSize: events.onSize,
    onClose: events.onClose,
    send(bytes) {
      const copy = Buffer.from(bytes);
      total += copy.length;
      behind += copy.length;
      mostBehind = Math.max(mostBehind, behind);
      chunks.push(copy);
      if (chunks.length > 2 * KEPT_CHUNKS) chunks = chunks.slice(-KEPT_CHUNKS);
      later(() => half.bytes(copy));
    },
    tell: (news) => later(() => half.message(news)),
    end: (end) => later(() => half.message(end)),
  };
  return {
    port,
    stream: half.stream,
    terminal,
    leads: () => lead,
    type: (text) => half.stream.write(Buffer.from(text)),
    received: () => Buffer.concat(chunks).toString(),
    get bytes() {
      return total;
    },
    get mostBehind() {
      return mostBehind;
    },
    screen: () => new Promise((resolve) => terminal.write('', () => resolve(serializer.serialize()))),
    lines() {
      const { active } = terminal.buffer;
      return Array.from({ length: terminal.rows }, (_, row) =>
        (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
      );
    },
    stall(isStalled) {
      const waiting = stalled ?? [];
      stalled = isStalled ? waiting : null;
      if (!isStalled) for (const parse of waiting) parse();
    },
    get end() {
      return ended;
    },
    close: () => half.stream.close(),
  };
}
