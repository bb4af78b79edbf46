import { BerthError } from '../../../shared/errors/failure.ts';
import type { ConnectionPath } from '../../../shared/model/connection-path.ts';
import { createEmitter } from '../emitter.ts';
import type { OpenSshMaster } from './openssh-master.ts';
import { ChannelRefused, type MuxClient } from './openssh-mux.ts';
import { PtyRefused } from './pty.ts';
import { createSessionLimit } from './session-limit.ts';
import type { SshConnection, SshPlace } from './ssh-connection.ts';

/** Wraps a master that has just logged in, and the way into it. It owns both from now on. */
export function createOpenSshConnection(
  master: OpenSshMaster,
  mux: MuxClient,
  target: SshPlace,
  path: ConnectionPath,
): SshConnection {
  const limit = createSessionLimit();
  const ended = createEmitter<void>();
  let isClosed = false;
  let proof: NodeJS.Timeout | undefined;
  const lost = (cause?: unknown) => new BerthError('ssh.closed', { address: target.address }, cause);

  function end(): void {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(proof);
    mux.close();
    master.close();
    ended.emit();
  }
  // Without the one the other is of no use; the keepalive is ssh's own.
  mux.onClose(end);
  master.onClose(end);
  // The first round trip.
  void mux.ping().catch(() => undefined);

  return {
    target,
    path,
    get latencyMs() {
      return mux.latencyMs;
    },
    get closed() {
      return isClosed;
    },
    async exec(command) {
      for (;;) {
        await limit.acquire();
        if (isClosed) {
          limit.release();
          throw lost();
        }
        try {
          return await mux.exec(command, limit.release);
        } catch (error) {
          const isRefusal = error instanceof ChannelRefused;
          const isWorthWaiting = isRefusal ? await limit.lower() : (limit.release(), false);
          if (isClosed) throw lost(error);
          if (!isWorthWaiting) throw new BerthError('ssh.channel-refused', { address: target.address }, error);
        }
      }
    },
    async shell(request) {
      if (isClosed) throw lost();
      try {
        return await mux.shell(request, limit.freed);
      } catch (error) {
        if (isClosed) throw lost(error);
        if (error instanceof PtyRefused) throw new BerthError('terminal.no-pty', { address: target.address }, error);
        throw new BerthError('ssh.channel-refused', { address: target.address }, error);
      }
    },
    prove(timeoutMs) {
      clearTimeout(proof);
      proof = setTimeout(end, timeoutMs);
      mux.ping().then(
        () => clearTimeout(proof),
        () => end(),
      );
    },
    onClose(listener) {
      const unsubscribe = ended.subscribe(() => {
        unsubscribe();
        listener();
      });
      return unsubscribe;
    },
    close: end,
  };
}
