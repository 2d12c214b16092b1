import { Agent, request } from 'node:http';

interface Load {
  readonly api: string;
  /** Of the users who post, in turn. */
  readonly tokens: readonly string[];
  readonly requests: number;
  readonly eventsPerRequest: number;
  /** Requests under way at any time. */
  readonly concurrency: number;
}

/** Posts events as fast as they are taken, and returns the ids that were answered by 202. @throws Error for any other answer */
export async function postEvents({ api, tokens, requests, eventsPerRequest, concurrency }: Load): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const event = { type: 'bench.event', data: { cart: 'c-1', items: 3 } };
  const body = JSON.stringify(eventsPerRequest === 1 ? event : Array(eventsPerRequest).fill(event));
  const ids: string[] = [];
  let next = 0;
  const poster = async () => {
    for (let index = next++; index < requests; index = next++) {
      const token = tokens[index % tokens.length] ?? '';
      const { status, text } = await post(`${api}/users/me/events`, { agent, token, body });
      if (status !== 202) throw new Error(`POST /users/me/events was answered ${status}: ${text}`);
      ids.push(...(JSON.parse(text) as { data: { ids: string[] } }).data.ids);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: concurrency }, poster));
  agent.destroy();
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return ids;
}

interface PostOptions {
  readonly agent: Agent;
  readonly token: string;
  readonly body: string;
}

/** By node:http, since `fetch` would take more CPU than what is measured here has to share. */
export function post(url: string, { agent, token, body }: PostOptions): Promise<{ status: number; text: string }> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
