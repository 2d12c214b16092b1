import { createHash, createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import type { Certificate } from '@cloakroom/testing';
import { startDelayedProxy } from '../first-request/delayed-proxy.ts';

/**
 * A process of its own, so that its CPU is nobody's: answers every GetItem with the item of the partition key, under the key that
 * was asked for, and a GET with the key set. Requires a correct signature. Told `count`, it says how many requests of DynamoDB it
 * has answered since it was told so last.
 */
export interface FakeDynamoDbSettings {
  readonly items: Readonly<Record<string, object>>;
  readonly keySet: string;
  readonly secretAccessKey: string;
  /** It is beside the client, if absent. */
  readonly distance?: Distance;
}

/** How far away it is, and its TLS. */
export interface Distance extends Certificate {
  readonly roundTripMs: number;
}

const settings = JSON.parse(process.argv[2] ?? '') as FakeDynamoDbSettings;
let answered = 0;

process.send?.(await listen());
process.on('message', () => {
  process.send?.(answered);
  answered = 0;
});
process.on('disconnect', () => process.exit());

async function listen(): Promise<number> {
  const { distance } = settings;
  const server = distance === undefined ? createServer(answer) : createTlsServer(tlsOf(distance), answer);
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return distance === undefined ? port : startDelayedProxy(port, distance.roundTripMs);
}

function tlsOf({ keyFile, certificateFile }: Certificate) {
  return { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') return response.end(settings.keySet);
    const body = Buffer.concat(chunks);
    if (!isSigned(request, body)) return response.writeHead(400).end('{"__type":"InvalidSignatureException"}');
    const text = answerTo(JSON.parse(body.toString()) as GetItem);
    answered += 1;
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(text),
      'x-amzn-requestid': randomUUID(),
      'x-amz-crc32': crc32(text),
    });
    return response.end(text);
  });
}

interface GetItem {
  readonly Key: { readonly user_key: { readonly S: string } };
}

function answerTo({ Key }: GetItem): string {
  const item = settings.items[Key.user_key.S];
  return JSON.stringify(item === undefined ? {} : { Item: { ...Key, ...item } });
}

/** As AWS checks it (SigV4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
function isSigned({ method, url, headers }: IncomingMessage, body: Buffer): boolean {
  const [, scope = '', names = '', signature] =
    /Credential=[^/]+\/(\S+?), ?SignedHeaders=(\S+?), ?Signature=(\w+)/.exec(headers.authorization ?? '') ?? [];
  const canonicalHeaders = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, url, '', canonicalHeaders.join(''), names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${settings.secretAccessKey}`);
  return names.split(';').includes('host') && hmac(key, toSign).toString('hex') === signature;
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
