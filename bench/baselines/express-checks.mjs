// A check of a session by express-session, with a store that is given, asked by requests that carry a signed cookie. `resave: false`, as
// the page of express-session advises for a store with a touch: else every request would write the whole session.
import { createHmac } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import session from 'express-session';

const SECRET = 'bench';
const COUNT = 16;

/** @param {import('express-session').Store} store */
export async function checksBy(store) {
  const middleware = session({ store, secret: SECRET, resave: false, saveUninitialized: false });
  const cookies = await Promise.all(Array.from({ length: COUNT }, (_, index) => open(store, index)));
  let next = 0;
  return async () => {
    const index = next++ % cookies.length;
    const request = new IncomingMessage(new Socket());
    Object.assign(request, { method: 'GET', url: '/', originalUrl: '/', headers: { cookie: cookies[index] } });
    const response = new ServerResponse(request);
    const { promise, resolve, reject } = Promise.withResolvers();
    response.end = resolve;
    let isKnown = false;
    middleware(request, response, (error) => {
      if (error) return reject(error);
      isKnown = request.session.userId === `ada-${index}`;
      response.end();
    });
    await promise;
    return isKnown;
  };
}

/** Keeps a session as the middleware does, and returns its cookie. */
async function open(store, index) {
  const id = `session-${index}`;
  await new Promise((resolve, reject) => {
    const kept = {
      cookie: { originalMaxAge: null, expires: null, httpOnly: true, path: '/' },
      userId: `ada-${index}`,
      scope: 'openid',
    };
    store.set(id, kept, (error) => (error ? reject(error) : resolve()));
  });
  const signature = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '');
  return `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
}
