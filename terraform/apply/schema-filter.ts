import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { withKeptTypes } from './provider-schema.ts';

/** Of both versions of the protocol. @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol */
const ASKS_FOR_SCHEMA = /^\/tfplugin(5\.Provider\/GetSchema|6\.Provider\/GetProviderSchema)$/;
/** An answer to that is some megabytes: with the defaults it would come in a hundred turns, or not at all. */
const ROOMY = { maxSessionMemory: 200, settings: { initialWindowSize: 4_194_304 } };
const ENDED_WELL = { 'grpc-status': '0', 'grpc-message': '' };

/**
 * Listens before a running provider, and passes on what Terraform asks and what is answered. Only the provider's schema is cut to the types
 * that the tests work with, and asked for once: each run of Terraform would spend 1.5 s of the machine on having it encoded and decoded.
 *
 * @param provider the socket of the provider
 * @param socket where to listen
 * @returns what ends it
 */
export async function startSchemaFilter(provider: string, socket: string): Promise<() => void> {
  const server = createServer(ROOMY);
  let schema: Promise<Buffer> | undefined;
  server.on('session', (session) => {
    const createConnection = () => connectSocket(provider);
    const upstream = connect('http://localhost', { ...ROOMY, createConnection });
    // Either side ends with the other, however it ends.
    upstream.on('error', () => session.destroy()).once('close', () => session.destroy());
    session.on('error', () => upstream.destroy()).once('close', () => upstream.destroy());
    session.on('stream', (stream, headers) => {
      stream.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
      if (!ASKS_FOR_SCHEMA.test(headers[':path'] ?? '')) return passOn(stream, headers, upstream);
      schema ??= askForSchema(upstream, headers).catch((error: unknown) => {
        schema = undefined;
        throw error;
      });
      void answerWith(stream, schema);
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  return () => server.close();
}

async function answerWith(stream: ServerHttp2Stream, schema: Promise<Buffer>): Promise<void> {
  stream.resume();
  try {
    const message = await schema;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers(ENDED_WELL));
    stream.end(message);
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** The request has no content: its message is empty. */
async function askForSchema(upstream: ClientHttp2Session, headers: IncomingHttpHeaders): Promise<Buffer> {
  const request = upstream.request(headers).end(Buffer.alloc(5));
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return withKeptTypes(Buffer.concat(parts));
}

function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: ClientHttp2Session): void {
  const request = upstream.request(headers);
  let trailers: IncomingHttpHeaders = {};
  request.on('response', (answer) => {
    // What has failed has no message, and says so in its headers.
    if ('grpc-status' in answer) return stream.respond(answer, { endStream: true });
    stream.respond(answer, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    request.pipe(stream);
  });
  request.on('trailers', (told) => {
    trailers = told;
  });
  request.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  stream.once('close', () => request.close(stream.rstCode));
  stream.pipe(request);
}
