import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Files with a key and its certificate for 127.0.0.1, signed by itself. */
export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** RSA with 2048 bits, as AWS's endpoints have. @throws Error where there is no `openssl` */
export function createCertificate(folder: string): Certificate {
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', keyFile, '-out', certificateFile];
  const { status, stderr, error } = spawnSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...name, ...files],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`openssl made no certificate: ${error?.message ?? stderr}`);
  return { keyFile, certificateFile };
}
