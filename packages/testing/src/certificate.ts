import { spawnSync } from 'node:child_process';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';

/** Files with a key and its certificate, signed by itself. */
export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/**
 * Makes one of RSA with 2048 bits, as AWS's endpoints have.
 *
 * @param host a name, or an IPv4 address
 * @throws Error where there is no `openssl`
 */
export function createCertificate(folder: string, host = '127.0.0.1'): Certificate {
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=${isIPv4(host) ? 'IP' : 'DNS'}:${host}`];
  const files = ['-keyout', keyFile, '-out', certificateFile];
  const { status, stderr, error } = spawnSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...name, ...files],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`openssl made no certificate: ${error?.message ?? stderr}`);
  return { keyFile, certificateFile };
}
