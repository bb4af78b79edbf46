import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe } from '../../../shared/errors/describe.ts';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { RecordChoice } from '../../../shared/model/host.ts';
import { terminalLimits, type TerminalInfo } from '../../../shared/model/terminal.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import type { Log } from '../log/log.ts';
import type { ConnectionPool } from '../ssh/connection-pool.ts';
import { findMultiplexers } from './multiplexers.ts';
import { startRecorder } from './recorder.ts';
import { openRecordings, recordingId } from './recordings.ts';
import { createShellLines } from './shell-lines.ts';
import { createTerminalSession, TERM, type TerminalSession } from './terminal-session.ts';
import type { Terminals } from './terminals.ts';

export interface TerminalServiceOptions {
  readonly hosts: Pick<HostRegistry, 'connect' | 'host' | 'loginUser' | 'state' | 'onConnected' | 'onChange'>;
  readonly pool: Pick<ConnectionPool, 'another'>;
  /** Berth reboots this host just now. */
  readonly isRebooting: (hostId: string) => boolean;
  /** How long a terminal lives that no page shows. */
  readonly graceMs: () => number;
  /** Which terminals of a host are recorded without being asked. */
  readonly recordChoice: (hostId: string) => RecordChoice;
  /** Recordings are kept below it. */
  readonly dataDir: string;
  readonly log: Log;
  readonly now: () => number;
}

export type TerminalService = Omit<Terminals, 'onChange'>;

/** The terminals of a core, once somebody has asked for one. `changed` is told the id of each that was opened, has changed or is gone. */
export function createTerminalService(options: TerminalServiceOptions, changed: (id: string) => void): TerminalService {
  const { hosts, log, now } = options;
  const sessions = new Map<string, TerminalSession>();
  const lines = createShellLines(hosts, options.pool);
  const recordings = openRecordings(join(options.dataDir, 'recordings'));
  const ending = new Set<Promise<void>>();

  const unsubscribe = [
    hosts.onConnected((hostId) => {
      for (const session of ofHost(hostId)) session.onConnected();
    }),
    hosts.onChange((hostId) => {
      for (const [id, session] of sessions) {
        if (session.hostId !== hostId) continue;
        if (hosts.host(hostId) === null) close(id);
        else session.onConnectionFailure(connectionFailure(hostId));
      }
    }),
  ];

  function ofHost(hostId: string): readonly TerminalSession[] {
    return [...sessions.values()].filter((session) => session.hostId === hostId);
  }

  function connectionFailure(hostId: string): Failure | null {
    const connection = hosts.state(hostId)?.connection;
    return connection?.kind === 'waiting' || connection?.kind === 'failed' ? connection.failure : null;
  }

  function sessionOf(id: string): TerminalSession {
    const session = sessions.get(id);
    if (!session) throw new BerthError('terminal.unknown');
    return session;
  }

  function toFailure(error: unknown): Failure {
    if (error instanceof BerthError) return error.failure;
    return failure('internal', { logId: log.error('terminal-open', 'Opening a terminal failed', error) });
  }

  function close(id: string): void {
    const session = sessions.get(id);
    if (!session) return;
    sessions.delete(id);
    const ended = session.dispose().finally(() => ending.delete(ended));
    ending.add(ended);
    changed(id);
  }

  function record(id: string, on: boolean, withInput: boolean): TerminalInfo {
    const session = sessionOf(id);
    const { recording, size, hostId } = session.info();
    if (!on) session.record(null);
    else if (recording?.withInput !== withInput) {
      const at = now();
      const host = hosts.host(hostId);
      const user = hosts.loginUser(hostId);
      const recordId = recordingId(at, randomBytes(4).toString('hex'));
      const recorder = startRecorder({
        file: recordings.file(recordId),
        header: {
          ...{ version: 2, width: size.columns, height: size.rows, timestamp: Math.floor(at / 1000) },
          title: `${user}@${host?.name ?? hostId}`,
          env: {
            ...{ TERM, BERTH_HOST: host?.name ?? hostId, BERTH_HOST_ID: hostId, BERTH_USER: user },
            BERTH_INPUT: withInput ? 'yes' : 'no',
          },
        },
        withInput,
        clock: () => performance.now(),
        onRoom: () => session.goOn(),
        onFailure(reason) {
          log.warn('terminal-recording', 'A recording broke off', { code: reason.code, ...reason.params });
          session.recordingFailed(reason);
        },
      });
      session.record({ id: recordId, withInput, recorder });
    }
    return session.info();
  }

  return {
    async open(hostId, size, attach) {
      if (!hosts.host(hostId)) throw new BerthError('input.host-unknown', { value: hostId });
      if (sessions.size >= terminalLimits.open)
        throw new BerthError('terminal.too-many', { limit: terminalLimits.open });
      const id = randomUUID();
      const session = createTerminalSession({
        ...{ id, hostId, size, attach, lines, toFailure, now, graceMs: options.graceMs },
        findMultiplexers: async () => findMultiplexers(await hosts.connect(hostId, 'background')),
        isRebooting: () => options.isRebooting(hostId),
        onChange: () => changed(id),
        onAbandoned: () => close(id),
      });
      sessions.set(id, session);
      const choice = options.recordChoice(hostId);
      if (choice !== 'no') record(id, true, choice === 'input');
      changed(id);
      return session.info();
    },
    close,
    async reopen(id, attach) {
      const session = sessionOf(id);
      session.reopen(attach);
      return session.info();
    },
    list: () => [...sessions.values()].map((session) => session.info()),
    get: (id) => sessions.get(id)?.info() ?? null,
    record: (id, on, withInput) => Promise.resolve().then(() => record(id, on, withInput)),
    recordings: (hostId) => recordings.list(hostId, liveRecordings()),
    async removeRecording(id) {
      for (const [terminal, session] of sessions) {
        if (session.info().recording?.id === id) record(terminal, false, false);
      }
      await recordings.remove(id);
    },
    exportRecording: (id, format) => recordings.export(id, format),
    recordingBytes: (id) => recordings.bytes(id),
    attach(id, size, port) {
      const session = sessions.get(id);
      if (session) session.attach(port, size);
      else port.end({ end: 'failed', message: describe(failure('terminal.unknown')).text });
    },
    isInUse: (hostId) => ofHost(hostId).some((session) => session.info().state.kind !== 'ended'),
    async dispose() {
      for (const stop of unsubscribe) stop();
      for (const id of [...sessions.keys()]) close(id);
      await Promise.all(ending);
    },
  };

  function liveRecordings(): ReadonlySet<string> {
    return new Set([...sessions.values()].flatMap((session) => session.info().recording?.id ?? []));
  }
}
