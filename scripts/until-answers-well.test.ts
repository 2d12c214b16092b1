import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { untilAnswersWell } from './until-answers-well.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => servers.splice(0).forEach((server) => void server.close()));

/** What answers with these statuses, the last again and again. */
async function answering(...statuses: number[]) {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.statusCode = statuses[asked] ?? statuses.at(-1) ?? 500;
    asked += 1;
    response.end(`down: table ${asked}`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

function asking(url: string, { withinMs = 60_000, signal = new AbortController().signal } = {}) {
  const waits: string[] = [];
  return { waits, end: untilAnswersWell(url, { withinMs, signal, onWait: (why) => waits.push(why) }) };
}

describe('what has started', () => {
  it('is asked once where it answers well', async () => {
    const { url, asked } = await answering(200);
    const { end, waits } = asking(url);
    await end;
    expect([asked(), waits]).toEqual([1, []]);
  });

  it('is asked again while it says that it is not ready, and why is told once', async () => {
    const { url, asked } = await answering(503, 503, 200);
    const { end, waits } = asking(url);
    await end;
    expect([asked(), waits]).toEqual([3, [`${url}: status 503: down: table 1`]]);
  });

  it('has failed when it does not answer well in time, with its last answer', async () => {
    const { url } = await answering(503);
    const failing = expect(asking(url, { withinMs: 2000 }).end).rejects;
    await failing.toThrow(/^http\S+ does not answer as it should: status 503: down: table ([2-9]|\d\d)$/);
  });

  it('is asked no more once somebody wants this to end', async () => {
    const { url, asked } = await answering(503);
    const abort = new AbortController();
    const waits: string[] = [];
    const end = untilAnswersWell(url, {
      withinMs: 60_000,
      signal: abort.signal,
      onWait(why) {
        waits.push(why);
        abort.abort();
      },
    });
    await expect(end).rejects.toThrow();
    expect([asked(), waits.length]).toEqual([1, 1]);
  });
});
