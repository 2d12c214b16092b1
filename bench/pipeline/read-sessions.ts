import { Agent, request } from 'node:http';

interface ReadLoad {
  readonly api: string;
  /** Of the users who read, in turn. */
  readonly tokens: readonly string[];
  readonly requests: number;
  /** Requests under way at any time. */
  readonly concurrency: number;
}

/** Lets users read their own sessions as fast as they are answered. @throws Error for any answer but a 200 */
export async function readSessions({ api, tokens, requests, concurrency }: ReadLoad): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  let next = 0;
  const reader = async () => {
    for (let index = next++; index < requests; index = next++) {
      const status = await statusOf(`${api}/users/me/sessions`, agent, tokens[index % tokens.length] ?? '');
      if (status !== 200) throw new Error(`GET /users/me/sessions was answered ${status}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, reader));
  } finally {
    agent.destroy();
  }
}

function statusOf(url: string, agent: Agent, token: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end();
  });
}
