import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTransport } from './transport.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const open: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

/** What a server does with each request; `seen` counts from 1, of all connections. */
type React = (socket: Socket, seen: number, seenHere: number) => void;

/** A server that answers in bytes of the test, and the transport to it. */
async function talkTo(react: React) {
  const seen = { requests: 0, connections: 0 };
  const server = createServer((socket) => {
    sockets.push(socket);
    seen.connections += 1;
    let here = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      seen.requests += 1;
      here += 1;
      react(socket, seen.requests, here);
    });
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const transport = createTransport(new URL(`http://127.0.0.1:${port}`));
  const send = (timeoutMs = 30_000, isGivenUp = () => false) =>
    transport.send({ headers: ['host', 'test', 'content-length', '2'], body: '{}', timeoutMs, isGivenUp });
  return { send, seen };
}

describe('an answer', () => {
  it('is read whole, in however many pieces it comes', async () => {
    const body = JSON.stringify({ text: 'ä€😀'.repeat(100) });
    const { send } = await talkTo((socket) => {
      const bytes = Buffer.from(
        `HTTP/1.1 200 OK\r\nX-Some: thing\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
        bytes.subarray(index * 7, index * 7 + 7),
      );
      const next = () => {
        const piece = pieces.shift();
        if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      };
      next();
    });
    expect(await send()).toMatchObject({ status: 200, headers: { 'x-some': 'thing' }, body });
  });

  it('that comes in chunks is read too', async () => {
    const { send } = await talkTo((socket) => {
      socket.write('HTTP/1.1 502 Bad Gateway\r\ntransfer-encoding: chunked\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n');
    });
    expect(await send()).toMatchObject({ status: 502, body: '<html>' });
  });

  it.each<[string, React, object]>([
    ['never begins', () => undefined, { name: 'TimeoutError' }],
    ['stops within its headers', (socket) => socket.write('HTTP/1.1 200 OK\r\nx-some'), { name: 'TimeoutError' }],
    [
      'stops within its body',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'),
      { name: 'TimeoutError' },
    ],
    ['is cut off', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'), { code: 'ECONNRESET' }],
    ['is no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), { name: 'UnreadableAnswerError' }],
  ])('is given up when it %s', async (_, react, error) => {
    const { send, seen } = await talkTo(react);
    await expect(send(500)).rejects.toMatchObject(error);
    expect(seen.requests).toBe(1);
  });

  it('is given up when it does not end', async () => {
    let sent = 0;
    const { send } = await talkTo((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n');
      const more = () => {
        sent += 1;
        if (!socket.destroyed) socket.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    await expect(send()).rejects.toMatchObject({ name: 'UnreadableAnswerError' });
    // 32 MiB, and what was on the way.
    expect(sent).toBeLessThan(2000);
  });
});

describe('a connection', () => {
  it('is kept for the next request, and one for each that are under way together', async () => {
    const { send, seen } = await talkTo((socket) => socket.write(OK));
    await send();
    await send();
    expect(seen.connections).toBe(1);
    await Promise.all([send(), send(), send()]);
    expect(seen).toEqual({ requests: 5, connections: 3 });
  });

  it('that was closed while it was kept is replaced, and with it all that are as old', async () => {
    const { send, seen } = await talkTo((socket, _, seenHere) => {
      if (seenHere > 1) socket.destroy();
      else socket.write(OK);
    });
    await Promise.all([send(), send(), send()]);
    expect(await send()).toMatchObject({ status: 200 });
    // One met a closed connection; the other two connections were not tried.
    expect(seen).toEqual({ requests: 5, connections: 4 });
  });

  it('that was closed while it was kept is not replaced for a request that was given up', async () => {
    const { send, seen } = await talkTo((socket, _, seenHere) => {
      if (seenHere > 1) socket.destroy();
      else socket.write(OK);
    });
    await send();
    await expect(send(2000, () => true)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(seen).toEqual({ requests: 2, connections: 1 });
  });

  it('that breaks though it is new is an error', async () => {
    const { send, seen } = await talkTo((socket) => socket.destroy());
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(seen.requests).toBe(1);
  });

  it('is not used again after an answer that did not come', async () => {
    const { send, seen } = await talkTo((socket, requests) => {
      if (requests > 1) socket.write(OK);
    });
    await expect(send(500)).rejects.toMatchObject({ name: 'TimeoutError' });
    await send();
    expect(seen.connections).toBe(2);
  });

  it('to nobody is an error of Node', async () => {
    const transport = createTransport(new URL('http://127.0.0.1:1'));
    const sent = transport.send({ headers: ['host', 'x'], body: '', timeoutMs: 1000, isGivenUp: () => false });
    await expect(sent).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
