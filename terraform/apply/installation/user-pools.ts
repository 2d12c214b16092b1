import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { createCertificate } from '@cloakroom/testing';

/** Where every user pool of the region has its discovery document. */
const HOST = 'cognito-idp.eu-central-1.amazonaws.com';

/** Answers for the user pools of the region, over TLS, in the place of the internet. */
export interface UserPools {
  /** Of a program that is to ask here: it takes this for the proxy that leads out of a company's network. */
  readonly variables: Readonly<Record<string, string>>;
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts it: the document of each pool is as Cognito has it.
 *
 * @param folder where its key is written
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 */
export async function startUserPools(folder: string): Promise<UserPools> {
  const { keyFile, certificateFile } = createCertificate(folder, HOST);
  const asked: string[] = [];
  const pools = createTlsServer(
    { key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
    ({ url = '' }, response) => {
      asked.push(url);
      const issuer = `https://${HOST}${url.replace('/.well-known/openid-configuration', '')}`;
      const document = {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        id_token_signing_alg_values_supported: ['RS256'],
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    },
  );
  const proxy = createServer().on('connect', ({ url }, socket) => {
    if (url !== `${HOST}:443`) return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const tunnel = connect((pools.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    tunnel.on('error', () => socket.destroy());
    return socket.on('error', () => tunnel.destroy());
  });
  for (const server of [pools, proxy]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return {
    variables: {
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NODE_EXTRA_CA_CERTS: certificateFile,
    },
    asked,
    async stop() {
      for (const server of [proxy, pools]) {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }
    },
  };
}
