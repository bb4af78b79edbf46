import { BerthError } from '../../../shared/errors/failure.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { ConnectionPool, ConnectReason } from '../ssh/connection-pool.ts';
import type { ShellRequest } from '../ssh/pty.ts';
import type { SshConnection, SshShell } from '../ssh/ssh-connection.ts';

/**
 * Shells of a host on the connection that everything else goes over too: sshd allows 10 sessions of one (MaxSessions), of which commands
 * take up to 8. Further shells have connections of their own.
 */
const SHELLS = { ofMain: 2, ofExtra: 8 } as const;

/** A shell, and the connection that it goes over. */
export interface OpenShell {
  readonly shell: SshShell;
  readonly connection: SshConnection;
}

export interface ShellLines {
  /** Rejects with BerthError, as connecting does. */
  open(hostId: string, reason: ConnectReason, request: ShellRequest): Promise<OpenShell>;
}

interface Line {
  readonly connection: SshConnection;
  readonly isMain: boolean;
  /** Lowered where the host refuses one more. */
  most: number;
  shells: number;
}

export function createShellLines(
  hosts: Pick<HostAccess, 'connect'>,
  pool: Pick<ConnectionPool, 'another'>,
): ShellLines {
  const lines = new Map<string, Line[]>();
  /** An extra connection that is on its way: who wants a shell meanwhile waits for it. */
  const opening = new Map<string, Promise<void>>();

  function add(hostId: string, line: Line): Line {
    lines.set(hostId, [...(lines.get(hostId) ?? []), line]);
    line.connection.onClose(() => {
      const left = (lines.get(hostId) ?? []).filter((other) => other !== line);
      if (left.length > 0) lines.set(hostId, left);
      else lines.delete(hostId);
    });
    return line;
  }

  function freeLine(hostId: string, main: SshConnection): Line | null {
    const all = lines.get(hostId) ?? [];
    const mainLine =
      all.find(({ connection }) => connection === main) ??
      add(hostId, { connection: main, isMain: true, most: SHELLS.ofMain, shells: 0 });
    const others = all.filter((line) => line !== mainLine);
    return [mainLine, ...others].find(({ connection, shells, most }) => !connection.closed && shells < most) ?? null;
  }

  async function openExtra(hostId: string, reason: ConnectReason): Promise<void> {
    const connection = await pool.another(hostId, reason);
    add(hostId, { connection, isMain: false, most: SHELLS.ofExtra, shells: 0 });
  }

  async function openOn(line: Line, request: ShellRequest): Promise<OpenShell | null> {
    const leave = () => {
      line.shells -= 1;
      if (line.shells === 0 && !line.isMain) line.connection.close();
    };
    line.shells += 1;
    try {
      const shell = await line.connection.shell(request);
      void shell.exit.then(leave);
      return { shell, connection: line.connection };
    } catch (error) {
      const isFull = error instanceof BerthError && error.failure.code === 'ssh.channel-refused';
      const isOnlyOne = !line.isMain && line.shells === 1;
      if (isFull) line.most = Math.max(0, line.shells - 1);
      leave();
      // A connection that takes none at all is no matter of how many there are.
      if (isFull && !isOnlyOne) return null;
      throw error;
    }
  }

  return {
    async open(hostId, reason, request) {
      for (;;) {
        const main = await hosts.connect(hostId, reason);
        const line = freeLine(hostId, main);
        if (line) {
          const opened = await openOn(line, request);
          if (opened) return opened;
          continue;
        }
        const extra = opening.get(hostId) ?? openExtra(hostId, reason).finally(() => opening.delete(hostId));
        opening.set(hostId, extra);
        await extra;
      }
    },
  };
}
