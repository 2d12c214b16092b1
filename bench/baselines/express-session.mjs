// express-session with connect-dynamodb, asked by requests that carry a signed cookie. `resave: false`, as the page of express-session
// advises for a store with a touch: else every request would write the whole session. TOUCH=false goes without the touch too.
import { createHmac } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import connectDynamoDb from 'connect-dynamodb';
import session from 'express-session';

const SECRET = 'bench';
const DynamoDbStore = connectDynamoDb({ session });
if (process.env.TOUCH === 'false') DynamoDbStore.prototype.touch = undefined;
const store = new DynamoDbStore({ client: new DynamoDBClient({}), table: 'express-sessions' });
const middleware = session({ store, secret: SECRET, resave: false, saveUninitialized: false });

await store.initialize(); // makes the table
const cookies = await Promise.all(Array.from({ length: 16 }, (_, index) => open(`session-${index}`)));
let next = 0;

export async function check() {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, {
    method: 'GET',
    url: '/',
    originalUrl: '/',
    headers: { cookie: cookies[next++ % cookies.length] },
  });
  const response = new ServerResponse(request);
  const { promise, resolve, reject } = Promise.withResolvers();
  response.end = resolve;
  let isKnown = false;
  middleware(request, response, (error) => {
    if (error) return reject(error);
    isKnown = request.session.user === 'ada';
    response.end();
  });
  await promise;
  return isKnown;
}

/** Keeps a session as the middleware does, and returns its cookie. */
async function open(id) {
  await new Promise((resolve, reject) => {
    const kept = {
      cookie: { originalMaxAge: null, expires: null, httpOnly: true, path: '/' },
      user: 'ada',
      scope: 'openid',
    };
    store.set(id, kept, (error) => (error ? reject(error) : resolve()));
  });
  const signature = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '');
  return `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
}
