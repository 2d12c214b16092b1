// One GetItem, signed by hand (SigV4) and sent over a connection that is kept. No retries, no timeouts, no refresh.
import { createHmac, hash } from 'node:crypto';

const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL_DYNAMODB, SESSIONS_TABLE } = process.env;
const { protocol, hostname, port, host } = new URL(AWS_ENDPOINT_URL_DYNAMODB);
const { Agent, request } = await import(`node:${protocol.slice(0, -1)}`);
const agent = new Agent({ keepAlive: true });
const TARGET = 'DynamoDB_20120810.GetItem';
const SIGNED = 'host;x-amz-date;x-amz-target';
let signingKey = { day: '', key: Buffer.alloc(0) };

export async function getItem(sub, login) {
  const body = JSON.stringify({
    TableName: SESSIONS_TABLE,
    Key: { user_key: { S: `U#main#${sub}` }, item: { S: `SESSION#${login}` } },
    ConsistentRead: true,
  });
  const answer = await post(body);
  return JSON.parse(answer).Item;
}

function post(body) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const options = { agent, hostname, port, method: 'POST', path: '/', headers: signedHeaders(body) };
  const sent = request(options, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      text += chunk;
    });
    response.on('error', reject);
    response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

function signedHeaders(body) {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${date.slice(0, 8)}/${AWS_REGION}/dynamodb/aws4_request`;
  const headers = `host:${host}\nx-amz-date:${date}\nx-amz-target:${TARGET}\n`;
  const canonical = `POST\n/\n\n${headers}\n${SIGNED}\n${hash('sha256', body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical)}`;
  const signature = createHmac('sha256', keyOf(date.slice(0, 8)))
    .update(toSign)
    .digest('hex');
  return {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    host,
    'x-amz-date': date,
    'x-amz-target': TARGET,
    authorization: `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
  };
}

function keyOf(day) {
  if (signingKey.day !== day) {
    const parts = [day, AWS_REGION, 'dynamodb', 'aws4_request'];
    const key = parts.reduce(
      (from, part) => createHmac('sha256', from).update(part).digest(),
      `AWS4${AWS_SECRET_ACCESS_KEY}`,
    );
    signingKey = { day, key };
  }
  return signingKey.key;
}
