import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { oc, type ContractRouterClient } from '@orpc/contract';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { BytePort } from '../../../electron/transport/byte-port.ts';
import { serveHub } from '../../../electron/transport/message-port.ts';
import type { PageSession } from '../../../electron/transport/page-session.ts';
import { nodeHomePort } from '../../support/node-home-port.ts';

const contract = { who: oc.output(z.string()) };
const os = implement(contract).$context<{ session: TestSession }>();
const rpc = new RPCHandler(os.router({ who: os.who.handler(({ context }) => context.session.name) }));

interface TestSession extends PageSession {
  readonly name: string;
}

function setUp() {
  const hub = new MessageChannel();
  const streams: { request: unknown; port: BytePort }[] = [];
  const dispose = vi.fn();
  const session: TestSession = {
    name: 'mine',
    openStream: (request, port) => void streams.push({ request, port }),
    dispose,
  };
  const open = (message: unknown) => {
    const { port1, port2 } = new MessageChannel();
    hub.port1.postMessage(message, [port2]);
    return port1;
  };
  return { hub, streams, session, dispose, open };
}

describe('serveHub', () => {
  it('answers requests with the session of the page', async () => {
    const { hub, session, open } = setUp();
    await serveHub(nodeHomePort(hub.port2), async () => session, rpc);
    const control = open({ kind: 'control' });
    const client = createORPCClient<ContractRouterClient<typeof contract>>(new RPCLink({ port: control }));
    control.start();
    expect(await client.who()).toBe('mine');
    hub.port1.close();
  });

  it('serves raw streams: bytes without what stood beside them in memory, acknowledgements, the end', async () => {
    const { hub, session, streams, open } = setUp();
    await serveHub(nodeHomePort(hub.port2), async () => session, rpc);
    const stream = open({ kind: 'stream', request: { wanted: 1 } });
    const received: unknown[] = [];
    let closed = false;
    stream.on('message', (message) => received.push(message));
    stream.on('close', () => (closed = true));
    await vi.waitFor(() => expect(streams).toHaveLength(1));
    const { request, port } = streams[0]!;
    expect(request).toEqual({ wanted: 1 });

    const acks: number[] = [];
    port.onAck((bytes) => acks.push(bytes));
    stream.postMessage({ ack: 10 });
    stream.postMessage({ ack: -1 });
    stream.postMessage('nonsense');
    await vi.waitFor(() => expect(acks).toEqual([10]));

    port.send(Buffer.from('secret bytes').subarray(7));
    port.end({ end: 'complete', message: '' });
    await vi.waitFor(() => expect(closed).toBe(true));
    expect(new TextDecoder().decode(received[0] as Uint8Array)).toBe('bytes');
    expect((received[0] as Uint8Array).buffer.byteLength).toBe(5);
    expect(received[1]).toEqual({ end: 'complete', message: '' });

    const late = vi.fn();
    await vi.waitFor(() => {
      port.onClose(late);
      expect(late).toHaveBeenCalled();
    });
    hub.port1.close();
  });

  it('ends the session with the page', async () => {
    const { hub, session, dispose } = setUp();
    await serveHub(nodeHomePort(hub.port2), async () => session, rpc);
    expect(dispose).not.toHaveBeenCalled();
    hub.port1.close();
    await vi.waitFor(() => expect(dispose).toHaveBeenCalledOnce());
  });

  it('ends a session that opened after the page had gone', async () => {
    const { hub, session, dispose } = setUp();
    let opened: (session: TestSession) => void = () => {};
    const serving = serveHub(
      nodeHomePort(hub.port2),
      () => new Promise<TestSession>((resolve) => (opened = resolve)),
      rpc,
    );
    const gone = new Promise((resolve) => hub.port2.on('close', resolve));
    hub.port1.close();
    await gone;
    opened(session);
    await serving;
    expect(dispose).toHaveBeenCalledOnce();
  });
});
